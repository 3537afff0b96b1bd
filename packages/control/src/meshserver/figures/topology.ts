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

/** A series, and how much of what it counts belongs to an edge. */
export interface SeriesShare {
  readonly series: Series;
  readonly share: number;
}

export interface EdgeView {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly protocol: string;
  reportedBy: 'caller' | 'callee';
  readonly sum: Sum;
  readonly services: Map<string, number>;
  readonly series: SeriesShare[];
}

export interface Graph {
  readonly groupBy: GroupBy;
  readonly nodes: Map<string, NodeView>;
  readonly edges: Map<string, EdgeView>;
}

/** What the proxies of one group of a service counted, of one caller. */
interface Inbound {
  readonly key: SeriesKey;
  readonly sum: Sum;
  readonly series: Series;
}

/** Where calls of one caller to one service go. */
interface Target {
  readonly target: NodeView;
  readonly share: number;
  /** What the target counted of these calls; empty when there is no other target to tell it from. */
  readonly seen: readonly Inbound[];
}

/**
 * Who calls whom in a range: figures of an edge by the proxy of the caller, of a node by those of the callee. A caller does
 * not know which group of a service answered it, so where there are several the times, errors and refusals of an edge are
 * those that its group counted. What a callee saw of a caller that did not tell comes from outside the mesh; its figures
 * are then those of the callee.
 */
