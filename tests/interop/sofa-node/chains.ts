import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { startHop } from './codec-relay.ts';

/** Two hops in front of each origin; `dead` has none behind it. */
export interface Chain {
  readonly sofa: number;
  readonly raw: number;
  readonly dead: number;
  /** What is worth reading when a test fails. */
  log(): string;
  stop(): Promise<void>;
}

export interface Origins {
  readonly sofa: number;
  readonly raw: number;
}

/** A port that refuses connections. */
const NOBODY = 1;

/** The codecs alone, on sockets: all callers of a hop share one upstream connection. */
export async function codecChain(origins: Origins): Promise<Chain> {
  const inner = await Promise.all([origins.sofa, origins.raw, NOBODY].map(startHop));
  const outer = await Promise.all(inner.map((hop) => startHop(hop.port)));
  const [sofa = 0, raw = 0, dead = 0] = outer.map((hop) => hop.port);
  return {
    sofa,
    raw,
    dead,
    log: () => '',
    async stop() {
      for (const hop of [...outer, ...inner]) await hop.stop();
    },
  };
}

/** Two proxies as processes, borrowed bytes poisoned: the callers' side and the servers' side of a mesh. */
export async function proxyChain(origins: Origins): Promise<Chain> {
  const inner = await startProxy(boltConfiguration({ sofa: origins.sofa, raw: origins.raw, dead: NOBODY }));
  let outer: RunningProxy;
  try {
    outer = await startProxy(
      boltConfiguration({ sofa: inner.port('sofa'), raw: inner.port('raw'), dead: inner.port('dead') }),
    );
  } catch (error) {
    await inner.dispose();
    throw error;
  }
  return {
    sofa: outer.port('sofa'),
    raw: outer.port('raw'),
    dead: outer.port('dead'),
    log: () => `outer:\n${outer.log()}\ninner:\n${inner.log()}`,
    async stop() {
      await outer.dispose();
      await inner.dispose();
    },
  };
}

function boltConfiguration(ports: Readonly<Record<string, number>>): object {
  const names = Object.keys(ports);
  const listeners = names.map((name) => proxyListener({ name, protocol: 'bolt', router: name }));
  const base = configuration({ listeners, clusters: names.map((name) => cluster(name, [ports[name] as number])) });
  const match = { headers: [{ name: 'service', value: '.*' }] };
  const routers = names.map((name) => ({
    router_config_name: name,
    virtual_hosts: [{ name: 'all', domains: ['*'], routers: [{ match, route: { cluster_name: name } }] }],
  }));
  return { ...base, servers: [{ graceful_timeout: '5s', listeners, routers }] };
}
