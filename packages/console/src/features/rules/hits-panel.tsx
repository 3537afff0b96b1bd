import { Skeleton, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useRecentRequests } from '../../services/records.ts';
import { useRuleHits } from '../../services/rules.ts';
import { useCan } from '../../services/session.ts';
import { verdictKey } from '../../ui/answers-instead.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { SeriesChart } from '../../ui/series-chart.tsx';
import { proxyText } from '../../ui/server-text.ts';
import { hitsWords } from './effect-words.ts';
import { useRuleKind } from './use-rule-kind.ts';

/** Rules that let everything through do something else to what they are for: there is nothing refused to show. */
const REFUSES_NOBODY: ReadonlySet<string> = new Set(['route', 'mirror', 'isolate', 'mapping']);

interface HitsPanelProps {
  readonly id: number;
  /** What the rule does now. */
  readonly spec: object;
}

/** How often a rule let through and refused, over time and per instance. */
export function HitsPanel({ id, spec }: HitsPanelProps) {
  const { t, format } = useI18n();
  const { segment, address } = useRuleKind();
  const { data, error, refetch } = useRuleHits(segment, id);
  const words = hitsWords(segment, spec);
  const acted = t(words.acted);
  const refuses = !REFUSES_NOBODY.has(segment);
  const passed = t(refuses ? 'hits.passed' : 'hits.for');
  const would = t(words.would);
  if (data === undefined)
    return error === null ? <Skeleton active /> : <ErrorAlert error={error} onRetry={() => void refetch()} />;
  const none = data.points.every((point) => point.passed + point.rejected + point.wouldReject === 0);
  if (none)
    return (
      <>
        <NothingHere
          title={t('hits.none')}
          action={
            <InnerLink to={address} search={{ drawer: 'why', rule: id }}>
              {t('why.open')}
            </InnerLink>
          }
        />
        {refuses && <Samples id={id} title={t(words.samples)} />}
      </>
    );
  return (
    <>
      <SeriesChart
        title={t('ui.rps')}
        at={data.points.map((point) => point.at)}
        format={format.decimal}
        lines={[
          { name: passed, values: data.points.map((point) => point.passed / data.stepSeconds) },
          ...(refuses
            ? [
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
              ]
            : []),
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
            hidden: !refuses,
            render: (_, row) => format.integer(row.rejected),
          },
          {
            key: 'would',
            title: would,
            align: 'right',
            hidden: !refuses,
            render: (_, row) => format.integer(row.wouldReject),
          },
        ]}
      />
      {refuses && <Samples id={id} title={t(words.samples)} />}
    </>
  );
}

const MAX_SAMPLES = 20;

/** The newest requests that the rule refused or delayed, or would have; each leads to what became of it. */
function Samples({ id, title }: { readonly id: number; readonly title: string }) {
  const { t, format, language } = useI18n();
  const can = useCan()('mesh:sidecar:read');
  const { data, error } = useRecentRequests({ ruleDbId: id }, can);
  const rows = data?.items.slice(0, MAX_SAMPLES) ?? [];
  return (
    <section className="weft-section">
      <h2 className="weft-section-title">{title}</h2>
      <ErrorAlert error={error} />
      {!can && <p className="weft-muted">{t('ui.missing-permission', { permission: 'mesh:sidecar:read' })}</p>}
      {data !== undefined && rows.length === 0 && <p className="weft-muted">{t('hits.no-samples')}</p>}
      {rows.length > 0 && (
        <Table
          size="small"
          rowKey={(row) => `${row.proxyId} ${row.direction} ${row.at} ${row.traceId}`}
          dataSource={rows}
          pagination={false}
          columns={[
            { key: 'at', title: t('trace.time'), render: (_, row) => format.clock(row.at) },
            {
              key: 'trace',
              title: t('trace.id'),
              render: (_, { traceId }) =>
                traceId === '-' ? (
                  <span className="weft-muted">{t('trace.without-id')}</span>
                ) : (
                  <InnerLink to="/explain" search={{ mode: 'trace', trace: traceId }}>
                    <span className="weft-break">{traceId}</span>
                  </InnerLink>
                ),
            },
            {
              key: 'caller',
              title: t('trace.caller'),
              render: (_, row) => (
                <>
                  {row.sourceApp || row.sourceIp}
                  <div className="weft-muted weft-small weft-break">
                    {`${row.method} ${row.path}`.trimEnd() || t('trace.method-unknown')}
                  </div>
                </>
              ),
            },
            { key: 'verdict', title: t('trace.verdict'), render: (_, row) => t(verdictKey(row)) },
          ]}
        />
      )}
      {data !== undefined && data.silent.length > 0 && (
        <p className="weft-warning weft-small">
          {t('breakers.silent', {
            count: data.silent.length,
            reason: proxyText(data.silent[0]?.reason ?? '', language),
          })}
        </p>
      )}
    </section>
  );
}
