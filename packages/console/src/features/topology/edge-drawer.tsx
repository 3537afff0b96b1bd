import { Alert, Drawer, Skeleton, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type Topology, useTopologyEdge } from '../../services/topology.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Facts } from '../../ui/facts.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { isMissing, Missing } from '../../ui/missing.tsx';
import { ServiceId } from '../../ui/service-id.tsx';
import { useTimeRange } from '../../ui/time-span.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { MainFigures, RefusedLink, RuleLines, Statuses, Trend } from './detail-parts.tsx';
import { nameOf } from './graph-style.ts';
import { LimitButton } from './limit-button.tsx';
import { Marks, Routed } from './marks.tsx';
import { DRAWER_WIDTH, SPAN_SECONDS } from './sizes.ts';

interface EdgeDrawerProps {
  readonly id: string | undefined;
  readonly topology: Topology | undefined;
  readonly onClose: () => void;
}

export function EdgeDrawer({ id, ...rest }: EdgeDrawerProps) {
  return id === undefined ? null : <OpenEdgeDrawer id={id} {...rest} />;
}

function OpenEdgeDrawer({ id, topology, onClose }: EdgeDrawerProps & { readonly id: string }) {
  useReturnFocus();
  const { t, format } = useI18n();
  const { data, error, refetch } = useTopologyEdge(id, useTimeRange(SPAN_SECONDS));
  const node = (of: string) => topology?.nodes.find((known) => known.id === of);
  const name = (of: string): string => {
    const known = node(of);
    return known === undefined ? of : nameOf(known, t);
  };
  const title =
    data === undefined ? id : t('topology.edge-of', { source: name(data.edge.source), target: name(data.edge.target) });
  const target = data === undefined ? undefined : node(data.edge.target);
  return (
    <Drawer
      open
      size={DRAWER_WIDTH}
      mask={false}
      aria-modal={false}
      title={title}
      aria-label={title}
      onClose={onClose}
      extra={
        data !== undefined &&
        target !== undefined && (
          <LimitButton app={target.name} direction="SERVER" service={data.edge.service || undefined} />
        )
      }
    >
      {isMissing(error) ? (
        <Missing title={t('topology.gone')} hint={t('topology.gone-hint')} />
      ) : (
        <ErrorAlert error={error} onRetry={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton active />
      ) : (
        <>
          {data.edge.reportedBy === 'callee' && (
            <Alert type="info" showIcon className="weft-error" title={t('topology.callee-only')} />
          )}
          <Facts
            columns={2}
            items={[
              [t('topology.protocol'), data.edge.protocol],
              [t('topology.tls'), t(data.edge.tls ? 'ui.yes' : 'ui.no')],
              [
                t('topology.service'),
                data.edge.service === '' ? (
                  '–'
                ) : (
                  <InnerLink key="service" to={`/services/${encodeURIComponent(data.edge.service)}`}>
                    <ServiceId id={data.edge.service} />
                  </InnerLink>
                ),
              ],
              [
                t('topology.marks'),
                data.edge.marks.length === 0 ? (
                  '–'
                ) : (
                  <Marks key="marks" marks={data.edge.marks} rejected={data.edge.rejected} />
                ),
              ],
              ...(data.edge.routes.length === 0
                ? []
                : ([[t('topology.routing'), <Routed key="routed" routes={data.edge.routes} />]] as const)),
            ]}
          />
          <MainFigures of={data.edge} p90Ms={data.p90Ms} />
          <Trend points={data.points} stepSeconds={data.stepSeconds} />
          <Statuses statuses={data.statuses} />
          {data.methods.length > 0 && (
            <section className="weft-section">
              <h2 className="weft-section-title">{t('topology.methods')}</h2>
              <Table
                size="small"
                rowKey={(row) => `${row.service} ${row.method}`}
                dataSource={[...data.methods]}
                pagination={data.methods.length > 10 ? { pageSize: 10, size: 'small' } : false}
                columns={[
                  { key: 'method', title: t('topology.method'), render: (_, row) => <code>{row.method}</code> },
                  { key: 'rps', title: t('ui.rps'), align: 'right', render: (_, row) => format.decimal(row.rps) },
                  {
                    key: 'p99',
                    title: t('ui.p99'),
                    align: 'right',
                    render: (_, row) => format.milliseconds(row.p99Ms),
                  },
                  {
                    key: 'errors',
                    title: t('ui.error-ratio'),
                    align: 'right',
                    render: (_, row) => format.percent(row.errorRatio),
                  },
                ]}
              />
            </section>
          )}
          <RuleLines rules={data.rules} />
          {target?.kind === 'app' && <RefusedLink app={target.name} />}
        </>
      )}
    </Drawer>
  );
}
