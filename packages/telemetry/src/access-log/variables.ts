/** What an access log can print. Names that end in `_` stand for a family: `request_header_x-user`. */
export const LOG_VARIABLES: readonly string[] = [
  'start_time',
  'request_received_duration',
  'response_received_duration',
  'request_finished_duration',
  'process_time_duration',
  'process_time',
  'duration',
  'bytes_sent',
  'bytes_received',
  'response_code',
  'response_flag',
  'response_flags',
  'upstream_transport_failure_reason',
  'upstream_local_address',
  'downstream_local_address',
  'downstream_remote_address',
  'upstream_host',
  'upstream_cluster',
  'requested_server_name',
  'route_name',
  'protocol',
  'downstream_protocol',
  'upstream_protocol',
  'protocol_config',
  'proxy_try_timeout',
  'proxy_global_timeout',
  'proxy_hijack_status',
  'proxy_gzip_switch',
  'proxy_direct_response',
  'proxy_disable_retry',
  'x-mosn-direction',
  'x-mosn-scheme',
  'x-mosn-host',
  'authority',
  'x-mosn-path',
  'x-mosn-path-original',
  'x-mosn-querystring',
  'x-mosn-method',
  'x-mosn-status',
  'x-mosn-rpc-service',
  'x-mosn-rpc-method',
  'x-mosn-router-meta',
  'Http1_request_scheme',
  'Http1_request_method',
  'Http1_request_length',
  'Http1_request_uri',
  'Http1_request_path',
  'Http1_request_path_original',
  'Http1_request_arg',
  'Http2_request_scheme',
  'Http2_request_method',
  'Http2_request_length',
  'Http2_request_uri',
  'Http2_request_path',
  'Http2_request_path_original',
  'Http2_request_arg',
  'Http2_request_use_stream',
  'Http2_response_use_stream',
  'request_scheme',
  'request_method',
  'request_length',
  'request_uri',
  'request_path',
  'request_path_original',
  'request_arg',
  'stream_id',
  'connection_id',
  'upstream_connection_id',
  'connection_pool_index',
  'listener_port',
  'listener_name',
  'listener_type',
  'ori_remote_addr',
  'trace_id',
  'listener_match_fallback_ip',
  'upstream_index',
  'gRPC_serviceName',
  'requestResult',
  'Dubbo_service',
  'Dubbo_method',
  'x_seata_xid',
  'x_seata_branch_id',
  'request_header_',
  'response_header_',
  'request_arg_',
  'cookie_',
  'Http1_request_header_',
  'Http1_request_arg_',
  'Http1_cookie_',
  'Http2_request_header_',
  'Http2_request_arg_',
  'Http2_cookie_',
];

/** Known, so that a format of MOSN loads, and without a value in this release: logs print `-`. */
export const EMPTY_VARIABLES: readonly string[] = [
  'requested_server_name',
  'protocol_config',
  'connection_pool_index',
  'listener_match_fallback_ip',
  'upstream_index',
  'requestResult',
  'Dubbo_service',
  'Dubbo_method',
  'x_seata_xid',
  'x_seata_branch_id',
];

/**
 * Variables whose values the proxy itself makes from numbers, clocks and socket addresses: they need no escaping, and the
 * space inside `start_time` belongs to its layout.
 */
export const PROXY_MADE_VARIABLES: ReadonlySet<string> = new Set([
  'start_time',
  'request_received_duration',
  'response_received_duration',
  'request_finished_duration',
  'process_time_duration',
  'process_time',
  'duration',
  'bytes_sent',
  'bytes_received',
  'response_code',
  'response_flag',
  'response_flags',
  'upstream_local_address',
  'downstream_local_address',
  'downstream_remote_address',
  'protocol',
  'connection_id',
  'upstream_connection_id',
  'stream_id',
  'listener_port',
]);

/** Variables that are whole numbers, so that JSON shows them as such. */
export const NUMERIC_VARIABLES: ReadonlySet<string> = new Set([
  'bytes_sent',
  'bytes_received',
  'response_code',
  'connection_id',
  'upstream_connection_id',
  'stream_id',
  'listener_port',
]);

/** The known name nearest to `name`, when it is near enough to be meant. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, or `limit` as soon as it cannot be below it. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const value = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost);
      next.push(value);
      if (value < least) least = value;
    }
    if (least >= limit) return limit;
    row = next;
  }
  return row[b.length]!;
}
