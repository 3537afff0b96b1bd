/** Ports of a sidecar, all on 127.0.0.1; the defaults are those that SDKs and runbooks know. */
export interface SidecarPorts {
  readonly httpIngress: number;
  readonly httpEgress: number;
  readonly boltIngress: number;
  readonly boltEgress: number;
  /** The application's own port for Bolt, when it publishes without naming one. */
  readonly boltApp: number;
  readonly api: number;
  readonly admin: number;
  readonly metrics: number;
}

export const SIDECAR_PORTS: SidecarPorts = {
  httpIngress: 10080,
  httpEgress: 10088,
  boltIngress: 12200,
  boltEgress: 12220,
  boltApp: 12199,
  api: 13330,
  admin: 34901,
  metrics: 34903,
};

/** Ports for one more protocol of a sidecar that is asked for it. */
export interface RpcPorts {
  readonly ingress: number;
  readonly egress: number;
  /** The application's own port for it, when it publishes without naming one. */
  readonly app: number;
}

/** What a sidecar speaks beside HTTP and Bolt when it is asked to, by the name of the option. */
export const MORE_PROTOCOLS = {
  dubbo: {
    protocol: 'dubbo',
    title: 'Dubbo',
    ports: { ingress: 30_800, egress: 30_088, app: 20_880 },
    // Services are found by their group, too, which stands behind the arguments: all of a call must be there before it goes on. As
    // much as a provider takes, `payload`.
    options: { max_gathered_request_bytes: 8_388_608 },
  },
  triple: {
    protocol: 'tri',
    title: 'Triple',
    ports: { ingress: 50_052, egress: 50_053, app: 50_051 },
    options: {},
  },
} as const;

export type MorePorts = { readonly [Name in keyof typeof MORE_PROTOCOLS]?: RpcPorts };

export interface SidecarSample extends MorePorts {
  readonly app: string;
  readonly ports: SidecarPorts;
  /** Folder of pid file and sockets, and of what is kept over a restart; '' = the usual places. */
  readonly runDir?: string;
  readonly stateDir?: string;
  /** Where the log and the access logs go; '' = `logs/<app>` in the working directory. */
  readonly logDir?: string;
  /** Threads for connections; 0 = one for each core. */
  readonly dataThreads?: number;
}

const ACCESS_LOG =
  '%start_time% %request_method% %request_uri% %response_code% %response_flag% %duration% %upstream_host%';

/**
 * A proxy beside one application: an ingress and an egress for HTTP and for Bolt. Services are not listed here; the
 * application publishes and subscribes them through 127.0.0.1:13330, and the proxy makes clusters and routes of them.
 */
