import { createRandom, type ProtocolError, type Random } from '@weft/kit';
import type { BoundTranscoder, HostSelector, Transcoder } from '@weft/sdk';
import { compileAccessLog } from '@weft/telemetry/access-log';
import type { EdgeTable } from '@weft/telemetry/edges';
import type { LogRing } from '@weft/telemetry/ring';
import { openStats } from '@weft/telemetry/stats';
import { Cluster, type ClusterProgram, type HostProgram, matchHosts, type ProtocolBinding } from '../cluster/index.ts';
import {
  type AccessLogger,
  EdgeRecorder,
  type ExchangeRecord,
  type ListenerRuntime,
  needsHeads,
  resolveVariable,
} from '../exchange/index.ts';
import { FilterChain } from '../filter/index.ts';
import type { RuleChain } from '../governance/chain.ts';
import type { ConnectTarget, NetContext } from '../net/index.ts';
import { RouteTable } from '../route/index.ts';
import { compileAddressRoutes } from './address-routes.ts';
import type { ExtensionCatalog } from './catalog.ts';
import { unpackHosts } from './packed-hosts.ts';
import type { ExtensionUse, ListenerProgram, ProgramUpdate, SettingsProgram, TranscoderProgram } from './program.ts';

/** The runtime objects of one thread, as requests use them. Each map entry is replaced as a whole. */
export interface RuntimeState {
  readonly routers: Map<string, RouteTable>;
  readonly clusters: Map<string, Cluster>;
  readonly listeners: Map<string, { readonly program: ListenerProgram; readonly runtime: ListenerRuntime }>;
  /** Upstream bindings by lower-case protocol name. */
  protocols: ReadonlyMap<string, ProtocolBinding>;
  /** Rises with every change of the maps: what was looked up before is asked for again then. */
  generation: number;
}

export interface InstantiateOptions {
  readonly context: NetContext;
  readonly catalog: ExtensionCatalog;
  readonly ring: LogRing | null;
  readonly process: Float64Array;
  readonly seed: number;
  /** Index of this thread. */
  readonly thread: number;
  readonly edges: EdgeTable;
  /** The rules that act on listeners of a type. */
  rulesOf(listenerType: string): RuleChain | null;
  /** What rules choose hosts of a service by. */
  selectorsOf(service: string): readonly HostSelector[];
  onUpstreamProtocolError(error: ProtocolError, cluster: string, target: ConnectTarget): void;
  /** A log line did not fit into the ring. */
  onLogDropped(): void;
}

/** What an update built, ready to be put in place at once. */
export interface Instantiated {
  readonly routers: readonly RouteTable[];
  readonly clusters: readonly Cluster[];
  readonly listeners: readonly { readonly program: ListenerProgram; readonly runtime: ListenerRuntime }[];
  readonly protocols: ReadonlyMap<string, ProtocolBinding>;
}

/** Loads every extension that an update needs, before anything is built from it. */
export async function loadExtensions(update: ProgramUpdate, catalog: ExtensionCatalog): Promise<void> {
  for (const use of update.settings.upstreamProtocols) await catalog.load('protocol', use.name);
  for (const cluster of update.clusters)
    if (isWhole(cluster)) await catalog.load('load-balancer', cluster.loadBalancer);
  if (update.settings.expectsRules) await preloadRules(catalog);
  for (const listener of update.listeners) {
    for (const use of listener.protocols) await catalog.load('protocol', use.name);
    if (listener.fallback !== null) await catalog.load('protocol', listener.fallback.name);
    for (const use of listener.filters) {
      await catalog.load('stream-filter', use.name);
      for (const { name } of use.transcoders.flat()) await catalog.load('transcoder', name);
    }
  }
}

/** Rules may come at any time: the first ones must not wait for their code. */
export async function preloadRules(catalog: ExtensionCatalog): Promise<void> {
  for (const name of catalog.names('governance-rule')) await catalog.load('governance-rule', name);
}

