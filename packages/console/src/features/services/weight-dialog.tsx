import { InputNumber, Modal } from 'antd';
import { useId, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import type { Provider } from '../../services/mesh-services.ts';

interface WeightDialogProps {
  readonly providers: readonly Provider[];
  readonly onSave: (weight: number) => void;
  readonly onCancel: () => void;
}

export function WeightDialog({ providers, onSave, onCancel }: WeightDialogProps) {
  const { t } = useI18n();
  const id = useId();
  const [weight, setWeight] = useState<number | null>(providers[0]?.weight ?? 100);
  const good = weight !== null && Number.isInteger(weight) && weight >= 0 && weight <= 1000;
  const inForce = [...new Set(providers.map((row) => row.weight))].join(', ');
  return (
    <Modal
      open
      title={t('provider.change-weight')}
      onCancel={onCancel}
      onOk={() => good && onSave(weight)}
      okButtonProps={{ disabled: !good }}
    >
      <p className="weft-muted">{providers.map((row) => row.address).join(', ')}</p>
      <label htmlFor={id}>{t('provider.weight')}</label>{' '}
      <InputNumber id={id} value={weight} step={10} status={good ? '' : 'error'} onChange={setWeight} autoFocus />
      <p>{t('provider.weight-current', { weight: inForce })}</p>
      <p className="weft-muted">{t('provider.weight-hint')}</p>
    </Modal>
  );
}