export function sidecarConfiguration(sample: SidecarSample): string {
  const { app, ports, runDir = '', stateDir = '', logDir = '', dataThreads = 0 } = sample;
  const own = [
    dataThreads === 0 ? '' : `  data_threads: ${dataThreads}\n`,
    runDir === '' ? '' : `  run_dir: ${quoted(runDir)}\n`,
    stateDir === '' ? '' : `  state_dir: ${quoted(stateDir)}\n`,
  ].join('');
  // A folder of its own, so that two proxies started in one folder do not mix; paths of access logs begin at `logs`.
  const folder = logDir === '' ? `logs/${app}` : logDir;
  const accessLog = (name: string): string => quoted(`${logDir === '' ? `${app}/` : ''}${name}_access.log`);
  const listener = (
    name: string,
    type: string,
    port: number,
    protocol: string,
    options: object = {},
  ): string => `      - name: ${name}
        type: ${type}
        address: 127.0.0.1:${port}
        bind_port: true
        access_logs:
          - { log_path: ${accessLog(name)}, log_format: "${ACCESS_LOG}" }
        filter_chains:
          - filters:
              - type: proxy
                config: { downstream_protocol: ${protocol}, router_config_name: ${name}_router${extended(protocol, options)} }
`;
  const virtualHost = (name: string, routers: string): string => `      - router_config_name: ${name}_router
        virtual_hosts:
          - name: services unknown here
            domains: ["*"]
            routers:${routers}
`;
  const httpRouter = (name: string, what: string): string =>
    virtualHost(
      name,
      `
              - match: { prefix: / }
                direct_response: { status: 404, body: ${quoted(`this application has ${what} no such service\n`)} }`,
    );
  // A caller over a protocol of calls is told that nobody processes its call.
  const rpcRouter = (name: string): string => virtualHost(name, ' []');
  const names = Object.keys(MORE_PROTOCOLS) as (keyof typeof MORE_PROTOCOLS)[];
  const more = names.flatMap((name) => {
    const own = sample[name];
    const { protocol, options } = MORE_PROTOCOLS[name];
    return own === undefined ? [] : [{ ...own, protocol, options }];
  });
  const moreListeners = more.map(
    ({ protocol, options, ingress, egress }) =>
      listener(`${protocol}_ingress`, 'ingress', ingress, protocol, options) +
      listener(`${protocol}_egress`, 'egress', egress, protocol, options),
  );
  const moreRouters = more.map(
    ({ protocol }) => `${rpcRouter(`${protocol}_ingress`)}${rpcRouter(`${protocol}_egress`)}`,
  );
  const moreProtocols = more.map(
    ({ protocol, app: appPort }) =>
      `      - { protocol: ${protocol}, ingress_listener: ${protocol}_ingress, egress_listener: ${protocol}_egress, app_port: ${appPort} }\n`,
  );
  return `# A proxy beside the application ${app}: calls to it come in by an ingress, calls of it go out by an egress.
#   weft proxy start -c FILE --control 127.0.0.1:9880 --control-key-file proxy-key.json
# Services are published and subscribed through 127.0.0.1:${ports.api}, for instance:
#   curl -X PUT 127.0.0.1:${ports.api}/v1/discovery/publications/${app}%3A80%40Http1 -d '{"protocol":"Http1","appPort":3000}'
#   curl -X PUT 127.0.0.1:${ports.api}/v1/discovery/subscriptions/other%3A80%40Http1 -d '{"protocol":"Http1"}'
#   curl -H 'Host: other:80' http://127.0.0.1:${ports.httpEgress}/
servers:
  - default_log_path: ${quoted(`${folder}/default.log`)}
    default_log_level: INFO
    graceful_timeout: 10s
    listeners:
${listener('http_ingress', 'ingress', ports.httpIngress, 'Http1')}${listener('http_egress', 'egress', ports.httpEgress, 'Http1')}${listener('bolt_ingress', 'ingress', ports.boltIngress, 'bolt')}${listener('bolt_egress', 'egress', ports.boltEgress, 'bolt')}${moreListeners.join('')}    routers:
${httpRouter('http_ingress', 'published')}${httpRouter('http_egress', 'subscribed')}${rpcRouter('bolt_ingress')}${rpcRouter('bolt_egress')}${moreRouters.join('')}mesh:
  app: ${quoted(app)}
  discovery:
    address: 127.0.0.1:${ports.api}
    protocols:
      - { protocol: Http1, ingress_listener: http_ingress, egress_listener: http_egress }
      - { protocol: bolt, ingress_listener: bolt_ingress, egress_listener: bolt_egress, app_port: ${ports.boltApp} }
${moreProtocols.join('')}admin:
  address:
    socket_address: { address: 127.0.0.1, port_value: ${ports.admin} }
metrics:
  sinks:
    - type: prometheus
      config: { port: ${ports.metrics} }
${own === '' ? '' : `weft:\n${own}`}`;
}

function extended(protocol: string, options: object): string {
  return Object.keys(options).length === 0 ? '' : `, extend_config: ${JSON.stringify({ [protocol]: options })}`;
}

/** YAML reads a JSON text as itself. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
