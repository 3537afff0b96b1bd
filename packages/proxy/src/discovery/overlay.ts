import type { Endpoint } from '@weft/distribution';
import {
  type MosnConfig,
  mosnConfigSchema,
  parseConfig,
  type RouterConfig,
  type VirtualHostConfig,
} from '@weft/schema';
import { addressOf } from './guard.ts';

/** A service that a listener routes to by its name. */
export interface RoutedService {
  readonly protocol: string;
  /** The service as a request names it: authority of HTTP, `service` of Bolt. */
  readonly service: string;
  readonly listener: string;
  readonly cluster: string;
  readonly endpoints: readonly Pick<Endpoint, 'address' | 'port' | 'weight' | 'enabled'>[];
  /** Application that calls, told to the other side in `x-weft-source-app`; '' for calls to the own application. */
  readonly sourceApp: string;
  /** The list is from an earlier time: its hosts are checked before they are believed. */
  readonly stale: boolean;
}

const CALLER_APP = 'x-weft-source-app';
const MAX_HOST_WEIGHT = 128;
/**
 * A list is as old as the lease of a provider that died: until then a request that finds nobody there goes to another
 * one. Answers of providers that repeat well are repeated only where the provider's own proxy has nobody behind it.
 */
const RETRY_POLICY = { retry_on: true, num_retries: 2, status_codes: [502] };
/** In flight; the share that is usual holds back too many when half of the hosts are gone. */
const MAX_RETRIES = 1024;

/** Protocols whose requests say the service in a header of that name and not by an authority. */
const SERVICE_HEADER = new Set(['bolt', 'boltv2', 'dubbo']);

/**
 * The configuration with clusters and routes of the services put in: a virtual host per HTTP service, a route by the
 * header `service` per Bolt service. What the file says stays as it is and is tried after them. Services of listeners
 * that the file does not have are left out.
 */
export function overlayConfig(config: MosnConfig, services: readonly RoutedService[]): MosnConfig {
  const server = config.servers[0];
  if (server === undefined || services.length === 0) return config;
  const routerOf = new Map<string, string>();
  for (const listener of server.listeners) {
    const filter = listener.filter_chains[0]?.filters.find((item) => item.type === 'proxy');
    const name = filter?.config?.['router_config_name'];
    if (typeof name === 'string') routerOf.set(listener.name, name);
  }
  const parsed = parseFragment(services, routerOf);
  const known = new Set(config.cluster_manager.clusters.map((cluster) => cluster.name));
  const added = parsed.cluster_manager.clusters.filter((cluster) => !known.has(cluster.name));
  const fragments = new Map((parsed.servers[0]?.routers ?? []).map((router) => [router.router_config_name, router]));
  return {
    ...config,
    servers: [
      { ...server, routers: server.routers.map((router) => merge(router, fragments.get(router.router_config_name))) },
    ],
    cluster_manager: { ...config.cluster_manager, clusters: [...config.cluster_manager.clusters, ...added] },
  } as MosnConfig;
}

/** Reads the additions through the schema, so that they have every default that the file has. */
function parseFragment(services: readonly RoutedService[], routerOf: ReadonlyMap<string, string>): MosnConfig {
  const routers = new Map<string, { hosts: object[]; routes: object[] }>();
  const clusters = new Map<string, object>();
  for (const service of services) {
    const router = routerOf.get(service.listener);
    if (router === undefined) continue;
    let entry = routers.get(router);
    if (entry === undefined) {
      entry = { hosts: [], routes: [] };
      routers.set(router, entry);
    }
    const route = {
      cluster_name: service.cluster,
      ...(isOwn(service) ? {} : { retry_policy: RETRY_POLICY }),
    };
    const caller = isOwn(service)
      ? {}
      : { request_headers_to_add: [{ header: { key: CALLER_APP, value: service.sourceApp }, append: false }] };
    if (SERVICE_HEADER.has(service.protocol))
      entry.routes.push({
        match: { headers: [{ name: 'service', value: service.service }] },
        route: { ...route, ...caller },
      });
    else
      entry.hosts.push({
        name: service.service,
        domains: [service.service],
        routers: [{ match: { prefix: '/' }, route }],
        ...caller,
      });
    clusters.set(service.cluster, clusterOf(service));
  }
  const virtualHosts = (entry: { hosts: object[]; routes: object[] }): object[] =>
    entry.routes.length === 0
      ? entry.hosts
      : [...entry.hosts, { name: 'services', domains: ['*'], routers: entry.routes }];
  const document = {
    servers: [
      {
        routers: [...routers].map(([name, entry]) => ({
          router_config_name: name,
          virtual_hosts: virtualHosts(entry),
        })),
      },
    ],
    cluster_manager: { clusters: [...clusters.values()] },
  };
  return parseConfig<MosnConfig>(document, mosnConfigSchema, { file: 'discovered services' }).value;
}

/** The application beside this proxy is what serves it. */
function isOwn(service: RoutedService): boolean {
  return service.sourceApp === '';
}

function clusterOf(service: RoutedService): object {
  const serving = service.endpoints.filter((endpoint) => endpoint.enabled && endpoint.weight > 0);
  const heaviest = Math.max(1, ...serving.map((endpoint) => endpoint.weight));
  const equal = serving.every((endpoint) => endpoint.weight === heaviest);
  return {
    name: service.cluster,
    lb_type: equal ? 'LB_LEAST_REQUEST' : 'LB_WEIGHTED_ROUNDROBIN',
    connect_timeout: '1s',
    ...(isOwn(service) ? {} : { circuit_breakers: [{ max_retries: MAX_RETRIES }] }),
    hosts: serving.map((endpoint) => ({
      address: addressOf(endpoint),
      weight: Math.max(1, Math.round((endpoint.weight * MAX_HOST_WEIGHT) / heaviest)),
    })),
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

/** Discovered hosts beside those of the file; discovered routes of the fallback host before those of the file. */
function merge(router: RouterConfig, fragment: RouterConfig | undefined): RouterConfig {
  if (fragment === undefined) return router;
  const named = new Set(router.virtual_hosts.flatMap((host) => host.domains.map((domain) => domain.toLowerCase())));
  const fallback = fragment.virtual_hosts.find((host) => host.domains[0] === '*');
  const own = fragment.virtual_hosts.filter(
    (host) => host !== fallback && !named.has((host.domains[0] as string).toLowerCase()),
  );
  const hosts: VirtualHostConfig[] = router.virtual_hosts.map((host) =>
    fallback !== undefined && host.domains.includes('*')
      ? { ...host, routers: [...fallback.routers, ...host.routers] }
      : host,
  );
  if (fallback !== undefined && !named.has('*')) hosts.push(fallback);
  return { ...router, virtual_hosts: [...hosts, ...own] };
}
