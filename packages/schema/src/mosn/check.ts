import type { ConfigProblem } from '@weft/kit';
import { nearestName } from '../parse/nearest.ts';
import { showValue } from '../parse/path.ts';
import { formatBytes, formatDuration } from '../parse/scalars.ts';
import { regexProblem } from './check-regex.ts';
import type { NetworkFilterConfig } from './common.ts';
import type { MosnConfig } from './config.ts';
import type { RouteConfig, RouterConfig } from './route.ts';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const ADDRESS = /^(\[[0-9A-Fa-f:.]{2,45}(?:%[\w.-]{1,32})?\]|[^:\s[\]]*):(\d{1,5})$/;
/** Four numbers with dots: meant as an IPv4 address, and a name that nobody can resolve when they are not one. */
const LIKE_IPV4 = /^[0-9]+(?:\.[0-9]+){3}$/;
const MAX_PROBLEMS = 20;
const MAX_NAMES_TOLD = 10;

/** Names that others refer to: asked for each route, listed in a message. */
class Names {
  readonly list: readonly string[];
  readonly #known: ReadonlySet<string>;

  constructor(list: readonly string[]) {
    this.#known = new Set(list);
    this.list = [...this.#known];
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  describe(what: string): string {
    if (this.list.length === 0) return `a ${what}; there is none`;
    return `one of ${this.list.slice(0, MAX_NAMES_TOLD).join(', ')}${this.list.length > MAX_NAMES_TOLD ? ', …' : ''}`;
  }
}

/** What a schema cannot say because it spans several places. Returns at most 20 problems. */
export function checkMosnConfig(config: MosnConfig): ConfigProblem[] {
  const checker = new Checker();
  checker.config(config);
  return checker.problems;
}

/** Configurations of filters are not parsed yet when this runs: their keys are compared without case here too. */
function lookUp(owner: unknown, key: string): unknown {
  if (typeof owner !== 'object' || owner === null) return undefined;
  for (const [name, value] of Object.entries(owner)) if (name.toLowerCase() === key) return value;
  return undefined;
}

class Checker {
  readonly problems: ConfigProblem[] = [];
  #clusters = new Names([]);
  #routers = new Names([]);

  config(config: MosnConfig): void {
    const server = config.servers[0] as MosnConfig['servers'][number];
    const clusters = config.cluster_manager.clusters.map((cluster) => cluster.name);
    const routers = server.routers.map((router) => router.router_config_name);
    this.#clusters = new Names(clusters);
    this.#routers = new Names(routers);
    this.#unique('cluster_manager.clusters', '.name', clusters, 'two clusters have this name');
    this.#unique('servers[0].routers', '.router_config_name', routers, 'two router configurations have this name');
    const listeners = server.listeners.map((listener) => (listener.name === '' ? listener.address : listener.name));
    this.#unique('servers[0].listeners', '.name', listeners, 'two listeners have this name');
    this.#listeners(server.listeners);
    for (const [index, router] of server.routers.entries()) this.#router(router, `servers[0].routers[${index}]`);
    for (const [index, cluster] of config.cluster_manager.clusters.entries())
      this.#cluster(cluster, `cluster_manager.clusters[${index}]`);
    for (const [index, { type, config: sink }] of config.metrics.sinks.entries()) {
      if (type === 'prometheus' && sink.port === undefined)
        this.#add(`metrics.sinks[${index}].config.port`, undefined, 'a port from 0 to 65535', 'missing');
    }
    const { soft_buffer_bytes: soft, hard_buffer_bytes: hard } = config.weft;
    if (hard <= soft)
      this.#addShown(
        'weft.hard_buffer_bytes',
        formatBytes(hard),
        `more than weft.soft_buffer_bytes (${formatBytes(soft)})`,
        'the hard mark must be above the soft mark',
      );
  }

  #listeners(listeners: MosnConfig['servers'][number]['listeners']): void {
    const seen = new Map<string, number>();
    for (const [index, listener] of listeners.entries()) {
      const path = `servers[0].listeners[${index}]`;
      if (listener.network === 'tcp') this.#address(`${path}.address`, listener.address, false);
      const before = seen.get(listener.address);
      if (before !== undefined && listener.bind_port && !listener.address.endsWith(':0')) {
        this.#add(
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
    if (typeof name === 'string' && name !== '') this.#reference(`${path}.${spelling}`, name, known, what);
  }

  #router(router: RouterConfig, path: string): void {
    this.#headers(router, path);
    const domains = new Map<string, string>();
    for (const [index, host] of router.virtual_hosts.entries()) {
      const place = `${path}.virtual_hosts[${index}]`;
      this.#headers(host, place);
      for (const [at, domain] of host.domains.entries()) {
        const lower = domain.toLowerCase();
        const before = domains.get(lower);
        if (before !== undefined)
          this.#add(
            `${place}.domains[${at}]`,
            domain,
            'a domain of one virtual host only',
            `${before} has this domain already`,
          );
        domains.set(lower, `virtual_hosts[${index}]`);
        if (lower.indexOf('*', 1) >= 0 && !lower.endsWith(':*'))
          this.#add(
            `${place}.domains[${at}]`,
            domain,
            '`host`, `host:port`, `*.suffix` or `*`',
            'a star stands only at the beginning',
          );
      }
      for (const [at, route] of host.routers.entries()) this.#route(route, `${place}.routers[${at}]`);
    }
  }

  #route(route: RouteConfig, path: string): void {
    const actions = [route.route, route.redirect, route.direct_response].filter(
      (action) => action !== undefined,
    ).length;
    if (actions !== 1)
      this.#add(
        path,
        undefined,
        'exactly one of route, redirect and direct_response',
        `the route has ${actions} actions`,
      );
    if (route.match.regex !== '') this.#regex(`${path}.match.regex`, route.match.regex);
    if (route.match.prefix !== '' && !route.match.prefix.startsWith('/'))
      this.#add(`${path}.match.prefix`, route.match.prefix, 'a path that begins with /', 'this prefix can never match');
    if (route.match.path !== '' && !route.match.path.startsWith('/') && route.match.path !== '*')
      this.#add(`${path}.match.path`, route.match.path, 'a path that begins with /', 'this path can never match');
    for (const [index, header] of route.match.headers.entries()) {
      if (header.regex) this.#regex(`${path}.match.headers[${index}].value`, header.value);
    }
    for (const [index, variable] of route.match.variables.entries()) {
      if (variable.regex !== '') this.#regex(`${path}.match.variables[${index}].regex`, variable.regex);
    }
    const action = route.route;
    if (action === undefined) return;
    this.#headers(action, `${path}.route`);
    const targets = [
      action.cluster_name !== '',
      action.cluster_variable !== '',
      action.weighted_clusters.length > 0,
    ].filter(Boolean).length;
    if (targets === 0)
      this.#add(
        `${path}.route`,
        undefined,
        'cluster_name, cluster_variable or weighted_clusters',
        'the route names no cluster',
      );
    if (action.cluster_name !== '')
      this.#reference(`${path}.route.cluster_name`, action.cluster_name, this.#clusters, 'cluster');
    let sum = 0;
    for (const [index, item] of action.weighted_clusters.entries()) {
      sum += item.cluster.weight;
      this.#reference(
        `${path}.route.weighted_clusters[${index}].cluster.name`,
        item.cluster.name,
        this.#clusters,
        'cluster',
      );
    }
    if (action.weighted_clusters.length > 0 && sum === 0)
      this.#add(`${path}.route.weighted_clusters`, undefined, 'at least one weight above 0', 'all weights are 0');
    if (action.regex_rewrite !== undefined)
      this.#regex(`${path}.route.regex_rewrite.pattern.regex`, action.regex_rewrite.pattern.regex);
    const tryMs = action.retry_policy?.retry_timeout ?? 0;
    if (tryMs > 0 && action.timeout > 0 && tryMs >= action.timeout) {
      this.#addShown(
        `${path}.route.retry_policy.retry_timeout`,
        formatDuration(tryMs),
        `less than the timeout of the route (${formatDuration(action.timeout)})`,
        'the time for one attempt leaves none for another',
      );
    }
  }

  #cluster(cluster: MosnConfig['cluster_manager']['clusters'][number], path: string): void {
    const seen = new Set<string>();
    for (const [index, host] of cluster.hosts.entries()) {
      this.#address(`${path}.hosts[${index}].address`, host.address, true);
      if (seen.has(host.address))
        this.#add(
          `${path}.hosts[${index}].address`,
          host.address,
          'each host once',
          'the cluster has this host already',
        );
      seen.add(host.address);
    }
  }

  #headers(
    lists: Pick<
      RouterConfig,
      'request_headers_to_add' | 'request_headers_to_remove' | 'response_headers_to_add' | 'response_headers_to_remove'
    >,
    path: string,
  ): void {
    for (const key of ['request_headers_to_add', 'response_headers_to_add'] as const) {
      for (const [index, { header }] of lists[key].entries()) {
        const place = `${path}.${key}[${index}].header`;
        if (!TOKEN.test(header.key))
          this.#add(`${place}.key`, header.key, 'a token of RFC 9110, such as "x-env"', 'not the name of a header');
        if (!FIELD_VALUE.test(header.value))
          this.#add(
            `${place}.value`,
            header.value,
            'text without line ends and control characters',
            'not a header value',
          );
      }
    }
    for (const key of ['request_headers_to_remove', 'response_headers_to_remove'] as const) {
      for (const [index, name] of lists[key].entries()) {
        if (!TOKEN.test(name))
          this.#add(
            `${path}.${key}[${index}]`,
            name,
            'a token of RFC 9110, such as "x-env"',
            'not the name of a header',
          );
      }
    }
  }

  #address(path: string, address: string, ofHost: boolean): void {
    if (ofHost && address.startsWith('unix:')) {
      if (address.length < 7 || address[5] !== '/') this.#add(path, address, '`unix:/path`', 'not an address');
      return;
    }
    const match = ADDRESS.exec(address);
    const port = Number(match?.[2]);
    if (match === null) {
      this.#add(path, address, '`ip:port`, `[ipv6]:port` or `host:port`', 'not an address');
    } else if (port > 65_535 || (ofHost && port === 0)) {
      this.#add(path, address, `a port from ${ofHost ? 1 : 0} to 65535`, 'not a port');
    } else if (ofHost && match[1] === '') {
      this.#add(path, address, '`ip:port`, `[ipv6]:port` or `host:port`', 'the address of a host needs a host');
    } else if (
      LIKE_IPV4.test(match[1] as string) &&
      (match[1] as string).split('.').some((part) => Number(part) > 255)
    ) {
      this.#add(path, address, 'four numbers from 0 to 255', 'not an IPv4 address');
    }
  }

  #regex(path: string, source: string): void {
    const problem = regexProblem(source);
    if (problem !== null) this.#add(path, source, problem.expected, problem.message);
  }

  #reference(path: string, name: string, known: Names, what: string): void {
    if (known.has(name) || this.#full()) return;
    const near = nearestName(name, known.list);
    const hint = near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`;
    this.#add(path, name, known.describe(what), `there is no such ${what}`, hint);
  }

  #unique(path: string, suffix: string, names: readonly string[], message: string): void {
    const seen = new Set<string>();
    for (const [index, name] of names.entries()) {
      if (seen.has(name)) this.#add(`${path}[${index}]${suffix}`, name, 'a name of its own', message);
      seen.add(name);
    }
  }

  #full(): boolean {
    return this.problems.length >= MAX_PROBLEMS;
  }

  #add(path: string, value: string | number | undefined, expected: string, message: string, hint?: string): void {
    this.#addShown(path, value === undefined ? undefined : showValue(value), expected, message, hint);
  }

  #addShown(path: string, shown: string | undefined, expected: string, message: string, hint?: string): void {
    if (this.#full()) return;
    this.problems.push({
      file: '',
      path,
      expected,
      message,
      ...(shown === undefined ? {} : { value: shown }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