export function buildGraph(parts: MeshserverParts, instanceId: string, range: TimeRange, groupBy: GroupBy): Graph {
  const { figures, registry, sidecars } = parts;
  const nodes = new Map<string, NodeView>();
  const edges = new Map<string, EdgeView>();
  const seriesOf = [...figures.series(instanceId)].filter(({ key }) => key.method === '');
  const now = parts.clock.wallNow();

  const node = (kind: NodeView['kind'], app: string, name: string, version: string): NodeView => {
    const id = kind === 'app' ? appNodeId(name, version) : app === EXTERNAL ? EXTERNAL : `service:${name}`;
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
  const inboundOf = new Map<string, Inbound[]>();
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
  /** By service and app of the caller. */
  const told = new Map<string, Map<string, number>>();
  for (const [series, sum] of sums) {
    const { key } = series;
    if (key.direction !== 'outbound') continue;
    const byApp = told.get(key.service) ?? new Map<string, number>();
    byApp.set(key.app, (byApp.get(key.app) ?? 0) + sum.requests);
    told.set(key.service, byApp);
    const source = node('app', key.app, key.app, groupOf(key));
    const targets = targetsOf(key);
    const all = sumOf(targets.flatMap(({ seen }) => seen));
    for (const { target, share, seen } of targets) {
      const found = edge(source, target, key.protocol, 'caller');
      found.services.set(key.service, (found.services.get(key.service) ?? 0) + sum.requests * share);
      if (seen.length === 0) {
        found.sum.add(sum, share);
        found.series.push({ series, share });
        continue;
      }
      const part = sum.requests / all.requests;
      const own = sumOf(seen);
      found.sum.add({
        requests: sum.requests * share,
        errors: partOf(sum.errors, own.errors * part, all.errors * part, share),
        rejected: partOf(sum.rejected, own.rejected * part, all.rejected * part, share),
        durationMs: own.durationMs * part,
        buckets: own.buckets.map((count) => count * part),
      });
      for (const row of seen) found.series.push({ series: row.series, share: part });
    }
  }
  for (const [service, rows] of inboundOf) {
    const byApp = told.get(service) ?? new Map<string, number>();
    /** Calls that were told and that callees did not know the caller of. */
    let nameless = 0;
    const unknown = rows.filter(({ key }) => !isKnown(key.peerApp));
    const known = Map.groupBy(
      rows.filter(({ key }) => isKnown(key.peerApp)),
      ({ key }) => key.peerApp,
    );
    for (const [app, requests] of byApp) nameless += Math.max(0, requests - requestsOf(known.get(app) ?? []));
    for (const [app, seen] of known) addUnseen(service, app, seen, byApp.get(app) ?? 0);
    addUnseen(service, '', unknown, nameless);
  }
  // Apps whose proxies are there and had no traffic belong on the map, too.
  for (const record of sidecars.list(instanceId)) {
    if (record.node.app === '' || record.ended !== '') continue;
    node('app', record.node.app, record.node.app, groupOfProxy(groupBy, record.node));
  }
  return { groupBy, nodes, edges };

  /** What callees saw of a caller beyond what it told. */
  function addUnseen(service: string, app: string, rows: readonly Inbound[], toldRequests: number): void {
    const seen = requestsOf(rows);
    const unseen = seen - toldRequests;
    if (unseen <= seen * UNSEEN_SHARE || unseen < 1) return;
    const share = unseen / seen;
    const source = app === '' ? node('external', EXTERNAL, EXTERNAL, '') : node('app', app, app, '');
    for (const { key, sum, series } of rows) {
      const target = node('app', key.app, key.app, groupOf(key));
      if (source.id === target.id) continue;
      const found = edge(source, target, key.protocol, 'callee');
      found.sum.add(sum, share);
      found.services.set(service, (found.services.get(service) ?? 0) + sum.requests * share);
      found.series.push({ series, share });
    }
  }

  function targetsOf(key: SeriesKey): Target[] {
    const inbound = inboundOf.get(key.service) ?? [];
    const own = inbound.filter(({ key: { peerApp } }) => peerApp === key.app);
    const unknown = inbound.filter(({ key: { peerApp } }) => !isKnown(peerApp));
    const rows = [own, unknown, inbound].find((some) => requestsOf(some) > 0) ?? [];
    if (rows.length > 0) {
      const total = requestsOf(rows);
      const byNode = Map.groupBy(rows, (row) => node('app', row.key.app, row.key.app, groupOf(row.key)));
      return [...byNode].map(([target, seen]) => ({
        target,
        share: requestsOf(seen) / total,
        seen: byNode.size === 1 ? [] : seen,
      }));
    }
    const app = key.peerApp || registry.providers(key.instanceId, key.service)[0]?.record.node.app;
    if (app !== undefined && app !== '') return [{ target: node('app', app, app, ''), share: 1, seen: [] }];
    return [{ target: node('external', key.service, key.service.replace(/@[^@]*$/, ''), ''), share: 1, seen: [] }];
  }
}

const isKnown = (peerApp: string): boolean => peerApp !== '' && peerApp !== OTHER;
const requestsOf = (rows: readonly Inbound[]): number => rows.reduce((total, { sum }) => total + sum.requests, 0);

function sumOf(rows: readonly Inbound[]): Sum {
  const total = new Sum();
  for (const { sum } of rows) total.add(sum);
  return total;
}

/**
 * Of what a caller told, the part of one target: as the targets saw it. What none of them saw never came so far, and goes
 * by the share; what they saw more than the caller told was mended by repeating.
 */
function partOf(told: number, seen: number, seenByAll: number, share: number): number {
  return seenByAll > told ? (told * seen) / seenByAll : seen + (told - seenByAll) * share;
}

const appNodeId = (app: string, group: string): string => `app:${app}${group === '' ? '' : `@${group}`}`;

/** The version or zone that a proxy is drawn with; '' when apps are not told apart. */
export function groupOfProxy(
  groupBy: GroupBy,
  { labels, zone }: { readonly labels: Readonly<Record<string, string>>; readonly zone: string },
): string {
  if (groupBy === 'app') return '';
  return groupBy === 'zone' ? zone : (labels['version'] ?? '');
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
  /** By id of the node. */
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
      const id = appNodeId(record.node.app, groupOfProxy(graph.groupBy, record.node));
      const { state } = parts.sidecars.stateOf(record);
      if (state === 'Running') for (const mark of liveStates(record, (id) => on.has(id))) this.#mark(id, mark);
      if (state === 'Running') this.#instances.set(id, (this.#instances.get(id) ?? 0) + 1);
      if (state === 'Unknown') this.#mark(id, 'stale');
      if (state === 'Running' && record.health.some(({ healthy }) => !healthy)) this.#mark(id, 'unhealthy');
      if (record.applied.some(({ rejectedReason }) => rejectedReason !== '')) this.#mark(id, 'rejected-push');
    }
    for (const rule of enabled) {
      const { app, direction } = rule.body;
      if (app === '*') continue;
      if (parts.rollouts.summaryOf(rule.ruleDbId) !== null) this.#markApp(app, 'rollout');
      const { rejected, wouldReject } = parts.hits.between(instanceId, rule.ruleDbId, range.startMs, range.endMs);
      if (rejected > 0 && rule.type === 'FAULT_INJECT') this.#markApp(app, 'fault');
      // Which version refused what came in is what the version counted.
      else if (rejected > 0 && (graph.groupBy === 'app' || direction !== 'SERVER')) this.#markApp(app, 'limited');
      if (wouldReject > 0) this.#markApp(app, 'observed');
    }
  }

  #mark(id: string, mark: TopologyNode['marks'][number]): void {
    this.#marks.set(id, (this.#marks.get(id) ?? new Set()).add(mark));
  }

  /** A rule is for every version of its app. */
  #markApp(app: string, mark: TopologyNode['marks'][number]): void {
    for (const node of this.#graph.nodes.values()) if (node.app === app) this.#mark(node.id, mark);
  }

  get #coveredFromMs(): number {
    return this.#parts.figures.coveredFromMs(this.#instanceId, this.#range.startMs, this.#range.endMs);
  }

  /** Seconds that figures are of: a mesh that is younger than the range has not been idle before. */
  get seconds(): number {
    return (this.#range.endMs - this.#coveredFromMs) / 1000;
  }

  node(view: NodeView): TopologyNode {
    const marks = new Set(this.#marks.get(view.id));
    if (view.sum.rejected > 0) marks.add('limited');
    return {
      id: view.id,
      kind: view.kind,
      name: view.name,
      version: view.version,
      instances: this.#instances.get(view.id) ?? 0,
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
