import {
  Bytes,
  Duration,
  Enum,
  Flag,
  Ignored,
  Json,
  List,
  type Parsed,
  Text,
  Type,
  Unsupported,
} from '../author/index.ts';
import { networkFilter, streamFilter, unsupportedTls, unsupportedTlsSet } from './common.ts';

export const accessLog = Type.Object(
  {
    log_path: Text({
      description:
        'File, `stdout` or `stderr`. When empty, `<name of the listener>_access.log` in the folder of the default log.',
      default: '',
      examples: ['/var/log/weft/access.log'],
    }),
    log_format: Text({
      description:
        'Format with `%variable%` places; when empty, the default format of the access log. An unknown variable stops the start.',
      default: '',
      maxLength: 8192,
      examples: ['%start_time% %request_method% %response_code%'],
    }),
  },
  { description: 'One access log.' },
);
export type AccessLogConfig = Parsed<typeof accessLog>;

export const filterChain = Type.Object(
  {
    match: Ignored(
      Json({ description: 'Which connections the chain is for.' }),
      'a listener has one filter chain, which takes every connection',
    ),
    tls_context: unsupportedTls(),
    tls_context_set: unsupportedTlsSet(),
    filters: List(networkFilter, {
      description: 'Network filters in order, such as `proxy` or `tcp_proxy`.',
      minItems: 1,
      maxItems: 64,
      examples: [[{ type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: 'routes' } }]],
    }),
  },
  { description: 'The filter chain.' },
);

export const listener = Type.Object(
  {
    name: Text({
      description: 'Name, unique among listeners; the address when empty.',
      default: '',
      maxLength: 256,
      examples: ['ingress'],
    }),
    type: Type.Optional(
      Enum(['ingress', 'egress'], {
        description: 'Direction of the traffic, for variables and metrics.',
        zeroIsDefault: true,
      }),
    ),
    address: Text({
      description:
        '`ip:port`, `[ipv6]:port` or `host:port`; without a host, 127.0.0.1. With `network: unix`, the path of the socket.',
      minLength: 1,
      maxLength: 512,
      examples: ['127.0.0.1:2045'],
    }),
    bind_port: Flag({
      description: 'Opens the address. A listener that does not is only reached by connections handed over to it.',
      default: false,
      examples: [true],
    }),
    reuseport: Flag({
      description: 'Opens the address with SO_REUSEPORT, so that other processes may open it too.',
      default: false,
    }),
    network: Enum(['tcp', 'unix'], {
      description: 'Kind of the address.',
      default: 'tcp',
      ignoreCase: true,
      zeroIsDefault: true,
      unsupported: { udp: 'UDP listeners are not in this release' },
    }),
    use_original_dst: Unsupported(
      Text({ description: '`tproxy` or `redirect`: takes redirected connections for their original destination.' }),
      'transparent interception is not in this release: point callers at the address of the listener',
    ),
    access_logs: List(accessLog, { description: 'Access logs.', maxItems: 16 }),
    listener_filters: Unsupported(
      List(networkFilter, { description: 'Filters that run when a connection was accepted, such as `original_dst`.' }),
      'listener filters are not in this release',
    ),
    filter_chains: List(filterChain, { description: 'Exactly one filter chain.', minItems: 1, maxItems: 1 }),
    stream_filters: List(streamFilter, {
      description: 'Stream filters; requests pass them in this order, responses in the reverse one.',
      maxItems: 64,
    }),
    inspector: Unsupported(
      Flag({ description: 'Takes TLS and plain text on one port.' }),
      'TLS is not in this release, so there is only plain text',
    ),
    connection_idle_timeout: Duration({
      description: 'Closes a connection on which nothing happened for so long; 0 never does.',
      default: '90s',
      examples: ['5m'],
    }),
    default_read_buffer_size: Ignored(
      Bytes({ description: 'First size of the read buffer.' }),
      'read buffers are shared and size themselves',
    ),
  },
  { description: 'One listener.' },
);
export type ListenerConfig = Parsed<typeof listener>;
export type FilterChainConfig = Parsed<typeof filterChain>;
