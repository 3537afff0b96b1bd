import { type ProtocolError, type Random, WheelTimer } from '@weft/kit';
import type { CodecLimits, HostSelector, HostSet, LoadBalancer, PickContext, Picker, Protocol } from '@weft/sdk';
import { openStats } from '@weft/telemetry/stats';
import type { ConnectTarget, NetContext } from '../net/index.ts';
import { HostPool, type PoolSettings, ResourceCounters } from '../stream/index.ts';
import { LabelIndex } from './label-index.ts';
import { type ClusterProgram, HealthFlag, type HostProgram } from './program.ts';

/** Healthy hosts are counted this often at most, where a share of them is wanted. */
const COUNT_EVERY_MS = 100;
/** Requests of one thread that wait for hosts of one cluster. */
const MAX_WAITING = 1024;
/** Groups of hosts that one cluster keeps ready; beyond it makes them anew. */
const MAX_GROUPS = 16_384;

/** A protocol with its compiled configuration, as a listener or route names it. */
export interface ProtocolBinding {
  readonly protocol: Protocol;
  readonly config: unknown;
  readonly limits: CodecLimits;
}

/*
 * Maps that most hosts and clusters never need are made when something is put into them. What an update makes survives collections
 * of the young generation, which fall into its slices and take the longer the more there is.
 */
const NO_POOLS: ReadonlyMap<string, HostPool> = new Map();
const NO_SELECTORS: readonly HostSelector[] = [];

/** A host of a cluster on this thread; survives reloads as long as its address stays. */
export class Host {
  readonly target: ConnectTarget;
  readonly address: string;
  program: HostProgram;
  /** Requests in flight from this thread. */
  active = 0;
  connections = 0;
  /** By name of protocol. */
  pools: ReadonlyMap<string, HostPool> = NO_POOLS;
  /** The pool that was asked for last: hosts that speak two protocols are rare. */
  lastPool: HostPool | null = null;

  constructor(program: HostProgram) {
    this.program = program;
    this.address = program.address;
    this.target = { host: program.host, port: program.port, path: program.path };
  }

  addPool(protocol: string, pool: HostPool): void {
    this.pools = new Map([...this.pools, [protocol, pool]]);
  }

  countConnections(): void {
    let sum = 0;
    for (const pool of this.pools.values()) sum += pool.size;
    this.connections = sum;
  }

  close(): void {
    for (const pool of this.pools.values()) pool.close();
  }
}

const NO_HOSTS: readonly Host[] = [];

interface Lasting {
  /** Requests that wait for hosts. */
  readonly waiting: Set<() => void>;
  /** Hosts that this thread has left out for a while, by slot. */
  readonly ejected: Map<number, WheelTimer>;
  /** The column of the generation in place: it moves when it grows. */
  health: Uint8Array;
}

/** Hosts that are walked through in one step of an update: a list may have ten thousand. */
const HOSTS_PER_STEP = 250;

/** The hosts of a generation, and those of the one before that it has no more. */
export interface MatchedHosts {
  readonly hosts: readonly Host[];
  readonly gone: readonly Host[];
}

/** Takes hosts over from the generation before, with their pools, and makes those that are new. */
export function* matchHosts(
  programs: readonly HostProgram[],
  previous: readonly Host[] = [],
): Generator<void, MatchedHosts> {
  const known = new Map<string, Host>();
  for (let index = 0; index < previous.length; index++) {
    const host = previous[index] as Host;
    known.set(host.address, host);
    if (index % HOSTS_PER_STEP === HOSTS_PER_STEP - 1) yield;
  }
  const hosts: Host[] = [];
  for (let index = 0; index < programs.length; index++) {
    const program = programs[index] as HostProgram;
    const host = known.get(program.address);
    if (host === undefined) hosts.push(new Host(program));
    else {
      known.delete(program.address);
      hosts.push(host);
    }
    if (index % HOSTS_PER_STEP === HOSTS_PER_STEP - 1) yield;
  }
  // A list that grew has room for more, which nobody needs.
  return { hosts: hosts.slice(), gone: known.size === 0 ? NO_HOSTS : [...known.values()] };
}

/** The hosts of a cluster that have some labels, with a picker of their own. */
export interface HostGroup {
  readonly hosts: readonly Host[];
  readonly picker: Picker;
}

/** A cluster as the requests of one thread use it. An exchange keeps the one it began with. */
export class Cluster {
  readonly name: string;
  readonly program: ClusterProgram;
  readonly hosts: readonly Host[];
  readonly stats: Float64Array;
  readonly resources: ResourceCounters;
  /** Requests and retries in flight from this thread; shared by all generations of the cluster. */
  readonly usage: { requests: number; retries: number };
  readonly #context: NetContext;
  readonly #picker: Picker;
  readonly #columns: HostColumns;
  readonly #balancer: LoadBalancer<unknown>;
  readonly #random: Random;
  readonly #everybody: HostGroup;
  #groups: Map<string, HostGroup> | null = null;
  /** Selectors of `#groups`, for the next generation. */
  #selectors: Map<string, HostSelector> | null = null;
  #labels: LabelIndex | null = null;
  #countAgainAt = 0;
  /** What all generations of the cluster have in common on this thread. */
  readonly #lasting: Lasting;
  #gone: readonly Host[];
  #settings: Map<string, PoolSettings> | null = null;
  readonly #onProtocolError: (error: ProtocolError, cluster: string, target: ConnectTarget) => void;

