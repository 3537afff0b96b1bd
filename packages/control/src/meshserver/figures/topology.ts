import type { Topology, TopologyEdge, TopologyNode } from '@weft/api';
import type { MeshserverParts } from '../parts.ts';
import { iso, type TimeRange } from '../range.ts';
import { OTHER, type Series, type SeriesKey } from './figures.ts';
import { liveStates } from './live-states.ts';
import { Sum } from './sum.ts';

export type GroupBy = 'app' | 'version' | 'zone';

/** Callers without a proxy. */
export const EXTERNAL = 'external';
/** Less than that share of what a callee saw beyond what callers told is timing, not somebody else. */
const UNSEEN_SHARE = 0.05;
/** Groups of rules that are named for one edge. */
const MAX_ROUTES = 20;

export interface NodeView {
  readonly id: string;
  readonly kind: TopologyNode['kind'];
  readonly name: string;
  readonly version: string;
  /** App, '' for what has none. */
  readonly app: string;
  readonly sum: Sum;
  readonly series: Series[];
}

export interface EdgeView {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly protocol: string;
  reportedBy: 'caller' | 'callee';
  readonly sum: Sum;
  readonly services: Map<string, number>;
  readonly series: Series[];
}

export interface Graph {
  readonly groupBy: GroupBy;
  readonly nodes: Map<string, NodeView>;
  readonly edges: Map<string, EdgeView>;
}

/**
 * Who calls whom in a range: figures of an edge by the proxy of the caller, of a node by those of the callee. What a callee
 * saw and no caller told comes from outside the mesh; its figures are then those of the callee.
 */
export function buildGraph(parts: MeshserverParts, instanceId: string, range: TimeRange, groupBy: GroupBy): Graph {
  const { figures, registry, sidecars } = parts;
  const nodes = new Map<string, NodeView>();
  const edges = new Map<string, EdgeView>();
  const seriesOf = [...figures.series(instanceId)].filter(({ key }) => key.method === '');
  const now = parts.clock.wallNow();

  const node = (kind: NodeView['kind'], app: string, name: string, version: string): NodeView => {
    const id =
      kind === 'app'
        ? `app:${name}${version === '' ? '' : `@${version}`}`
        : app === EXTERNAL
          ? EXTERNAL
          : `service:${name}`;
    let found = nodes.get(id);
    if (found === undefined) {
      found = { id, kind, name, version, app: kind === 'app' ? app : '', sum: new Sum(), series: [] };
      nodes.set(id, found);
    }
    return found;
  };
  const groupOf = (key: Pick<SeriesKey, 'version' | 'zone'>): string => (groupBy === 'app' ? '' : key[groupBy]);
  const edge = (source: NodeView, target: NodeView, protocol: string, reportedBy: EdgeView['reportedBy']): EdgeView => {
    const id = `${source.id}>${target.id}>${protocol}`;
    let found = edges.get(id);
    if (found === undefined) {
      found = {
        id,
        source: source.id,
        target: target.id,
        protocol,
        reportedBy,
        sum: new Sum(),
        services: new Map(),
        series: [],
      };
      edges.set(id, found);
    }
    return found;
  };

  const sums = new Map<Series, Sum>();
  for (const series of seriesOf) {
    const sum = new Sum();
    series.sum(range.startMs, range.endMs, now, sum);
    if (sum.requests + sum.rejected > 0) sums.set(series, sum);
  }
  /** Providers of a service, by what they report, else by the registry. */
  const inboundOf = new Map<string, { readonly key: SeriesKey; readonly sum: Sum; readonly series: Series }[]>();
  for (const [series, sum] of sums) {
    const { key } = series;
    if (key.direction !== 'inbound') continue;
    const own = node('app', key.app, key.app, groupOf(key));
    own.sum.add(sum);
    own.series.push(series);
    const rows = inboundOf.get(key.service) ?? [];
    rows.push({ key, sum, series });
    inboundOf.set(key.service, rows);
  }
  const told = new Map<string, number>();
  for (const [series, sum] of sums) {
    const { key } = series;
    if (key.direction !== 'outbound') continue;
    told.set(key.service, (told.get(key.service) ?? 0) + sum.requests);
    const source = node('app', key.app, key.app, groupOf(key));
    for (const { target, share } of targetsOf(key)) {
      const found = edge(source, target, key.protocol, 'caller');
      found.sum.add(sum, share);
      found.services.set(key.service, (found.services.get(key.service) ?? 0) + sum.requests * share);
      found.series.push(series);
    }
  }
  for (const [service, rows] of inboundOf) {
    const seen = rows.reduce((total, { sum }) => total + sum.requests, 0);
    const unseen = seen - (told.get(service) ?? 0);
    if (unseen <= seen * UNSEEN_SHARE || unseen < 1) continue;
    for (const { key, sum, series } of rows) {
      const target = node('app', key.app, key.app, groupOf(key));
      const source =
        key.peerApp === '' || key.peerApp === OTHER
          ? node('external', EXTERNAL, EXTERNAL, '')
          : node('app', key.peerApp, key.peerApp, '');
      if (source.id === target.id) continue;
      const found = edge(source, target, key.protocol, 'callee');
      found.sum.add(sum, unseen / seen);
      found.services.set(service, (found.services.get(service) ?? 0) + sum.requests);
      found.series.push(series);
    }
  }
  // Apps whose proxies are there and had no traffic belong on the map, too.
  for (const record of sidecars.list(instanceId)) {
    if (record.node.app === '' || record.ended !== '') continue;
    node(
      'app',
      record.node.app,
      record.node.app,
      groupOf({ version: record.node.labels['version'] ?? '', zone: record.node.zone }),
    );
  }
  return { groupBy, nodes, edges };

  function targetsOf(key: SeriesKey): { target: NodeView; share: number }[] {
    const inbound = inboundOf.get(key.service);
    if (inbound !== undefined) {
      // Grouped by version the caller does not know which it called: shares are those of the callees.
      const total = inbound.reduce((sum, row) => sum + row.sum.requests, 0);
      const byNode = new Map<NodeView, number>();
      for (const row of inbound) {
        const target = node('app', row.key.app, row.key.app, groupOf(row.key));
        byNode.set(target, (byNode.get(target) ?? 0) + row.sum.requests);
      }
      if (total > 0) return [...byNode].map(([target, requests]) => ({ target, share: requests / total }));
    }
    const app = key.peerApp || registry.providers(key.instanceId, key.service)[0]?.record.node.app;
    if (app !== undefined && app !== '') return [{ target: node('app', app, app, ''), share: 1 }];
    return [{ target: node('external', key.service, key.service.replace(/@[^@]*$/, ''), ''), share: 1 }];
  }
}

