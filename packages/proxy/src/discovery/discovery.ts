import type { Clock, Logger } from '@weft/kit';
import type { DiscoveryConfig, MeshProtocolConfig } from '@weft/schema';
import { formatDataInfoId } from '@weft/schema/data-id';
import { addressOf } from './guard.ts';
import { dataIdOf, groupOf, type NamingOf, serviceName, wrongDataId } from './naming.ts';
import type { RoutedService } from './overlay.ts';
import { type LocalPublication, MAX_PUBLICATIONS, registIdOf, toRegistry } from './publications.ts';
import type { RegistryPort, ServiceList } from './registry-port.ts';
import { type DiscoveryState, readState, writeState } from './state-file.ts';
import { type EndpointChange, MAX_SUBSCRIPTIONS, type Subscription, Subscriptions } from './subscriptions.ts';
import { ServiceVariants } from './variants.ts';

/** Changes within this time become one change of the configuration. */
const COALESCE_MS = 100;
const SAVE_DELAY_MS = 500;
/** A caller of the local API does not wait longer for its service to be routed. */
const MAX_PLACING_MS = 2000;
const MAX_WATCHERS = 64;
const DEFAULT_WEIGHT = 100;

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
  /** Services have changed; the configuration is to be made anew. At most once in 100 ms. Fulfilled when that is over. */
  onChange(): Promise<void>;
}

/** What a caller of the local API asked for cannot be done as asked; the message says what would do. */
export class DiscoveryRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface PublishRequest {
  readonly dataId: string;
  readonly protocol: string;
  readonly group?: string;
  readonly appPort?: number;
  readonly weight?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly ttlSeconds?: number;
}

