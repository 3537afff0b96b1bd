import type { Endpoint } from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import type { DiscoveryConfig } from '@weft/schema';
import { formatDataInfoId } from '@weft/schema/data-id';
import type { AppCheckSpec, OpenProbe } from './app-check.ts';
import type { ExposureRequest } from './exposures.ts';
import { addressOf } from './guard.ts';
import { dataIdOf, groupOf, type NamingOf } from './naming.ts';
import type { RoutedService } from './overlay.ts';
import { type CanConvert, ProtocolTable } from './protocol-table.ts';
import { type LocalPublication, Publications, type PublishRequest, type ShownPublication } from './publications.ts';
import { DiscoveryRefusal } from './refusal.ts';
import type { RegistryPort, ServiceList } from './registry-port.ts';
import { routesToApplication, routesToService, withLeaving } from './routed-services.ts';
import { type DiscoveryState, readState, writeState } from './state-file.ts';
import {
  type EndpointChange,
  MAX_SUBSCRIPTIONS,
  type Scope,
  type Subscription,
  Subscriptions,
} from './subscriptions.ts';
import { ServiceVariants } from './variants.ts';

/** Changes within this time become one change of the configuration. */
const COALESCE_MS = 100;
const SAVE_DELAY_MS = 500;
/** A caller of the local API does not wait longer for its service to be routed. */
const MAX_PLACING_MS = 2000;
const MAX_WATCHERS = 64;

export interface DiscoveryOptions {
  readonly config: DiscoveryConfig;
  /** Name of the application beside this proxy. */
  readonly app: string;
  readonly registry: RegistryPort;
  /** How the services of each protocol are named. */
  readonly namingOf: NamingOf;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where publications and subscriptions are kept over a restart. */
  readonly stateFile: string;
  /** The address that a listener really has, or null when it is not open. */
  listenerAddress(listener: string): { readonly host: string; readonly port: number } | null;
  readonly canConvert: CanConvert;
  /** Where this proxy is; data centre '' where it has none. */
  readonly zone: string;
  readonly dataCenter: string;
  /** Makes what asks an application whether it is well. */
  readonly openProbe: OpenProbe;
  /**
   * Services have changed; the configuration is to be made anew. At most once in 100 ms. Fulfilled when that is over:
   * whether requests see them.
   */
  onChange(): Promise<boolean>;
}

