import type { Publication } from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import { AppCheck, type AppCheckSpec, type AppHealth, type OpenProbe } from './app-check.ts';
import { conversionMetadata } from './conversion-place.ts';
import type { Exposure, ExposureRequest } from './exposures.ts';
import { groupOf, serviceName } from './naming.ts';
import type { ProtocolTable } from './protocol-table.ts';
import { DiscoveryRefusal } from './refusal.ts';
import type { RegistryPort } from './registry-port.ts';

/** What an application has published through its proxy. */
export interface LocalPublication {
  readonly dataId: string;
  readonly protocol: string;
  readonly group: string;
  /** Port of the application on 127.0.0.1. */
  readonly appPort: number;
  /** 0–1000; 0 takes no new requests. */
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Seconds after which it ends unless it is published again; 0 = never. */
  readonly ttlSeconds: number;
  /** Names in other protocols, of which this proxy converts the calls. */
  readonly expose: readonly Exposure[];
  /** Without one it is registered whatever the application does. */
  readonly healthCheck?: AppCheckSpec;
}

export interface PublishRequest {
  readonly dataId: string;
  readonly protocol: string;
  readonly group?: string;
  readonly appPort?: number;
  readonly weight?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly ttlSeconds?: number;
  /** Names in other protocols by which it can be called, too; undefined leaves those that there are. */
  readonly expose?: readonly ExposureRequest[];
  /** It is registered while the application answers, and only then. */
  readonly healthCheck?: AppCheckSpec;
}

type RegistryState = ReturnType<RegistryPort['publicationState']>;
/** `withheld`: the application is not well, so that the registry is not told of it. */
type State = RegistryState | { readonly state: 'withheld'; readonly reason: string };
export type ShownPublication = Omit<LocalPublication, 'expose'> &
  State & { readonly health?: AppHealth; readonly expose: readonly (Exposure & State)[] };

/** Names, those in other protocols included. */
const MAX_PUBLICATIONS = 1000;
const DEFAULT_WEIGHT = 100;

interface Place {
  readonly address: string;
  readonly port: number;
}

export interface PublicationsOptions {
  readonly protocols: ProtocolTable;
  readonly registry: RegistryPort;
  readonly clock: Clock;
  readonly log: Logger;
  readonly openProbe: OpenProbe;
  /** Callers hear of a withdrawal later than the registry: what they send until then is still answered. */
  readonly leaveMs: number;
  /** Where others reach the ingress of a protocol; null while it is not open. */
  placeOf(protocol: string): Place | null;
  /** What is routed, or kept on disk, has changed. `routed` is to be called when requests see it. */
  onChange(): void;
}

/** What the application of this proxy publishes, each service with its names in other protocols. */
export class Publications {
  readonly #options: PublicationsOptions;
  readonly #byId = new Map<string, LocalPublication>();
  readonly #expiries = new Map<string, () => void>();
  readonly #checks = new Map<string, AppCheck>();
  /** Changes so far, and by which of them a publication that no request finds yet has come. */
  #revision = 0;
  readonly #unrouted = new Map<string, number>();
  /** Taken back a moment ago, the oldest first. */
  readonly #leaving = new Map<LocalPublication, () => void>();
  /** The proxy stops: what comes now is not registered any more. */
  #withdrawn = false;

  constructor(options: PublicationsOptions) {
    this.#options = options;
  }

  get all(): Iterable<LocalPublication> {
    return this.#byId.values();
  }

