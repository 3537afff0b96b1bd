import { App, AutoComplete, InputNumber, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { LOG_LEVELS, useSetLogLevel } from '../../services/proxies.ts';
import { showBatchResult } from '../../ui/batch-result.tsx';
import { busyIcon } from '../../ui/busy.tsx';
import { useReport } from '../../ui/use-report.tsx';

/** Minutes after which a level falls back by itself. */
const MINUTES = { usual: 10, most: 1440 } as const;

interface LogLevelDialogProps {
  /** Names of the proxies by their ids. */
  readonly proxies: ReadonlyMap<string, string>;
  /** Logs to choose from, as one of the proxies has them, with their levels. */
  readonly logs: Readonly<Record<string, string>>;
  readonly onClose: () => void;
}

/** Sets the level of a log at proxies for a time; a typed name is looked for at each of them. */
export function LogLevelDialog({ proxies, logs, onClose }: LogLevelDialogProps) {
  const { t } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const id = useId();
  const set = useSetLogLevel();
  const [log, setLog] = useState(() => Object.keys(logs).find((path) => path !== '') ?? '*');
  const [level, setLevel] = useState<(typeof LOG_LEVELS)[number]>('DEBUG');
  const [minutes, setMinutes] = useState<number | null>(MINUTES.usual);
  const good = minutes !== null && Number.isInteger(minutes) && minutes >= 1 && minutes <= MINUTES.most;
  const save = async (): Promise<void> => {
    if (!good) return;
    try {
      const { items } = await set.mutateAsync({ proxyIds: [...proxies.keys()], log, level, minutes });
      onClose();
      if (items.length === 1 && items[0]?.ok === true) report.done(t('loglevel.done', { level, count: minutes }));
      else showBatchResult(modal, t, items, (proxy) => proxies.get(String(proxy)) ?? String(proxy));
    } catch (error) {
      report.failed(error);
    }
  };
  return (
    <Modal
      open
      width={560}
      title={t('loglevel.title', { count: proxies.size })}
      okText={t('loglevel.set')}
      okButtonProps={{ disabled: !good, loading: busyIcon(set.isPending) }}
      onOk={() => void save()}
      onCancel={onClose}
    >
      <p className="weft-muted">{[...proxies.values()].join(', ')}</p>
      <div className="weft-fields">
        <label htmlFor={`${id}-log`}>{t('loglevel.log')}</label>
        <AutoComplete
          id={`${id}-log`}
          value={log}
          onChange={setLog}
          options={[
            { value: '*', label: t('loglevel.all') },
            ...Object.entries(logs)
              .filter(([path]) => path !== '')
              .map(([path, now]) => ({ value: path, label: `${path} (${now})` })),
          ]}
        />
        <label htmlFor={`${id}-level`}>{t('loglevel.level')}</label>
        <Select
          id={`${id}-level`}
          value={level}
          onChange={setLevel}
          options={LOG_LEVELS.map((value) => ({ value, label: value }))}
        />
        <label htmlFor={`${id}-minutes`}>{t('loglevel.minutes')}</label>
        <InputNumber
          id={`${id}-minutes`}
          value={minutes}
          status={good ? '' : 'error'}
          onChange={setMinutes}
          suffix={t('loglevel.unit')}
        />
      </div>
      <p className="weft-muted">{t('loglevel.hint')}</p>
    </Modal>
  );
}
