/** Small configurations for tests; everything on loopback and port 0. */

export interface ListenerParts {
  readonly name?: string;
  readonly protocol?: string;
  readonly type?: string;
  readonly streamFilters?: readonly object[];
  readonly accessLogs?: readonly object[];
  readonly extend?: object;
  readonly idleTimeout?: string;
  readonly router?: string;
}

export function proxyListener(parts: ListenerParts = {}): object {
  return {
    name: parts.name ?? 'front',
    address: '127.0.0.1:0',
    bind_port: true,
    ...(parts.type === undefined ? {} : { type: parts.type }),
    ...(parts.idleTimeout === undefined ? {} : { connection_idle_timeout: parts.idleTimeout }),
    filter_chains: [
      {
        filters: [
          {
            type: 'proxy',
            config: {
              downstream_protocol: parts.protocol ?? 'Http1',
              router_config_name: parts.router ?? 'routes',
              ...(parts.extend === undefined ? {} : { extend_config: parts.extend }),
            },
          },
        ],
      },
    ],
    ...(parts.streamFilters === undefined ? {} : { stream_filters: parts.streamFilters }),
    ...(parts.accessLogs === undefined ? {} : { access_logs: parts.accessLogs }),
  };
}

export function tcpListener(name: string, cluster: string, more: object = {}): object {
  return {
    name,
    address: '127.0.0.1:0',
    bind_port: true,
    filter_chains: [{ filters: [{ type: 'tcp_proxy', config: { cluster, ...more } }] }],
  };
}

export function cluster(name: string, ports: readonly number[], more: object = {}): object {
  return {
    name,
    type: 'SIMPLE',
    lb_type: 'LB_ROUNDROBIN',
    connect_timeout: '2s',
    hosts: ports.map((port) => ({ address: `127.0.0.1:${port}` })),
    ...more,
  };
}

export function routesTo(name: string, more: object = {}): object {
  return { match: { prefix: '/' }, route: { cluster_name: name, ...more } };
}

export interface ConfigParts {
  readonly listeners: readonly object[];
  readonly routes?: readonly object[];
  readonly clusters?: readonly object[];
  readonly weft?: object;
  readonly server?: object;
}

export function configuration(parts: ConfigParts): object {
  return {
    servers: [
      {
        graceful_timeout: '5s',
        ...parts.server,
        listeners: parts.listeners,
        routers: [
          {
            router_config_name: 'routes',
            virtual_hosts: [{ name: 'all', domains: ['*'], routers: parts.routes ?? [] }],
          },
        ],
      },
    ],
    cluster_manager: { clusters: parts.clusters ?? [] },
    ...(parts.weft === undefined ? {} : { weft: parts.weft }),
  };
}
