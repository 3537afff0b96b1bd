import { type Endpoint, endpointLabels } from '@weft/distribution';
import {
  type ClusterConfig,
  type ListenerConfig,
  type MosnConfig,
  mosnConfigSchema,
  parseConfig,
  type RouterConfig,
  type VirtualHostConfig,
} from '@weft/schema';
import { addressOf } from './guard.ts';
import { isIsolated } from './isolated.ts';

/** What the routes of a service need to know of an endpoint. */
export type RoutedEndpoint = Pick<Endpoint, 'address' | 'port' | 'weight' | 'enabled'> &
  Partial<Pick<Endpoint, 'zone' | 'dataCenter' | 'metadata' | 'isolatedMs'>>;

/** A service that a listener routes to by its name. */
export interface RoutedService {
  readonly protocol: string;
  /** The service as a request names it. */
  readonly service: string;
  /** Fields of a head by which requests for it are known; null: they say it as their authority. */
  readonly fields: Readonly<Record<string, string>> | null;
  /** What else it is called by as an authority, such as the address of the ingress. */
  readonly aliases: readonly string[];
  readonly listener: string;
  readonly cluster: string;
  readonly endpoints: readonly RoutedEndpoint[];
  /** Protocol of the hosts, to which this proxy converts; '' = that of the callers. */
  readonly hostProtocol: string;
  /** What converted calls have as their authority; '' = whatever comes of the conversion. */
  readonly authority: string;
  /** Application that calls, told to the other side in `x-weft-source-app`; '' for calls to the own application. */
  readonly sourceApp: string;
  /** The list is from an earlier time: its hosts are checked before they are believed. */
  readonly stale: boolean;
  /** ms that a request waits for the first list of hosts, which has not come yet; 0 when it has. */
  readonly hostsWaitMs: number;
  /** ms that a host is left out which refuses connections. */
  readonly connectEjectionMs: number;
  /** Times that a call is repeated at another host. */
  readonly retries: number;
  /** Percent of healthy hosts below which health is ignored. */
  readonly protectThreshold: number;
}

const CALLER_APP = 'x-weft-source-app';
/**
 * A list is as old as the lease of a provider that died: until then a request that finds nobody there goes to another
 * one. Answers of providers that repeat well are repeated only where the provider's own proxy has nobody behind it.
 */
const retryPolicy = (retries: number) =>
  retries === 0 ? {} : { retry_policy: { retry_on: true, num_retries: retries, status_codes: [502] } };
/** In flight; the share that is usual holds back too many when half of the hosts are gone. */
const MAX_RETRIES = 1024;

/** What one service adds to a configuration, read through the schema, so that it has every default that the file has. */
interface Fragment {
  readonly service: RoutedService;
  readonly cluster: ClusterConfig;
  /** A virtual host of its own, or (where requests name the service in a header) a route of the fallback host. */
  readonly host: VirtualHostConfig | null;
  readonly routes: VirtualHostConfig['routers'];
}

interface Merged {
  readonly before: RouterConfig;
  readonly fragments: readonly Fragment[];
  readonly after: RouterConfig;
}

/**
 * Puts clusters and routes of services into a configuration: a virtual host per service that
 * requests name as their authority, a route by fields of the head per other service. What the file says stays as it is and is tried after them. Services of listeners that the
 * file does not have are left out.
 *
 * What has not changed since the last time is the same object as then: whoever compiles it need not look at it again.
 */
export class ServiceOverlay {
  #fragments = new Map<string, Fragment>();
  #routers = new Map<string, Merged>();

