import {
  type NodeIdentity,
  type Publication,
  type ResourceValue,
  type RuleAsk,
  SERVICE_ENDPOINTS_TYPE,
} from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import { DataIdError, formatDataInfoId, parseDataInfoId } from '@weft/schema/data-id';
import type { DistributionHub } from '../distribution/index.ts';
import { addressOf, publicationProblem } from './check-publication.ts';
import { DEFAULT_PROTECT_THRESHOLD, type IsolationState, type ManualState, ServiceList } from './service-list.ts';
import type { Versions } from './versions.ts';

export interface RegistryLimits {
  /** Publications of all sessions. */
  readonly maxPublications: number;
  /** Publications of one service and group. */
  readonly maxPerService: number;
  /** Services, those that are only subscribed included. */
  readonly maxServices: number;
}
export const DEFAULT_REGISTRY_LIMITS: RegistryLimits = {
  maxPublications: 200_000,
  maxPerService: 10_000,
  maxServices: 100_000,
};

/** Changes within that time make one push. */
const DEBOUNCE_MS = 100;
const SWEEP_MS = 60_000;
/** Callers are told anew when an isolated provider comes back that much earlier or later than they know. */
const RESAID_MS = 5000;

/** What the push switch lets out. */
export interface PushGate {
  readonly closed: boolean;
  readonly grayIps: ReadonlySet<string>;
}

/** Hears what proxies say at once, before anybody is told of what they publish; must not throw. */
export interface ArrivalListener {
  /** A proxy has connected, and its rules ask for something. */
  greeted(node: NodeIdentity, asks: readonly RuleAsk[]): void;
  /** Something new is published, or at another place than before. */
  published(node: NodeIdentity, dataId: string): void;
}

/** The service lists, in memory, and their pushing. */
export class RegistryStore {
  readonly #hub: DistributionHub;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #versions: Versions;
  readonly #limits: RegistryLimits;
  readonly #lists = new Map<string, ServiceList>();
  /** By instance and dataId: the groups of a service. */
  readonly #services = new Map<string, Map<string, Set<ServiceList>>>();
  /** By instance, dataId and address. */
  readonly manual = new Map<string, ManualState>();
  /** By instance, dataId and address. */
  readonly #isolations = new Map<string, IsolationState>();
  /** Percent by instance and dataId, where it is not the default. */
  readonly #thresholds = new Map<string, number>();
  readonly #changed = new Set<string>();
  readonly #listeners: ((instanceId: string, dataId: string) => void)[] = [];
  readonly #arrivals: ArrivalListener[] = [];
  #cancelFlush: (() => void) | null = null;
  #cancelSweep = (): void => {};
  #gate: PushGate = { closed: false, grayIps: new Set() };
  #confirmed = false;
  /** The switch holds only when publishers had time to come back: before that there is nothing to stay with. */
  #settled = false;
  #publications = 0;

