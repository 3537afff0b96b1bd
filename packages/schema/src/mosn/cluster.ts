import {
  Count,
  Duration,
  Enum,
  Flag,
  Ignored,
  Json,
  JsonMap,
  List,
  Name,
  type Parsed,
  Text,
  Type,
  Unsupported,
} from '../author/index.ts';
import { metadata, SUBSET_HINT, unsupportedTls } from './common.ts';
import { healthCheck } from './health-check.ts';

const NOT_A_BALANCER = 'choose LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM or LB_LEAST_REQUEST';
const RESOLVER_HINT = 'host names are resolved as the system is configured';

export const host = Type.Object(
  {
    address: Text({
      description: '`ip:port`, `[ipv6]:port`, `host:port` or `unix:/path`.',
      minLength: 1,
      maxLength: 512,
      examples: ['10.0.0.7:8080'],
    }),
    hostname: Text({
      description: 'Name of the host, for `auto_host_rewrite` and health checks.',
      default: '',
      maxLength: 256,
    }),
    weight: Count({
      description: 'Share of the host where the load balancer reads weights; 1 to 128, 0 means 1.',
      default: 1,
      minimum: 1,
      maximum: 128,
      clamp: true,
      zeroIsDefault: true,
      examples: [2],
    }),
    metadata: Type.Optional(metadata),
    tls_disable: Flag({
      description: 'Speaks plain text to this host even where the cluster has TLS.',
      default: false,
    }),
  },
  { description: 'One host.' },
);
export type HostConfig = Parsed<typeof host>;

const limit = (what: string) =>
  Count({ description: `${what} at one time, over all threads; 0 = unlimited.`, default: 0, examples: [1024] });

export const circuitBreaker = Type.Object(
  {
    max_connections: limit('Connections to the hosts'),
    max_pending_requests: limit('Requests that wait for a connection'),
    max_requests: limit('Requests in flight'),
    max_retries: limit('Retries in flight'),
  },
  { description: 'Limits of the cluster.' },
);
export type CircuitBreakerConfig = Parsed<typeof circuitBreaker>;

const keepalive = Type.Object(
  {
    interval: Duration({
      description: 'Sends a heartbeat so often on a connection without traffic; 0 leaves the default of the protocol.',
      default: 0,
      examples: ['15s'],
    }),
    timeout: Duration({ description: 'Counts a heartbeat as lost after so long.', default: '1s', zeroIsDefault: true }),
  },
  { description: 'Heartbeats of multiplexed protocols.', default: {} },
);

const bias = (what: string) => Type.Number({ description: what, default: 1, minimum: 0, maximum: 100 });

const balancerConfig = Type.Object(
  {
    choice_count: Count({
      description: 'Hosts drawn for one choice.',
      default: 2,
      minimum: 2,
      maximum: 64,
      zeroIsDefault: true,
      unit: 'hosts',
    }),
    active_request_bias: bias('Exponent of the requests in flight where weights differ.'),
    client_error_bias: bias('Exponent of the share of client errors; read by LB_PEAK_EWMA.'),
    server_error_bias: bias('Exponent of the share of server errors; read by LB_PEAK_EWMA.'),
  },
  { description: 'Configuration of the load balancer.', default: {} },
);

const ownClusterKeys = Type.Object(
  {
    hosts_wait: Duration({
      description:
        'A request that finds no host in the cluster waits so long for a change that brings some; 0 does not wait.',
      default: 0,
      maximum: '1m',
    }),
    connect_ejection: Duration({
      description: 'A host that cannot be connected to gets no more requests for so long; 0 goes on trying.',
      default: 0,
      maximum: '10m',
      examples: ['5s'],
    }),
    protect_threshold: Count({
      description:
        'While a smaller share of the hosts is healthy, health is ignored and all of them get requests: a broken check must not empty a cluster. 0 never ignores it.',
      default: 0,
      maximum: 100,
      unit: '%',
      examples: [50],
    }),
  },
  { description: 'What MOSN does not have.', default: {}, 'x-weft-strict': true },
);

const slowStart = JsonMap({ description: 'Raises the weight of a new host slowly.' });

