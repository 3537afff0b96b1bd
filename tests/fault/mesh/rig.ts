/**
 * A mesh of real processes: a control plane in a network and on a disk of its own (where that is permitted), a caller
 * and two providers, each behind a proxy, with an HTTP and a Bolt service, and one rule that is on.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ApiClient, createApiClient } from '@weft/api';
import { takeToken } from '@weft/cli';
import { freePort } from '../../support/ports.ts';
import { INTERFACE, Load, type Tally } from './load.ts';
import { DIRECTORY_PREFIX, PrivateNetwork, removeLeftovers, SmallDisk } from './places.ts';
import { sidecarPorts } from './ports.ts';
import { Program } from './processes.ts';
import { Sidecar } from './sidecar.ts';
import { until } from './waiting.ts';

const require = createRequire(import.meta.url);

export const HOST = 'stock.example:80';
export const HTTP_SERVICE = `${HOST}@Http1`;
export const BOLT_SERVICE = `${INTERFACE}:1.0@DEFAULT`;
/** Requests per second, of each service at each provider. */
export const THRESHOLD = 40;
const LOAD_PER_SECOND = 500;
const DISK_MEBIBYTES = 48;
const PASSWORD = 'a password of tests';
/** For everything that follows from an event of the mesh and has no bound of its own; busy machines are slow. */
export const SOON_MS = 60_000;
const RULES_OF = 'stock';

interface Application {
  readonly httpPort: number;
  readonly boltPort: number;
  stop(): Promise<void>;
}

export class Rig {
  readonly directory = mkdtempSync(path.join(tmpdir(), `${DIRECTORY_PREFIX}${process.pid}-`));
  readonly network = PrivateNetwork.create();
  readonly disk: SmallDisk | null;
  readonly #data: string;
  readonly #applications = new Map<Sidecar, Application>();
  #control: Program | null = null;
  #controlArgs: readonly string[] = [];
  url = '';
  grpc = '';
  client!: ApiClient;
  caller!: Sidecar;
  one!: Sidecar;
  two!: Sidecar;
  load!: Load;
  ruleDbId = 0;

  static async start(): Promise<Rig> {
    removeLeftovers(tmpdir());
    const rig = new Rig();
    try {
      await rig.#start();
    } catch (error) {
      await rig.close();
      throw error;
    }
    return rig;
  }

