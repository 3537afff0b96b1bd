import { App } from 'antd';
import { useMemo } from 'react';
import { ErrorDetail } from './error-alert.tsx';
import { errorParts } from './error-text.ts';

/** Says how an action went: a short message when well, a notification that stays when not. */
export function useReport() {
  const { message, notification } = App.useApp();
  return useMemo(
    () => ({
      done: (text: string) => void message.success(text),
      failed: (error: unknown) =>
        notification.error({
          title: errorParts(error).message,
          description: <ErrorDetail error={error} />,
          duration: 0,
          role: 'alert',
        }),
    }),
    [message, notification],
  );
}
