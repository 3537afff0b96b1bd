import { App } from 'antd';
import { useMemo } from 'react';
import { useI18n } from '../i18n/index.ts';
import { ErrorDetail } from './error-alert.tsx';
import { errorTitle } from './error-text.ts';

/** Says how an action went: a short message when well, a notification that stays when not. */
export function useReport() {
  const { t } = useI18n();
  const { message, notification } = App.useApp();
  return useMemo(
    () => ({
      done: (text: string) => void message.success(text),
      failed: (error: unknown) =>
        notification.error({
          title: errorTitle(error, t),
          description: <ErrorDetail error={error} />,
          duration: 0,
          role: 'alert',
        }),
    }),
    [message, notification, t],
  );
}
