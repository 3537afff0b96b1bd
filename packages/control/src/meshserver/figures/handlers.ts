import type { ms } from '@weft/api';
import { type Handlers, notFound } from '../../http/index.ts';
import type { Topic } from '../events.ts';
import type { MeshserverParts } from '../parts.ts';
import { MINUTE_MS, rangeOf, type TimeRange } from '../range.ts';
import { type Series, type SeriesKey, stepOf } from './figures.ts';
import { percentile } from './histogram.ts';
import { Sum } from './sum.ts';
import { buildGraph, focusOn, type GroupBy, groupOfProxy, type SeriesShare, TopologyView } from './topology.ts';

type MonitorHandlers = Pick<
  Handlers<(typeof ms)['routes']>,
  'getTopology' | 'getTopologyNode' | 'getTopologyEdge' | 'listChanges' | 'getChange' | 'watchEvents'
>;

const TOPICS: readonly Topic[] = ['rules', 'services', 'sidecars', 'pushes', 'topology'];
const DEFAULT_SPAN_MS = 15 * MINUTE_MS;

export function monitorHandlers(parts: MeshserverParts): MonitorHandlers {
  const { figures, rules, sidecars } = parts;

  const pointsOf = (shares: readonly SeriesShare[], range: TimeRange, asked: number | undefined) => {
    const { startMs, endMs } = range;
    const stepSeconds = stepOf(startMs, endMs, parts.clock.wallNow(), asked);
    const shareOf = new Map<Series, number>();
    for (const { series, share } of shares) shareOf.set(series, (shareOf.get(series) ?? 0) + share);
    // Without series there are points, too, of nothing.
    const points = figures.points([], startMs, endMs, stepSeconds);
    for (const [share, all] of Map.groupBy(shareOf, ([, share]) => share)) {
      const own = figures.points(
        all.map(([series]) => series),
        startMs,
        endMs,
        stepSeconds,
      );
      own.forEach(({ sum }, at) => {
        points[at]?.sum.add(sum, share);
      });
    }
    return {
      stepSeconds,
      points: points.map(({ at, sum }) => ({ at, ...sum.figures(stepSeconds, figures.layout.bounds) })),
    };
  };
  const rulesFor = (instanceId: string, of: (body: { app: string; services: readonly string[] }) => boolean) =>
    rules
      .ofInstance(instanceId)
      .filter(({ body }) => of(body))
      .slice(0, 200)
      .map(({ ruleDbId, type, body }) => ({ ruleDbId, type, name: body.name, mode: body.mode, enabled: body.enabled }));
  /** Ids of grouped graphs say how they were grouped. */
  const graphWith = (instanceId: string, range: TimeRange, kind: 'nodes' | 'edges', id: string) => {
    for (const groupBy of ['app', 'version', 'zone'] as const) {
      const graph = buildGraph(parts, instanceId, range, groupBy);
      if (graph[kind].has(id)) return graph;
    }
    throw notFound(`${kind === 'nodes' ? 'node' : 'edge'} ${id}`);
  };

  return {
    getTopology(call) {
      const { instanceId } = call.caller;
      const range = rangeOf(call.query, parts.clock.wallNow(), DEFAULT_SPAN_MS);
      const groupBy: GroupBy = call.query.groupBy ?? 'app';
      let graph = buildGraph(parts, instanceId, range, groupBy);
      if (call.query.focus !== undefined) graph = focusOn(graph, call.query.focus, call.query.depth ?? 1);
      return new TopologyView(parts, instanceId, range, graph).topology();
    },
    getTopologyNode(call) {
      const { instanceId } = call.caller;
      const range = rangeOf(call.query, parts.clock.wallNow(), DEFAULT_SPAN_MS);
      const graph = graphWith(instanceId, range, 'nodes', call.params.id);
      const view = graph.nodes.get(call.params.id);
      if (view === undefined) throw notFound(`node ${call.params.id}`);
      const proxies = sidecars
        .list(instanceId)
        .filter(
          ({ node }) => view.app !== '' && node.app === view.app && groupOfProxy(graph.groupBy, node) === view.version,
        )
        .slice(0, 500)
        .map((record) => ({
          proxyId: record.node.id,
          ip: record.node.ip,
          state: sidecars.stateOf(record).state,
          rps: Math.round(record.rps * 100) / 100,
        }));
      // What has no proxy of its own has the figures of those who call it.
      const series =
        view.series.length > 0
          ? view.series.map((own) => ({ series: own, share: 1 }))
          : [...graph.edges.values()].filter(({ target }) => target === view.id).flatMap((edge) => edge.series);
      return {
        node: new TopologyView(parts, instanceId, range, graph).node(view),
        ...pointsOf(series, range, call.query.step),
        statuses: statusesOf(view.sum),
        proxies,
        rules: rulesFor(instanceId, ({ app }) => app === '*' || (view.app !== '' && app === view.app)),
      };
    },
    getTopologyEdge(call) {
      const { instanceId } = call.caller;
      const range = rangeOf(call.query, parts.clock.wallNow(), DEFAULT_SPAN_MS);
      const graph = graphWith(instanceId, range, 'edges', call.params.id);
      const view = graph.edges.get(call.params.id);
      if (view === undefined) throw notFound(`edge ${call.params.id}`);
      const shown = new TopologyView(parts, instanceId, range, graph);
      const source = graph.nodes.get(view.source);
      const target = graph.nodes.get(view.target);
      return {
        edge: shown.edge(view),
        ...pointsOf(view.series, range, call.query.step),
        statuses: statusesOf(view.sum),
        methods: methodsOf(parts, instanceId, view.series, range).map(({ service, method, sum }) => ({
          service,
          method,
          ...sum.figures(shown.seconds, figures.layout.bounds),
        })),
        p90Ms: percentile(view.sum.buckets, figures.layout.bounds, 0.9),
        rules: rulesFor(
          instanceId,
          ({ app, services }) =>
            (app === '*' || app === source?.app || app === target?.app) &&
            (services.includes('*') || services.some((service) => view.services.has(service))),
        ),
      };
    },
    listChanges(call) {
      const { start, end, ...filter } = call.query;
      return parts.changes.list(call.caller, {
        ...filter,
        ...(start === undefined ? {} : { start }),
        ...(end === undefined ? {} : { end }),
      });
    },
    getChange: (call) => parts.changes.get(call.caller, call.params.changeId),
    watchEvents(call) {
      const topics = new Set(call.query.topics?.split(',') ?? TOPICS);
      parts.events.open(call.openEvents(), call.caller.instanceId, topics);
      return undefined;
    },
  };
}