  constructor(
    program: ClusterProgram,
    balancer: LoadBalancer<unknown>,
    previous: Cluster | undefined,
    context: NetContext,
    random: Random,
    onProtocolError: (error: ProtocolError, cluster: string, target: ConnectTarget) => void,
    thread: number,
    matched: MatchedHosts,
  ) {
    this.name = program.name;
    this.program = program;
    this.usage = previous?.usage ?? { requests: 0, retries: 0 };
    // Views of memory that is the same go on: they are larger than the rest of a cluster.
    const before = previous?.program;
    const health =
      previous !== undefined && before?.health === program.health
        ? previous.#columns.health.bytes
        : new Uint8Array(program.health);
    this.#lasting = previous === undefined ? { waiting: new Set(), ejected: new Map(), health } : previous.#lasting;
    this.#context = context;
    this.#onProtocolError = onProtocolError;
    this.stats = previous !== undefined && before?.stats === program.stats ? previous.stats : openStats(program.stats);
    this.resources =
      previous !== undefined && before?.resources === program.resources && before.limits === program.limits
        ? previous.resources
        : new ResourceCounters(new Int32Array(program.resources), thread, program.limits);
    this.hosts = matched.hosts;
    this.#gone = matched.gone;
    this.#columns = new HostColumns(this.hosts, program.hosts, {
      bytes: health,
      ignored: false,
    });
    this.#balancer = balancer;
    this.#random = random;
    this.#picker = balancer.build(this.#columns, program.loadBalancerConfig, random);
    this.#everybody = { hosts: this.hosts, picker: this.#picker };
  }

  /**
   * The hosts that a selector names. Made once for each key, and ahead of requests where the engine is told of selectors
   * ahead of them (`selectors` of the previous generation, `hostSelectors` of rules).
   */
  group(selector: HostSelector): HostGroup {
    const known = this.#groups?.get(selector.key);
    if (known !== undefined) return known;
    if (this.#groups === null || this.#selectors === null || this.#groups.size >= MAX_GROUPS) {
      this.#groups = new Map();
      this.#selectors = new Map();
    }
    const group = this.#makeGroup(selector);
    this.#groups.set(selector.key, group);
    this.#selectors.set(selector.key, selector);
    return group;
  }

  #makeGroup({ labels }: HostSelector): HostGroup {
    if (labels.length === 0) return this.#everybody;
    this.#labels ??= new LabelIndex(this.program.hosts);
    const indices = this.#labels.find(labels);
    const hosts = indices.map((index) => this.hosts[index] as Host);
    const programs = indices.map((index) => this.program.hosts[index] as HostProgram);
    const columns = new HostColumns(hosts, programs, this.#columns.health);
    return { hosts, picker: this.#balancer.build(columns, this.program.loadBalancerConfig, this.#random) };
  }

  /** What groups have been made by. */
  get selectors(): Iterable<HostSelector> {
    return this.#selectors?.values() ?? NO_SELECTORS;
  }

  /** All hosts, as a group. */
  get everybody(): HostGroup {
    return this.#everybody;
  }

  /** A host of a group for one attempt, or null; `context` counts the hosts of the group. */
  chooseIn({ hosts, picker }: HostGroup, context: PickContext): Host | null {
    if (this.program.protectPercent > 0 && this.#context.now >= this.#countAgainAt) this.#protect();
    const index = picker.pick(context);
    return index < 0 ? null : (hosts[index] as Host);
  }

  /** A host for one attempt, or null. */
  choose(context: PickContext): Host | null {
    if (this.program.protectPercent > 0 && this.#context.now >= this.#countAgainAt) this.#protect();
    const index = this.#picker.pick(context);
    return index < 0 ? null : (this.hosts[index] as Host);
  }

  /** Too few are healthy for health to be believed: everybody gets requests. */
  #protect(): void {
    this.#countAgainAt = this.#context.now + COUNT_EVERY_MS;
    this.#columns.health.ignored = this.#columns.healthy() * 100 < this.program.protectPercent * this.hosts.length;
  }

  /**
   * Calls back when the cluster may have hosts (or is gone), once; the returned function ends the wait. Null: this cluster
   * does not let requests wait, it has hosts, or too many wait already.
   */
  awaitHosts(callback: () => void): (() => void) | null {
    const { waiting } = this.#lasting;
    if (this.program.hostsWaitMs === 0 || this.hosts.length > 0 || waiting.size >= MAX_WAITING) return null;
    waiting.add(callback);
    return () => waiting.delete(callback);
  }

  /** A host could not be connected to: it is left out for a while, by all threads. One with connections is only busy. */
  connectFailed(host: Host): void {
    const { connectEjectionMs } = this.program;
    const { slot } = host.program;
    const lasting = this.#lasting;
    if (connectEjectionMs === 0 || host.connections > 0 || lasting.ejected.has(slot)) return;
    const timer = new WheelTimer(() => {
      lasting.ejected.delete(slot);
      Atomics.and(lasting.health, slot, ~HealthFlag.FAILED_OUTLIER_CHECK);
    });
    lasting.ejected.set(slot, timer);
    this.#context.timers.arm(timer, connectEjectionMs);
    Atomics.or(lasting.health, slot, HealthFlag.FAILED_OUTLIER_CHECK);
    this.#countAgainAt = 0;
  }

  /** Whoever waits for hosts looks again. */
  #wake(): void {
    const { waiting } = this.#lasting;
    const callbacks = [...waiting];
    waiting.clear();
    for (const callback of callbacks) callback();
  }

  pool(host: Host, binding: ProtocolBinding): HostPool {
    const last = host.lastPool;
    if (last !== null && last.settings.protocol === binding.protocol) return last;
    const known = host.pools.get(binding.protocol.name);
    if (known !== undefined) {
      host.lastPool = known;
      return known;
    }
    const pool = new HostPool(this.#context, host.target, this.#poolSettings(binding));
    pool.onSize = () => host.countConnections();
    host.addPool(binding.protocol.name, pool);
    return pool;
  }

  /** The cluster was removed: its connections drain. */
  close(): void {
    for (const host of this.hosts) host.close();
    for (const timer of this.#lasting.ejected.values()) this.#context.timers.cancel(timer);
    this.#wake();
  }

  #poolSettings(binding: ProtocolBinding): PoolSettings {
    const known = this.#settings?.get(binding.protocol.name);
    if (known !== undefined) return known;
    const { program } = this;
    const settings: PoolSettings = {
      protocol: binding.protocol,
      protocolConfig: binding.config,
      limits: binding.limits,
      stats: this.stats,
      resources: this.resources,
      connectTimeoutMs: program.connectTimeoutMs,
      idleTimeoutMs: program.idleTimeoutMs,
      maxRequestsPerConnection: program.maxRequestsPerConnection,
      connectionBufferBytes: program.connectionBufferBytes,
      heartbeatIntervalMs: program.heartbeatIntervalMs,
      heartbeatTimeoutMs: program.heartbeatTimeoutMs,
      onProtocolError: (error, target) => this.#onProtocolError(error, this.name, target),
    };
    this.#settings ??= new Map();
    this.#settings.set(binding.protocol.name, settings);
    return settings;
  }

  /**
   * Takes over from the previous generation, in the moment of the swap: pools of hosts that stay go on under the new
   * settings, hosts that are gone drain. Until then the previous generation is untouched.
   */
  activate(): void {
    const { hosts, program } = this;
    for (let index = 0; index < hosts.length; index++) {
      const host = hosts[index] as Host;
      host.program = program.hosts[index] as HostProgram;
      if (host.pools.size === 0) continue;
      for (const pool of host.pools.values()) {
        const { protocol, protocolConfig, limits } = pool.settings;
        pool.settings = this.#poolSettings({ protocol, config: protocolConfig, limits });
      }
    }
    // Last, and behind the swap: requests that waited for these hosts choose among the others at once.
    for (const host of this.#gone) host.close();
    this.#gone = NO_HOSTS;
    this.#lasting.health = this.#columns.health.bytes;
    if (this.#lasting.waiting.size > 0) this.#wake();
  }
}

/** Health of the hosts of a cluster, as all its groups see it. */
interface HealthView {
  readonly bytes: Uint8Array;
  ignored: boolean;
}

/** The columns that a balancer reads. */
class HostColumns implements HostSet {
  readonly length: number;
  readonly #hosts: readonly Host[];
  readonly #programs: readonly HostProgram[];
  readonly health: HealthView;

  constructor(hosts: readonly Host[], programs: readonly HostProgram[], health: HealthView) {
    this.length = hosts.length;
    this.#hosts = hosts;
    this.#programs = programs;
    this.health = health;
  }

  weight(index: number): number {
    return (this.#programs[index] as HostProgram).weight;
  }

  available(index: number): boolean {
    const { health } = this;
    return health.ignored || health.bytes[(this.#programs[index] as HostProgram).slot] === 0;
  }

  healthy(): number {
    const { bytes } = this.health;
    let count = 0;
    for (const { slot } of this.#programs) if (bytes[slot] === 0) count++;
    return count;
  }

  activeRequests(index: number): number {
    return (this.#hosts[index] as Host).active;
  }

  activeConnections(index: number): number {
    return (this.#hosts[index] as Host).connections;
  }

  address(index: number): string {
    return (this.#hosts[index] as Host).address;
  }
}
