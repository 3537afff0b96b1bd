/** The configuration in MOSN's schema, which MOSN and Weft both read. */
import { BOLT_SERVICE } from '../../load/bolt-frames.ts';
import { DUBBO_SERVICE } from '../../load/dubbo-frames.ts';
import { ROUTE_HEADER, ROUTE_VALUE, VIRTUAL_HOST } from '../../load/workload.ts';
import { otherRouteValue, type Setup } from './subject.ts';

const DOWNSTREAM_PROTOCOL = {
  http1: 'Http1',
  http2: 'Http2',
  grpc: 'Http2',
  bolt: 'bolt',
  dubbo: 'dubbo',
  tcp: '',
} as const;

/** What requests of RPC protocols name in the header `service`; '' for the others. */
const serviceOf = (setup: Setup): string =>
  setup.protocol === 'bolt' ? BOLT_SERVICE : setup.protocol === 'dubbo' ? DUBBO_SERVICE : '';
const UNLIMITED = 1_000_000;

function cluster(setup: Setup, name: string): object {
  return {
    name,
    type: 'SIMPLE',
    lb_type: 'LB_LEAST_REQUEST',
    max_request_per_conn: UNLIMITED,
    circuit_breakers: [
      { max_connections: UNLIMITED, max_pending_requests: UNLIMITED, max_requests: UNLIMITED, max_retries: 3 },
    ],
    hosts: setup.backendPorts.map((port) => ({ address: `127.0.0.1:${port}` })),
  };
}

function route(setup: Setup, value: string, clusterName: string): object {
  const isRpc = serviceOf(setup) !== '';
  const headers = [{ name: isRpc ? 'service' : ROUTE_HEADER, value }];
  return {
    match: isRpc ? { headers } : { prefix: '/', headers },
    route: { cluster_name: clusterName, timeout: '60s' },
  };
}

function filter(setup: Setup): object {
  if (setup.protocol === 'tcp') return { type: 'tcp_proxy', config: { cluster: 'main' } };
  return {
    type: 'proxy',
    config: { downstream_protocol: DOWNSTREAM_PROTOCOL[setup.protocol], router_config_name: 'bench' },
  };
}

export function mosnConfiguration(setup: Setup): object {
  const routers: object[] = [];
  for (let index = 0; index < setup.routes - 1; index++) {
    routers.push(route(setup, otherRouteValue(index), `other-${index % setup.clusters}`));
  }
  routers.push(route(setup, serviceOf(setup) || ROUTE_VALUE, 'main'));
  const clusters = [cluster(setup, 'main')];
  for (let index = 0; index < setup.clusters; index++) clusters.push(cluster(setup, `other-${index}`));
  const domains = serviceOf(setup) !== '' ? ['*'] : [VIRTUAL_HOST];
  const listener = {
    name: 'bench',
    ...(setup.rules === undefined ? {} : { type: setup.rules.listenerType }),
    address: `127.0.0.1:${setup.listenPort}`,
    bind_port: true,
    filter_chains: [{ filters: [filter(setup)] }],
  };
  return {
    servers: [
      {
        default_log_path: 'stderr',
        default_log_level: 'ERROR',
        processor: setup.threads,
        listeners: [listener],
        ...(setup.protocol === 'tcp'
          ? {}
          : { routers: [{ router_config_name: 'bench', virtual_hosts: [{ name: 'shop', domains, routers }] }] }),
      },
    ],
    cluster_manager: { clusters },
    metrics: { sinks: [{ type: 'prometheus', config: { port: setup.metricsPort } }] },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: setup.adminPort } } },
    pid: `${setup.directory}/pid`,
  };
}
