import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { freePort } from './applications.ts';
import type { Framework } from './frameworks.ts';

const LIMIT_DATA_ID =
  'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.demo.flowControlRule,version=3.0@DRM';

/** The ways through the two proxies; `alone` leaves that of the provider out. */
const WAYS = ['served', 'limited', 'alone'] as const;
export type Way = (typeof WAYS)[number];

type Ports = Readonly<Record<Way, number>>;

/** The proxy of a consumer and that of a provider, on ports that they keep when they are started anew. */
export class Hops {
  readonly #framework: Framework;
  readonly #outerPorts: Ports;
  readonly #innerPorts: Ports;
  readonly #providerPort: number;
  #outer: RunningProxy | null = null;
  #inner: RunningProxy | null = null;

  private constructor(framework: Framework, providerPort: number, outer: Ports, inner: Ports) {
    this.#framework = framework;
    this.#providerPort = providerPort;
    this.#outerPorts = outer;
    this.#innerPorts = inner;
  }

  static async open(framework: Framework, providerPort: number): Promise<Hops> {
    const hops = new Hops(framework, providerPort, await freePorts(), await freePorts());
    await hops.startInner();
    await hops.startOuter();
    return hops;
  }

  /** Where a consumer reaches its own proxy. */
  port(way: Way): number {
    return this.#outerPorts[way];
  }

  /** Where others reach the proxy of the provider. */
  innerPort(way: Way): number {
    return this.#innerPorts[way];
  }

  get outer(): RunningProxy {
    if (this.#outer === null) throw new Error('the proxy of the consumer does not run');
    return this.#outer;
  }

  /** The proxy of the provider, as it is found after a crash of the one before. */
  async startInner(): Promise<void> {
    await this.#inner?.dispose();
    const port = this.#providerPort;
    const to: Ports = { served: port, limited: port, alone: port };
    const rule = {
      ruleDbId: 7,
      threshold: 1,
      timeMs: 1_000_000,
      maxBurstRatio: 1000,
      services: [this.#framework.limited],
    };
    const governance = {
      app: 'demo',
      documents: [{ data_id: LIMIT_DATA_ID, version: 1, value: { appName: 'demo', flowControlRules: [rule] } }],
    };
    this.#inner = await startProxy({ ...this.#configuration(this.#innerPorts, to, 'ingress'), governance });
  }

  /** The proxy of the consumer, likewise. */
  async startOuter(): Promise<void> {
    await this.#outer?.dispose();
    this.#outer = await startProxy(
      this.#configuration(this.#outerPorts, { ...this.#innerPorts, alone: this.#providerPort }),
    );
  }

  /** The proxies that run. */
  get running(): RunningProxy[] {
    return [this.#outer, this.#inner].filter((proxy) => proxy !== null);
  }

  log(): string {
    return `${this.#outer?.log() ?? ''}\n${this.#inner?.log() ?? ''}\n`;
  }

  async close(): Promise<void> {
    await this.#outer?.dispose();
    await this.#inner?.dispose();
  }

  #configuration(at: Ports, to: Ports, limitedType?: string): object {
    const { protocol, match } = this.#framework;
    const listeners = WAYS.map((name) => ({
      ...proxyListener({
        name,
        protocol,
        router: name,
        ...(name === 'limited' && limitedType !== undefined ? { type: limitedType } : {}),
      }),
      address: `127.0.0.1:${at[name]}`,
    }));
    const routers = WAYS.map((name) => ({
      router_config_name: name,
      virtual_hosts: [{ name: 'all', domains: ['*'], routers: [{ match, route: { cluster_name: name } }] }],
    }));
    const base = configuration({ listeners, clusters: WAYS.map((name) => cluster(name, [to[name]])) });
    return { ...base, servers: [{ graceful_timeout: '5s', listeners, routers }] };
  }
}

async function freePorts(): Promise<Ports> {
  return { served: await freePort(), limited: await freePort(), alone: await freePort() };
}