  /** Taken back a moment ago, the newest first: calls are still on their way here. */
  get leaving(): readonly LocalPublication[] {
    return [...this.#leaving.keys()].reverse();
  }

  /** Grows with every change of what is to be routed. */
  get revision(): number {
    return this.#revision;
  }

  /** Requests find what has come until this revision, so that the registry may hear of it. */
  routed(revision: number): void {
    for (const [id, came] of this.#unrouted) {
      if (came > revision) continue;
      this.#unrouted.delete(id);
      const publication = this.#byId.get(id);
      if (publication !== undefined) this.#tell(publication);
    }
  }

  /**
   * Publishes; again with the same name replaces, but for names in other protocols where nothing is said of them: clients that
   * renew know nothing of what was added for them. Returns whether it is new.
   */
  publish(request: PublishRequest): boolean {
    const asked = this.#complete(request);
    const id = idOf(asked);
    const known = this.#byId.get(id);
    const publication =
      known === undefined || request.expose !== undefined ? asked : { ...asked, expose: known.expose };
    this.#checkNames(id, publication);
    this.#byId.set(id, publication);
    if (known !== undefined) this.#giveUp(known, namesOf(publication));
    if (routesOf(known) !== routesOf(publication)) this.#unrouted.set(id, ++this.#revision);
    this.#armExpiry(id, publication.ttlSeconds);
    this.#arm(id, publication, known);
    this.#tell(publication);
    // A renewal of the same changes neither routes nor the file.
    if (JSON.stringify(known) !== JSON.stringify(publication)) this.#options.onChange();
    return known === undefined;
  }

  /** Takes a service back, in all groups where none is given; false when it was not there. */
  unpublish(dataId: string, group?: string): boolean {
    const found = [...this.#byId].filter(
      ([, item]) => item.dataId === dataId && (group === undefined || item.group === group),
    );
    for (const [id, publication] of found) {
      this.#byId.delete(id);
      this.#unrouted.delete(id);
      this.#expiries.get(id)?.();
      this.#expiries.delete(id);
      this.#disarm(id);
      this.#giveUp(publication);
    }
    if (found.length > 0) this.#options.onChange();
    return found.length > 0;
  }

  shown(): readonly ShownPublication[] {
    return [...this.#byId].map(([id, item]) => {
      const health = this.#checks.get(id)?.health;
      const stateOf = (named: Named): State =>
        health?.healthy === false
          ? { state: 'withheld', reason: `the application is not well: ${health.detail || 'it was not asked yet'}` }
          : this.#options.registry.publicationState(idOf(named));
      return {
        ...item,
        expose: item.expose.map((one) => ({ ...one, ...stateOf(one) })),
        ...(health === undefined ? {} : { health }),
        ...stateOf(item),
      };
    });
  }

