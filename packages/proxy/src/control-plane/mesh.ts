import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type {
  ComponentHealth,
  DistributionClient,
  DynamicValue,
  Link,
  LinkState,
  NodeInfo,
  RegistrySession,
  Rejection,
  ReportStream,
  ResourceUpdate,
  ServiceEndpoints,
  Subscription,
} from '@weft/distribution';
import { type Clock, MeshError, systemClock } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import { ALL_APPS, RULE_DOCUMENTS, ruleDataId } from '@weft/schema/data-id';
import { Discovery, LocalApi, type RegistryPort, ServiceOverlay } from '../discovery/index.ts';
import { DrmLog } from './drm-log.ts';
import type { MeshHost } from './host.ts';
import { type ProxyKey, readKeyFile } from './key-file.ts';
import { MeshEvents } from './mesh-events.ts';
import { ownStateFolder } from './state-owner.ts';

const REPORT_INTERVAL_MS = 1000;
/** Somebody who has changed a rule looks for what it does: the first figures of it go out so soon. */
const FIRST_FIGURES_MS = 250;
const NO_KEY: ProxyKey = { accessKey: '', secret: '', tenant: '', workspace: '', instanceId: 'DEFAULT_INSTANCE_ID' };

/** Rule types that are subscribed by the application; ROUTE goes by the services that are called. */
const APP_RULE_TYPES = (Object.keys(RULE_DOCUMENTS) as (keyof typeof RULE_DOCUMENTS)[]).filter(
  (type) => type !== 'ROUTE',
);

/**
 * The part of a proxy in a mesh: its link to the control plane, the services of its application, the rules that it gets
 * and the figures that it sends. Nothing here is needed to serve a request: whatever is away, what is in force stays.
 */
export class Mesh {
  readonly #host: MeshHost;
  readonly #clock: Clock;
  readonly #api: LocalApi;
  readonly discovery: Discovery;
  readonly #uuid: string;
  readonly #drmLog: DrmLog;
  #link: Link | null = null;
  #client: DistributionClient | null = null;
  #session: RegistrySession | null = null;
  #reports: ReportStream | null = null;
  #endpoints: Subscription | null = null;
  #values: Subscription | null = null;
  /** Names whose value, or absence, the server has told. */
  readonly #told = new Set<string>();
  readonly #rejected = new Map<string, { readonly version: number; readonly reason: string }>();
  #onTold: (() => void) | null = null;
  #snapshotSavedAtMs = 0;
  readonly #overlay = new ServiceOverlay();
  /** Why the control plane refused this proxy; '' since it did not. */
  #refusal = '';
  readonly #events = new MeshEvents();
  #cancelReport: (() => void) | null = null;
  /** Monotonic ms of the next report. */
  #nextReportAt = 0;

  private constructor(host: MeshHost, clock: Clock, key: ProxyKey) {
    this.#host = host;
    this.#clock = clock;
    const { config } = host;
    this.#uuid = nodeId(path.join(host.stateDirectory, 'node-id'));
    this.#drmLog = new DrmLog(host, { uuid: this.#uuid, instanceId: key.instanceId, accessKey: key.accessKey }, clock);
    this.discovery = new Discovery({
      config: config.discovery,
      app: config.app,
      registry: this.#registryPort(key.instanceId),
      namingOf: host.namingOf,
      canConvert: host.canConvert,
      openProbe: host.openProbe,
      zone: config.zone,
      dataCenter: config.data_center,
      clock,
      log: host.log.child('discovery'),
      stateFile: path.join(host.stateDirectory, 'discovery_state.json'),
      listenerAddress: (listener) => host.listenerAddress(listener),
      onChange: () => host.reconfigure(),
    });
    this.#api = new LocalApi(this.discovery);
  }

