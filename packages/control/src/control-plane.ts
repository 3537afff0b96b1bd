import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Message, message } from '@weft/api';
import { createGrpcListener, type DistributionServerOptions, type StreamListener } from '@weft/distribution';
import { type Clock, systemClock } from '@weft/kit';
import { createLogger, type LeveledLogger, LogFile } from '@weft/telemetry';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { ComponentStates } from './component-states.ts';
import { type ControlComponent, EMBEDDED } from './components.ts';
import { type Coordinator, createMemoryCoordinator } from './coordinator/index.ts';
import { drmViews, meshserverViews, processViews, registryViews } from './debug-views.ts';
import { createDistributionHub, type DistributionHub } from './distribution/index.ts';
import { createDrm, createDrmQueryServer, type Drm } from './drm/index.ts';
import { createGateway, type Gateway, type RateLimits } from './gateway/index.ts';
import type { Caller, Mount } from './http/index.ts';
import {
  type Address,
  checkAddresses,
  drmQueryAddressOf,
  grpcAddressOf,
  httpAddressOf,
  listening,
  urlHost,
} from './listen-addresses.ts';
import { createMeshserver, type RuleKind } from './meshserver/index.ts';
import { createOsp, type Osp, readVaultKey, type Seeded } from './osp/index.ts';
import { createRegistry, type Registry as ServiceRegistry } from './registry/index.ts';
import { openSqlite, type Storage } from './storage/index.ts';
import { drmTunables } from './tunables.ts';

export interface ControlPlaneOptions {
  /** Holds `weft.db`, `secret.key`, `kept-settings.json` and `logs/`; made when it is missing. */
  readonly dataDirectory: string;
  /** All that are part of this release when not given. */
  readonly components?: readonly ControlComponent[];
  /** Console and HTTP interface; 127.0.0.1:8080 when not given. */
  readonly http?: Address;
  /** Proxies; 127.0.0.1:9880 when not given. */
  readonly grpc?: Address;
  /** Classic HTTP query of values; 127.0.0.1:9881 when not given, null for none. */
  readonly drmQuery?: Address | null;
  readonly consoleDirectory?: string | null;
  readonly version: { readonly version: string; readonly revision: string };
  /** The code of the rule types, which is that of the proxies. Without it there is no meshserver. */
  readonly ruleKinds?: readonly RuleKind[];
  readonly rateLimits?: RateLimits;
  /** Nobody puts rules in force that he wrote himself: another user has to. */
  readonly fourEyes?: boolean;
  /** Values written by hand, of a tenant in a minute. */
  readonly drmWritesPerMinute?: number;
  readonly distributionLimits?: DistributionServerOptions['limits'];
  readonly clock?: Clock;
  /** Process that holds a port, for the message when one is taken. */
  readonly portHolder?: (port: number) => Promise<string | null>;
  /** What is going on, for a terminal. */
  readonly progress?: (text: string) => void;
  /** For tests: the database is full at that many pages of 4 KiB. */
  readonly maxDatabasePages?: number;
}

/** What the parts of a control plane are given: the ports of the others, and where they announce themselves. */
export interface PartContext {
  readonly storage: Storage;
  readonly coordinator: Coordinator;
  readonly osp: Osp;
  readonly drm: Drm;
  readonly hub: DistributionHub;
  readonly clock: Clock;
  readonly log: LeveledLogger;
  readonly metrics: Registry;
}

/** A component that runs. */
export interface RunningPart {
  /** Its operations; the gateway serves them. */
  readonly mount?: Mount;
  /** Empty when all is well. */
  checks?(): Promise<readonly { readonly name: string; readonly ok: boolean; readonly message: string }[]>;
  stop(): Promise<void>;
}

export interface ControlPlane {
  /** Such as `http://127.0.0.1:8080/`. */
  readonly url: string;
  readonly httpPort: number;
  /** `host:port` for proxies; null when nothing here pushes. */
  readonly grpcAddress: string | null;
  readonly drmQueryPort: number | null;
  /** User, one-time password and access key of the very first start; null afterwards. */
  readonly seeded: Seeded | null;
  readonly context: PartContext;
  readonly gateway: Gateway;
  stop(): Promise<void>;
}

