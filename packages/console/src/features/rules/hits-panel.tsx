import { Skeleton, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useRuleHits } from '../../services/rules.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { SeriesChart } from '../../ui/series-chart.tsx';
import { useRuleKind } from './use-rule-kind.ts';

/** Rules that let everything through do something else to what they are for. */
const REFUSES_NOBODY: ReadonlySet<string> = new Set(['route', 'mirror', 'isolate']);

/** How often a rule let through and refused, over time and per instance. */
export function HitsPanel({ id }: { readonly id: number }) {
  const { t, format } = useI18n();
  const { segment } = useRuleKind();
  const { data, error, refetch } = useRuleHits(segment, id);
  // A fault that delays refuses nothing.
  const fault = segment === 'fault-inject';
  const acted = t(fault ? 'hits.injected' : 'hits.rejected');
  const passed = t(REFUSES_NOBODY.has(segment) ? 'hits.for' : 'hits.passed');
  const would = t(fault ? 'hits.would-inject' : 'hits.would');
  if (data === undefined)
    return error === null ? <Skeleton active /> : <ErrorAlert error={error} onRetry={() => void refetch()} />;
  const none = data.points.every((point) => point.passed + point.rejected + point.wouldReject === 0);
  if (none) return <NothingHere title={t('hits.none')} />;
  return (
    <>
      <SeriesChart
        title={t('ui.rps')}
        at={data.points.map((point) => point.at)}
        format={format.decimal}
        lines={[
          { name: passed, values: data.points.map((point) => point.passed / data.stepSeconds) },
          {
            name: acted,
            values: data.points.map((point) => point.rejected / data.stepSeconds),
            colour: '#cf1322',
          },
          {
            name: would,
            values: data.points.map((point) => point.wouldReject / data.stepSeconds),
            colour: '#d46b08',
          },
        ]}
      />
      <Table
        size="small"
        rowKey={(row) => row.proxyId}
        dataSource={[...data.instances]}
        pagination={data.instances.length > 20 ? { pageSize: 20, size: 'small' } : false}
        columns={[
          {
            key: 'ip',
            title: t('push.instance'),
            render: (_, row) => (
              <InnerLink to="/proxies" search={{ proxy: row.proxyId }}>
                {row.ip}
              </InnerLink>
            ),
          },
          { key: 'passed', title: passed, align: 'right', render: (_, row) => format.integer(row.passed) },
          {
            key: 'rejected',
            title: acted,
            align: 'right',
            render: (_, row) => format.integer(row.rejected),
          },
          { key: 'would', title: would, align: 'right', render: (_, row) => format.integer(row.wouldReject) },
        ]}
      />
    </>
  );
}
