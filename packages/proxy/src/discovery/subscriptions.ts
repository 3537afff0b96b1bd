import type { Endpoint } from '@weft/distribution';
import type { Clock } from '@weft/kit';
import type { Exposure } from './exposures.ts';
import { addressOf, missing } from './guard.ts';
import { isIsolated, returned, untilReturnMs } from './isolated.ts';
import { DiscoveryRefusal } from './refusal.ts';
import type { ServiceList } from './registry-port.ts';

export const MAX_SUBSCRIPTIONS = 10_000;
/** Endpoints of one service; a longer push is cut, and said so. */
export const MAX_ENDPOINTS = 20_000;

/** Providers of the zone of this proxy, of its data centre, or all of them. */
export const SCOPES = ['zone', 'dataCenter', 'global'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Subscription {
  readonly dataInfoId: string;
  readonly dataId: string;
  readonly protocol: string;
  readonly group: string;
  /** Names in other protocols, of which this proxy converts the calls. */
  expose: readonly Exposure[];
  /** Which providers are asked. */
  scope: Scope;
  /** The newest push with the providers of every scope. */
  full: ServiceList | null;
  /** What is in force; null before the first push. While a registry is not sure it may have endpoints that the push lacks. */
  list: ServiceList | null;
  /** Endpoints in force that the newest push lacks; null when it lacks none that would be missed. */
  held: Hold | null;
  /** Ends the wait for the return of isolated endpoints. */
  cancelReturn: () => void;
}

interface Hold {
  /** What was in force when the first push came that lacked somebody. Those that follow are measured by it, too. */
  readonly before: readonly Endpoint[];
  readonly kept: readonly Endpoint[];
  /** Ends the wait. */
  readonly cancel: () => void;
}

export interface EndpointChange {
  readonly kind: 'added' | 'removed' | 'updated';
  readonly dataId: string;
  readonly version: number;
  readonly endpoint: Endpoint;
}

export interface SubscriptionsOptions {
  readonly clock: Clock;
  readonly emptyPushHoldMs: number;
  readonly shrinkGuardPercent: number;
  /** Where this proxy is. */
  readonly zone: string;
  readonly dataCenter: string;
  /** A list in force has changed. */
  onChange(subscription: Subscription, changes: readonly EndpointChange[]): void;
  /** Endpoints that a push lacks stay for a while. */
  onHeld(subscription: Subscription, kept: readonly Endpoint[]): void;
}

/** The services that the application of this proxy calls, each with the list of endpoints in force. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #byId = new Map<string, Subscription>();
  /** By their names in other protocols. */
  readonly #exposing = new Map<string, Subscription>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  get all(): Iterable<Subscription> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }

  get(dataInfoId: string): Subscription | undefined {
    return this.#byId.get(dataInfoId);
  }

  /** Returns the subscription that is there, or a new one and `true`. */
  open(id: Pick<Subscription, 'dataInfoId' | 'dataId' | 'protocol' | 'group'>): readonly [Subscription, boolean] {
    const known = this.#byId.get(id.dataInfoId);
    if (known !== undefined) return [known, false];
    const subscription: Subscription = {
      ...id,
      expose: [],
      scope: 'global',
      full: null,
      list: null,
      held: null,
      cancelReturn: () => {},
    };
    this.#byId.set(id.dataInfoId, subscription);
    return [subscription, true];
  }

  /**
   * An application can call one name in one way only.
   * @throws DiscoveryRefusal when a name is that of another subscription
   */
  checkNames(own: string, dataId: string, exposures: readonly Exposure[]): void {
    for (const name of [dataId, ...exposures.map((one) => one.dataId)]) {
      const exposing = this.#exposing.get(name);
      if (exposing !== undefined && exposing.dataInfoId !== own) throw twice(name, exposing);
    }
    if (exposures.length === 0) return;
    const names = new Set(exposures.map((one) => one.dataId));
    for (const item of this.#byId.values())
      if (item.dataInfoId !== own && names.has(item.dataId)) throw twice(item.dataId, item);
  }

  /** Gives a subscription other names in other protocols. */
  expose(subscription: Subscription, exposures: readonly Exposure[]): void {
    for (const { dataId } of subscription.expose) this.#exposing.delete(dataId);
    subscription.expose = exposures;
    for (const { dataId } of exposures) this.#exposing.set(dataId, subscription);
  }

  close(dataInfoId: string): boolean {
    const subscription = this.#byId.get(dataInfoId);
    subscription?.held?.cancel();
    subscription?.cancelReturn();
    for (const { dataId } of subscription?.expose ?? []) this.#exposing.delete(dataId);
    return this.#byId.delete(dataInfoId);
  }

  /** A push: older than the newest one, it is dropped; what a registry that is not sure lacks may stay for a while. */
  receive(dataInfoId: string, push: ServiceList): void {
    const subscription = this.#byId.get(dataInfoId);
    if (subscription === undefined) return;
    const newest = subscription.full;
    if (newest !== null && newest.origin === 'server' && push.version !== 0 && push.version <= newest.version) return;
    subscription.full =
      push.endpoints.length <= MAX_ENDPOINTS ? push : { ...push, endpoints: push.endpoints.slice(0, MAX_ENDPOINTS) };
    this.#awaitReturn(subscription, subscription.full);
    this.#guard(subscription, subscription.full);
  }

  /** Puts the newest push in force, with those that it lacks as long as they may be on their way back. */
  #guard(subscription: Subscription, full: ServiceList): void {
    const { list, scope, held } = subscription;
    const push = this.#scoped(full, scope);
    const room = MAX_ENDPOINTS - push.endpoints.length;
    const before = held?.before ?? list?.endpoints ?? [];
    const kept = missing(before, push, this.#options.shrinkGuardPercent).slice(0, room);
    if (list === null || kept.length === 0) {
      this.#endHold(subscription);
      this.#take(subscription, push);
      return;
    }
    // Of all pushes that lack somebody the first begins the wait: it is over in its time, however many follow.
    subscription.held = { before, kept, cancel: held?.cancel ?? this.#awaitMissing(subscription) };
    if (held === null) this.#options.onHeld(subscription, kept);
    // Who stays of a snapshot is still checked before it is believed.
    this.#take(subscription, { ...push, endpoints: [...push.endpoints, ...kept], origin: list.origin });
  }

  /** Those that the push lacks have had their time to come back. */
  #awaitMissing(subscription: Subscription): () => void {
    return this.#options.clock.schedule(this.#options.emptyPushHoldMs, () => {
      const { full, scope } = subscription;
      subscription.held = null;
      if (full !== null) this.#take(subscription, this.#scoped(full, scope));
    });
  }

  #endHold(subscription: Subscription): void {
    subscription.held?.cancel();
    subscription.held = null;
  }

  /** Isolated endpoints come back by themselves when nobody says anything any more, such as while the registry is away. */
  #awaitReturn(subscription: Subscription, { endpoints }: ServiceList): void {
    subscription.cancelReturn();
    subscription.cancelReturn = () => {};
    const waitMs = untilReturnMs(endpoints);
    if (waitMs === null) return;
    subscription.cancelReturn = this.#options.clock.schedule(waitMs, () => {
      const { full } = subscription;
      if (full === null) return;
      subscription.full = { ...full, endpoints: full.endpoints.map((endpoint) => returned(endpoint, waitMs)) };
      this.#awaitReturn(subscription, subscription.full);
      this.#guard(subscription, subscription.full);
    });
  }

  /** Asks providers of another scope from now on. */
  rescope(subscription: Subscription, scope: Scope): void {
    subscription.scope = scope;
    if (subscription.full === null) return;
    this.#endHold(subscription);
    this.#take(subscription, this.#scoped(subscription.full, scope));
  }

  #scoped(push: ServiceList, scope: Scope): ServiceList {
    if (scope === 'global') return push;
    const own = this.#options[scope];
    return { ...push, endpoints: push.endpoints.filter((endpoint) => endpoint[scope] === own) };
  }

  /** Ends all waits. */
  stop(): void {
    for (const subscription of this.#byId.values()) {
      this.#endHold(subscription);
      subscription.cancelReturn();
    }
  }

  #take(subscription: Subscription, push: ServiceList): void {
    const changes = differences(subscription.dataId, subscription.list?.endpoints ?? [], push);
    const { list } = subscription;
    const same =
      list !== null &&
      changes.length === 0 &&
      list.origin === push.origin &&
      list.protectThreshold === push.protectThreshold;
    subscription.list = push;
    if (!same) this.#options.onChange(subscription, changes);
  }
}