  /** Tells the registry of everything. */
  tellAll(): void {
    for (const publication of this.#byId.values()) this.#tell(publication);
  }

  /** Takes everything back from the registry, and keeps it. Returns whether the registry had any of it. */
  withdraw(): boolean {
    const { registry } = this.#options;
    const names = [...this.#byId.values()].flatMap((publication) => [...namesOf(publication).keys()]);
    const known = names.some((name) => registry.publicationState(name).state === 'accepted');
    this.#withdrawn = true;
    for (const id of [...this.#checks.keys()]) this.#disarm(id);
    for (const publication of this.#byId.values()) this.#takeBack(publication);
    return known;
  }

  stop(): void {
    this.#withdrawn = true;
    for (const cancel of this.#expiries.values()) cancel();
    for (const check of this.#checks.values()) check.stop();
    for (const cancel of this.#leaving.values()) cancel();
  }

  #complete(request: PublishRequest): LocalPublication {
    const { protocols } = this.#options;
    const { dataId, protocol } = request;
    protocols.listener(protocol, 'ingress_listener');
    protocols.checkDataId(dataId, protocol);
    const appPort = request.appPort ?? protocols.get(protocol).app_port;
    if (appPort === 0)
      throw new DiscoveryRefusal(
        400,
        'appPort is missing, and mesh.discovery.protocols has no app_port for it; expected 1 to 65535',
      );
    return {
      dataId,
      protocol,
      group: request.group ?? groupOf(protocols.namingOf(protocol)),
      appPort,
      weight: request.weight ?? DEFAULT_WEIGHT,
      metadata: request.metadata ?? {},
      ttlSeconds: request.ttlSeconds ?? 0,
      expose: protocols.exposures(request, request.expose ?? [], 'ingress_listener'),
      ...(request.healthCheck === undefined ? {} : { healthCheck: request.healthCheck }),
    };
  }

  /** One name is published by one publication, and all of them are not too many. */
  #checkNames(own: string, publication: LocalPublication): void {
    const names = namesOf(publication);
    let count = names.size;
    for (const [id, item] of this.#byId) {
      if (id === own) continue;
      const others = namesOf(item);
      count += others.size;
      for (const [name, dataId] of names)
        if (others.has(name))
          throw new DiscoveryRefusal(
            409,
            `${dataId} is published already, with ${item.dataId}: take it back there first`,
          );
    }
    if (count > MAX_PUBLICATIONS)
      throw new DiscoveryRefusal(
        429,
        `${MAX_PUBLICATIONS} services are published already, which is the limit of one proxy`,
      );
  }

  /** Not before requests find it: callers come as soon as the registry knows. */
  #tell(publication: LocalPublication): void {
    if (this.#withdrawn || this.#unrouted.has(idOf(publication))) return;
    const { registry, protocols, placeOf } = this.#options;
    const native = placeOf(publication.protocol);
    if (native === null || this.#checks.get(idOf(publication))?.health.healthy === false) return;
    registry.publish(this.#record(publication, publication, native, {}));
    for (const one of publication.expose) {
      const place = placeOf(one.protocol);
      const { ingress_listener: listener } = protocols.get(one.protocol);
      if (place === null || !protocols.canConvert(listener, publication.protocol)) {
        // Nobody would convert what comes by this name any more.
        registry.unpublish(idOf(one));
        continue;
      }
      const [from, to] = [
        { protocol: one.protocol, port: place.port },
        { protocol: publication.protocol, port: native.port, service: serviceName(publication.dataId) },
      ] as const;
      registry.publish(this.#record(publication, one, place, conversionMetadata(from, to)));
    }
  }

  /** What the registry is told: the address of the ingress in place of that of the application. */
  #record(
    { weight, metadata }: LocalPublication,
    { dataId, group, protocol }: Exposure,
    { address, port }: Place,
    more: Readonly<Record<string, string>>,
  ): Publication {
    const registId = idOf({ dataId, group });
    const { instanceId } = this.#options.registry;
    return {
      ...{ registId, dataId, instanceId, group, protocol, address, port, weight },
      metadata: { ...metadata, mesh: 'weft', ...more },
    };
  }

  /** Takes names back for good. Their routes stay until callers have heard of it. */
  #giveUp(publication: LocalPublication, stay?: ReadonlyMap<string, string>): void {
    this.#takeBack(publication, stay);
    if ([...namesOf(publication).keys()].every((name) => stay?.has(name))) return;
    const leave = (item: LocalPublication): void => {
      this.#leaving.get(item)?.();
      this.#leaving.delete(item);
    };
    const cancel = this.#options.clock.schedule(this.#options.leaveMs, () => {
      leave(publication);
      this.#options.onChange();
    });
    this.#leaving.set(publication, cancel);
    const [oldest] = this.#leaving.keys();
    if (this.#leaving.size > MAX_PUBLICATIONS && oldest !== undefined) leave(oldest);
  }

  /** Takes the names of a publication back, but for those that stay. */
  #takeBack(publication: LocalPublication, stay?: ReadonlyMap<string, string>): void {
    for (const name of namesOf(publication).keys())
      if (stay?.has(name) !== true) this.#options.registry.unpublish(name);
  }

  /** Begins to ask the application, anew only where something about it has changed. */
  #arm(id: string, publication: LocalPublication, before: LocalPublication | undefined): void {
    const { healthCheck: spec, appPort: port } = publication;
    const same = JSON.stringify([spec, port]) === JSON.stringify([before?.healthCheck, before?.appPort]);
    if (same && (spec === undefined || this.#checks.has(id))) return;
    this.#disarm(id);
    if (spec === undefined) return;
    const { clock, log, openProbe } = this.#options;
    const check = new AppCheck({
      spec,
      port,
      clock,
      log,
      open: openProbe,
      onChange: ({ healthy }) => {
        const now = this.#byId.get(id);
        if (now === undefined) return;
        if (healthy) this.#tell(now);
        else this.#takeBack(now);
      },
    });
    this.#checks.set(id, check);
    // It was registered without a check, or with another one: it is again when the application has answered.
    if (before !== undefined) this.#takeBack(before);
  }

  #disarm(id: string): void {
    this.#checks.get(id)?.stop();
    this.#checks.delete(id);
  }

  #armExpiry(id: string, ttlSeconds: number): void {
    this.#expiries.get(id)?.();
    this.#expiries.delete(id);
    if (ttlSeconds === 0) return;
    this.#expiries.set(
      id,
      this.#options.clock.schedule(ttlSeconds * 1000, () => {
        const item = this.#byId.get(id);
        if (item !== undefined) this.unpublish(item.dataId, item.group);
      }),
    );
  }
}

type Named = Pick<Exposure, 'dataId' | 'group'>;

/** Name of a publication in the session with the registry; one per service and group. */
function idOf({ dataId, group }: Named): string {
  return `${dataId}|${group}`;
}

/** What its routes are made of; weight and metadata are for the registry alone. */
const routesOf = (publication: LocalPublication | undefined): string =>
  JSON.stringify([publication?.protocol, publication?.appPort, publication?.expose]);

/** dataIds by their names in the session. */
function namesOf(publication: LocalPublication): ReadonlyMap<string, string> {
  return new Map([publication, ...publication.expose].map((item) => [idOf(item), item.dataId]));
}