/** Builds the runtime objects of an update in small steps. Nothing of `state` changes meanwhile. */
export function* instantiate(
  update: ProgramUpdate,
  state: RuntimeState,
  options: InstantiateOptions,
): Generator<void, Instantiated> {
  const random: Random = createRandom(options.seed);
  const routers: RouteTable[] = [];
  for (const program of update.routers) routers.push(yield* RouteTable.build(program));
  const clusters: Cluster[] = [];
  const hostLists = update.hosts === null ? null : yield* unpackHosts(update.hosts);
  for (const [index, given] of update.clusters.entries()) {
    const previous = state.clusters.get(given.name);
    const program = completeCluster(given, hostLists?.[index] ?? given.hosts, previous?.program);
    const balancer = options.catalog.get('load-balancer', program.loadBalancer);
    const matched = yield* matchHosts(program.hosts, previous?.hosts);
    yield;
    const cluster = new Cluster(
      program,
      balancer,
      previous,
      options.context,
      random,
      options.onUpstreamProtocolError,
      options.thread,
      matched,
    );
    clusters.push(cluster);
    yield;
    const selectors = options.selectorsOf(program.name);
    yield* prepareGroups(cluster, selectors.length > 0 ? selectors : (previous?.selectors ?? []));
  }
  const protocols = new Map<string, ProtocolBinding>();
  for (const use of update.settings.upstreamProtocols) {
    const binding = bind(use, update.settings, options.catalog);
    protocols.set(use.name.toLowerCase(), binding);
    // As requests name their own, so that nothing is converted for each of them.
    protocols.set(binding.protocol.name, binding);
  }
  const listeners: { program: ListenerProgram; runtime: ListenerRuntime }[] = [];
  for (const program of update.listeners) {
    listeners.push({ program, runtime: buildListener(program, update.settings, state, options) });
    yield;
  }
  return { routers, clusters, listeners, protocols };
}

function isWhole(cluster: ProgramUpdate['clusters'][number]): cluster is ClusterProgram {
  return 'loadBalancer' in cluster;
}

/** A cluster with its hosts; with what it was before where only they are new. */
function completeCluster(
  given: ProgramUpdate['clusters'][number],
  hosts: readonly HostProgram[],
  previous: ClusterProgram | undefined,
): ClusterProgram {
  if (isWhole(given)) return hosts === given.hosts ? given : { ...given, hosts };
  if (previous === undefined)
    throw new Error(`new hosts came for cluster ${given.name}, which this thread does not have`);
  return { ...previous, hosts };
}

/** Groups of hosts are made before requests ask for them. */
function* prepareGroups(cluster: Cluster, selectors: Iterable<HostSelector>): Generator<void, void> {
  for (const selector of selectors) {
    cluster.group(selector);
    yield;
  }
}

/** Puts an update in place: from here on new requests see it. Synchronous and short. */
export function swap(update: ProgramUpdate, built: Instantiated, state: RuntimeState): void {
  // Everything first, then the generation: clusters that begin or end let requests go on, which look things up and
  // remember them for this generation.
  state.protocols = built.protocols;
  for (const table of built.routers) state.routers.set(table.name, table);
  for (const cluster of built.clusters) state.clusters.set(cluster.name, cluster);
  for (const item of built.listeners) state.listeners.set(item.program.name, item);
  for (const name of update.removedRouters) state.routers.delete(name);
  for (const name of update.removedListeners) state.listeners.delete(name);
  const removed: Cluster[] = [];
  for (const name of update.removedClusters) {
    const cluster = state.clusters.get(name);
    state.clusters.delete(name);
    if (cluster !== undefined) removed.push(cluster);
  }
  state.generation++;
  for (const cluster of built.clusters) cluster.activate();
  for (const cluster of removed) cluster.close();
}

/** Looks up once per generation. */
function lastOf<T>(state: RuntimeState, look: () => T): () => T {
  let generation = state.generation;
  let found = look();
  return () => {
    if (generation !== state.generation) {
      generation = state.generation;
      found = look();
    }
    return found;
  };
}