/**
 * What the applications beside this proxy publish and subscribe: kept on disk, told to the registry, and turned into
 * clusters and routes. Knows neither HTTP nor the wire of the registry.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #protocols: ReadonlyMap<string, MeshProtocolConfig>;
  readonly #publications = new Map<string, LocalPublication>();
  readonly #expiries = new Map<string, () => void>();
  readonly #subscriptions: Subscriptions;
  readonly #watchers = new Set<(change: EndpointChange) => void>();
  /** Of subscribed services, by dataInfoId, whose protocols have older relatives. */
  readonly #variants = new Map<string, ServiceVariants>();
  application = '';
  #cancelChange: (() => void) | null = null;
  #cancelSave: (() => void) | null = null;
  #placed: Promise<void> = Promise.resolve();
  /** Addresses are known before they answer. */
  #listening = false;
  readonly #awaitingListeners = new Set<() => void>();

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#protocols = new Map(options.config.protocols.map((entry) => [entry.protocol, entry]));
    this.#subscriptions = new Subscriptions({
      clock: options.clock,
      emptyPushHoldMs: options.config.empty_push_hold,
      shrinkGuardPercent: options.config.shrink_guard_percent,
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
      onHeld: (subscription, push) =>
        options.log.warn(
          { dataId: subscription.dataId, version: push.version, endpoints: push.endpoints.length },
          'a push would take most hosts away, and the registry does not say that it is sure: it waits',
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
    for (const publication of state.publications) this.#attempt(publication.dataId, () => this.publish(publication));
    for (const { dataId, protocol, group } of state.subscriptions)
      this.#attempt(dataId, () => this.subscribe(dataId, protocol, group));
  }

  // ── publish ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Publishes a service of the application; again with the same name replaces. Returns whether it is new. */
  publish(request: PublishRequest): boolean {
    const entry = this.#protocol(request.protocol);
    if (entry.ingress_listener === '')
      throw new DiscoveryRefusal(
        400,
        `protocol ${request.protocol} has no ingress_listener in mesh.discovery.protocols: nothing can be published with it`,
      );
    this.#checkDataId(request.dataId, request.protocol);
    const appPort = request.appPort ?? entry.app_port;
    if (appPort === 0)
      throw new DiscoveryRefusal(
        400,
        'appPort is missing, and mesh.discovery.protocols has no app_port for it; expected 1 to 65535',
      );
    const group = request.group ?? groupOf(this.#options.namingOf(request.protocol));
    const id = registIdOf(request.dataId, group);
    const known = this.#publications.get(id);
    if (known === undefined && this.#publications.size >= MAX_PUBLICATIONS)
      throw new DiscoveryRefusal(
        429,
        `${MAX_PUBLICATIONS} services are published already, which is the limit of one proxy`,
      );
    const publication: LocalPublication = {
      dataId: request.dataId,
      protocol: request.protocol,
      group,
      appPort,
      weight: request.weight ?? DEFAULT_WEIGHT,
      metadata: request.metadata ?? {},
      ttlSeconds: request.ttlSeconds ?? 0,
    };
    this.#publications.set(id, publication);
    this.#armExpiry(id, publication.ttlSeconds);
    this.#tellRegistry(publication);
    // A renewal of the same changes neither routes nor the file.
    if (JSON.stringify(known) !== JSON.stringify(publication)) {
      this.#changed();
      this.#save();
    }
    return known === undefined;
  }

  /** Takes a service back; false when it was not there. */
  unpublish(dataId: string, group?: string): boolean {
    const ids = [...this.#publications]
      .filter(([, item]) => item.dataId === dataId && (group === undefined || item.group === group))
      .map(([id]) => id);
    for (const id of ids) {
      this.#publications.delete(id);
      this.#expiries.get(id)?.();
      this.#expiries.delete(id);
      this.#options.registry.unpublish(id);
    }
    if (ids.length > 0) {
      this.#changed();
      this.#save();
    }
    return ids.length > 0;
  }

  publications(): readonly (LocalPublication & { readonly state: string; readonly reason: string })[] {
    return [...this.#publications].map(([id, item]) => ({ ...item, ...this.#options.registry.publicationState(id) }));
  }

  /** Takes everything back, before callers are turned away; what is on disk stays for the next start. */
  withdraw(): void {
    for (const id of this.#publications.keys()) this.#options.registry.unpublish(id);
  }

  // ── subscribe ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Subscribes; again is the same. */
  subscribe(dataId: string, protocol: string, group = groupOf(this.#options.namingOf(protocol))): Subscription {
    this.#egressListener(protocol);
    this.#checkDataId(dataId, protocol);
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS)
      throw new DiscoveryRefusal(
        429,
        `${MAX_SUBSCRIPTIONS} services are subscribed already, which is the limit of one proxy`,
      );
    const dataInfoId = this.#dataInfoId(dataId, group);
    const [subscription, fresh] = this.#subscriptions.open({ dataInfoId, dataId, protocol, group });
    if (fresh) {
      this.#options.registry.subscribe(dataInfoId);
      this.#options.registry.serviceUsed(dataId, true);
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
    const listener = this.#egressListener(protocol);
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
    const { config } = this.#options;
    const services: RoutedService[] = [];
    for (const item of this.#publications.values()) {
      services.push({
        protocol: item.protocol,
        service: serviceName(item.dataId),
        fields: this.#fieldsOf(item),
        listener: this.#protocol(item.protocol).ingress_listener,
        cluster: `local_${item.protocol.toLowerCase()}_service_${item.dataId}`,
        endpoints: [{ address: '127.0.0.1', port: item.appPort, weight: 1, enabled: true }],
        sourceApp: '',
        stale: false,
        hostsWaitMs: 0,
        connectEjectionMs: 0,
        retries: 0,
        protectThreshold: 0,
      });
    }
    for (const item of this.#subscriptions.all) {
      services.push({
        protocol: item.protocol,
        service: serviceName(item.dataId),
        fields: this.#fieldsOf(item),
        listener: this.#protocol(item.protocol).egress_listener,
        cluster: item.dataId,
        endpoints: this.#variants.get(item.dataInfoId)?.callable ?? item.list?.endpoints ?? [],
        sourceApp: this.#options.app,
        stale: item.list?.origin === 'snapshot',
        hostsWaitMs: item.list === null ? config.first_push_wait : 0,
        connectEjectionMs: config.connect_ejection,
        retries: config.retries,
        protectThreshold: item.list?.protectThreshold ?? 0,
      });
    }
    return services;
  }

  /** The listeners have their addresses and answer: what is published says so, and who wants to subscribe hears of them. */
  listening(): void {
    this.#listening = true;
    for (const awaiting of [...this.#awaitingListeners]) awaiting();
    for (const publication of this.#publications.values()) this.#tellRegistry(publication);
  }

  stop(): void {
    this.#cancelChange?.();
    if (this.#cancelSave !== null) this.#write();
    for (const cancel of this.#expiries.values()) cancel();
    for (const variants of this.#variants.values()) variants.stop();
    this.#subscriptions.stop();
    this.#watchers.clear();
  }

  #egressListener(protocol: string): string {
    const listener = this.#protocol(protocol).egress_listener;
    if (listener === '')
      throw new DiscoveryRefusal(
        400,
        `protocol ${protocol} has no egress_listener in mesh.discovery.protocols: nothing can be subscribed with it`,
      );
    return listener;
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

  #tellRegistry(publication: LocalPublication): void {
    const { config, registry } = this.#options;
    const place = this.#options.listenerAddress(this.#protocol(publication.protocol).ingress_listener);
    if (place === null) return;
    const address = config.advertise_address || (isAny(place.host) ? '127.0.0.1' : place.host);
    registry.publish(toRegistry(publication, { instanceId: registry.instanceId, address, port: place.port }));
  }

  #checkDataId(dataId: string, protocol: string): void {
    const wrong = wrongDataId(dataId, protocol, this.#options.namingOf(protocol));
    if (wrong !== null) throw new DiscoveryRefusal(400, wrong);
  }

  #fieldsOf({ dataId, protocol }: Pick<Subscription, 'dataId' | 'protocol'>): RoutedService['fields'] {
    return this.#options.namingOf(protocol)?.fieldsOf?.(serviceName(dataId)) ?? null;
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

  #protocol(name: string): MeshProtocolConfig {
    const entry = this.#protocols.get(name);
    if (entry !== undefined) return entry;
    const known = [...this.#protocols.keys()].join(', ') || 'none';
    throw new DiscoveryRefusal(400, `protocol is ${JSON.stringify(name)}; mesh.discovery.protocols has: ${known}`);
  }

  #dataInfoId(dataId: string, group: string): string {
    return formatDataInfoId({ dataId, instanceId: this.#options.registry.instanceId, group });
  }

  #armExpiry(id: string, ttlSeconds: number): void {
    this.#expiries.get(id)?.();
    this.#expiries.delete(id);
    if (ttlSeconds === 0) return;
    this.#expiries.set(
      id,
      this.#options.clock.schedule(ttlSeconds * 1000, () => {
        const item = this.#publications.get(id);
        if (item !== undefined) this.unpublish(item.dataId, item.group);
      }),
    );
  }

  #changed(): void {
    if (this.#cancelChange !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#placed = promise;
    this.#cancelChange = this.#options.clock.schedule(COALESCE_MS, () => {
      this.#cancelChange = null;
      void this.#options.onChange().finally(resolve);
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
        publications: [...this.#publications.values()],
        subscriptions: this.subscriptions().map(({ dataId, protocol, group }) => ({ dataId, protocol, group })),
      });
    } catch (error) {
      this.#options.log.error(
        { file: this.#options.stateFile, err: error },
        'publications cannot be written: after a restart the applications must publish again',
      );
    }
  }

  #attempt(dataId: string, run: () => unknown): void {
    try {
      run();
    } catch (error) {
      this.#options.log.warn({ dataId, err: error }, 'a service of before cannot be taken up again');
    }
  }
}

const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === '';
