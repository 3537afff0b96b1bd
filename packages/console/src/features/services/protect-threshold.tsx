import { Button, InputNumber, Modal } from 'antd';
import { useId, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type ServiceDetail, useUpdateService } from '../../services/mesh-services.ts';
import { useCan } from '../../services/session.ts';
import { useReport } from '../../ui/use-report.tsx';

/** Below which share of healthy providers callers ask all of them; who may, changes it. */
export function ProtectThreshold({ service }: { readonly service: ServiceDetail }) {
  const { t, format } = useI18n();
  const can = useCan();
  const [asking, setAsking] = useState(false);
  const { percent } = service.protectThreshold;
  return (
    <>
      {percent === 0 ? t('service.protect-never') : t('service.protect-below', { percent: format.percent(percent) })}
      {can('mesh:service:operate') && (
        <Button type="link" size="small" onClick={() => setAsking(true)}>
          {t('service.protect-change')}
        </Button>
      )}
      {asking && <ProtectDialog service={service} onDone={() => setAsking(false)} />}
    </>
  );
}

function ProtectDialog({ service, onDone }: { readonly service: ServiceDetail; readonly onDone: () => void }) {
  const { t } = useI18n();
  const id = useId();
  const report = useReport();
  const update = useUpdateService(service.serviceId);
  const [percent, setPercent] = useState<number | null>(service.protectThreshold.percent);
  const good = percent !== null && Number.isInteger(percent) && percent >= 0 && percent <= 100;
  const save = async (): Promise<void> => {
    if (!good) return;
    try {
      await update.mutateAsync(percent);
      report.done(t('service.protect-saved'));
      onDone();
    } catch (error) {
      report.failed(error);
    }
  };
  return (
    <Modal
      open
      title={t('service.protect-threshold')}
      onCancel={onDone}
      onOk={save}
      okButtonProps={{ disabled: !good, loading: update.isPending }}
    >
      <label htmlFor={id}>{t('service.protect-percent')}</label>{' '}
      <InputNumber id={id} value={percent} step={10} status={good ? '' : 'error'} onChange={setPercent} autoFocus />
      <p className="weft-muted">{t('service.protect-hint')}</p>
    </Modal>
  );
}