  private constructor() {
    this.#data = path.join(this.directory, 'control');
    mkdirSync(this.#data, { mode: 0o700 });
    this.disk = SmallDisk.create(this.#data, DISK_MEBIBYTES);
  }

  get control(): { readonly grpc: string; readonly keyFile: string } {
    return { grpc: this.grpc, keyFile: path.join(this.#data, 'proxy-key.json') };
  }

  async #start(): Promise<void> {
    const answer = await this.#startControl(await freePort(), await freePort());
    const { token } = await takeToken({
      endpoint: this.url,
      loginName: 'admin',
      password: String(answer['oneTimePassword']),
      newPassword: async () => PASSWORD,
      tokenName: 'faults',
    });
    this.client = createApiClient({ baseUrl: this.url, token });
    this.caller = await this.#sidecar('caller', 'shop');
    this.one = await this.#sidecar('one', RULES_OF);
    this.two = await this.#sidecar('two', RULES_OF);
    await Promise.all([this.caller, this.one, this.two].map((sidecar) => sidecar.start(this.control)));
    for (const sidecar of [this.one, this.two]) {
      this.#applications.set(sidecar, await startApplication(`provider-${sidecar.name}`));
      await this.publish(sidecar);
    }
    await this.caller.subscribe(HTTP_SERVICE, 'Http1');
    await this.caller.subscribe(BOLT_SERVICE, 'bolt');
    const rule = await this.client.ms.createLimitRule({
      body: {
        name: 'faults',
        app: RULES_OF,
        direction: 'SERVER',
        services: [HTTP_SERVICE, BOLT_SERVICE],
        methods: ['*'],
        mode: 'CONTROL',
        enabled: true,
        spec: { thresholdType: 'invokeTimes', threshold: THRESHOLD, timeMs: 1000 },
      },
    });
    this.ruleDbId = rule.ruleDbId;
    await this.synchronised();
    this.load = new Load({
      httpPort: this.caller.ports.httpEgress,
      boltPort: this.caller.ports.boltEgress,
      host: HOST,
      ratePerSecond: LOAD_PER_SECOND,
    });
    await this.limitsBoth();
    this.load.take();
  }

  /** Starts the control plane again, at the same place on the same files. */
  async restartControl(): Promise<void> {
    await this.#runControl();
  }

  /** As the start script of the application does. */
  async publish(provider: Sidecar): Promise<void> {
    const application = this.#applications.get(provider);
    if (application === undefined) throw new Error(`${provider.name} provides nothing`);
    await provider.publish(HTTP_SERVICE, 'Http1', application.httpPort);
    await provider.publish(BOLT_SERVICE, 'bolt', application.boltPort);
  }

  /** What the console shows about the proxies of an application: their events of one kind, newest last. */
  async eventsOf(app: string, kind: string): Promise<readonly string[]> {
    const { items } = await this.client.ms.listSidecars({ query: { app, size: 100 } });
    const details = await Promise.all(items.map(({ proxyId }) => this.client.ms.getSidecar({ params: { proxyId } })));
    return details.flatMap(({ events }) => events.filter((event) => event.kind === kind).map(({ message }) => message));
  }

  /** Puts right what a test that failed has left. */
  async mend(): Promise<void> {
    this.disk?.empty();
    if (!this.controlProgram.isRunning) await this.restartControl();
    for (const sidecar of [this.caller, this.one, this.two]) if (!sidecar.isRunning) await sidecar.start(this.control);
    await this.synchronised();
    this.load.take();
  }

  get controlProgram(): Program {
    if (this.#control === null) throw new Error('the control plane was not started');
    return this.#control;
  }

  /** Waits until both protocols were limited `count` times from now on. */
  async limitsBoth(count = 100): Promise<void> {
    const before = { ...this.load.limitedSoFar };
    await until(`${count} refusals of both protocols`, SOON_MS, () => {
      const now = this.load.limitedSoFar;
      return now.http >= before.http + count && now.bolt >= before.bolt + count;
    });
  }

  /**
   * Waits until everybody knows everything: the registry has four entries, the caller has them, each provider has
   * acknowledged the rule, each proxy is healthy, the console has all of them connected. Gives the ms that it took.
   */
  async synchronised(limitMs = SOON_MS): Promise<number> {
    const startMs = performance.now();
    const left = (): number => Math.max(1, limitMs - (performance.now() - startMs));
    const sidecars = [this.caller, this.one, this.two];
    await until('two providers of each service in the registry', left(), async () => {
      const { items } = await this.client.registry.dump({ query: { size: 100 } });
      const counts = [HTTP_SERVICE, BOLT_SERVICE].map((id) => items.filter(({ dataId }) => dataId === id).length);
      if (counts.every((count) => count === 2)) return true;
      throw new Error(`there are ${counts.join(' and ')}`);
    });
    for (const service of [HTTP_SERVICE, BOLT_SERVICE])
      await until(`the caller knows two of ${service}`, left(), async () => {
        const { endpoints } = await this.caller.endpoints(service);
        if (endpoints === 2) return true;
        throw new Error(`it knows ${endpoints}`);
      });
    await until('the rule is acknowledged by all', left(), async () => {
      const push = await this.client.ms.getLimitRulePush({ params: { id: this.ruleDbId } });
      if (push.state === 'ok' && push.target === 2 && push.acked === 2) return true;
      throw new Error(`${push.state}: ${push.acked} of ${push.target}`);
    });
    await until('drm has it applied by all', left(), async () => {
      const { items } = await this.client.drm.listResources({ query: { size: 100 } });
      const dataId = items.find(({ app }) => app === RULES_OF)?.dataId ?? '';
      const status = await this.client.drm.getStatus({ query: { dataId } });
      if (status.subscribers === 2 && status.applied === 2 && status.stale === 0 && status.rejected === 0) return true;
      throw new Error(JSON.stringify(status));
    });
    for (const sidecar of sidecars)
      await until(`${sidecar.name} is healthy`, left(), async () => {
        const bad = await sidecar.unhealthy();
        if (bad.length === 0) return true;
        throw new Error(bad.join('; '));
      });
    await until('the console has all proxies connected', left(), async () => {
      const { items } = await this.client.ms.listSidecars({ query: { size: 100 } });
      const good = items.filter((item) => item.connected && item.state === 'Running' && item.healthy === true);
      if (good.length === sidecars.length) return true;
      throw new Error(items.map((item) => `${item.app} ${item.state} ${item.connected} ${item.healthy}`).join(', '));
    });
    return performance.now() - startMs;
  }

  async close(): Promise<void> {
    this.load?.stop();
    for (const sidecar of [this.caller, this.one, this.two]) await sidecar?.kill();
    await this.#control?.kill();
    for (const application of this.#applications.values()) await application.stop();
    this.disk?.close();
    this.network?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #startControl(httpPort: number, grpcPort: number): Promise<Record<string, unknown>> {
    const host = this.network?.address ?? '127.0.0.1';
    this.grpc = `${host}:${grpcPort}`;
    this.url = `http://${host}:${httpPort}`;
    this.#controlArgs = [
      ...['up', '--data', this.#data, '--listen', `${host}:${httpPort}`, '--grpc', this.grpc],
      ...['--drm-query', 'off', '--json'],
    ];
    return this.#runControl();
  }

  #runControl(): Promise<Record<string, unknown>> {
    this.#control = Program.weft('control', this.#controlArgs, this.directory, this.network?.prefix ?? []);
    return this.#control.up();
  }

  async #sidecar(name: string, app: string): Promise<Sidecar> {
    return new Sidecar(name, app, await sidecarPorts(), this.directory);
  }
}

export function figures(tally: Tally): string {
  const { passed, limited, failed, seconds, mostPassed, longestGapMs } = tally;
  const rate = Math.round((passed + limited + failed) / seconds);
  const most = (mostPassed / seconds).toFixed(1);
  return `${passed} passed, ${limited} limited, ${failed} failed in ${seconds.toFixed(1)} s (${rate}/s; of one service at one provider ${most}/s passed, the rule lets ${THRESHOLD}; longest pause of the load ${Math.round(longestGapMs)} ms)`;
}

/** HTTP by Node's own server, Bolt by the unmodified `sofa-rpc-node`; both say who answers. */
async function startApplication(name: string): Promise<Application> {
  const { RpcServer } = require('sofa-rpc-node').server;
  const web = http.createServer((_request, response) => response.end(name));
  web.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => {
    web.listen(0, '127.0.0.1', resolve);
  });
  const quiet = { info() {}, warn() {}, error() {}, debug() {}, log() {} };
  const rpc = new RpcServer({ port: 0, logger: quiet });
  rpc.on('error', () => {});
  rpc.addService({ interfaceName: INTERFACE }, { whoAmI: async () => name });
  await rpc.start();
  return {
    httpPort: (web.address() as AddressInfo).port,
    boltPort: rpc.publishPort,
    async stop() {
      web.closeAllConnections();
      await new Promise((resolve) => {
        web.close(resolve);
      });
      await rpc.close();
    },
  };
}