/**
 * What the applications beside this proxy publish and subscribe: kept on disk, told to the registry, and turned into
 * clusters and routes. Knows neither HTTP nor the wire of the registry.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #protocols: ProtocolTable;
  readonly #publications: Publications;
  readonly #subscriptions: Subscriptions;
  readonly #watchers = new Set<(change: EndpointChange) => void>();
  /** Of subscribed services, by dataInfoId, whose protocols have older relatives. */
  readonly #variants = new Map<string, ServiceVariants>();
  application = '';
  /** Addresses of ingresses by which services were routed the last time. */
  #routedAddresses = '';
  #cancelChange: (() => void) | null = null;
  #cancelSave: (() => void) | null = null;
  #placed: Promise<void> = Promise.resolve();
  /** Addresses are known before they answer. */
  #listening = false;
  readonly #awaitingListeners = new Set<() => void>();

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    const { config, namingOf, canConvert, registry, clock } = options;
    this.#protocols = new ProtocolTable(config.protocols, namingOf, canConvert);
    this.#publications = new Publications({
      protocols: this.#protocols,
      registry,
      clock,
      log: options.log,
      openProbe: options.openProbe,
      leaveMs: config.leave_time,
      placeOf: (protocol) => this.#ingress(protocol),
      onChange: () => {
        this.#changed();
        this.#save();
      },
    });
    this.#subscriptions = new Subscriptions({
      clock: options.clock,
      emptyPushHoldMs: options.config.empty_push_hold,
      shrinkGuardPercent: options.config.shrink_guard_percent,
      zone: options.zone,
      dataCenter: options.dataCenter,
      onChange: (subscription, changes) => {
        options.log.info(
          {
            dataId: subscription.dataId,
            version: subscription.list?.version,
            endpoints: subscription.list?.endpoints.length,
          },
          'the list of a service has changed',
        );
        for (const change of changes) for (const watcher of this.#watchers) watcher(change);
        this.#updateVariants(subscription);
        this.#changed();
      },
      onHeld: ({ dataId, full }, kept) =>
        options.log.warn(
          { dataId, version: full?.version, endpoints: full?.endpoints.length, kept: kept.length },
          'a push lacks most hosts, and the registry does not say that it is sure: those that it lacks stay for now',
        ),
    });
  }

  /** Takes up what applications had asked for before this process started. A file that cannot be read is told and left. */
  restore(): void {
    let state: DiscoveryState | null = null;
    try {
      state = readState(this.#options.stateFile);
    } catch (error) {
      this.#options.log.error({ file: this.#options.stateFile, err: error }, 'publications of before cannot be read');
    }
    if (state === null) return;
    this.application = state.application;
    for (const publication of state.publications) {
      const { dataId, expose = [] } = publication;
      // What converted its calls may be gone; the application itself is there all the same.
      if (!this.#attempt(dataId, () => this.publish(publication)) && expose.length > 0)
        this.#attempt(dataId, () => this.publish({ ...publication, expose: [] }));
    }
    for (const { dataId, protocol, group, scope, expose = [] } of state.subscriptions)
      if (!this.#attempt(dataId, () => this.subscribe(dataId, protocol, group, expose, scope)) && expose.length > 0)
        this.#attempt(dataId, () => this.subscribe(dataId, protocol, group, undefined, scope));
  }

  // ── publish ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Publishes a service of the application; again with the same name replaces. Returns whether it is new. */
  publish(request: PublishRequest): boolean {
    return this.#publications.publish(request);
  }

  /** Takes a service back; false when it was not there. */
  unpublish(dataId: string, group?: string): boolean {
    return this.#publications.unpublish(dataId, group);
  }

  /** @throws DiscoveryRefusal when nobody can ask an application so */
  async checkHealthCheck({ type, config }: AppCheckSpec): Promise<void> {
    await this.#options.openProbe(type, config);
  }

  publications(): readonly ShownPublication[] {
    return this.#publications.shown();
  }

  /**
   * Takes everything back, before callers are turned away; what is on disk stays for the next start. Returns whether the
   * registry told callers of anything.
   */
  withdraw(): boolean {
    return this.#publications.withdraw();
  }

  // ── subscribe ───────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Subscribes; again is the same. `expose`: names in other protocols by which it can be called, too. `scope`: which
   * providers are asked, all of them unless somebody has said otherwise. What is undefined stays.
   */
  subscribe(
    dataId: string,
    protocol: string,
    group = groupOf(this.#options.namingOf(protocol)),
    expose?: readonly ExposureRequest[],
    scope?: Scope,
  ): Subscription {
    if (scope === 'dataCenter' && this.#options.dataCenter === '')
      throw new DiscoveryRefusal(
        400,
        'scope is "dataCenter", and this proxy is in none: mesh.data_center of its configuration names it',
      );
    this.#protocols.listener(protocol, 'egress_listener');
    this.#protocols.checkDataId(dataId, protocol);
    const exposures = expose && this.#protocols.exposures({ dataId, protocol }, expose, 'egress_listener');
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS)
      throw new DiscoveryRefusal(
        429,
        `${MAX_SUBSCRIPTIONS} services are subscribed already, which is the limit of one proxy`,
      );
    const dataInfoId = this.#dataInfoId(dataId, group);
    this.#subscriptions.checkNames(dataInfoId, dataId, exposures ?? []);
    const [subscription, fresh] = this.#subscriptions.open({ dataInfoId, dataId, protocol, group });
    const { registry } = this.#options;
    const before = subscription.expose;
    const renamed = exposures !== undefined && JSON.stringify(exposures) !== JSON.stringify(before);
    if (renamed) {
      this.#subscriptions.expose(subscription, exposures);
      for (const one of before) registry.serviceUsed(one.dataId, false);
      for (const one of exposures) registry.serviceUsed(one.dataId, true);
    }
    if (fresh) {
      registry.subscribe(dataInfoId);
      registry.serviceUsed(dataId, true);
    }
    const moved = scope !== undefined && scope !== subscription.scope;
    if (moved) this.#subscriptions.rescope(subscription, scope);
    if (fresh || renamed || moved) {
      this.#changed();
      this.#save();
    }
    return subscription;
  }

  subscription(dataId: string, group?: string): Subscription | undefined {
    for (const item of this.#subscriptions.all)
      if (item.dataId === dataId && (group === undefined || item.group === group)) return item;
    return undefined;
  }

  subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions.all];
  }

  /** Fulfilled when what was asked for until now is routed, or could not be: 2 s at most. */
  placed(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.schedule(MAX_PLACING_MS, resolve);
      void this.#placed.then(() => {
        cancel();
        resolve();
      });
    });
  }

  unsubscribe(dataId: string, group?: string): boolean {
    const subscription = this.subscription(dataId, group);
    if (subscription === undefined) return false;
    this.#subscriptions.close(subscription.dataInfoId);
    this.#variants.get(subscription.dataInfoId)?.stop();
    this.#variants.delete(subscription.dataInfoId);
    this.#options.registry.unsubscribe(subscription.dataInfoId);
    for (const one of subscription.expose) this.#options.registry.serviceUsed(one.dataId, false);
    // Another group of the same service may be subscribed still.
    if (this.subscription(dataId) === undefined) this.#options.registry.serviceUsed(dataId, false);
    this.#changed();
    this.#save();
    return true;
  }

  /** Under which everything of this proxy is registered. */
  get instanceId(): string {
    return this.#options.registry.instanceId;
  }

  /** The id of a service as frameworks name it. */
  dataIdOf(service: string, protocol: string): string {
    return dataIdOf(service, protocol, this.#options.namingOf(protocol));
  }

  /** The protocol that clients of a framework mean when they name none. @throws DiscoveryRefusal when none is set up */
  nativeProtocol(framework: string): string {
    const { config, namingOf } = this.#options;
    const found = config.protocols.find(({ protocol }) => namingOf(protocol)?.nativeTo === framework);
    if (found === undefined)
      throw new DiscoveryRefusal(
        400,
        `protocolType is missing, and no protocol of mesh.discovery.protocols is native to ${framework}`,
      );
    return found.protocol;
  }

  /** The parameter by which callers of a service are told what to speak, where there is more than one way. */
  announcedVariant(subscription: Subscription): Readonly<Record<string, string>> {
    const variants = this.#options.namingOf(subscription.protocol)?.variants;
    if (variants === undefined) return {};
    return { [variants.key]: this.#variants.get(subscription.dataInfoId)?.announced ?? variants.own };
  }

  /** Application that provides a service, as its providers say it; '' while nobody has said so. */
  appOf(dataId: string): string {
    return this.subscription(dataId)?.list?.endpoints.find((endpoint) => endpoint.app !== '')?.app ?? '';
  }

  /** A push of the registry, or what the snapshot of an earlier one says. */
  receive(dataInfoId: string, list: ServiceList): void {
    this.#subscriptions.receive(dataInfoId, list);
  }

  /** Calls back with every change of an endpoint until the returned function is called; null when too many watch. */
  watch(listener: (change: EndpointChange) => void): (() => void) | null {
    if (this.#watchers.size >= MAX_WATCHERS) return null;
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /**
   * Where the application finds the services that it is about to subscribe. While the proxy starts this waits for the
   * listener, 2 s at most.
   * @throws DiscoveryRefusal when it is not open then, so that nothing is subscribed that nobody can be told how to call
   */
  async openEgress(protocol: string): Promise<string> {
    const listener = this.#protocols.listener(protocol, 'egress_listener');
    if (!this.#listening) await this.#listenersOpen();
    const place = this.#listening ? this.#options.listenerAddress(listener) : null;
    if (place === null)
      throw new DiscoveryRefusal(
        503,
        `the egress listener ${listener} is not open: nothing was subscribed; ask again when the proxy serves`,
      );
    return addressOf({ address: isAny(place.host) ? '127.0.0.1' : place.host, port: place.port });
  }

  // ── what the proxy makes of it ──────────────────────────────────────────────────────────────────────────────────

  /** Everything that is to be routed by its name, in both directions. */
  routedServices(): RoutedService[] {
    const { config, app } = this.#options;
    const options = { config, app, protocols: this.#protocols };
    const routesOf = (items: Iterable<LocalPublication>) =>
      [...items].flatMap((item) => routesToApplication(item, options));
    const own = withLeaving(routesOf(this.#publications.all), routesOf(this.#publications.leaving), (protocol) => {
      const place = this.#ingress(protocol);
      return place === null ? null : addressOf(place);
    });
    this.#routedAddresses = own.flatMap(({ aliases }) => aliases).join();
    return [
      ...own,
      ...[...this.#subscriptions.all].flatMap((item) =>
        routesToService(item, this.#variants.get(item.dataInfoId)?.callable ?? item.list?.endpoints ?? NOBODY, options),
      ),
    ];
  }

  /** The listeners have their addresses and answer: what is published says so, and who wants to subscribe hears of them. */
  listening(): void {
    this.#listening = true;
    for (const awaiting of [...this.#awaitingListeners]) awaiting();
    this.retell();
  }

  /** The listeners may convert to other protocols now, and have other addresses. */
  retell(): void {
    if (!this.#listening) return;
    this.#publications.tellAll();
    const before = this.#routedAddresses;
    this.routedServices();
    if (this.#routedAddresses !== before) this.#changed();
  }

  stop(): void {
    this.#cancelChange?.();
    if (this.#cancelSave !== null) this.#write();
    this.#publications.stop();
    for (const variants of this.#variants.values()) variants.stop();
    this.#subscriptions.stop();
    this.#watchers.clear();
  }

  /** Fulfilled when the listeners answer, or after 2 s. */
  #listenersOpen(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#awaitingListeners.delete(done);
        resolve();
      };
      const cancel = this.#options.clock.schedule(MAX_PLACING_MS, done);
      this.#awaitingListeners.add(done);
    });
  }

  /** Where others reach the ingress of a protocol; null while it is not open. */
  #ingress(protocol: string): { readonly address: string; readonly port: number } | null {
    const place = this.#options.listenerAddress(this.#protocols.get(protocol).ingress_listener);
    if (place === null) return null;
    return {
      address: this.#options.config.advertise_address || (isAny(place.host) ? '127.0.0.1' : place.host),
      port: place.port,
    };
  }

  #updateVariants(subscription: Subscription): void {
    const { dataInfoId, dataId, protocol, list } = subscription;
    const variants = this.#options.namingOf(protocol)?.variants;
    if (variants === undefined) return;
    const known =
      this.#variants.get(dataInfoId) ??
      new ServiceVariants(variants, (name) => this.#protocols.has(name), this.#options.clock);
    this.#variants.set(dataInfoId, known);
    const endpoints = list?.endpoints ?? [];
    known.update(endpoints);
    if (endpoints.length > 0 && known.callable.length === 0)
      this.#options.log.warn(
        { dataId },
        `every provider of ${dataId} speaks a protocol older than ${protocol}, which this proxy does not: calls find nobody`,
      );
  }

  #dataInfoId(dataId: string, group: string): string {
    return formatDataInfoId({ dataId, instanceId: this.#options.registry.instanceId, group });
  }

  #changed(): void {
    if (this.#cancelChange !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#placed = promise;
    this.#cancelChange = this.#options.clock.schedule(COALESCE_MS, () => {
      this.#cancelChange = null;
      const { revision } = this.#publications;
      void this.#options
        .onChange()
        .then((inPlace) => {
          if (inPlace) this.#publications.routed(revision);
        })
        .finally(resolve);
    });
  }

  #save(): void {
    if (this.#cancelSave !== null) return;
    this.#cancelSave = this.#options.clock.schedule(SAVE_DELAY_MS, () => this.#write());
  }

  #write(): void {
    this.#cancelSave?.();
    this.#cancelSave = null;
    try {
      writeState(this.#options.stateFile, {
        format: 1,
        application: this.application,
        publications: [...this.#publications.all],
        subscriptions: this.subscriptions().map(({ dataId, protocol, group, expose, scope }) => ({
          ...{ dataId, protocol, group },
          ...(expose.length === 0 ? {} : { expose }),
          ...(scope === 'global' ? {} : { scope }),
        })),
      });
    } catch (error) {
      this.#options.log.error(
        { file: this.#options.stateFile, err: error },
        'publications cannot be written: after a restart the applications must publish again',
      );
    }
  }

  #attempt(dataId: string, run: () => unknown): boolean {
    try {
      run();
      return true;
    } catch (error) {
      this.#options.log.warn({ dataId, err: error }, 'a service of before cannot be taken up again as it was');
      return false;
    }
  }
}

const NOBODY: readonly Endpoint[] = [];
const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === '';
