import { Button } from 'antd';
import { useEffect } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { useSession, useSessionActions } from '../../services/session.ts';
import { useReport } from '../../ui/use-report.tsx';
import { PasswordForm } from './password-form.tsx';
import { Welcome } from './welcome.tsx';

/** Comes after a login with a one-time password: nothing else opens before it is replaced. */
export function PasswordPage() {
  const { t } = useI18n();
  const session = useSession();
  const { logout } = useSessionActions();
  const report = useReport();
  useEffect(() => {
    document.title = `${t('session.choose-password')} · Weft`;
  }, [t]);
  return (
    <Welcome
      title={t('session.choose-password')}
      subtitle={t('session.choose-password-hint', { user: session.user.loginName })}
    >
      <PasswordForm
        currentLabel={t('session.one-time-password')}
        onDone={() => report.done(t('session.password-changed'))}
      />
      <Button type="link" block onClick={() => void logout().catch(report.failed)}>
        {t('top.logout')}
      </Button>
    </Welcome>
  );
}
