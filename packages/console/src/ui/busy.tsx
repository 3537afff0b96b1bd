import { LoadingOutlined } from '@ant-design/icons';

/**
 * The `loading` of a button. The library's own icon leaves by an animation: where motion is reduced it stayed, and with it the
 * word "loading" in the name of the button.
 */
export const busyIcon = (busy: boolean) => (busy ? { icon: <LoadingOutlined spin aria-hidden /> } : false);