  constructor(options: {
    readonly hub: DistributionHub;
    readonly clock: Clock;
    readonly log: Logger;
    readonly versions: Versions;
    readonly limits: RegistryLimits;
  }) {
    this.#hub = options.hub;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#versions = options.versions;
    this.#limits = options.limits;
    this.#hub.server.defineType(SERVICE_ENDPOINTS_TYPE, {
      // Nobody gets every service: a proxy has what its application asked for.
      names: () => [],
      get: (name, node) => this.#resourceFor(name, node),
    });
    this.#sweep();
  }

  get publications(): number {
    return this.#publications;
  }

  get services(): number {
    return this.#lists.size;
  }

  /** Lists that changed while pushing is closed. */
  get held(): number {
    let held = 0;
    for (const list of this.#lists.values()) if (list.before !== null) held++;
    return held;
  }

  list(dataInfoId: string): ServiceList | undefined {
    return this.#lists.get(dataInfoId);
  }

  /** dataIds of an instance. */
  dataIds(instanceId: string): Iterable<string> {
    return this.#services.get(instanceId)?.keys() ?? [];
  }

  /** Lists of a service, one per group. */
  groups(instanceId: string, dataId: string): readonly ServiceList[] {
    return [...(this.#services.get(instanceId)?.get(dataId) ?? [])];
  }

  *lists(instanceId: string): Generator<ServiceList> {
    for (const groups of this.#services.get(instanceId)?.values() ?? []) yield* groups;
  }

  onChange(listener: (instanceId: string, dataId: string) => void): void {
    this.#listeners.push(listener);
  }

  onArrival(listener: ArrivalListener): void {
    this.#arrivals.push(listener);
  }

  /** A proxy has connected, and its rules ask for something. */
  greeted(node: NodeIdentity, asks: readonly RuleAsk[]): void {
    for (const listener of this.#arrivals) listener.greeted(node, asks);
  }

  /** Version of the list, or why it is refused. Equal content again changes nothing. */
  publish(sessionKey: string, sessionId: string, node: NodeIdentity, publication: Publication): number | string {
    const problem = publicationProblem(publication, node.instanceId);
    if (problem !== null) return problem;
    const list = this.#listOf(formatDataInfoId(publication));
    if (list === null) return `the registry holds ${this.#limits.maxServices} services, which is its limit`;
    const key = `${sessionKey} ${publication.registId}`;
    const known = list.records.get(key);
    if (known === undefined) {
      if (list.records.size >= this.#limits.maxPerService)
        return `${publication.dataId} has ${this.#limits.maxPerService} providers, which is the limit of one service`;
      if (this.#publications >= this.#limits.maxPublications)
        return `the registry holds ${this.#limits.maxPublications} publications, which is its limit`;
      this.#publications++;
    } else if (samePublication(known.publication, publication) && known.node === node) return known.version;
    this.#touch(list);
    list.records.set(key, {
      publication,
      node,
      sessionId,
      version: list.version,
      registeredAt: known?.registeredAt ?? this.#clock.wallNow(),
    });
    for (const listener of this.#arrivals) listener.published(node, publication.dataId);
    return list.version;
  }

  unpublish(sessionKey: string, publication: Publication): void {
    const list = this.#lists.get(formatDataInfoId(publication));
    if (list === undefined || !list.records.has(`${sessionKey} ${publication.registId}`)) return;
    this.#touch(list);
    list.records.delete(`${sessionKey} ${publication.registId}`);
    this.#publications--;
  }

  manualOf(instanceId: string, dataId: string, address: string): ManualState | undefined {
    return this.manual.get(manualKey(instanceId, dataId, address));
  }

  setManual(instanceId: string, dataId: string, address: string, state: ManualState | null): void {
    const key = manualKey(instanceId, dataId, address);
    if (state === null) this.manual.delete(key);
    else this.manual.set(key, state);
    for (const list of this.groups(instanceId, dataId)) this.#touch(list);
  }

  isolationOf(instanceId: string, dataId: string, address: string): IsolationState | undefined {
    return this.#isolations.get(manualKey(instanceId, dataId, address));
  }

  setIsolation(instanceId: string, dataId: string, address: string, state: IsolationState | null): void {
    const key = manualKey(instanceId, dataId, address);
    const before = this.#isolations.get(key);
    const movedMs = Math.abs((state?.untilMs ?? 0) - (before?.untilMs ?? 0));
    if (before?.share === state?.share && movedMs < RESAID_MS) return;
    if (state === null) this.#isolations.delete(key);
    else this.#isolations.set(key, state);
    for (const list of this.groups(instanceId, dataId)) this.#touch(list);
  }

  protectThresholdOf(instanceId: string, dataId: string): number {
    return this.#thresholds.get(`${instanceId}\n${dataId}`) ?? DEFAULT_PROTECT_THRESHOLD;
  }

  setProtectThreshold(instanceId: string, dataId: string, percent: number): void {
    const key = `${instanceId}\n${dataId}`;
    if (percent === DEFAULT_PROTECT_THRESHOLD) this.#thresholds.delete(key);
    else this.#thresholds.set(key, percent);
    for (const list of this.groups(instanceId, dataId)) this.#touch(list);
  }

  /** False while publishers may still be on their way back, so that a short list proves nothing. */
  get confirmed(): boolean {
    return this.#confirmed;
  }

  setConfirmed(confirmed: boolean): void {
    if (this.#confirmed === confirmed) return;
    this.#confirmed = confirmed;
    if (!confirmed) {
      // Whoever asks from now on is told another list than before, and by another version.
      for (const list of this.#lists.values()) list.change(this.#versions.next());
      return;
    }
    // Who holds a list that was not sure is told that it is; also of services without any provider.
    for (const list of this.#lists.values()) this.#touch(list);
    this.#settled = true;
  }

  setGate(gate: PushGate): void {
    const opened = this.#gate.closed && !gate.closed;
    const names: string[] = [];
    for (const list of this.#lists.values()) {
      if (list.before === null) continue;
      names.push(list.dataInfoId);
      if (opened) list.before = null;
    }
    this.#gate = gate;
    this.#hub.server.notify(SERVICE_ENDPOINTS_TYPE, names);
  }

  /** Remembers that somebody asks for a service, so that it hears when it is sure that there is no provider. */
  subscribed(node: NodeIdentity, names: readonly string[]): void {
    for (const name of names) if (instanceOf(name) === node.instanceId) this.#listOf(name);
  }

  #listOf(dataInfoId: string): ServiceList | null {
    const known = this.#lists.get(dataInfoId);
    if (known !== undefined) return known;
    if (this.#lists.size >= this.#limits.maxServices) return null;
    try {
      const { dataId, instanceId, group } = parseDataInfoId(dataInfoId);
      const list = new ServiceList({ dataInfoId, dataId, instanceId, group }, this.#versions.next());
      this.#lists.set(dataInfoId, list);
      const byDataId = this.#services.get(instanceId) ?? new Map<string, Set<ServiceList>>();
      this.#services.set(instanceId, byDataId);
      byDataId.set(dataId, (byDataId.get(dataId) ?? new Set()).add(list));
      if (this.#gate.closed && this.#settled) list.before = { resource: undefined };
      return list;
    } catch (error) {
      if (error instanceof DataIdError) return null;
      throw error;
    }
  }

  #touch(list: ServiceList): void {
    if (this.#gate.closed && this.#settled) list.before ??= { resource: this.#live(list) };
    list.change(this.#versions.next());
    this.#changed.add(list.dataInfoId);
    this.#cancelFlush ??= this.#clock.schedule(DEBOUNCE_MS, () => this.#flush());
  }

  #flush(): void {
    this.#cancelFlush = null;
    const names = [...this.#changed];
    this.#changed.clear();
    this.#hub.server.notify(SERVICE_ENDPOINTS_TYPE, names);
    for (const name of names) {
      const list = this.#lists.get(name);
      if (list === undefined) continue;
      for (const listener of this.#listeners) listener(list.instanceId, list.dataId);
    }
  }

  #resourceFor(name: string, node: NodeIdentity): ResourceValue | undefined | null {
    const list = this.#lists.get(name);
    // Of another workspace: as if it did not exist.
    if (list === undefined) return instanceOf(name) === node.instanceId && !this.#confirmed ? null : undefined;
    if (list.instanceId !== node.instanceId) return undefined;
    if (this.#gate.closed && list.before !== null && !this.#gate.grayIps.has(node.ip)) return list.before.resource;
    return this.#live(list);
  }

  #live(list: ServiceList): ResourceValue | null {
    // Nobody has come back yet: that says nothing, and whoever has an older list keeps it.
    if (list.records.size === 0 && !this.#confirmed) return null;
    const threshold = this.protectThresholdOf(list.instanceId, list.dataId);
    const { instanceId, dataId } = list;
    return list.resource(this.#confirmed, threshold, this.#clock.now(), ({ publication }) => {
      const address = addressOf(publication);
      return {
        manual: this.manualOf(instanceId, dataId, address),
        isolation: this.isolationOf(instanceId, dataId, address),
      };
    });
  }

  /** Services that nobody provides and nobody asks for are forgotten. */
  #sweep(): void {
    this.#cancelSweep = this.#clock.schedule(SWEEP_MS, () => {
      for (const list of this.#lists.values()) {
        if (list.records.size > 0 || list.before !== null) continue;
        if (this.#hub.server.receivers(SERVICE_ENDPOINTS_TYPE, list.dataInfoId).length > 0) continue;
        this.#lists.delete(list.dataInfoId);
        const byDataId = this.#services.get(list.instanceId);
        const groups = byDataId?.get(list.dataId);
        groups?.delete(list);
        if (groups?.size === 0) byDataId?.delete(list.dataId);
        this.#log.debug?.({ dataInfoId: list.dataInfoId }, 'service forgotten: no provider, no subscriber');
      }
      this.#sweep();
    });
  }

  stop(): void {
    this.#cancelFlush?.();
    this.#cancelSweep();
  }
}

export const manualKey = (instanceId: string, dataId: string, address: string): string =>
  `${instanceId}\n${dataId}\n${address}`;

function instanceOf(dataInfoId: string): string {
  return dataInfoId.split('#@#')[1] ?? '';
}

function samePublication(a: Publication, b: Publication): boolean {
  if (
    a.protocol !== b.protocol ||
    a.address !== b.address ||
    a.port !== b.port ||
    a.weight !== b.weight ||
    Object.keys(a.metadata).length !== Object.keys(b.metadata).length
  )
    return false;
  return Object.entries(a.metadata).every(([key, value]) => b.metadata[key] === value);
}
