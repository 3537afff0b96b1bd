import { DEFAULT_ACCESS_LOG_FORMAT, EMPTY_VARIABLES, LOG_VARIABLES, NUMERIC_VARIABLES } from '@weft/telemetry';
import { code, generatedNotice, markdownTable } from './markdown.ts';

type Group = readonly (readonly [name: string, meaning: string])[];

/** What each variable says. A name that ends in `_` stands for a family. */
const GROUPS: Readonly<Record<string, Group>> = {
  Request: [
    ['request_method', 'Method of an HTTP request; method name of an RPC.'],
    ['request_uri', 'Path with query, as the caller wrote it or a filter changed it.'],
    ['request_path', 'Path without query.'],
    ['request_path_original', 'The same.'],
    ['request_arg', 'Query, all of it.'],
    ['request_arg_', 'One argument of the query: `request_arg_page`.'],
    ['request_header_', 'A header of the request: `request_header_x-user`.'],
    ['cookie_', 'A cookie of the request: `cookie_session`.'],
    ['request_scheme', '`http` or `https`.'],
    ['request_length', 'Bytes of the body of the request that have come.'],
    ['authority', '`Host` header or `:authority`.'],
    ['protocol', 'Protocol of the request: `Http1`, `Http2`, `bolt`, `boltv2`, `tcp`.'],
    ['downstream_protocol', 'The same.'],
    ['x-mosn-method', 'As `request_method`.'],
    ['x-mosn-path', 'As `request_path`.'],
    ['x-mosn-path-original', 'As `request_path_original`.'],
    ['x-mosn-querystring', 'As `request_arg`.'],
    ['x-mosn-scheme', 'As `request_scheme`.'],
    ['x-mosn-host', 'As `authority`.'],
    ['x-mosn-rpc-service', 'Service of an RPC: gRPC, Bolt.'],
    ['x-mosn-rpc-method', 'Method of an RPC.'],
    ['gRPC_serviceName', 'As `x-mosn-rpc-service`.'],
  ],
  Answer: [
    ['response_code', 'Status of the answer, in the numbers of HTTP for every protocol.'],
    ['x-mosn-status', 'The same.'],
    [
      'response_flag',
      'Why a request ended as it did, such as `NoRouteFound`; see [operations](../guides/operations.md#logs).',
    ],
    ['response_flags', 'The same.'],
    ['response_header_', 'A header of the answer: `response_header_content-type`.'],
    ['bytes_received', 'Bytes of the body of the request.'],
    ['bytes_sent', 'Bytes of the body of the answer.'],
  ],
  Times: [
    ['start_time', 'When the head of the request was there, such as `2026/01/31 12:00:00.123`.'],
    ['duration', 'From the head of the request to the end of the exchange.'],
    ['request_received_duration', 'Until the request went to a host.'],
    ['response_received_duration', 'Until the head of the answer came from the host.'],
    ['request_finished_duration', 'As `duration`, only for what has ended.'],
    ['process_time', 'What the proxy itself took of it.'],
    ['process_time_duration', 'The same.'],
  ],
  Way: [
    ['listener_name', 'Listener that took the connection.'],
    ['listener_port', 'Its port.'],
    ['listener_type', 'Its type: `ingress` or `egress`.'],
    ['x-mosn-direction', 'The same.'],
    ['route_name', 'Name of the route that took the request.'],
    ['upstream_cluster', 'Cluster that it went to.'],
    ['upstream_host', 'Address of the host that it went to, of the last attempt.'],
    ['upstream_protocol', 'Protocol towards the host.'],
    ['upstream_transport_failure_reason', 'Why the connection to the host failed: `ECONNREFUSED`, `connect timeout`.'],
    ['downstream_remote_address', 'Address of the caller.'],
    ['ori_remote_addr', 'The same.'],
    ['downstream_local_address', 'Address at which the caller reached the proxy.'],
    ['upstream_local_address', 'Address of the proxy towards the host.'],
    ['connection_id', 'Number of the connection of the caller.'],
    ['upstream_connection_id', 'Number of the connection to the host.'],
    ['stream_id', 'Number of the request on its connection.'],
    ['trace_id', 'Id of the trace, where a filter has set one.'],
  ],
  'Set by filters': [
    ['proxy_try_timeout', 'Time for one attempt, ms.'],
    ['proxy_global_timeout', 'Time for the whole request, ms.'],
    ['proxy_hijack_status', 'Status that a filter answered with.'],
    ['proxy_disable_retry', 'No attempt but the first.'],
    ['proxy_direct_response', 'A filter has answered.'],
    ['proxy_gzip_switch', 'Whether the answer may be compressed.'],
    ['x-mosn-router-meta', 'Metadata that chose the hosts.'],
  ],
};

/** Always the same: HTTP messages are streams here. */
const CONSTANT = ['Http2_request_use_stream', 'Http2_response_use_stream'];

const READABLE =
  '%start_time% %request_method% %request_uri% %response_code% %response_flag% %duration% %upstream_host%';

/** @throws Error when a variable has no meaning here, or a meaning no variable */
export function variablesPage(): string {
  const told = new Set([
    ...EMPTY_VARIABLES,
    ...CONSTANT,
    ...Object.values(GROUPS).flatMap((rows) => rows.map(([name]) => name)),
  ]);
  const known = new Set(LOG_VARIABLES);
  // Http1_request_path is request_path under a name of MOSN.
  const plain = (name: string): string => name.replace(/^Http[12]_/, '');
  const untold = LOG_VARIABLES.filter((name) => !told.has(name) && !told.has(plain(name)));
  const unknown = [...told].filter((name) => !known.has(name));
  if (untold.length > 0 || unknown.length > 0)
    throw new Error(
      `variables without a meaning: ${untold.join(', ') || 'none'}; meanings without one: ${unknown.join(', ') || 'none'}`,
    );
  const tables = Object.entries(GROUPS).map(([title, rows]) => {
    const cells = rows.map(([name, meaning]) => [
      code(name.endsWith('_') ? `${name}NAME` : name),
      NUMERIC_VARIABLES.has(name) ? 'number' : '',
      meaning,
    ]);
    return `## ${title}\n\n${markdownTable(['Variable', 'In JSON', 'Meaning'], cells)}`;
  });
  return `${generatedNotice('tools/src/gen-docs/variables-page.ts')}

# Variables

What \`log_format\` of an access log can print: \`%request_method%\` for a variable, \`\\%\` for a percent sign. What has no value
prints as \`-\`. The same names stand in \`match.variables\` of a route and in the values of headers to add. Durations are written as \`1.5ms\`.

A format to begin with:

\`\`\`
${READABLE}
\`\`\`

Without \`log_format\` it is MOSN's:

\`\`\`
${DEFAULT_ACCESS_LOG_FORMAT}
\`\`\`

${tables.join('\n\n')}

## Other names

${['request_…', 'cookie_…'].map(code).join(' and ')} may have ${code('Http1_')} or ${code('Http2_')} in front, as MOSN has them; the value is the same.
${CONSTANT.map(code).join(' and ')} are always ${code('true')}. These are known and have no value in this release: ${EMPTY_VARIABLES.map(code).join(', ')}.
`;
}
