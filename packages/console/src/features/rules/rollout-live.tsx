import { Alert, App, Button, Progress, Space, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type Rollout, type RolloutAct, useRolloutActions } from '../../services/rollouts.ts';
import type { Rule } from '../../services/rules.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { Figure, Figures } from '../../ui/figure.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { serverText } from '../../ui/server-text.ts';
import { Status } from '../../ui/status.tsx';
import { useReport } from '../../ui/use-report.tsx';
import { useInstanceColumns } from './instance-columns.tsx';
import { RolloutSteps } from './rollout-steps.tsx';
import { useRuleKind } from './use-rule-kind.ts';

type Instance = Rollout['instances'][number];

/** A rollout that is under way: who has it, how they fare beside the others, and what can be done. */
export function RolloutLive({ rule, rollout }: { readonly rule: Rule; readonly rollout: Rollout }) {
  const { t, language, format } = useI18n();
  const { selected, applied, subscribers, percent } = rollout;
  return (
    <>
      <div className="weft-toolbar weft-toolbar-flat">
        <Figures>
          <Figure label={t('rollout.share')} value={format.percent(percent)} />
          <Figure label={t('rollout.selected')} value={t('rollout.part', { part: selected, all: subscribers })} />
          <Figure label={t('rollout.applied')} value={t('rollout.part', { part: applied, all: selected })} />
        </Figures>
        <Buttons rule={rule} rollout={rollout} />
      </div>
      <Progress
        percent={percent}
        showInfo={false}
        status={rollout.state === 'PAUSED' ? 'normal' : 'active'}
        aria-label={t('rollout.share')}
      />
      <p aria-live="polite">
        <Status tone={rollout.state === 'PAUSED' ? 'warning' : 'busy'}>{t(`rollout.state-${rollout.state}`)}</Status>{' '}
        <span className="weft-muted">{serverText(rollout.said, language)}</span>
      </p>
      {selected === 0 && <Alert type="warning" showIcon className="weft-error" title={t('rollout.nobody')} />}
      <section className="weft-section">
        <h2 className="weft-section-title">{t('rollout.figures', { seconds: rollout.figures.windowSec })}</h2>
        <FigureTable rollout={rollout} />
      </section>
      <RolloutSteps rule={rule} rollout={rollout} />
      {selected > 0 && (
        <section className="weft-section">
          <h2 className="weft-section-title">{t('rollout.instances')}</h2>
          <InstanceTable instances={rollout.instances.filter((item) => item.selected)} />
        </section>
      )}
    </>
  );
}

function Buttons({ rule, rollout }: { readonly rule: Rule; readonly rollout: Rollout }) {
  const { t } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const kind = useRuleKind();
  const { act } = useRolloutActions(kind.segment);
  const run = (what: RolloutAct): Promise<void> =>
    act.mutateAsync({ id: rule.ruleDbId, act: what }).then(
      () => report.done(t(`rollout.done-${what}`)),
      (problem: unknown) => report.failed(problem),
    );
  const ask = (what: 'promote' | 'abort'): void => {
    modal.confirm({
      title: t(`rollout.${what}-title`, { name: rule.name }),
      content: t(`rollout.${what}-hint`, { count: rollout.subscribers }),
      okText: t(`rollout.${what}`),
      okButtonProps: { danger: what === 'abort' },
      onOk: () => run(what),
    });
  };
  const hang = rollout.state === 'PAUSED' ? 'resume' : 'pause';
  return (
    <Guarded needs={kind.needs('publish')}>
      <Space wrap>
        <Button loading={busyIcon(act.isPending)} onClick={() => void run(hang)}>
          {t(`rollout.${hang}`)}
        </Button>
        <Button type="primary" onClick={() => ask('promote')}>
          {t('rollout.promote')}
        </Button>
        <Button danger onClick={() => ask('abort')}>
          {t('rollout.abort')}
        </Button>
      </Space>
    </Guarded>
  );
}

function FigureTable({ rollout: { figures } }: { readonly rollout: Rollout }) {
  const { t, format } = useI18n();
  const share = (rate: number | null): string => (rate === null ? '–' : format.percent(rate * 100));
  const compared = figures.referenceOf === 'none' ? null : t(`rollout.of-${figures.referenceOf}`);
  const rows = [
    { key: 'with', name: t('rollout.with-it'), ...figures.selected },
    ...(compared === null ? [] : [{ key: 'without', name: compared, ...figures.reference }]),
  ];
  return (
    <>
      <Table
        size="small"
        rowKey={(row) => row.key}
        dataSource={rows}
        pagination={false}
        columns={[
          { key: 'name', title: '', render: (_, row) => row.name },
          {
            key: 'requests',
            title: t('rollout.requests'),
            align: 'right',
            render: (_, row) => format.integer(row.requests),
          },
          { key: 'errors', title: t('rollout.errors'), align: 'right', render: (_, row) => share(row.errorRate) },
          { key: 'rejects', title: t('rollout.rejects'), align: 'right', render: (_, row) => share(row.rejectRate) },
          { key: 'time', title: t('rollout.time'), align: 'right', render: (_, row) => format.milliseconds(row.rtMs) },
          { key: 'p99', title: t('rollout.p99'), align: 'right', render: (_, row) => format.milliseconds(row.p99Ms) },
        ]}
      />
      {compared === null && <p className="weft-muted">{t('rollout.of-none')}</p>}
    </>
  );
}

function InstanceTable({ instances }: { readonly instances: readonly Instance[] }) {
  const columns = useInstanceColumns<Instance>();
  return (
    <Table<Instance>
      size="small"
      rowKey={(row) => row.proxyId}
      dataSource={[...instances]}
      pagination={instances.length > 20 ? { pageSize: 20, size: 'small' } : false}
      columns={[columns.instance, columns.result, columns.at]}
    />
  );
}
