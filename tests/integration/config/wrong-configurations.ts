/**
 * Configurations that must not start a proxy, as data: what is changed in the base document, and the place, the value and
 * the expectation that whoever wrote it must be told. Long because it is a table.
 */

export interface Change {
  /** Place in the base document, such as `servers[0].listeners[0].address`; '' is the document itself. */
  readonly at: string;
  /** What stands there; undefined takes the key away. */
  readonly put?: unknown;
}

export interface WrongConfiguration extends Change {
  readonly name: string;
  /** Changes that the wrong one needs beside it. */
  readonly also?: readonly Change[];
  /** Place that is told; `at` unless given. */
  readonly path?: string;
  /** Value that is told; none when something is missing. */
  readonly value?: string;
  /** Expectation that is told. */
  readonly expected: string;
  /** A part of the message. */
  readonly message: string;
  /** A part of the hint. */
  readonly hint?: string;
  /** Also tried through the real process and through a reload. */
  readonly endToEnd?: boolean;
}

const LISTENER = 'servers[0].listeners[0]';
const FILTER = `${LISTENER}.filter_chains[0].filters[0]`;
const TCP = 'servers[0].listeners[1].filter_chains[0].filters[0]';
const ROUTER = 'servers[0].routers[0]';
const HOST = `${ROUTER}.virtual_hosts[0]`;
const ROUTE = `${HOST}.routers[0]`;
const CLUSTER = 'cluster_manager.clusters[0]';

const CLUSTERS = 'one of web, api';
const BALANCERS = 'one of LB_ROUNDROBIN, LB_RANDOM, LB_WEIGHTED_ROUNDROBIN, LB_LEAST_REQUEST';
const PROTOCOLS = 'one of Http1, Http2, bolt, boltv2, dubbo, dubbo-thrift, tars, tcp, tri, Auto';
const STREAM_FILTERS = 'one of fault, ip_access, payload_limit, transcoder';
const HEADER_VALUE = 'text without line ends, control characters and blanks around it';
const OWN_HEADER = 'a header that is not part of the connection or the framing';
const VARIABLE = 'a predefined variable, or one that a stream filter of a listener declares';
const PATH_TEXT = 'a path that begins with / and has no spaces, line ends or #';
const DURATION = 'a duration such as "1s" or 0';

/** A right configuration; every row changes a copy of it. */
export function baseDocument(): unknown {
  return {
    servers: [
      {
        graceful_timeout: '1s',
        listeners: [
          {
            name: 'front',
            type: 'ingress',
            address: '127.0.0.1:0',
            bind_port: true,
            access_logs: [{ log_path: '/dev/null', log_format: '%start_time% %response_code%' }],
            filter_chains: [
              {
                filters: [
                  {
                    type: 'proxy',
                    config: {
                      downstream_protocol: 'Http1',
                      router_config_name: 'routes',
                      extend_config: { Http1: { max_header_size: 16_384 } },
                    },
                  },
                ],
              },
            ],
            stream_filters: [
              { type: 'fault', config: { delay: { fixed_delay: '1ms', percentage: 0 } } },
              { type: 'ip_access', config: { ips: [{ action: 'allow', addrs: ['10.0.0.0/8'] }] } },
              { type: 'payload_limit', config: { max_entity_size: '1MiB' } },
            ],
          },
          {
            name: 'raw',
            address: '127.0.0.1:0',
            bind_port: true,
            filter_chains: [
              {
                filters: [
                  {
                    type: 'tcp_proxy',
                    config: { cluster: 'web', routes: [{ Cluster: 'api', SourcePort: '1000-2000' }] },
                  },
                ],
              },
            ],
          },
        ],
        routers: [
          {
            router_config_name: 'routes',
            request_headers_to_add: [{ header: { key: 'x-env', value: 'test' } }],
            virtual_hosts: [
              {
                name: 'all',
                domains: ['*'],
                routers: [
                  {
                    match: { prefix: '/', headers: [{ name: 'x-version', value: 'v[0-9]', regex: true }] },
                    route: { cluster_name: 'web', timeout: '3s', retry_policy: { retry_on: true, num_retries: 1 } },
                    per_filter_config: { payload_limit: { max_entity_size: '2MiB' } },
                  },
                  { match: { path: '/ok' }, direct_response: { status: 200, body: 'ok\n' } },
                ],
              },
              { name: 'one', domains: ['one.example.com'], routers: [] },
            ],
          },
        ],
      },
    ],
    cluster_manager: {
      clusters: [
        {
          name: 'web',
          lb_type: 'LB_RANDOM',
          connect_timeout: '1s',
          health_check: {
            protocol: 'Http1',
            interval: '60s',
            check_config: { http_check_config: { path: '/health', codes: [{ Start: 200, End: 299 }] } },
          },
          hosts: [{ address: '127.0.0.1:9' }, { address: '127.0.0.1:10', weight: 2 }],
        },
        { name: 'api', hosts: [{ address: '127.0.0.1:9' }] },
      ],
    },
    metrics: { sinks: [] },
    weft: { data_threads: 1 },
  };
}

