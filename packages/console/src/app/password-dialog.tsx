import { Modal } from 'antd';
import { PasswordForm } from '../features/session/password-form.tsx';
import { useI18n } from '../i18n/index.ts';
import { useView } from '../ui/url-state.ts';
import { useReport } from '../ui/use-report.tsx';

export function PasswordDialog() {
  const { t } = useI18n();
  const report = useReport();
  const [view, setView] = useView();
  const close = (): void => setView({ dialog: undefined });
  return (
    <Modal
      open={view['dialog'] === 'password'}
      title={t('top.change-password')}
      footer={null}
      onCancel={close}
      destroyOnHidden
    >
      <PasswordForm
        currentLabel={t('session.current-password')}
        onDone={() => {
          report.done(t('session.password-changed'));
          close();
        }}
      />
    </Modal>
  );
}