  apply(config: MosnConfig, services: readonly RoutedService[]): MosnConfig {
    const server = config.servers[0];
    if (server === undefined || services.length === 0) return config;
    const byRouter = this.#read(services, routersOf(server.listeners));
    const known = new Set(config.cluster_manager.clusters.map((cluster) => cluster.name));
    const added = new Map<string, ClusterConfig>();
    for (const fragments of byRouter.values())
      for (const { cluster } of fragments) if (!known.has(cluster.name)) added.set(cluster.name, cluster);
    return {
      ...config,
      servers: [{ ...server, routers: server.routers.map((router) => this.#merge(router, byRouter)) }],
      cluster_manager: { ...config.cluster_manager, clusters: [...config.cluster_manager.clusters, ...added.values()] },
    } as MosnConfig;
  }

  #read(services: readonly RoutedService[], routerOf: ReadonlyMap<string, string>): Map<string, Fragment[]> {
    const fragments = new Map<string, Fragment>();
    const byRouter = new Map<string, Fragment[]>();
    for (const service of services) {
      const router = routerOf.get(service.listener);
      if (router === undefined) continue;
      const key = `${router}\n${service.cluster}\n${service.service}`;
      const last = this.#fragments.get(key);
      const fragment = last !== undefined && sameService(last.service, service) ? last : readFragment(service, last);
      fragments.set(key, fragment);
      const own = byRouter.get(router) ?? [];
      byRouter.set(router, own);
      own.push(fragment);
    }
    this.#fragments = fragments;
    return byRouter;
  }

  #merge(router: RouterConfig, byRouter: ReadonlyMap<string, readonly Fragment[]>): RouterConfig {
    const name = router.router_config_name;
    const fragments = byRouter.get(name);
    if (fragments === undefined) return router;
    const last = this.#routers.get(name);
    if (last?.before === router && sameRoutes(last.fragments, fragments)) return last.after;
    const after = merge(router, fragments);
    this.#routers.set(name, { before: router, fragments, after });
    return after;
  }
}

function routersOf(listeners: readonly ListenerConfig[]): Map<string, string> {
  const routerOf = new Map<string, string>();
  for (const listener of listeners) {
    const filter = listener.filter_chains[0]?.filters.find((item) => item.type === 'proxy');
    const name = filter?.config?.['router_config_name'];
    if (typeof name === 'string') routerOf.set(listener.name, name);
  }
  return routerOf;
}

const sameRoutes = (before: readonly Fragment[], after: readonly Fragment[]): boolean =>
  before.length === after.length &&
  before.every(({ host, routes }, index) => host === after[index]?.host && routes === after[index]?.routes);

function sameService(before: RoutedService, after: RoutedService): boolean {
  const { endpoints: old, ...rest } = before;
  const { endpoints, ...own } = after;
  return (
    (old === endpoints || isOwn(after)) &&
    JSON.stringify([rest, isOwn(after) ? old : 0]) === JSON.stringify([own, isOwn(after) ? endpoints : 0])
  );
}

/** `last`: what the service added before; routes know nothing of hosts, so they stay. */
function readFragment(service: RoutedService, last: Fragment | undefined): Fragment {
  const route = {
    cluster_name: service.cluster,
    // Said in either case: a transcoder on the listener converts what is for others, and nothing else.
    upstream_protocol: service.hostProtocol === '' ? 'Auto' : service.hostProtocol,
    ...(service.authority === '' ? {} : { host_rewrite: service.authority }),
    ...(isOwn(service) ? {} : retryPolicy(service.retries)),
  };
  const caller = isOwn(service)
    ? {}
    : { request_headers_to_add: [{ header: { key: CALLER_APP, value: service.sourceApp }, append: false }] };
  const { fields } = service;
  const host =
    fields !== null
      ? {
          name: 'services',
          domains: ['*'],
          routers: [
            {
              match: { headers: Object.entries(fields).map(([name, value]) => ({ name, value })) },
              route: { ...route, ...caller },
            },
          ],
        }
      : {
          name: service.service,
          domains: [service.service, ...service.aliases].flatMap(domainsOf),
          routers: [{ match: { prefix: '/' }, route }],
          ...caller,
        };
  const document = {
    servers: [{ routers: [{ router_config_name: 'discovered', virtual_hosts: [host] }] }],
    cluster_manager: { clusters: [clusterOf(service)] },
  };
  const { servers, cluster_manager } = parseConfig<MosnConfig>(document, mosnConfigSchema, {
    file: 'discovered services',
  }).value;
  const read = cluster_manager.clusters[0] as ClusterConfig;
  const cluster = { ...read, hosts: hostsOf(service, read.hosts[0] as ClusterConfig['hosts'][number]) };
  if (
    last?.service.protocol === service.protocol &&
    last.service.hostProtocol === service.hostProtocol &&
    last.service.authority === service.authority &&
    last.service.sourceApp === service.sourceApp &&
    JSON.stringify(last.service.aliases) === JSON.stringify(service.aliases)
  )
    return { service, cluster, host: last.host, routes: last.routes };
  const virtualHost = servers[0]?.routers[0]?.virtual_hosts[0] as VirtualHostConfig;
  return fields !== null
    ? { service, cluster, host: null, routes: virtualHost.routers }
    : { service, cluster, host: virtualHost, routes: [] };
}

/** The application beside this proxy is what serves it. */
function isOwn(service: RoutedService): boolean {
  return service.sourceApp === '';
}

/** A host as the schema makes it; every host of a list is one like it, so that long lists are not read one by one. */
const SAMPLE_HOST = { address: '127.0.0.1:1' };

function clusterOf(service: RoutedService): object {
  return {
    name: service.cluster,
    lb_type: haveEqualWeights(serving(service)) ? 'LB_LEAST_REQUEST' : 'LB_WEIGHTED_ROUNDROBIN',
    connect_timeout: '1s',
    weft: {
      hosts_wait: `${service.hostsWaitMs}ms`,
      connect_ejection: `${service.connectEjectionMs}ms`,
      protect_threshold: service.protectThreshold,
    },
    ...(isOwn(service) ? {} : { circuit_breakers: [{ max_retries: MAX_RETRIES }] }),
    hosts: [SAMPLE_HOST],
    ...(service.stale
      ? {
          health_check: {
            protocol: 'tcp',
            interval: '5s',
            timeout: '1s',
            unhealthy_threshold: 3,
            healthy_threshold: 1,
          },
        }
      : {}),
  };
}

function hostsOf(service: RoutedService, sample: ClusterConfig['hosts'][number]): ClusterConfig['hosts'] {
  return serving(service).map((endpoint) => ({
    ...sample,
    address: addressOf(endpoint),
    // As it was published, up to 1000: shares are those of the weights, where a file would have them cut to 128.
    weight: endpoint.weight,
    ...labelled(endpoint),
  }));
}

function labelled(endpoint: RoutedEndpoint): Pick<ClusterConfig['hosts'][number], 'metadata'> {
  const labels = endpointLabels(endpoint);
  return Object.keys(labels).length === 0 ? {} : { metadata: { filter_metadata: { 'mosn.lb': labels } } };
}

/** Where everybody else is gone, one that is isolated may still be better than nobody. */
function serving({ endpoints }: RoutedService): RoutedService['endpoints'] {
  const enabled = endpoints.filter((endpoint) => endpoint.enabled && endpoint.weight > 0);
  if (enabled.length > 0) return enabled;
  return endpoints.filter((endpoint) => isIsolated(endpoint) && endpoint.weight > 0);
}

const haveEqualWeights = (endpoints: RoutedService['endpoints']): boolean =>
  endpoints.every(({ weight }) => weight === endpoints[0]?.weight);

/** Discovered hosts beside those of the file; discovered routes of the fallback host before those of the file. */
function merge(router: RouterConfig, fragments: readonly Fragment[]): RouterConfig {
  const named = new Set(router.virtual_hosts.flatMap((host) => host.domains.map((domain) => domain.toLowerCase())));
  const routes = fragments.flatMap((fragment) => fragment.routes);
  const seen = new Set<string>();
  const services = new Set(fragments.map(({ host }) => host?.domains[0]?.toLowerCase()));
  const own = fragments.flatMap(({ host }) => {
    if (host === null) return [];
    // The name itself before what else it is called by, which may be a service of its own.
    const domains = host.domains.filter((domain, index) => {
      const name = domain.toLowerCase();
      return !named.has(name) && !seen.has(name) && (index === 0 || !services.has(name));
    });
    for (const domain of domains) seen.add(domain.toLowerCase());
    return domains.length === 0 ? [] : [{ ...host, domains }];
  });
  const hosts: VirtualHostConfig[] = router.virtual_hosts.map((host) =>
    routes.length > 0 && host.domains.includes('*') ? { ...host, routers: [...routes, ...host.routers] } : host,
  );
  if (routes.length > 0 && !named.has('*')) hosts.push(fallbackHost(routes));
  return { ...router, virtual_hosts: [...hosts, ...own] };
}

/** Clients leave the port of their scheme out of `Host` (RFC 9110 section 7.2). */
function domainsOf(service: string): string[] {
  return service.endsWith(':80') ? [service, service.slice(0, -3)] : [service];
}

function fallbackHost(routers: VirtualHostConfig['routers']): VirtualHostConfig {
  const document = {
    servers: [
      { routers: [{ router_config_name: 'discovered', virtual_hosts: [{ name: 'services', domains: ['*'] }] }] },
    ],
  };
  const { servers } = parseConfig<MosnConfig>(document, mosnConfigSchema, { file: 'discovered services' }).value;
  return { ...(servers[0]?.routers[0]?.virtual_hosts[0] as VirtualHostConfig), routers };
}