export const cluster = Type.Object(
  {
    name: Name({ description: 'Name, unique among clusters.', examples: ['backend'] }),
    type: Enum(['SIMPLE', 'STATIC', 'STRICT_DNS'], {
      description:
        'Where the hosts come from: SIMPLE and STATIC take them as they are given, STRICT_DNS resolves their names.',
      default: 'SIMPLE',
      zeroIsDefault: true,
      unsupported: {
        DYNAMIC: 'list the hosts in a SIMPLE cluster',
        EDS: 'endpoint discovery is not in this release: list the hosts in a SIMPLE cluster',
        ORIGINAL_DST: 'transparent interception is not in this release: list the hosts in a SIMPLE cluster',
      },
    }),
    sub_type: Ignored(Text({ description: 'Kind of the registry.' }), 'MOSN never reads it'),
    lb_type: Text({
      description:
        'Load balancer: LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM, LB_LEAST_REQUEST, or that of an extension.',
      default: 'LB_ROUNDROBIN',
      maxLength: 64,
      expected: 'the name of a load balancer, such as LB_ROUNDROBIN',
      zeroIsDefault: true,
      unsupported: {
        LB_LEAST_CONNECTION: NOT_A_BALANCER,
        LB_PEAK_EWMA: NOT_A_BALANCER,
        LB_MAGLEV: NOT_A_BALANCER,
        LB_REQUEST_ROUNDROBIN: NOT_A_BALANCER,
        LB_ORIGINAL_DST: NOT_A_BALANCER,
      },
    }),
    max_request_per_conn: Count({
      description: 'Requests on one connection before it is replaced.',
      default: 1024,
      zeroIsDefault: true,
      unit: 'requests',
    }),
    conn_buffer_limit_bytes: Count({
      description: 'Bytes waiting for one connection to a host before the caller is no longer read.',
      default: 16_384,
      zeroIsDefault: true,
      unit: 'bytes',
    }),
    mark: Unsupported(
      Count({ description: 'SO_MARK of connections to hosts.' }),
      'set the mark with a rule of the firewall',
    ),
    circuit_breakers: List(circuitBreaker, {
      description: 'Limits; only the first entry counts.',
      maxItems: 16,
      examples: [[{ max_connections: 1024 }]],
    }),
    health_check: Type.Optional(healthCheck),
    spec: Ignored(Json({ description: 'Subscriptions.' }), 'MOSN only carries it along'),
    lb_subset_config: Unsupported(JsonMap({ description: 'Subsets of hosts by their labels.' }), SUBSET_HINT),
    original_dst_lb_config: Unsupported(
      JsonMap({ description: 'Options of LB_ORIGINAL_DST.' }),
      'transparent interception is not in this release',
    ),
    tls_context: unsupportedTls(),
    cluster_manager_tls: Unsupported(
      Flag({ description: 'Uses the TLS context of the cluster manager.' }),
      'TLS is not in this release',
    ),
    hosts: List(host, { description: 'Hosts.', examples: [[{ address: '10.0.0.7:8080' }]] }),
    connect_timeout: Duration({
      description: 'Time to connect to a host.',
      default: '10s',
      zeroIsDefault: true,
      examples: ['500ms'],
    }),
    idle_timeout: Duration({
      description: 'Closes a connection to a host that was idle for so long; 0 never does.',
      default: '90s',
    }),
    keepalive,
    lbconfig: balancerConfig,
    dns_refresh_rate: Duration({
      description: 'Resolves host names again so often.',
      default: '5s',
      minimum: '100ms',
      zeroIsDefault: true,
    }),
    respect_dns_ttl: Flag({
      description: 'Waits as long as the answer of the name server says, in place of dns_refresh_rate.',
      default: false,
    }),
    dns_lookup_family: Enum(['V4_ONLY', 'V6_ONLY'], {
      description: 'Addresses that are asked for.',
      default: 'V4_ONLY',
      zeroIsDefault: true,
    }),
    dns_resolvers: Unsupported(JsonMap({ description: 'Name servers of this cluster.' }), RESOLVER_HINT),
    dns_resolver_file: Unsupported(Text({ description: 'A file in place of /etc/resolv.conf.' }), RESOLVER_HINT),
    dns_resolver_port: Unsupported(Text({ description: 'Port of the name servers.' }), RESOLVER_HINT),
    slow_start: Unsupported(slowStart, 'slow start is not in this release', 'mode'),
    weft: ownClusterKeys,
    cluster_pool_enable: Flag({
      description: 'Keeps connections of this cluster apart from those of others with the same address.',
      default: false,
    }),
  },
  { description: 'One cluster.' },
);
export type ClusterConfig = Parsed<typeof cluster>;

export const clusterManager = Type.Object(
  {
    tls_context: unsupportedTls(),
    cluster_pool_enable: Ignored(
      Flag({ description: 'As `cluster_pool_enable` of every cluster.' }),
      'connections of clusters are always kept apart',
    ),
    clusters_configs: Text({
      description: 'Folder with one cluster a file, in place of `clusters`; relative to the configuration file.',
      default: '',
      maxLength: 4096,
    }),
    clusters: List(cluster, { description: 'Clusters.' }),
  },
  { description: 'The clusters.' },
);
export type ClusterManagerConfig = Parsed<typeof clusterManager>;
