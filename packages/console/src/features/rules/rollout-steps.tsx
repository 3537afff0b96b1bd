import { Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { Rollout } from '../../services/rollouts.ts';
import type { Rule } from '../../services/rules.ts';
import { DiffTable } from './diff-table.tsx';

type Step = Rollout['steps'][number];

/** How a rollout goes to the proxies, and what it changes for them. */
export function RolloutSteps({ rule, rollout }: { readonly rule: Rule; readonly rollout: Rollout }) {
  const { t } = useI18n();
  return (
    <>
      <section className="weft-section">
        <h2 className="weft-section-title">{t('rollout.steps')}</h2>
        <StepTable rollout={rollout} />
      </section>
      <section className="weft-section">
        <h2 className="weft-section-title">{t('rollout.changes')}</h2>
        <DiffTable changes={rollout.changes} empty="–" direction={rule.direction} />
      </section>
    </>
  );
}

/** The steps of a rollout with their bounds; the one that it is at is marked. */
export function StepTable({ rollout }: { readonly rollout: Rollout }) {
  const { t, format } = useI18n();
  const bounds = ({ guard }: Step): string => {
    const { maxErrorRate, maxRejectRate, maxRtIncreaseMs, maxP99IncreaseMs } = guard ?? {};
    const texts = [
      ...(maxErrorRate === undefined ? [] : [t('rollout.bound-errors', { value: format.percent(maxErrorRate * 100) })]),
      ...(maxRejectRate === undefined
        ? []
        : [t('rollout.bound-rejects', { value: format.percent(maxRejectRate * 100) })]),
      ...(maxRtIncreaseMs === undefined
        ? []
        : [t('rollout.bound-time', { value: format.milliseconds(maxRtIncreaseMs) })]),
      ...(maxP99IncreaseMs === undefined
        ? []
        : [t('rollout.bound-p99', { value: format.milliseconds(maxP99IncreaseMs) })]),
      t('rollout.no-bounds'),
    ];
    return texts.reduceRight((rest, first) => t('rollout.bound-or', { first, rest }));
  };
  return (
    <Table<Step>
      size="small"
      rowKey={(row) => row.percent}
      dataSource={[...rollout.steps]}
      pagination={false}
      rowClassName={(_, index) => (index + 1 === rollout.step && rollout.endedAt === null ? 'weft-rollout-now' : '')}
      columns={[
        { key: 'step', title: t('rollout.step'), width: 70, render: (_, __, index) => index + 1 },
        {
          key: 'percent',
          title: t('rollout.share'),
          align: 'right',
          width: 80,
          render: (_, row) => format.percent(row.percent),
        },
        {
          key: 'wait',
          title: t('rollout.wait'),
          align: 'right',
          width: 100,
          render: (_, row) => (row.waitSec === 0 ? '–' : format.span(row.waitSec * 1000)),
        },
        { key: 'bounds', title: t('rollout.bounds'), render: (_, row) => bounds(row) },
      ]}
    />
  );
}