export const WRONG_CONFIGURATIONS: readonly WrongConfiguration[] = [
  // ── the document ──────────────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'a list in place of the document',
    at: '',
    put: [],
    value: 'an empty list',
    expected: 'an object',
    message: 'not an object',
  },
  { name: 'no servers', at: 'servers', expected: 'a list of exactly 1 entry', message: 'missing' },
  {
    name: 'two servers',
    at: 'servers',
    put: [{}, {}],
    value: 'a list of 2',
    expected: 'a list of exactly 1 entry',
    message: 'too many entries',
  },
  {
    name: 'a server that is not in a list',
    at: 'servers',
    put: { listeners: [] },
    value: 'an object',
    expected: 'a list of exactly 1 entry',
    message: 'not a list',
    hint: 'write [ ] around it',
  },
  {
    name: 'one key in two spellings',
    at: 'servers[0].Graceful_Timeout',
    put: '2s',
    path: 'servers[0].graceful_timeout',
    expected: 'one spelling of the key',
    message: 'given twice',
    hint: '"graceful_timeout" and "Graceful_Timeout" are the same key',
  },
  {
    name: 'a key that is not in this release',
    at: 'tracing',
    put: { enable: true, driver: 'SOFATracer' },
    value: 'an object',
    expected: 'no such key',
    message: 'not supported in this release',
    hint: 'tracing is not in this release',
    endToEnd: true,
  },
  {
    name: 'discovery from a control plane',
    at: 'dynamic_resources',
    put: { lds_config: {} },
    also: [
      { at: 'dynamic_resources.lds_config.ads', put: {} },
      { at: 'dynamic_resources.api', put: 'GRPC' },
    ],
    value: 'an object',
    expected: 'no such key',
    message: 'not supported in this release',
    hint: 'list listeners, routers and clusters in the file',
  },

  // ── the server and Weft's own keys ────────────────────────────────────────────────────────────────────────────────
  {
    name: 'a duration without a unit',
    at: 'servers[0].graceful_timeout',
    put: 30,
    value: '30',
    expected: `${DURATION}, not negative`,
    message: 'not a duration',
    hint: 'such as "30s" or "30ms"',
    endToEnd: true,
  },
  {
    name: 'a negative duration',
    at: 'servers[0].graceful_timeout',
    put: '-1s',
    value: '"-1s"',
    expected: `${DURATION}, not negative`,
    message: 'out of range',
  },
  {
    name: 'an unknown log level',
    at: 'servers[0].default_log_level',
    put: 'WARNING',
    value: '"WARNING"',
    expected: 'one of "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"',
    message: 'unknown value',
    hint: 'did you mean "WARN"?',
  },
  {
    name: 'a log roller that nobody understands',
    at: 'servers[0].global_log_roller',
    put: 'size=big',
    value: '"size=big"',
    expected: 'parts such as "size=100 age=7 keep=10 compress=on" or "time=1"',
    message: 'not in the form that is expected',
  },
  {
    name: 'a count of threads that is none',
    at: 'servers[0].processor',
    put: 'all',
    value: '"all"',
    expected: '"auto" or a whole number from 0 to 256',
    message: 'neither "auto" nor a whole number',
  },
  {
    name: "an unknown key among Weft's own",
    at: 'weft.max_conections',
    put: 10,
    expected: 'a key of the reference',
    message: 'unknown key',
    hint: 'did you mean "max_connections"?',
    endToEnd: true,
  },
  {
    name: 'a size out of its range',
    at: 'weft.detect_max_bytes',
    put: '1MiB',
    value: '"1MiB"',
    expected: 'a size such as "64KiB" or a whole number of bytes from 16B to 64KiB',
    message: 'out of range',
  },
  {
    name: 'a size with an unknown unit',
    at: 'weft.soft_buffer_bytes',
    put: '64 parsecs',
    value: '"64 parsecs"',
    expected: 'a size such as "64KiB" or a whole number of bytes from 1MiB to 64GiB',
    message: 'not a size',
  },
  {
    name: 'a hard mark below the soft one',
    at: 'weft.hard_buffer_bytes',
    put: '128MiB',
    value: '128MiB',
    expected: 'more than weft.soft_buffer_bytes (256MiB)',
    message: 'the hard mark must be above the soft mark',
  },
  {
    name: 'an unknown profile',
    at: 'weft.profile',
    put: 'alipay',
    value: '"alipay"',
    expected: 'one of "standard", "sofastack"',
    message: 'unknown value',
  },
  {
    name: 'an admin port beyond the last one',
    at: 'admin',
    put: { address: { socket_address: { port_value: 70_000 } } },
    path: 'admin.address.socket_address.port_value',
    value: '70000',
    expected: 'a whole number from 0 to 65535',
    message: 'out of range',
  },

  // ── listeners ─────────────────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'an address without a port',
    at: `${LISTENER}.address`,
    put: '127.0.0.1',
    value: '"127.0.0.1"',
    expected: '`ip:port`, `[ipv6]:port` or `host:port`',
    message: 'not an address',
    endToEnd: true,
  },
  {
    name: 'an address that is a number',
    at: `${LISTENER}.address`,
    put: 2045,
    value: '2045',
    expected: 'a text of 1 to 512 characters',
    message: 'not a text',
    hint: 'write it in quotes: "2045"',
  },
  {
    name: 'a port beyond the last one',
    at: `${LISTENER}.address`,
    put: '127.0.0.1:70000',
    value: '"127.0.0.1:70000"',
    expected: 'a port from 0 to 65535',
    message: 'not a port',
  },
  {
    name: 'an IPv4 address with a part above 255',
    at: `${LISTENER}.address`,
    put: '127.0.0.256:2045',
    value: '"127.0.0.256:2045"',
    expected: 'four numbers from 0 to 255',
    message: 'not an IPv4 address',
  },
  {
    name: 'one address for two listeners',
    at: `${LISTENER}.address`,
    put: '127.0.0.1:2045',
    also: [{ at: 'servers[0].listeners[1].address', put: '127.0.0.1:2045' }],
    path: 'servers[0].listeners[1].address',
    value: '"127.0.0.1:2045"',
    expected: 'an address of its own',
    message: 'listeners[0] has this address already',
  },
  {
    name: 'one name for two listeners',
    at: 'servers[0].listeners[1].name',
    put: 'front',
    value: '"front"',
    expected: 'a name of its own',
    message: 'two listeners have this name',
  },
  {
    name: 'a switch that is a text',
    at: `${LISTENER}.bind_port`,
    put: 'true',
    value: '"true"',
    expected: 'true or false',
    message: 'neither true nor false',
  },
  {
    name: 'a UDP listener',
    at: `${LISTENER}.network`,
    put: 'udp',
    value: '"udp"',
    expected: 'one of "tcp", "unix"',
    message: 'not supported in this release',
    hint: 'UDP listeners are not in this release',
  },
  {
    name: 'transparent interception',
    at: `${LISTENER}.use_original_dst`,
    put: 'redirect',
    value: '"redirect"',
    expected: 'no such key',
    message: 'not supported in this release',
    hint: 'point callers at the address of the listener',
  },
  {
    name: 'TLS that is switched on',
    at: `${LISTENER}.filter_chains[0].tls_context`,
    put: { status: true, private_key: '/etc/weft/key.pem' },
    value: 'an object',
    expected: 'no such key',
    message: 'not supported in this release',
    hint: 'terminate TLS in front of the proxy',
  },
  {
    name: 'a chain without a filter',
    at: `${LISTENER}.filter_chains[0].filters`,
    put: [],
    value: 'an empty list',
    expected: 'a list of 1 to 64 entries',
    message: 'empty',
  },
  {
    name: 'two filter chains',
    at: `${LISTENER}.filter_chains`,
    put: [{ filters: [{ type: 'proxy' }] }, { filters: [{ type: 'proxy' }] }],
    value: 'a list of 2',
    expected: 'a list of exactly 1 entry',
    message: 'too many entries',
  },
  {
    name: 'an unknown network filter',
    at: `${FILTER}.type`,
    put: 'prxy',
    value: '"prxy"',
    expected: 'one of proxy, tcp_proxy',
    message: 'unknown filter',
    hint: 'did you mean "proxy"?',
    endToEnd: true,
  },
  {
    name: 'TLS in one context of several',
    at: `${LISTENER}.filter_chains[0].tls_context_set`,
    put: [{ status: false }, { status: true }],
    value: 'a list of 2',
    expected: 'no such key',
    message: 'not supported in this release',
    hint: 'terminate TLS in front of the proxy',
  },
  {
    name: 'a second network filter',
    at: `${LISTENER}.filter_chains[0].filters[1]`,
    put: { type: 'tcp_proxy', config: { cluster: 'web' } },
    path: `${LISTENER}.filter_chains[0].filters[1].type`,
    value: '"tcp_proxy"',
    expected: '1 network filter',
    message: 'no connection would reach this filter',
    hint: 'with fallback_for_unknown_protocol',
    endToEnd: true,
  },
  {
    name: 'a fallback that needs a protocol',
    at: `${LISTENER}.filter_chains[0].filters[1]`,
    put: { type: 'proxy', config: { downstream_protocol: 'Http2', router_config_name: 'routes' } },
    also: [{ at: `${FILTER}.config.fallback_for_unknown_protocol`, put: true }],
    path: `${LISTENER}.filter_chains[0].filters[1].type`,
    value: '"proxy"',
    expected: 'tcp_proxy',
    message: 'connections that no protocol knows can only be passed on',
  },
  {
    name: 'an unknown stream filter',
    at: `${LISTENER}.stream_filters[0].type`,
    put: 'gzip',
    value: '"gzip"',
    expected: STREAM_FILTERS,
    message: 'unknown filter',
    hint: 'a filter that is not there would silently not filter',
  },
  {
    name: 'an unknown variable in an access log',
    at: `${LISTENER}.access_logs[0].log_format`,
    put: '%start_time% %respose_code%',
    value: '%respose_code%',
    expected: 'the name of a variable',
    message: 'unknown variable respose_code',
    hint: 'did you mean %response_code%?',
    endToEnd: true,
  },

  // ── what only extensions know ─────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'a proxy filter without a protocol',
    at: `${FILTER}.config.downstream_protocol`,
    expected: 'a text of 1 to 1024 characters',
    message: 'missing',
  },
  {
    name: 'an unknown protocol towards callers',
    at: `${FILTER}.config.downstream_protocol`,
    put: 'Http3',
    value: '"Http3"',
    expected: PROTOCOLS,
    message: 'unknown protocol',
    hint: 'did you mean "Http1"?',
    endToEnd: true,
  },
  {
    name: 'a router configuration that is not there',
    at: `${FILTER}.config.router_config_name`,
    put: 'rotes',
    value: '"rotes"',
    expected: 'one of routes',
    message: 'there is no such router configuration',
    hint: 'did you mean "routes"?',
  },
  {
    name: 'a wrong number in the configuration of a protocol',
    at: `${FILTER}.config.extend_config.Http1.max_header_size`,
    put: 12,
    value: '12',
    expected: 'a whole number from 256 to 1048576',
    message: 'out of range',
    endToEnd: true,
  },
  {
    name: 'a TCP proxy that leads nowhere',
    at: `${TCP}.config`,
    put: {},
    path: `${TCP}.config.cluster`,
    value: '""',
    expected: 'a cluster or routes',
    message: 'connections have nowhere to go',
  },
  {
    name: 'a TCP route to a cluster that is not there',
    at: `${TCP}.config.routes[0].Cluster`,
    put: 'apy',
    value: '"apy"',
    expected: CLUSTERS,
    message: 'there is no such cluster',
    hint: 'did you mean "api"?',
  },
  {
    name: 'ports in the wrong order',
    at: `${TCP}.config.routes[0].SourcePort`,
    put: '2000-1000',
    value: '"2000-1000"',
    expected: 'ports from 0 to 65535, such as "80,8000-9000"',
    message: 'not a list of ports',
  },
  {
    name: 'a TCP route from something that is no address',
    at: `${TCP}.config.routes[0].SourceAddrs`,
    put: [{ Address: '10.0.0', Length: 8 }],
    path: `${TCP}.config.routes[0].SourceAddrs[0].Address`,
    value: '"10.0.0"',
    expected: 'an IPv4 or IPv6 address',
    message: 'not an IP address',
  },
  {
    name: 'a delay that is no duration',
    at: `${LISTENER}.stream_filters[0].config.delay.fixed_delay`,
    put: '1 second',
    value: '"1 second"',
    expected: `${DURATION}, not negative`,
    message: 'not a duration',
  },
  {
    name: 'more than every request',
    at: `${LISTENER}.stream_filters[0].config.delay.percentage`,
    put: 101,
    value: '101',
    expected: 'a whole number from 0 to 100',
    message: 'out of range',
  },
  {
    name: 'a block of addresses that is none',
    at: `${LISTENER}.stream_filters[1].config.ips[0].addrs[0]`,
    put: '10.0.0.0/33',
    value: '"10.0.0.0/33"',
    expected: 'an IP address or a block such as "10.0.0.0/8"',
    message: 'not an address',
  },
  {
    name: 'an expression in a filter that is none',
    at: `${LISTENER}.stream_filters[0].config.headers`,
    put: [{ name: 'x', value: '(a', regex: true }],
    path: `${LISTENER}.stream_filters[0].config.headers[0].value`,
    value: '"(a"',
    expected: 'a regular expression',
    message: 'Unterminated group',
  },
  {
    name: 'an expression in a filter that could take for ever',
    at: `${LISTENER}.stream_filters[0].config.headers`,
    put: [{ name: 'x', value: '(?=a)b', regex: true }],
    path: `${LISTENER}.stream_filters[0].config.headers[0].value`,
    value: '"(?=a)b"',
    expected: 'a regular expression without look-around, back-references and modifiers',
    message: 'look-ahead is not possible here',
  },
  {
    name: 'a range of statuses that ends before it begins',
    at: `${CLUSTER}.health_check.check_config.http_check_config.codes`,
    put: [{ Start: 300, End: 200 }],
    path: `${CLUSTER}.health_check.check_config.http_check_config.codes[0].End`,
    value: '200',
    expected: '300 to 599',
    message: 'the range ends before it begins',
  },

  // ── routes ────────────────────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'one domain in two virtual hosts',
    at: `${ROUTER}.virtual_hosts[1].domains`,
    put: ['*'],
    path: `${ROUTER}.virtual_hosts[1].domains[0]`,
    value: '"*"',
    expected: 'a domain of one virtual host only',
    message: 'virtual_hosts[0] has this domain already',
  },
  {
    name: 'a star in the middle of a domain',
    at: `${HOST}.domains[0]`,
    put: 'a.*.com',
    value: '"a.*.com"',
    expected: '`host`, `host:port`, `*.suffix` or `*`',
    message: 'a star stands only at the beginning',
  },
  {
    name: 'a route without an action',
    at: `${ROUTE}.route`,
    path: ROUTE,
    expected: 'exactly one of route, redirect and direct_response',
    message: 'the route has 0 actions',
  },
  {
    name: 'a route with two actions',
    at: `${ROUTE}.direct_response`,
    put: { status: 200 },
    path: ROUTE,
    expected: 'exactly one of route, redirect and direct_response',
    message: 'the route has 2 actions',
  },
  {
    name: 'a route to a cluster that is not there',
    at: `${ROUTE}.route.cluster_name`,
    put: 'wep',
    value: '"wep"',
    expected: CLUSTERS,
    message: 'there is no such cluster',
    hint: 'did you mean "web"?',
    endToEnd: true,
  },
  {
    name: 'an unknown protocol towards hosts',
    at: `${ROUTE}.route.upstream_protocol`,
    put: 'grpc',
    value: '"grpc"',
    expected: PROTOCOLS,
    message: 'unknown protocol',
  },
  {
    name: 'weights that are all 0',
    at: `${ROUTE}.route`,
    put: { weighted_clusters: [{ cluster: { name: 'web', weight: 0 } }, { cluster: { name: 'api', weight: 0 } }] },
    path: `${ROUTE}.route.weighted_clusters`,
    expected: 'at least one weight above 0',
    message: 'all weights are 0',
  },
  {
    name: 'a prefix that can never match',
    at: `${ROUTE}.match.prefix`,
    put: 'api/',
    value: '"api/"',
    expected: 'a path that begins with /',
    message: 'this prefix can never match',
  },
  {
    name: 'an expression with look-ahead',
    at: `${ROUTE}.match`,
    put: { regex: '^/(?=a)' },
    path: `${ROUTE}.match.regex`,
    value: '"^/(?=a)"',
    expected: 'a regular expression without look-around, back-references and modifiers',
    message: 'look-ahead is not possible here',
  },
  {
    name: 'an expression whose repetitions come to too many parts',
    at: `${ROUTE}.match`,
    put: { regex: '^(/[a-z]{1,100}){1,100}$' },
    path: `${ROUTE}.match.regex`,
    value: '"^(/[a-z]{1,100}){1,100}$"',
    expected: 'at most 600 parts when `x{3}` counts as `xxx` and `x+` as `xx*`',
    message: 'too many parts',
  },
  {
    name: 'an expression with a back-reference',
    at: `${ROUTE}.match.headers[0].value`,
    put: '(a)\\1',
    value: '"(a)\\\\1"',
    expected: 'a regular expression without look-around, back-references and modifiers',
    message: 'a back-reference is not possible here',
  },
  {
    name: 'an expression that is not closed',
    at: `${ROUTE}.match`,
    put: { regex: '^/[a' },
    path: `${ROUTE}.match.regex`,
    value: '"^/[a"',
    expected: 'a regular expression',
    message: 'Unterminated character class',
  },
  {
    name: 'an attempt that takes as long as the route may',
    at: `${ROUTE}.route.retry_policy.retry_timeout`,
    put: '3s',
    value: '3s',
    expected: 'less than the timeout of the route (3s)',
    message: 'the time for one attempt leaves none for another',
  },
  {
    name: 'a retry on a status that there is not',
    at: `${ROUTE}.route.retry_policy.status_codes`,
    put: [502, 5030],
    path: `${ROUTE}.route.retry_policy.status_codes[1]`,
    value: '5030',
    expected: 'a whole number from 100 to 599',
    message: 'out of range',
  },
  {
    name: 'a redirect with a status that redirects nobody',
    at: `${HOST}.routers[1]`,
    put: { match: { path: '/old' }, redirect: { response_code: 200, path_redirect: '/new' } },
    path: `${HOST}.routers[1].redirect.response_code`,
    value: '200',
    expected: 'one of 301, 302, 303, 307, 308',
    message: 'unknown value',
  },
  {
    name: 'an answer without a status',
    at: `${HOST}.routers[1].direct_response.status`,
    expected: 'a whole number from 200 to 599',
    message: 'missing',
  },
  {
    name: 'a header that would break the message',
    at: `${ROUTER}.request_headers_to_add[0].header.value`,
    put: 'a\r\nx-injected: 1',
    value: '"a\\r\\nx-injected: 1"',
    expected: HEADER_VALUE,
    message: 'not a header value',
  },
  {
    name: 'a header with a space in its name',
    at: `${ROUTER}.request_headers_to_add[0].header.key`,
    put: 'x env',
    value: '"x env"',
    expected: 'a token of RFC 9110, such as "x-env"',
    message: 'not the name of a header',
  },
  {
    name: 'an unknown filter in the configuration of a route',
    at: `${ROUTE}.per_filter_config`,
    put: { payload_limt: {} },
    value: '"payload_limt"',
    expected: STREAM_FILTERS,
    message: 'unknown filter',
    hint: 'did you mean "payload_limit"?',
  },
  {
    name: 'a wrong configuration of a filter for one route',
    at: `${ROUTE}.per_filter_config.payload_limit.http_status`,
    put: 200,
    value: '200',
    expected: 'a whole number from 400 to 599',
    message: 'out of range',
  },
  {
    name: 'a route that adds the length of the body',
    at: `${ROUTE}.route.request_headers_to_add`,
    put: [{ header: { key: 'Content-Length', value: '1' } }],
    path: `${ROUTE}.route.request_headers_to_add[0].header.key`,
    value: '"Content-Length"',
    expected: OWN_HEADER,
    message: 'the proxy itself writes this header',
    endToEnd: true,
  },
  {
    name: 'a virtual host that removes the host',
    at: `${HOST}.request_headers_to_remove`,
    put: ['host'],
    path: `${HOST}.request_headers_to_remove[0]`,
    value: '"host"',
    expected: OWN_HEADER,
    message: 'the proxy itself writes this header',
    hint: 'use host_rewrite',
  },
  {
    name: 'a header value with a blank at its end',
    at: `${ROUTER}.request_headers_to_add[0].header.value`,
    put: 'a ',
    value: '"a "',
    expected: HEADER_VALUE,
    message: 'not a header value',
  },
  {
    name: 'a header value with a variable that is not there',
    at: `${ROUTER}.request_headers_to_add[0].header.value`,
    put: 'at %nope%',
    value: '"at %nope%"',
    expected: VARIABLE,
    message: 'there is no variable nope',
    endToEnd: true,
  },
  {
    name: 'a condition on a variable that is not there',
    at: `${ROUTE}.match`,
    put: { variables: [{ name: 'x-mosn-pth', value: '/a' }] },
    path: `${ROUTE}.match.variables[0].name`,
    value: '"x-mosn-pth"',
    expected: VARIABLE,
    message: 'there is no variable x-mosn-pth',
  },
  {
    name: 'a cluster from a variable that is not there',
    at: `${ROUTE}.route.cluster_variable`,
    put: 'dst_cluster',
    value: '"dst_cluster"',
    expected: VARIABLE,
    message: 'there is no variable dst_cluster',
  },
  {
    name: 'a rewriting with a line end',
    at: `${ROUTE}.route.prefix_rewrite`,
    put: '/a\r\nb',
    value: '"/a\\r\\nb"',
    expected: PATH_TEXT,
    message: 'not a path that can be sent',
    endToEnd: true,
  },
  {
    name: 'a rewriting to no path',
    at: `${ROUTE}.route.prefix_rewrite`,
    put: 'v2',
    value: '"v2"',
    expected: PATH_TEXT,
    message: 'not a path that can be sent',
  },
  {
    name: 'a rewriting that leaves nothing of the path',
    at: `${ROUTE}.route.regex_rewrite`,
    put: { pattern: { regex: '.*' }, substitution: '' },
    path: `${ROUTE}.route.regex_rewrite.substitution`,
    value: '""',
    expected: 'a path that begins with /',
    message: 'the path would never begin with / any more',
  },
  {
    name: 'a substitution with a space',
    at: `${ROUTE}.route.regex_rewrite`,
    put: { pattern: { regex: '^/a' }, substitution: '/a b' },
    path: `${ROUTE}.route.regex_rewrite.substitution`,
    value: '"/a b"',
    expected: 'text without spaces, line ends and #',
    message: 'not a part of a path',
  },
  {
    name: 'a substitution with a group that is not there',
    at: `${ROUTE}.route.regex_rewrite`,
    put: { pattern: { regex: '^/(a)' }, substitution: '/\\2' },
    path: `${ROUTE}.route.regex_rewrite.substitution`,
    value: '"/\\\\2"',
    expected: '`\\1` to `\\9` for groups of the pattern, `\\\\` for a backslash',
    message: 'the pattern has no group 2',
  },
  {
    name: 'a rewriting to a host with a line end',
    at: `${ROUTE}.route.host_rewrite`,
    put: 'a\r\nx-injected: 1',
    value: '"a\\r\\nx-injected: 1"',
    expected: '`host` or `host:port`',
    message: 'not a host that can be sent',
  },
  {
    name: 'a redirect with a line end in its path',
    at: `${HOST}.routers[1]`,
    put: { match: { path: '/old' }, redirect: { path_redirect: '/new\r\nset-cookie: a=b' } },
    path: `${HOST}.routers[1].redirect.path_redirect`,
    value: '"/new\\r\\nset-cookie: a=b"',
    expected: 'a path that begins with / and has no spaces and line ends',
    message: 'not a path that can be sent',
  },
  {
    name: 'a redirect to something that is no host',
    at: `${HOST}.routers[1]`,
    put: { match: { path: '/old' }, redirect: { host_redirect: 'https://a.com' } },
    path: `${HOST}.routers[1].redirect.host_redirect`,
    value: '"https://a.com"',
    expected: '`host` or `host:port`',
    message: 'not a host that can be sent',
  },
  {
    name: 'a redirect to a scheme that is none',
    at: `${HOST}.routers[1]`,
    put: { match: { path: '/old' }, redirect: { scheme_redirect: 'http\r\n' } },
    path: `${HOST}.routers[1].redirect.scheme_redirect`,
    value: '"http\\r\\n"',
    expected: 'one of "http", "https"',
    message: 'unknown value',
    hint: 'did you mean "http"?',
  },
  {
    name: 'a path with a query',
    at: `${ROUTE}.match.prefix`,
    put: '/a?b',
    value: '"/a?b"',
    expected: 'a path without query, spaces, # and characters that must be percent-encoded',
    message: 'this prefix can never match',
  },
  {
    name: 'a condition on a pseudo-header',
    at: `${ROUTE}.match.headers[0].name`,
    put: ':method',
    value: '":method"',
    expected: 'the name of a header',
    message: 'this header can never match',
    hint: 'the method is the header `method`',
  },
  {
    name: 'a domain with a scheme',
    at: `${HOST}.domains[0]`,
    put: 'http://a.com',
    value: '"http://a.com"',
    expected: '`host`, `host:port`, `*.suffix` or `*`',
    message: 'this domain can never match',
  },
  {
    name: 'hosts of a protocol that the callers cannot be turned into',
    at: `${ROUTE}.route.upstream_protocol`,
    put: 'bolt',
    value: '"bolt"',
    expected: 'a protocol that Http1 can be turned into',
    message: 'there is no conversion',
  },

  // ── clusters ──────────────────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'a cluster without a name',
    at: `${CLUSTER}.name`,
    expected: 'a name of 1 to 256 characters without control characters',
    message: 'missing',
  },
  {
    name: 'one name for two clusters',
    at: 'cluster_manager.clusters[2]',
    put: { name: 'web' },
    path: 'cluster_manager.clusters[2].name',
    value: '"web"',
    expected: 'a name of its own',
    message: 'two clusters have this name',
  },
  {
    name: 'hosts from discovery',
    at: `${CLUSTER}.type`,
    put: 'EDS',
    value: '"EDS"',
    expected: 'one of "SIMPLE", "STATIC", "STRICT_DNS"',
    message: 'not supported in this release',
    hint: 'list the hosts in a SIMPLE cluster',
  },
  {
    name: 'a load balancer of MOSN that is not here',
    at: `${CLUSTER}.lb_type`,
    put: 'LB_MAGLEV',
    value: '"LB_MAGLEV"',
    expected: 'the name of a load balancer, such as LB_ROUNDROBIN',
    message: 'not supported in this release',
    hint: 'choose LB_ROUNDROBIN, LB_WEIGHTED_ROUNDROBIN, LB_RANDOM or LB_LEAST_REQUEST',
  },
  {
    name: 'an unknown load balancer',
    at: `${CLUSTER}.lb_type`,
    put: 'LB_ROUND_ROBIN',
    value: '"LB_ROUND_ROBIN"',
    expected: BALANCERS,
    message: 'unknown load balancer',
    hint: 'did you mean "LB_ROUNDROBIN"?',
    endToEnd: true,
  },
  {
    name: 'a host without a port',
    at: `${CLUSTER}.hosts[1].address`,
    put: 'backend.example',
    value: '"backend.example"',
    expected: '`ip:port`, `[ipv6]:port` or `host:port`',
    message: 'not an address',
  },
  {
    name: 'a host on port 0',
    at: `${CLUSTER}.hosts[1].address`,
    put: '127.0.0.1:0',
    value: '"127.0.0.1:0"',
    expected: 'a port from 1 to 65535',
    message: 'not a port',
  },
  {
    name: 'one host twice',
    at: `${CLUSTER}.hosts[1].address`,
    put: '127.0.0.1:9',
    value: '"127.0.0.1:9"',
    expected: 'each host once',
    message: 'the cluster has this host already',
  },
  {
    name: 'a weight that is a text',
    at: `${CLUSTER}.hosts[1].weight`,
    put: '2',
    value: '"2"',
    expected: 'a whole number from 1 to 128',
    message: 'not a number',
  },
  {
    name: 'a connect timeout that is a number',
    at: `${CLUSTER}.connect_timeout`,
    put: 1.5,
    value: '1.5',
    expected: `${DURATION}, not negative`,
    message: 'not a duration',
    hint: 'such as "1.5s" or "1.5ms"',
  },
  {
    name: 'a limit below 0',
    at: `${CLUSTER}.circuit_breakers`,
    put: [{ max_connections: -1 }],
    path: `${CLUSTER}.circuit_breakers[0].max_connections`,
    value: '-1',
    expected: 'a whole number, not negative',
    message: 'out of range',
  },
  {
    name: 'health checks without a pause',
    at: `${CLUSTER}.health_check.interval`,
    put: '1ms',
    value: '"1ms"',
    expected: `${DURATION} of at least 10ms`,
    message: 'out of range',
  },
  {
    name: 'a health check of a path that is none',
    at: `${CLUSTER}.health_check.check_config.http_check_config.path`,
    put: 'health',
    value: '"health"',
    expected: 'a path that begins with / and has no spaces',
    message: 'not in the form that is expected',
  },
  {
    name: 'a health check over TLS',
    at: `${CLUSTER}.health_check.check_config.http_check_config.scheme`,
    put: 'https',
    value: '"https"',
    expected: '"http"',
    message: 'not supported in this release',
    hint: 'use `http`, or check with `tcp`',
  },
  {
    name: 'a metrics sink without a type',
    at: 'metrics.sinks',
    put: [{ config: { port: 34_903 } }],
    path: 'metrics.sinks[0].type',
    expected: 'a name of 1 to 256 characters without control characters',
    message: 'missing',
  },
  {
    name: 'a page of metrics without a port',
    at: 'metrics.sinks',
    put: [{ type: 'prometheus', config: { endpoint: '/metrics' } }],
    path: 'metrics.sinks[0].config.port',
    expected: 'a port from 0 to 65535',
    message: 'missing',
  },
  {
    name: 'a page of metrics on a path that is none',
    at: 'metrics.sinks',
    put: [{ type: 'prometheus', config: { port: 0, endpoint: 'metrics' } }],
    path: 'metrics.sinks[0].config.endpoint',
    value: '"metrics"',
    expected: 'a path that begins with / and has no spaces',
    message: 'not in the form that is expected',
  },
];

/** The base document with the change of a row. */
export function wrongDocument(row: WrongConfiguration): unknown {
  return [row, ...(row.also ?? [])].reduce(change, baseDocument());
}

/** `document` with one change; it is changed in place unless the change is the whole of it. */
export function change(document: unknown, { at, put }: Change): unknown {
  if (at === '') return put;
  const steps = at.split(/[.[\]]+/).filter((step) => step !== '');
  const last = steps.pop() as string;
  let owner = document as Record<string, unknown>;
  for (const step of steps) {
    owner[step] ??= {};
    owner = owner[step] as Record<string, unknown>;
  }
  if (put === undefined) delete owner[last];
  else owner[last] = put;
  return document;
}