  /**
   * Connects, and resolves when the rules are there: fresh ones, or those of the snapshot after `fresh_wait`.
   * @throws MeshError when the key file cannot be used or the local API cannot listen
   */
  static async start(host: MeshHost, clock: Clock = systemClock): Promise<Mesh> {
    const { control } = host.config;
    const key = control === undefined || control.key_file === '' ? NO_KEY : readKeyFile(control.key_file);
    const moved = ownStateFolder(host.stateDirectory, host.config.app, host.configFile);
    if (moved !== null)
      host.log.warn(
        { ...moved.before, movedTo: moved.movedTo },
        `${host.stateDirectory} held the state of another proxy with a configuration file of the same name: it was put aside, and this proxy begins anew; give one of them another name or weft.state_dir`,
      );
    const mesh = new Mesh(host, clock, key);
    if (control !== undefined) await mesh.#connect(control.address, key);
    mesh.discovery.restore();
    const { host: address, port } = splitAddress(host.config.discovery.address);
    await mesh.#api.listen(address, port);
    if (control !== undefined) await mesh.#fresh(control.fresh_wait);
    return mesh;
  }

  /** Port of the local API. */
  get apiPort(): number {
    return this.#api.port;
  }

  overlay(config: MosnConfig): MosnConfig {
    return this.#overlay.apply(config, this.discovery.routedServices());
  }

  /** The listeners have their ports: what is published can say so, and figures go out. */
  serving(): void {
    this.discovery.listening();
    if (this.#reports !== null) this.#report();
  }

  /** Takes the publications back, so that callers go elsewhere before this proxy turns them away; whether there were any. */
  withdraw(): boolean {
    return this.discovery.withdraw();
  }

  async stop(): Promise<void> {
    this.#cancelReport?.();
    this.#api.close();
    this.discovery.stop();
    this.#reports?.close();
    await this.#session?.close();
    await this.#client?.close();
    this.#link?.close();
  }

  health(): ComponentHealth[] {
    if (this.#link === null) return [];
    const { healthy, message } = this.#linkHealth();
    return [
      { name: 'registry', healthy, message },
      { name: 'drm', healthy: healthy && this.#rejected.size === 0, message: message || this.#rejections() },
    ];
  }

  /** Components whose data is of an earlier time. */
  degraded(): string[] {
    if (this.#link === null || this.#linkHealth().healthy) return [];
    return this.#snapshotSavedAtMs === 0 && this.#told.size === 0 ? ['noconfig'] : ['registry', 'drm'];
  }

  async #connect(address: string, key: ProxyKey): Promise<void> {
    // Loaded here alone: a proxy without a control plane carries nothing of it.
    const [client, grpc, snapshots, wire] = await Promise.all([
      import('@weft/distribution/client'),
      import('@weft/distribution/grpc'),
      import('@weft/distribution/snapshot'),
      import('@weft/distribution/wire'),
    ]);
    const { log, stateDirectory } = this.#host;
    const store = snapshots.createSnapshotStore({
      directory: path.join(stateDirectory, 'snapshot'),
      ...(key.secret === '' ? {} : { secret: key.secret }),
    });
    const snapshot = store.load();
    this.#snapshotSavedAtMs = snapshot.savedAtMs;
    for (const { generation, reason } of snapshot.rejected)
      log.warn({}, `[snapshot] generation=${generation} rejected reason=${reason}`);
    const link = client.createLink({
      addresses: [address],
      node: this.#node(),
      ...(key.accessKey === '' ? {} : { credentials: { accessKey: key.accessKey, secret: key.secret } }),
      transport: grpc.createGrpcTransport(),
      clock: this.#clock,
      log: log.child('control-plane'),
    });
    this.#link = link;
    this.#drmLog.configured(address, grpc.DEFAULT_HEARTBEAT_MS);
    this.#drmLog.redial(link.address);
    link.onState((state, reason) => this.#linkChanged(state, reason));
    this.#client = client.createDistributionClient({ link, snapshot: store, clock: this.#clock, log });
    this.#values = this.#client.subscribe(wire.dynamicValueType, this.#ruleNames(), (update) =>
      this.#applyValues(update),
    );
    this.#endpoints = this.#client.subscribe(wire.serviceEndpointsType, [], (update) => this.#applyEndpoints(update));
    this.#session = client.createRegistrySession({
      link,
      leaseSeconds: Math.ceil(this.#host.config.discovery.lease / 1000),
      asks: () => this.#host.asks(),
      events: {
        refused: (registId, reason) => log.error({ registId, reason }, 'the registry refuses a publication'),
      },
      clock: this.#clock,
      log,
    });
    this.#reports = client.createReportStream({
      link,
      onAdminQuery: (query) => this.#host.answer(query),
      onVerdicts: (verdicts) => this.#host.answerAsks(verdicts),
      clock: this.#clock,
      log,
    });
  }

