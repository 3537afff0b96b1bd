import { Button, Input, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { useFreeze, useFreezeChange } from '../../services/freeze.ts';
import { useCan } from '../../services/session.ts';
import { useReport } from '../../ui/use-report.tsx';

const HOUR_MS = 3_600_000;
const TIMES = [1, 4, 24, 72] as const;

/** Stops what is pushed to the proxies of the workspace, and lets it go on; the banner above all pages says that it is stopped. */
export function FreezeButton() {
  const { t } = useI18n();
  const report = useReport();
  const can = useCan();
  const { data: freeze } = useFreeze();
  const change = useFreezeChange();
  const [asking, setAsking] = useState(false);
  // What everybody is under is lifted by who administers the platform.
  if (freeze === undefined || freeze.scope === 'platform' || !can('drm:push:operate')) return null;
  const send = async (body: Parameters<typeof change.mutateAsync>[0]): Promise<void> => {
    try {
      await change.mutateAsync(body);
      setAsking(false);
      report.done(t(body === null ? 'freeze.resumed' : 'freeze.frozen'));
    } catch (error) {
      report.failed(error);
    }
  };
  return freeze.frozen ? (
    <Button loading={change.isPending} onClick={() => send(null)}>
      {t('freeze.resume')}
    </Button>
  ) : (
    <>
      <Button onClick={() => setAsking(true)}>{t('freeze.freeze')}</Button>
      {asking && (
        <FreezeDialog
          busy={change.isPending}
          onCancel={() => setAsking(false)}
          onSave={(hours, reason) => send({ until: new Date(Date.now() + hours * HOUR_MS).toISOString(), reason })}
        />
      )}
    </>
  );
}

interface FreezeDialogProps {
  readonly busy: boolean;
  readonly onSave: (hours: number, reason: string) => void;
  readonly onCancel: () => void;
}

function FreezeDialog({ busy, onSave, onCancel }: FreezeDialogProps) {
  const { t } = useI18n();
  const id = useId();
  const [hours, setHours] = useState<number>(TIMES[0]);
  const [reason, setReason] = useState('');
  const good = reason.trim() !== '';
  return (
    <Modal
      open
      title={t('freeze.title')}
      okText={t('freeze.ok')}
      okButtonProps={{ disabled: !good, loading: busy }}
      onOk={() => good && onSave(hours, reason.trim())}
      onCancel={onCancel}
    >
      <p>{t('freeze.hint')}</p>
      <p>
        <label htmlFor={`${id}-for`}>{t('freeze.for')}</label>{' '}
        <Select
          id={`${id}-for`}
          value={hours}
          onChange={setHours}
          options={TIMES.map((value) => ({ value, label: t('freeze.hours', { count: value }) }))}
        />
      </p>
      <label htmlFor={`${id}-why`}>{t('freeze.reason')}</label>
      <Input id={`${id}-why`} value={reason} maxLength={512} onChange={(event) => setReason(event.target.value)} />
    </Modal>
  );
}
