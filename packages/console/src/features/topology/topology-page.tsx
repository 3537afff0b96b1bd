import { Alert, Checkbox, Segmented, Select, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type Topology, useTopology } from '../../services/topology.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { PauseButton } from '../../ui/pause-button.tsx';
import { TimeSpanSelect, usePaused, useTimeRange } from '../../ui/time-span.tsx';
import { choiceOf, flagOf, textOf, useView } from '../../ui/url-state.ts';
import { EdgeDrawer } from './edge-drawer.tsx';
import { NodeDrawer } from './node-drawer.tsx';
import { SPAN_SECONDS } from './sizes.ts';
import { TopologyList } from './topology-list.tsx';

const TopologyGraph = lazy(async () => ({ default: (await import('./topology-graph.tsx')).TopologyGraph }));

const GROUPS = ['app', 'version', 'zone'] as const;
/** Data older than this is worth a word. */
const OLD_MS = 15_000;
/** So much less than the range is the range. */
const COVERED_MS = 5000;
const DAY_MS = 86_400_000;

export function TopologyPage() {
  const { t, format } = useI18n();
  const [view, setView] = useView();
  const range = useTimeRange(SPAN_SECONDS);
  const [paused, setPaused] = usePaused();
  const groupBy = choiceOf(view, 'groupBy', GROUPS) ?? 'app';
  const shape = choiceOf(view, 'view', ['graph', 'list']) ?? 'graph';
  const { data, error, refetch } = useTopology(range, groupBy, paused);
  const nodeMetrics = flagOf(view, 'nodeMetrics') ?? true;
  const edgeMetrics = flagOf(view, 'edgeMetrics') ?? (data?.edges.length ?? 0) <= 60;
  const open = (patch: { node?: string; edge?: string }): void =>
    setView({ node: undefined, edge: undefined, ...patch }, 'push');
  const beside = shape === 'graph' && (textOf(view, 'node') ?? textOf(view, 'edge')) !== undefined;
  /** When the mesh is younger than the range, rates are of less time than was asked for. */
  const sinceOf = ({ start, coveredFrom }: Topology): string[] => {
    const from = Date.parse(coveredFrom);
    if (from - Date.parse(start) <= COVERED_MS) return [];
    const time = Date.now() - from < DAY_MS ? format.minute(coveredFrom) : format.time(coveredFrom);
    return [t('topology.since', { time })];
  };
  return (
    <Page
      title={t('topology.title')}
      subtitle={t('topology.subtitle')}
      extra={
        <Segmented
          aria-label={t('topology.view')}
          value={shape}
          options={[
            { value: 'graph', label: t('topology.graph') },
            { value: 'list', label: t('topology.list') },
          ]}
          onChange={(next) => setView({ view: next === 'graph' ? undefined : next })}
        />
      }
    >
      <section
        className={beside ? 'weft-card weft-topology weft-topology-beside' : 'weft-card weft-topology'}
        aria-label={t('topology.title')}
      >
        <div className="weft-toolbar">
          <div className="weft-inline">
            <TimeSpanSelect fallback={SPAN_SECONDS} />
            {range.fixed === null && <PauseButton paused={paused} onChange={setPaused} />}
            <Select
              aria-label={t('topology.group-by')}
              style={{ width: 130 }}
              value={groupBy}
              options={GROUPS.map((value) => ({ value, label: t(`topology.by-${value}`) }))}
              onChange={(value) =>
                setView({ groupBy: value === 'app' ? undefined : value, node: undefined, edge: undefined })
              }
            />
            {shape === 'graph' && (
              <>
                <Checkbox checked={nodeMetrics} onChange={(event) => setView({ nodeMetrics: event.target.checked })}>
                  {t('topology.node-metrics')}
                </Checkbox>
                <Checkbox checked={edgeMetrics} onChange={(event) => setView({ edgeMetrics: event.target.checked })}>
                  {t('topology.edge-metrics')}
                </Checkbox>
              </>
            )}
          </div>
          <span className="weft-muted">
            {data === undefined
              ? ''
              : data.dataAgeMs === null
                ? t('ui.no-reports')
                : [...sinceOf(data), t('ui.data-age', { age: format.span(data.dataAgeMs) })].join(' · ')}
          </span>
        </div>
        <ErrorAlert error={error} onRetry={() => void refetch()} />
        {data !== undefined && range.fixed === null && !paused && (data.dataAgeMs ?? 0) > OLD_MS && (
          <Alert
            type="warning"
            showIcon
            className="weft-error"
            title={t('ui.data-age', { age: format.span(data.dataAgeMs) })}
          />
        )}
        {data === undefined && error === null && <Skeleton active className="weft-card-padded" />}
        {data !== undefined && data.nodes.length === 0 && (
          <div className="weft-card-padded">
            <NothingHere title={t('topology.empty')} hint={t('topology.empty-hint')} />
          </div>
        )}
        {data !== undefined && data.nodes.length > 0 && shape === 'list' && (
          <TopologyList topology={data} onNode={(node) => open({ node })} onEdge={(edge) => open({ edge })} />
        )}
        {data !== undefined && data.nodes.length > 0 && shape === 'graph' && (
          <Suspense fallback={<Skeleton active className="weft-card-padded" />}>
            <TopologyGraph
              topology={data}
              nodeMetrics={nodeMetrics}
              edgeMetrics={edgeMetrics}
              focus={textOf(view, 'node')}
              edge={textOf(view, 'edge')}
              onNode={(node) => open({ node })}
              onEdge={(edge) => open({ edge })}
            />
          </Suspense>
        )}
      </section>
      <NodeDrawer id={textOf(view, 'node')} onClose={() => open({})} />
      <EdgeDrawer id={textOf(view, 'edge')} topology={data} onClose={() => open({})} />
    </Page>
  );
}