  #node(): NodeInfo {
    const { config, version, adminPort } = this.#host;
    const ingress = config.discovery.protocols.find((entry) => entry.ingress_listener !== '')?.ingress_listener;
    const place = ingress === undefined ? null : this.#host.listenerAddress(ingress);
    return {
      id: this.#uuid,
      app: config.app,
      ip: config.discovery.advertise_address || (place?.host ?? '127.0.0.1'),
      zone: config.zone,
      dataCenter: config.data_center,
      cluster: config.cluster,
      labels: config.labels,
      version,
      pid: process.pid,
      startedAtMs: Math.round(performance.timeOrigin),
      adminPort,
    };
  }

  #ruleNames(): string[] {
    const { app } = this.#host.config;
    return APP_RULE_TYPES.flatMap((type) => [ruleDataId(type, app), ruleDataId(type, ALL_APPS)]);
  }

  /** Routing rules come by the service that is called, and are forgotten with it. */
  #serviceUsed(dataId: string, used: boolean): void {
    const name = ruleDataId('ROUTE', dataId);
    if (used) {
      // On a new connection all names go out, and are written then.
      const isNew = this.#link?.state === 'ready' && this.#values?.names.has(name) === false;
      const sinceMs = this.#clock.now();
      this.#values?.add([name]);
      if (isNew) this.#drmLog.subscribed(name, sinceMs);
      return;
    }
    this.#drmLog.unsubscribed(name);
    this.#values?.remove([name]);
    this.#rejected.delete(name);
    this.#host
      .removeRules(name)
      .catch((error: unknown) => this.#host.log.error({ dataId: name, err: error }, 'rules cannot be taken away'));
  }

  async #applyValues({ updated, removed, origin, receivedAtMs }: ResourceUpdate<DynamicValue>): Promise<Rejection[]> {
    const { log } = this.#host;
    const rejections: Rejection[] = [];
    for (const { name, version, value } of updated) {
      if (origin === 'server') this.#drmLog.pushed(name, version, value.value, receivedAtMs);
      else this.#drmLog.restored(name, version);
      if (value.gray)
        log.info({}, `[drm-gray] gray data value OnChange,appName=${this.#host.config.app},dataId=${name}`);
      const text = Buffer.from(value.value).toString('utf8');
      // Says in the log what becomes of them.
      const reason = await this.#host.applyRules(name, text, version);
      if (reason === null) {
        this.#drmLog.applied(name, version, text);
        this.#rejected.delete(name);
        this.#note('rules', `version ${version} of ${name} is in force, from the ${origin}`);
      } else {
        this.#drmLog.refused(name, version, reason);
        this.#rejected.set(name, { version, reason });
        rejections.push({ name, reason });
        this.#note('rules', `version ${version} of ${name} is refused, the one of before stays in force: ${reason}`);
      }
    }
    for (const name of removed) {
      this.#drmLog.removed(name);
      this.#rejected.delete(name);
      await this.#host.removeRules(name);
    }
    if (origin === 'server') {
      for (const { name } of updated) this.#told.add(name);
      for (const name of removed) this.#told.add(name);
      this.#onTold?.();
      this.#reportSoon();
    }
    return rejections;
  }

  #applyEndpoints({ updated, removed, origin }: ResourceUpdate<ServiceEndpoints>): Rejection[] {
    for (const { name, version, value } of updated) {
      const { endpoints, confirmed, protectThreshold } = value;
      this.discovery.receive(name, { version, endpoints, confirmed, protectThreshold, origin });
    }
    // A service that the registry has not heard of has nobody in it; whoever was there is not forgotten at once.
    for (const name of removed)
      this.discovery.receive(name, { version: 0, endpoints: [], confirmed: false, protectThreshold: 0, origin });
    return [];
  }

  /** Waits until the server has told all rules, or for so long. */
  async #fresh(waitMs: number): Promise<void> {
    const all = this.#ruleNames();
    // Of what it holds in the newest version the server says nothing; it speaks of the others all the same.
    const held = new Set(this.#client?.applied(this.#ruleType).map(({ name }) => name));
    const complete = (): boolean => this.#told.size > 0 && all.every((name) => this.#told.has(name) || held.has(name));
    // A refusal is an answer, too: nothing better comes by waiting.
    const over = (): boolean => complete() || this.#link?.state === 'refused';
    if (over()) return this.#startedWithout(complete());
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.schedule(waitMs, resolve);
      this.#onTold = () => {
        if (!over()) return;
        cancel();
        resolve();
      };
    });
    this.#onTold = null;
    this.#startedWithout(complete());
  }

  /** Says what a start without fresh rules serves with. */
  #startedWithout(complete: boolean): void {
    if (complete) return;
    const why = this.#link?.reason || 'it has not answered';
    const from =
      this.#snapshotSavedAtMs === 0
        ? 'there is no snapshot, so no rule is in force'
        : `serving the snapshot of ${new Date(this.#snapshotSavedAtMs).toISOString()}`;
    const refused = this.#refusal !== '';
    const is = refused ? 'refuses this proxy' : 'is away';
    // Whoever starts it by hand looks at the terminal, while the log goes to a file.
    if (refused)
      process.stderr.write(
        `weft: UNAUTHENTICATED: the control plane ${this.#link?.address} refuses this proxy (${why}): ${from}; ${WHAT_TO_DO}\n`,
      );
    // Told later, when somebody listens again.
    this.#note(
      'start',
      `started while the control plane ${refused ? 'refused this proxy' : 'was away'} (${why}): ${from}`,
    );
    this.#host.log.warn({ reason: why }, `the control plane ${this.#link?.address} ${is}: ${from}`);
  }

  /** The link itself logs how it fares; what a person must do is said here. */
  #linkChanged(state: LinkState, reason: string): void {
    if (state === 'connecting') this.#drmLog.redial(this.#link?.address ?? '');
    // Trying again is part of the same outage.
    if (state === 'waiting' || state === 'refused') this.#events.lost(this.#clock.now(), reason);
    if (state === 'ready') {
      this.#refusal = '';
      for (const name of this.#values?.names ?? this.#ruleNames()) this.#drmLog.subscribed(name);
    }
    if (state !== 'refused') return;
    this.#refusal = reason;
    this.#onTold?.();
    const address = this.#link?.address;
    this.#host.log.error(
      { address, reason },
      `UNAUTHENTICATED: the control plane refuses this proxy, which serves with what it has; ${WHAT_TO_DO}`,
    );
  }

  #linkHealth(): { healthy: boolean; message: string } {
    const link = this.#link as Link;
    const silentMs = this.#session?.silentMs ?? 0;
    const silent = silentMs >= this.#host.config.discovery.lease;
    if (link.state === 'ready' && !silent) return { healthy: true, message: '' };
    // A peer that is stopped or cut off closes nothing.
    const silence = `no answer for ${seconds(silentMs)} s; rules and services stay as they are`;
    const why = link.reason === '' ? link.state : link.reason;
    const refusal = `UNAUTHENTICATED: ${link.address} refuses this proxy: ${this.#refusal}; ${WHAT_TO_DO}`;
    const reason = link.state === 'ready' ? silence : this.#refusal === '' ? why : refusal;
    if (this.#snapshotSavedAtMs === 0) return { healthy: false, message: reason };
    const ageSeconds = Math.round((this.#clock.wallNow() - this.#snapshotSavedAtMs) / 1000);
    return {
      healthy: false,
      message: `serving snapshot saved ${new Date(this.#snapshotSavedAtMs).toISOString()}, age ${ageSeconds}s; ${reason}`,
    };
  }

  #rejections(): string {
    return [...this.#rejected]
      .map(([dataId, { version, reason }]) => `${dataId} version ${version} is refused: ${reason}`)
      .join('; ');
  }

  #report(): void {
    const { takeFigures, configDigest } = this.#host;
    const client = this.#client as DistributionClient;
    this.#noteOutage();
    const { edges, histogramBoundsMs, process: ownProcess, rules, events } = takeFigures();
    const asks = this.#host.asks();
    for (const { kind, message } of events) this.#note(kind, message);
    this.#reports?.report({
      atMs: this.#clock.wallNow(),
      edges,
      histogramBoundsMs,
      process: ownProcess,
      health: this.health(),
      configDigest: configDigest(),
      applied: client.applied(this.#ruleType).map((item) => ({
        dataId: item.name,
        version: item.version,
        rejectedReason: item.rejected?.reason ?? '',
      })),
      // What a report carries that waits in a queue may be dropped there.
      events: this.#link?.state === 'ready' ? this.#events.take() : [],
      ...(rules.length === 0 ? {} : { rules }),
      ...(asks.length === 0 ? {} : { asks }),
    });
    this.#reportIn(REPORT_INTERVAL_MS);
  }

  #reportIn(delayMs: number): void {
    this.#cancelReport?.();
    this.#nextReportAt = this.#clock.now() + delayMs;
    this.#cancelReport = this.#clock.schedule(delayMs, () => this.#report());
  }

  /** Rules have changed. A report that is due earlier stays, so that many changes do not put it off. */
  #reportSoon(): void {
    if (this.#cancelReport !== null && this.#nextReportAt - this.#clock.now() > FIRST_FIGURES_MS)
      this.#reportIn(FIRST_FIGURES_MS);
  }

  #noteOutage(): void {
    const now = this.#clock.now();
    const { healthy, message } = this.#linkHealth();
    if (!healthy) {
      this.#events.lost(now - (this.#session?.silentMs ?? 0), message);
      return;
    }
    const outage = this.#events.returned(now);
    if (outage !== null)
      this.#note('control-plane', `was out of reach for ${seconds(outage.awayMs)} s (${outage.reason})`);
  }

  #note(kind: string, message: string): void {
    this.#events.note({ atMs: this.#clock.wallNow(), kind, message });
  }

  readonly #ruleType = 'type.googleapis.com/mesh.weft.io.v1.DynamicValue';

  #registryPort(instanceId: string): RegistryPort {
    return {
      instanceId,
      publish: (publication) => this.#session?.publish(publication),
      unpublish: (registId) => this.#session?.unpublish(registId),
      publicationState: (registId) => {
        const found = this.#session?.publications().find((item) => item.publication.registId === registId);
        return found ?? { state: 'waiting', reason: this.#session === null ? 'there is no control plane' : '' };
      },
      subscribe: (dataInfoId) => this.#endpoints?.add([dataInfoId]),
      unsubscribe: (dataInfoId) => this.#endpoints?.remove([dataInfoId]),
      serviceUsed: (dataId, used) => this.#serviceUsed(dataId, used),
    };
  }
}

const WHAT_TO_DO =
  'give --control-key-file the key that this control plane wrote (proxy-key.json in its data directory) and start again';

const seconds = (ms: number): number => Math.round(ms / 1000);

/** The id of this proxy, kept over restarts. */
function nodeId(file: string): string {
  try {
    const known = readFileSync(file, 'utf8').trim();
    if (/^[0-9a-f-]{36}$/.test(known)) return known;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const id = randomUUID();
  writeFileSync(file, `${id}\n`, { mode: 0o600 });
  return id;
}

function splitAddress(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port) || port > 65_535)
    throw new MeshError('address_unavailable', `mesh.discovery.address is ${JSON.stringify(text)}; expected host:port`);
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port };
}
