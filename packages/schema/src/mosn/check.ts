import type { ConfigProblem } from '@weft/kit';
import { formatBytes } from '../parse/scalars.ts';
import { CheckProblems, Names } from './check-problems.ts';
import { checkRouter } from './check-router.ts';
import type { NetworkFilterConfig } from './common.ts';
import type { MosnConfig } from './config.ts';

const ADDRESS = /^(\[[0-9A-Fa-f:.]{2,45}(?:%[\w.-]{1,32})?\]|[^:\s[\]]*):(\d{1,5})$/;
/** Four numbers with dots: meant as an IPv4 address, and a name that nobody can resolve when they are not one. */
const LIKE_IPV4 = /^[0-9]+(?:\.[0-9]+){3}$/;

/** What a schema cannot say because it spans several places. Returns at most 20 problems. */
export function checkMosnConfig(config: MosnConfig): ConfigProblem[] {
  const checker = new Checker();
  return checker.config(config);
}

/** Configurations of filters are not parsed yet when this runs: their keys are compared without case here too. */
function lookUp(owner: unknown, key: string): unknown {
  if (typeof owner !== 'object' || owner === null) return undefined;
  for (const [name, value] of Object.entries(owner)) if (name.toLowerCase() === key) return value;
  return undefined;
}

class Checker {
  readonly #problems = new CheckProblems();
  #clusters = new Names([]);
  #routers = new Names([]);

  config(config: MosnConfig): ConfigProblem[] {
    const server = config.servers[0] as MosnConfig['servers'][number];
    const clusters = config.cluster_manager.clusters.map((cluster) => cluster.name);
    const routers = server.routers.map((router) => router.router_config_name);
    this.#clusters = new Names(clusters);
    this.#routers = new Names(routers);
    this.#problems.unique('cluster_manager.clusters', '.name', clusters, 'two clusters have this name');
    this.#problems.unique(
      'servers[0].routers',
      '.router_config_name',
      routers,
      'two router configurations have this name',
    );
    const listeners = server.listeners.map((listener) => (listener.name === '' ? listener.address : listener.name));
    this.#problems.unique('servers[0].listeners', '.name', listeners, 'two listeners have this name');
    this.#listeners(server.listeners);
    for (const [index, router] of server.routers.entries())
      checkRouter(router, `servers[0].routers[${index}]`, this.#clusters, this.#problems);
    for (const [index, cluster] of config.cluster_manager.clusters.entries())
      this.#cluster(cluster, `cluster_manager.clusters[${index}]`);
    for (const [index, { type, config: sink }] of config.metrics.sinks.entries()) {
      if (type === 'prometheus' && sink.port === undefined)
        this.#problems.add(`metrics.sinks[${index}].config.port`, undefined, 'a port from 0 to 65535', 'missing');
    }
    const { soft_buffer_bytes: soft, hard_buffer_bytes: hard } = config.weft;
    if (hard <= soft)
      this.#problems.addShown(
        'weft.hard_buffer_bytes',
        formatBytes(hard),
        `more than weft.soft_buffer_bytes (${formatBytes(soft)})`,
        'the hard mark must be above the soft mark',
      );
    return this.#problems.list;
  }

  #listeners(listeners: MosnConfig['servers'][number]['listeners']): void {
    const seen = new Map<string, number>();
    for (const [index, listener] of listeners.entries()) {
      const path = `servers[0].listeners[${index}]`;
      if (listener.network === 'tcp') this.#address(`${path}.address`, listener.address, false);
      const before = seen.get(listener.address);
      if (before !== undefined && listener.bind_port && !listener.address.endsWith(':0')) {
        this.#problems.add(
          `${path}.address`,
          listener.address,
          'an address of its own',
          `listeners[${before}] has this address already`,
        );
      }
      if (listener.bind_port) seen.set(listener.address, index);
      for (const [at, filter] of (listener.filter_chains[0]?.filters ?? []).entries()) {
        this.#networkFilter(filter, `${path}.filter_chains[0].filters[${at}].config`);
      }
    }
  }

  /** What the two filters of every MOSN file refer to; the rest of their configuration is checked by their own schema. */
  #networkFilter({ type, config }: NetworkFilterConfig, path: string): void {
    const lower = type.toLowerCase();
    if (lower === 'proxy') {
      this.#named(config, 'router_config_name', path, this.#routers, 'router configuration');
    } else if (lower === 'tcp_proxy') {
      this.#named(config, 'cluster', path, this.#clusters, 'cluster');
      const routes = lookUp(config, 'routes');
      for (const [index, route] of (Array.isArray(routes) ? (routes as readonly unknown[]) : []).entries()) {
        this.#named(route, 'cluster', `${path}.routes[${index}]`, this.#clusters, 'cluster', 'Cluster');
      }
    }
  }

  #named(owner: unknown, key: string, path: string, known: Names, what: string, spelling = key): void {
    const name = lookUp(owner, key);
    if (typeof name === 'string' && name !== '') this.#problems.reference(`${path}.${spelling}`, name, known, what);
  }

  #cluster(cluster: MosnConfig['cluster_manager']['clusters'][number], path: string): void {
    const seen = new Set<string>();
    for (const [index, host] of cluster.hosts.entries()) {
      this.#address(`${path}.hosts[${index}].address`, host.address, true);
      if (seen.has(host.address))
        this.#problems.add(
          `${path}.hosts[${index}].address`,
          host.address,
          'each host once',
          'the cluster has this host already',
        );
      seen.add(host.address);
    }
  }

  #address(path: string, address: string, ofHost: boolean): void {
    if (ofHost && address.startsWith('unix:')) {
      if (address.length < 7 || address[5] !== '/') this.#problems.add(path, address, '`unix:/path`', 'not an address');
      return;
    }
    const match = ADDRESS.exec(address);
    const port = Number(match?.[2]);
    if (match === null) {
      this.#problems.add(path, address, '`ip:port`, `[ipv6]:port` or `host:port`', 'not an address');
    } else if (port > 65_535 || (ofHost && port === 0)) {
      this.#problems.add(path, address, `a port from ${ofHost ? 1 : 0} to 65535`, 'not a port');
    } else if (ofHost && match[1] === '') {
      this.#problems.add(
        path,
        address,
        '`ip:port`, `[ipv6]:port` or `host:port`',
        'the address of a host needs a host',
      );
    } else if (
      LIKE_IPV4.test(match[1] as string) &&
      (match[1] as string).split('.').some((part) => Number(part) > 255)
    ) {
      this.#problems.add(path, address, 'four numbers from 0 to 255', 'not an IPv4 address');
    }
  }
}