function statusesOf(sum: Sum): { class: string; count: number }[] {
  const counts = {
    success: sum.requests - sum.errors - sum.rejected,
    error: sum.errors,
    rejected: sum.rejected,
  };
  return Object.entries(counts).map(([name, count]) => ({ class: name, count: Math.max(0, Math.round(count)) }));
}

/** Methods seen on the same way as these series; at most 200, the busiest first. */
function methodsOf(
  parts: MeshserverParts,
  instanceId: string,
  series: readonly SeriesShare[],
  range: TimeRange,
): { service: string; method: string; sum: Sum }[] {
  const ways = new Map<string, number>();
  for (const { series: of, share } of series) ways.set(wayOf(of.key), (ways.get(wayOf(of.key)) ?? 0) + share);
  const found = new Map<string, { service: string; method: string; sum: Sum }>();
  const now = parts.clock.wallNow();
  for (const item of parts.figures.series(instanceId)) {
    const { key } = item;
    const share = ways.get(wayOf(key));
    if (key.method === '' || share === undefined) continue;
    const id = `${key.service}\n${key.method}`;
    let row = found.get(id);
    if (row === undefined) {
      row = { service: key.service, method: key.method, sum: new Sum() };
      found.set(id, row);
    }
    const own = new Sum();
    item.sum(range.startMs, range.endMs, now, own);
    row.sum.add(own, share);
  }
  return [...found.values()]
    .filter(({ sum }) => sum.requests > 0)
    .sort((a, b) => b.sum.requests - a.sum.requests)
    .slice(0, 200);
}

const wayOf = ({ direction, app, peerApp, service, protocol, version, zone }: SeriesKey): string =>
  [direction, app, peerApp, service, protocol, version, zone].join('\n');