/**
 * Starts components in one process. When it is fulfilled, all of them answer; when it is rejected, none is left.
 *
 * @throws ListenFailure with component, port and holder; StorageError when the database cannot be opened
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const undo: (() => Promise<void> | void)[] = [];
  try {
    return await start(options, undo);
  } catch (error) {
    await unwind(undo);
    throw error;
  }
}

async function unwind(undo: (() => Promise<void> | void)[]): Promise<void> {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
}

async function start(options: ControlPlaneOptions, undo: (() => Promise<void> | void)[]): Promise<ControlPlane> {
  const clock = options.clock ?? systemClock;
  const selected = new Set<string>(options.components ?? EMBEDDED);
  if (options.ruleKinds === undefined) selected.delete('meshserver');
  const progress = options.progress ?? (() => {});
  const { dataDirectory } = options;
  await checkAddresses(options);
  mkdirSync(join(dataDirectory, 'logs'), { recursive: true, mode: 0o700 });
  const logFile = new LogFile(join(dataDirectory, 'logs', 'control.log'), { clock });
  const accessFile = new LogFile(join(dataDirectory, 'logs', 'gateway-access.log'), { clock });
  undo.push(async () => {
    await logFile.close();
    await accessFile.close();
  });
  const states = new ComponentStates(clock, selected, (component) =>
    createLogger({ write: (line, level) => void logFile.write(line, level), component, clock }),
  );

  const storage = openSqlite({
    file: join(dataDirectory, 'weft.db'),
    wallNow: () => clock.wallNow(),
    ...(options.maxDatabasePages === undefined ? {} : { maxPages: options.maxDatabasePages }),
  });
  undo.push(() => storage.close());
  const coordinator = createMemoryCoordinator(clock);
  undo.push(() => coordinator.close());
  const metrics = createMetrics();
  progress('database is open');

  const notices: ((caller: Caller) => Message[])[] = [];
  const osp = await createOsp({
    storage,
    vaultKey: readVaultKey(join(dataDirectory, 'secret.key')),
    wallNow: () => clock.wallNow(),
    components: async (caller) => ({
      version: options.version.version,
      items: await states.list(),
      notices: notices.flatMap((read) => read(caller)),
    }),
  });
  const database = { name: 'database', check: () => storage.check() };
  states.running('osp', [database]);

  const hub = createDistributionHub({
    accessKeys: osp.accessKeys,
    products: osp.products,
    clock,
    log: states.log('drm'),
    ...(options.distributionLimits === undefined ? {} : { limits: options.distributionLimits }),
  });
  undo.push(() => hub.server.stop());
  const drm = await createDrm({
    storage,
    hub,
    clock,
    log: states.log('drm'),
    ...(options.drmWritesPerMinute === undefined ? {} : { writesPerMinute: options.drmWritesPerMinute }),
  });
  undo.push(() => drm.stop());
  notices.push((caller) => freezeNotice(drm, caller));
  states.running('drm', [database], drmViews(hub), drmTunables(hub));
  addDistributionMetrics(metrics, hub);

  const contextFor = (component: ControlComponent): PartContext => ({
    storage,
    coordinator,
    osp,
    drm,
    hub,
    clock,
    metrics,
    log: states.log(component),
  });
  const mounts: Mount[] = [osp.mount];
  if (selected.has('drm')) mounts.push(drm.mount);
  // The parts below come up in this order, and go down in the opposite one.
  if (selected.has('registry')) {
    const registry = await createRegistry(contextFor('registry'));
    undo.push(() => registry.stop());
    notices.push(() => closedNotice(registry));
    mounts.push(registry.mount);
    states.running('registry', [database], registryViews(registry));
    addGauge(metrics, 'weft_registry_publications', 'Publications in force', () => registry.stats().publications);
    addGauge(metrics, 'weft_registry_services', 'Services known', () => registry.stats().services);
    addGauge(metrics, 'weft_registry_sessions', 'Sessions of proxies', () => registry.stats().sessions);
    if (selected.has('meshserver') && options.ruleKinds !== undefined) {
      const meshserver = await createMeshserver({
        ...contextFor('meshserver'),
        registry,
        ruleKinds: options.ruleKinds,
        fourEyes: options.fourEyes === true,
      });
      undo.push(() => meshserver.stop());
      mounts.push(meshserver.mount);
      states.running('meshserver', [database], meshserverViews(meshserver, hub));
      addGauge(metrics, 'weft_meshserver_sidecars', 'Proxies known', () => meshserver.stats().sidecars);
      addGauge(metrics, 'weft_meshserver_series', 'Series of figures in memory', () => meshserver.stats().series);
      addGauge(metrics, 'weft_meshserver_rules', 'Rules', () => meshserver.stats().rules);
    }
  }

  const gateway = await createGateway({
    osp,
    storage,
    clock,
    log: states.log('gateway'),
    accessLog: (line) => void accessFile.write(line),
    metrics,
    mounts,
    consoleDirectory: selected.has('console') ? (options.consoleDirectory ?? null) : null,
    components: states.views(),
    version: options.version,
    startedAt: new Date(clock.wallNow()),
    settingsFile: join(dataDirectory, 'kept-settings.json'),
    debug: processViews(),
    ...(options.rateLimits === undefined ? {} : { rateLimits: options.rateLimits }),
  });
  undo.push(() => gateway.close());

  const httpAddress = httpAddressOf(options);
  const { port: httpPort } = await listening('gateway', '--listen', httpAddress, options, () =>
    gateway.listen(httpAddress.host, httpAddress.port),
  );
  states.running('gateway', []);
  states.running('console', []);

  const grpcAddress = await openGrpc(options, hub, selected, undo);
  const drmQueryPort = selected.has('drm') ? await openDrmQuery(options, drm, undo) : null;
  const seeded = await osp.seed();
  progress(`${[...selected].length} components are running`);
  states.log('gateway').info({ http: httpPort, grpc: grpcAddress, components: [...selected] }, 'control plane started');
  return {
    url: `http://${urlHost(httpAddress.host)}:${httpPort}/`,
    httpPort,
    grpcAddress,
    drmQueryPort,
    seeded,
    context: contextFor('gateway'),
    gateway,
    stop: () => unwind(undo),
  };
}

function freezeNotice(drm: Drm, caller: Caller): Message[] {
  const { frozen, scope, operator, since, until, reason } = drm.freezes.state(caller);
  if (!frozen) return [];
  const said = { operator, since: since ?? '', until: until ?? '', reason };
  return scope === 'platform'
    ? [message('notice.values-frozen', said)]
    : [message('notice.workspace-frozen', { ...said, workspace: caller.workspaceId })];
}

function closedNotice(registry: ServiceRegistry): Message[] {
  const { state, operator, since } = registry.push();
  return state === 'closed' ? [message('notice.endpoints-closed', { operator, since: since ?? '' })] : [];
}

async function openGrpc(
  options: ControlPlaneOptions,
  hub: DistributionHub,
  selected: ReadonlySet<string>,
  undo: (() => Promise<void> | void)[],
): Promise<string | null> {
  if (!selected.has('drm') && !selected.has('registry')) return null;
  const address = grpcAddressOf(options);
  const listener: StreamListener = await listening('drm', '--grpc', address, options, () =>
    createGrpcListener({ address: `${urlHost(address.host)}:${address.port}`, accept: hub.server.accept }),
  );
  undo.push(() => listener.close(1000));
  // Streams end with the word when to come back before their port closes.
  undo.push(() => hub.server.stop());
  return listener.address;
}

async function openDrmQuery(
  options: ControlPlaneOptions,
  drm: Drm,
  undo: (() => Promise<void> | void)[],
): Promise<number | null> {
  const address = drmQueryAddressOf(options);
  if (address === null) return null;
  const server = createDrmQueryServer(drm);
  await listening(
    'drm',
    '--drm-query',
    address,
    options,
    () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(address.port, address.host, () => resolve());
      }),
  );
  undo.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

function createMetrics(): Registry {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  return metrics;
}

function addGauge(metrics: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [metrics],
    collect() {
      this.set(read());
    },
  });
}

/** Of a number that only grows. */
function addCounter(metrics: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [metrics],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function addDistributionMetrics(metrics: Registry, hub: DistributionHub): void {
  const gauge = (name: string, help: string, read: () => number): void => addGauge(metrics, name, help, read);
  const counter = (name: string, help: string, read: () => number): void => addCounter(metrics, name, help, read);
  gauge('weft_distribution_clients', 'Proxies that are connected', () => hub.server.stats().clients);
  gauge('weft_distribution_pending_names', 'Resources that wait to be sent', () => hub.server.stats().pendingNames);
  counter('weft_distribution_pushes_total', 'Pushes sent', () => hub.server.stats().pushesTotal);
  counter('weft_distribution_acked_total', 'Resources acknowledged', () => hub.server.stats().ackedTotal);
  counter('weft_distribution_rejected_total', 'Resources rejected by proxies', () => hub.server.stats().rejectedTotal);
  counter(
    'weft_drm_repairs_total',
    'Differences found by digest and sent again',
    () => hub.server.stats().repairsTotal,
  );
}