/** Keeps what is at most `depth` calls away from a node, up and down. */
export function focusOn(graph: Graph, focus: string, depth: number): Graph {
  const kept = new Set([focus]);
  for (const [from, to] of [
    ['source', 'target'],
    ['target', 'source'],
  ] as const) {
    let front = new Set([focus]);
    for (let step = 0; step < depth; step++) {
      const next = new Set<string>();
      for (const edge of graph.edges.values()) if (front.has(edge[from])) next.add(edge[to]);
      for (const id of next) kept.add(id);
      front = next;
    }
  }
  return {
    groupBy: graph.groupBy,
    nodes: new Map([...graph.nodes].filter(([id]) => kept.has(id))),
    edges: new Map([...graph.edges].filter(([, edge]) => kept.has(edge.source) && kept.has(edge.target))),
  };
}

/** The graph as the interface has it. */
export class TopologyView {
  readonly #parts: MeshserverParts;
  readonly #instanceId: string;
  readonly #range: TimeRange;
  readonly #graph: Graph;
  /** Rules of routing that are on. */
  readonly #routes: readonly RouteOfGraph[];
  readonly #marks = new Map<string, Set<TopologyNode['marks'][number]>>();
  readonly #instances = new Map<string, number>();

  constructor(parts: MeshserverParts, instanceId: string, range: TimeRange, graph: Graph) {
    this.#parts = parts;
    this.#instanceId = instanceId;
    this.#range = range;
    this.#graph = graph;
    this.#routes = routesOf(parts, instanceId);
    const enabled = parts.rules.ofInstance(instanceId).filter(({ body }) => body.enabled);
    const on = new Set(enabled.map(({ ruleDbId }) => ruleDbId));
    for (const record of parts.sidecars.list(instanceId)) {
      const { app } = record.node;
      const { state } = parts.sidecars.stateOf(record);
      if (state === 'Running') for (const mark of liveStates(record, (id) => on.has(id))) this.#mark(app, mark);
      if (state === 'Running') this.#instances.set(app, (this.#instances.get(app) ?? 0) + 1);
      if (state === 'Unknown') this.#mark(app, 'stale');
      if (state === 'Running' && record.health.some(({ healthy }) => !healthy)) this.#mark(app, 'unhealthy');
      if (record.applied.some(({ rejectedReason }) => rejectedReason !== '')) this.#mark(app, 'rejected-push');
    }
    for (const rule of enabled) {
      if (rule.body.app === '*') continue;
      if (parts.rollouts.summaryOf(rule.ruleDbId) !== null) this.#mark(rule.body.app, 'rollout');
      const { rejected, wouldReject } = parts.hits.between(instanceId, rule.ruleDbId, range.startMs, range.endMs);
      if (rejected > 0) this.#mark(rule.body.app, rule.type === 'FAULT_INJECT' ? 'fault' : 'limited');
      if (wouldReject > 0) this.#mark(rule.body.app, 'observed');
    }
  }

