import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, Segmented } from 'antd';
import { useEffect, useState } from 'react';
import { LANGUAGE_NAMES, LANGUAGES, useI18n } from '../../i18n/index.ts';
import { useSessionActions } from '../../services/session.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Welcome } from './welcome.tsx';

interface Fields {
  readonly loginName: string;
  readonly password: string;
}

export function LoginPage({ ended }: { readonly ended: boolean }) {
  const { t, language, setLanguage } = useI18n();
  const { login } = useSessionActions();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${t('session.login')} · Weft`;
  }, [t]);
  const submit = async ({ loginName, password }: Fields): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await login(loginName.trim(), password);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Welcome title={t('session.login')} subtitle={t('session.login-hint')}>
      {ended && error === null && <Alert type="info" showIcon title={t('session.ended')} className="weft-error" />}
      <ErrorAlert error={error} />
      <Form<Fields> layout="vertical" requiredMark={false} onFinish={submit} size="large">
        <Form.Item name="loginName" label={t('session.user')} rules={[{ required: true, message: t('form.required') }]}>
          <Input prefix={<UserOutlined aria-hidden />} autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('session.password')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input.Password prefix={<LockOutlined aria-hidden />} autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busyIcon(busy)}>
          {t('session.login')}
        </Button>
      </Form>
      <p className="weft-muted weft-welcome-note">{t('session.first-start')}</p>
      <Segmented
        aria-label={t('top.language')}
        size="small"
        value={language}
        onChange={(value) => setLanguage(value)}
        options={LANGUAGES.map((value) => ({ value, label: <span lang={value}>{LANGUAGE_NAMES[value]}</span> }))}
      />
    </Welcome>
  );
}