function twice(dataId: string, subscription: Subscription): DiscoveryRefusal {
  return new DiscoveryRefusal(
    409,
    `${dataId} is subscribed already, with ${subscription.dataId}: end that subscription first`,
  );
}

function differences(dataId: string, before: readonly Endpoint[], push: ServiceList): EndpointChange[] {
  const old = new Map(before.map((endpoint) => [addressOf(endpoint), endpoint]));
  const changes: EndpointChange[] = [];
  for (const endpoint of push.endpoints) {
    const known = old.get(addressOf(endpoint));
    old.delete(addressOf(endpoint));
    if (known === undefined) changes.push({ kind: 'added', dataId, version: push.version, endpoint });
    else if (!sameEndpoint(known, endpoint)) changes.push({ kind: 'updated', dataId, version: push.version, endpoint });
  }
  for (const endpoint of old.values()) changes.push({ kind: 'removed', dataId, version: push.version, endpoint });
  return changes;
}

function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return (
    a.weight === b.weight &&
    a.enabled === b.enabled &&
    isIsolated(a) === isIsolated(b) &&
    a.zone === b.zone &&
    a.dataCenter === b.dataCenter &&
    a.app === b.app &&
    a.proxyId === b.proxyId &&
    JSON.stringify(a.metadata) === JSON.stringify(b.metadata)
  );
}
