import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { useSessionActions } from '../../services/session.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';

const MIN_LENGTH = 12;

interface Fields {
  readonly current: string;
  readonly next: string;
  readonly again: string;
}

export function PasswordForm(props: { readonly currentLabel: string; readonly onDone: () => void }) {
  const { t } = useI18n();
  const { changePassword } = useSessionActions();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const required = { required: true, message: t('form.required') };
  const submit = async ({ current, next }: Fields): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await changePassword(current, next);
      props.onDone();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form<Fields> layout="vertical" requiredMark={false} onFinish={submit}>
      <ErrorAlert error={error} />
      <Form.Item name="current" label={props.currentLabel} rules={[required]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="next"
        label={t('session.new-password')}
        extra={t('session.new-password-hint', { minimum: MIN_LENGTH })}
        rules={[required, { min: MIN_LENGTH, message: t('session.new-password-hint', { minimum: MIN_LENGTH }) }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('session.repeat-password')}
        dependencies={['next']}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value === undefined || value === '' || value === getFieldValue('next')
                ? Promise.resolve()
                : Promise.reject(new Error(t('session.passwords-differ'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={busyIcon(busy)}>
        {t('session.set-password')}
      </Button>
    </Form>
  );
}