/** Remembers what was looked up last: most requests ask for what the one before did. */
export function lastByName<T>(state: Pick<RuntimeState, 'generation'>, look: (name: string) => T): (name: string) => T {
  let generation = state.generation;
  let last = '';
  let found = look(last);
  return (name) => {
    if (name !== last || generation !== state.generation) {
      generation = state.generation;
      last = name;
      found = look(name);
    }
    return found;
  };
}

const SINGLE_STREAM_MARKS = { highWaterBytes: 16 * 1024, lowWaterBytes: 16 * 1024 };

function bind(use: ExtensionUse, settings: SettingsProgram, catalog: ExtensionCatalog): ProtocolBinding {
  const protocol = catalog.get('protocol', use.name);
  // Where one connection serves one stream at a time a pause reaches the source at once: little has to wait for it.
  const limits = protocol.pooling === 'ping-pong' ? { ...settings.limits, ...SINGLE_STREAM_MARKS } : settings.limits;
  return { protocol, config: use.config, limits };
}

/** Stands in for one whose mappings have not come: by its defaults it would convert every service. */
const NOTHING_YET: Transcoder = {
  accept: () => false,
  request: unasked,
  response: unasked,
};

function unasked(): never {
  throw new Error('a transcoder without mappings was asked to convert what it did not accept');
}

/** A transcoder with its configuration compiled; its code is loaded. */
export function bindTranscoder(use: TranscoderProgram, catalog: ExtensionCatalog): BoundTranscoder {
  const { name, protocol, maxBodyBytes } = use;
  const definition = catalog.get('transcoder', name);
  const { from, to } = definition;
  const transcoder = use.waiting ? NOTHING_YET : definition.create(use.config);
  return { name, from, to, transcoder, protocol, maxBodyBytes };
}

function buildListener(
  program: ListenerProgram,
  settings: SettingsProgram,
  state: RuntimeState,
  options: InstantiateOptions,
): ListenerRuntime {
  const { catalog } = options;
  const entries = program.filters.map((use) => {
    const definition = catalog.get('stream-filter', use.name);
    const { name, onFault, variables = [] } = definition;
    const transcoders = use.transcoders.map((list) => list.map((item) => bindTranscoder(item, catalog)));
    return { name, onFault, variables, factory: definition.create(use.config, transcoders) };
  });
  let keepsHeads = false;
  const accessLogs = program.accessLogs.map((log): AccessLogger => {
    const format = compileAccessLog<ExchangeRecord>(log.format, (name) => {
      if (needsHeads(name)) keepsHeads = true;
      return resolveVariable(name);
    });
    return {
      log(exchange) {
        if (options.ring?.write(log.fileIndex, format(exchange)) !== true) options.onLogDropped();
      },
    };
  });
  return {
    name: program.name,
    port: program.port,
    type: program.type,
    stats: openStats(program.stats),
    chain: new FilterChain(entries),
    rules: options.rulesOf(program.type),
    edges: settings.countsEdges && program.type !== '' ? new EdgeRecorder(options.edges, program.type) : null,
    routes: program.routerName === '' ? () => null : lastOf(state, () => state.routers.get(program.routerName) ?? null),
    addressRoute: compileAddressRoutes(program.addressRoutes),
    accessLogs,
    keepsHeads,
    plan: {
      bindings: program.protocols.map((use) => bind(use, settings, catalog)),
      detects: program.detects,
      fallback: program.fallback === null ? null : bind(program.fallback, settings, catalog),
      detectTimeoutMs: settings.detectTimeoutMs,
      detectMaxBytes: settings.detectMaxBytes,
      idleTimeoutMs: program.idleTimeoutMs,
      headTimeoutMs: settings.headTimeoutMs,
      tunnelIdleTimeoutMs: program.tunnelIdleTimeoutMs,
    },
  };
}