  #mark(app: string, mark: TopologyNode['marks'][number]): void {
    this.#marks.set(app, (this.#marks.get(app) ?? new Set()).add(mark));
  }

  get #coveredFromMs(): number {
    return this.#parts.figures.coveredFromMs(this.#instanceId, this.#range.startMs, this.#range.endMs);
  }

  /** Seconds that figures are of: a mesh that is younger than the range has not been idle before. */
  get seconds(): number {
    return (this.#range.endMs - this.#coveredFromMs) / 1000;
  }

  node(view: NodeView): TopologyNode {
    const marks = new Set(view.app === '' ? [] : this.#marks.get(view.app));
    if (view.sum.rejected > 0) marks.add('limited');
    return {
      id: view.id,
      kind: view.kind,
      name: view.name,
      version: view.version,
      instances: view.app === '' ? 0 : (this.#instances.get(view.app) ?? 0),
      ...view.sum.figures(this.seconds, this.#parts.figures.layout.bounds),
      marks: [...marks],
    };
  }

  edge(view: EdgeView): TopologyEdge {
    const [busiest] = [...view.services].sort((a, b) => b[1] - a[1]);
    return {
      id: view.id,
      source: view.source,
      target: view.target,
      service: busiest?.[0] ?? '',
      protocol: view.protocol,
      tls: false,
      reportedBy: view.reportedBy,
      ...view.sum.figures(this.seconds, this.#parts.figures.layout.bounds),
      marks: view.sum.rejected > 0 ? ['limited'] : [],
      routes: this.#routesOf(view),
    };
  }

  #routesOf({ source, target, services }: EdgeView): TopologyEdge['routes'] {
    const { nodes, groupBy } = this.#graph;
    const caller = nodes.get(source)?.app ?? '';
    const callee = nodes.get(target);
    if (callee === undefined) return [];
    return this.#routes
      .filter(({ ruleDbId, body }) => {
        if (!body.services.some((service) => services.has(service))) return false;
        return this.#parts.hits.isActing(this.#instanceId, ruleDbId, caller);
      })
      .flatMap(({ ruleDbId, body }) =>
        body.spec.destinations
          .filter(({ weight, labels }) => {
            const asked = groupBy === 'app' ? undefined : labels[groupBy];
            return weight > 0 && (asked === undefined || asked === callee.version);
          })
          .map(({ weight, labels }) => ({ ruleDbId, name: body.name, group: inWords(labels), percent: weight })),
      )
      .slice(0, MAX_ROUTES);
  }

  topology(): Topology {
    const { nodes, edges } = this.#graph;
    return {
      start: iso(this.#range.startMs),
      end: iso(this.#range.endMs),
      coveredFrom: iso(this.#coveredFromMs),
      dataAgeMs: this.#parts.figures.ageMs(this.#instanceId),
      nodes: [...nodes.values()].map((view) => this.node(view)),
      edges: [...edges.values()].map((view) => this.edge(view)),
    };
  }
}

type Labels = Readonly<Record<string, string>>;

interface RouteOfGraph {
  readonly ruleDbId: number;
  readonly body: {
    readonly name: string;
    readonly services: readonly string[];
    readonly spec: { readonly destinations: readonly { readonly weight: number; readonly labels: Labels }[] };
  };
}

function routesOf({ rules }: MeshserverParts, instanceId: string): RouteOfGraph[] {
  const routes = rules.ofInstance(instanceId).filter(({ type, body }) => type === 'ROUTE' && body.enabled);
  // A rule of this type went through the check of its type.
  return routes.map(({ ruleDbId, body }) => ({ ruleDbId, body: body as unknown as RouteOfGraph['body'] }));
}

const inWords = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',') || '*';
