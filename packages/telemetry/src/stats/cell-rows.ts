import {
  type CellKind,
  DOWNSTREAM,
  type DownstreamCell,
  PROCESS,
  type ProcessCell,
  UPSTREAM,
  type UpstreamCell,
} from './cells.ts';

/** One cell that is a series of its own. */
export interface CellRow {
  readonly cell: number;
  /** Name without prefix, such as `request_total`. */
  readonly name: string;
  /** Full name of the series. */
  readonly metric: string;
  readonly kind: CellKind;
  readonly unit: string;
  readonly help: string;
  /** Keeps its own labels even when the series limit folds the others. */
  readonly key: boolean;
}

type Row = readonly [kind: CellKind, unit: string, help: string, key?: 'key'];

type PlainDownstreamCell = Exclude<
  DownstreamCell,
  'duration_bucket' | 'duration_sum' | 'overhead_bucket' | 'overhead_sum' | `request_${number}_total`
>;

const downstream: Record<PlainDownstreamCell, Row> = {
  connection_total: ['counter', '1', 'Connections accepted by the listener.'],
  connection_destroy: ['counter', '1', 'Connections of the listener that ended.'],
  connection_active: ['gauge', '1', 'Connections of the listener that are open.', 'key'],
  bytes_read_total: ['counter', 'bytes', 'Bytes received from callers.'],
  bytes_read_buffered: ['gauge', 'bytes', 'Bytes of messages that have arrived from callers in part.'],
  bytes_write_total: ['counter', 'bytes', 'Bytes sent to callers.'],
  bytes_write_buffered: ['gauge', 'bytes', 'Bytes for callers that their sockets have not taken yet.'],
  request_total: ['counter', '1', 'Requests received.', 'key'],
  request_active: ['gauge', '1', 'Requests in flight.', 'key'],
  request_reset: ['counter', '1', 'Requests that a reset ended.'],
  request_failed: ['counter', '1', 'Requests that the proxy answered itself because they could not be served.', 'key'],
  request_time_min: ['min', 'ns', 'Shortest request.'],
  request_time_max: ['max', 'ns', 'Longest request.'],
  request_time_total: ['counter', 'ns', 'Time of all requests.', 'key'],
  process_time_min: ['min', 'ns', 'Least time that the proxy itself spent on a request.'],
  process_time_max: ['max', 'ns', 'Most time that the proxy itself spent on a request.'],
  process_time_total: ['counter', 'ns', 'Time that the proxy itself spent on all requests.', 'key'],
  request_other_code: ['counter', '1', 'Responses with a status that has no counter of its own.'],
};

const upstream: Record<UpstreamCell, Row> = {
  connection_total: ['counter', '1', 'Connections opened to hosts of the cluster.'],
  connection_close: ['counter', '1', 'Connections to hosts of the cluster that ended.'],
  connection_active: ['gauge', '1', 'Connections to hosts of the cluster that are open.', 'key'],
  connection_con_fail: ['counter', '1', 'Connections that could not be opened.'],
  connection_retry: ['counter', '1', 'Connections tried again after a failure to connect.'],
  connection_local_close: ['counter', '1', 'Connections that the proxy closed.'],
  connection_remote_close: ['counter', '1', 'Connections that the host closed.'],
  connection_local_close_with_active_request: [
    'counter',
    '1',
    'Connections that the proxy closed while requests were in flight.',
  ],
  connection_remote_close_with_active_request: [
    'counter',
    '1',
    'Connections that the host closed while requests were in flight.',
  ],
  connection_close_notify: ['counter', '1', 'Connections that the host asked to end (GOAWAY or its like).'],
  request_total: ['counter', '1', 'Attempts sent to hosts of the cluster.', 'key'],
  request_active: ['gauge', '1', 'Attempts in flight.', 'key'],
  request_local_reset: ['counter', '1', 'Attempts that the proxy reset.'],
  request_remote_reset: ['counter', '1', 'Attempts that the host reset.'],
  request_timeout: ['counter', '1', 'Attempts that were not answered in time.'],
  request_failure_eject: ['counter', '1', 'Attempts that failed because the host could not be reached.', 'key'],
  request_pending_overflow: ['counter', '1', 'Requests refused because a limit of the cluster was reached.'],
  request_duration_time_min: ['min', 'ns', 'Shortest attempt.'],
  request_duration_time_max: ['max', 'ns', 'Longest attempt.'],
  request_duration_time_total: ['counter', 'ns', 'Time of all attempts.', 'key'],
  response_success: ['counter', '1', 'Responses that are no failure of the host.'],
  response_failed: ['counter', '1', 'Responses that are a failure of the host.'],
  request_retry: ['counter', '1', 'Attempts that were retries.'],
  request_retry_overflow: ['counter', '1', 'Retries refused by the retry budget.'],
  lb_subsets_fallback: ['counter', '1', 'Choices made by the fallback of the subset rules.'],
  lb_subsets_created: ['counter', '1', 'Subsets created.'],
  connection_bytes_read_total: ['counter', 'bytes', 'Bytes received from hosts.'],
  connection_bytes_read_buffered: ['gauge', 'bytes', 'Bytes of messages that have arrived from hosts in part.'],
  connection_bytes_write: ['counter', 'bytes', 'Bytes sent to hosts.'],
  connection_bytes_write_buffered: ['gauge', 'bytes', 'Bytes for hosts that their sockets have not taken yet.'],
};

const process: Record<ProcessCell, Row> = {
  connections_accepted: ['counter', '1', 'Connections accepted.'],
  connections_refused: [
    'counter',
    '1',
    'Connections refused at accept: descriptor reserve, connection cap or stopping.',
  ],
  connections_active: ['gauge', '1', 'Connections of callers that are open.'],
  connections_adopted: ['counter', '1', 'Connections taken over from another thread.'],
  connections_detached: ['counter', '1', 'Connections handed to another thread.'],
  connections_idle_closed: ['counter', '1', 'Connections closed by the idle timeout.'],
  exchanges_total: ['counter', '1', 'Requests that began, on all listeners.'],
  exchanges_active: ['gauge', '1', 'Requests in flight, on all listeners.'],
  buffered_bytes: ['gauge', 'bytes', 'Bytes held for reading, writing, retrying and mirroring.'],
  soft_mark_reached: ['counter', '1', 'Times that reading stopped because of buffered bytes.'],
  hard_mark_shed: ['counter', '1', 'Requests or connections shed because of buffered bytes.'],
  faults: ['counter', '1', 'Exceptions caught at a connection; each reset it.'],
  extension_faults: ['counter', '1', 'Exceptions thrown by extensions.'],
  protocol_errors: ['counter', '1', 'Connections or streams ended because the peer broke the protocol.'],
  detection_failures: ['counter', '1', 'Connections whose protocol was not recognised.'],
  local_replies: ['counter', '1', 'Requests that the proxy answered itself.'],
  late_responses: ['counter', '1', 'Responses that came after their request had ended.'],
  flushes: ['counter', '1', 'Writes handed to the kernel.'],
  flushed_pieces: ['counter', '1', 'Pieces gathered into those writes.'],
  log_lines: ['counter', '1', 'Log lines written by data threads.'],
  log_lines_dropped: ['counter', '1', 'Log lines of data threads that found their buffer full.'],
  live_generations: ['gauge', '1', 'Generations of the program that still serve requests, over all threads.'],
  generations_applied: ['counter', '1', 'Generations of the program that were instantiated.'],
  slices_over_budget: ['counter', '1', 'Slices of instantiation that took longer than their budget.'],
  borrow_violations: ['counter', '1', 'Uses of borrowed bytes after their time, found by the poisoning mode.'],
  head_timeouts: ['counter', '1', 'Connections ended because the head of a request, or a frame, took too long.'],
  conversions: ['counter', '1', 'Requests that a transcoder converted to another protocol.'],
  conversion_failures: ['counter', '1', 'Requests and answers that could not be converted; their callers were told.'],
  answers_unfetched: [
    'counter',
    '1',
    'Answers dropped because their callers took nothing of them for the idle timeout.',
  ],
};

export const DOWNSTREAM_ROWS: readonly CellRow[] = Object.entries(DOWNSTREAM).flatMap(([name, cell]): CellRow[] => {
  const status = /^request_(\d{3})_total$/.exec(name)?.[1];
  const row: Row | undefined =
    status === undefined
      ? downstream[name as PlainDownstreamCell]
      : ['counter', '1', `Responses with status ${status}.`];
  // The cells of the two histograms have no row.
  return row === undefined ? [] : [cellRow(cell, name, `downstream_${name}`, row)];
});

export const UPSTREAM_ROWS: readonly CellRow[] = Object.entries(UPSTREAM).map(([name, cell]) =>
  cellRow(cell, name, `upstream_${name}`, upstream[name as UpstreamCell]),
);

export const PROCESS_ROWS: readonly CellRow[] = Object.entries(PROCESS).map(([name, cell]) => {
  const row = process[name as ProcessCell];
  const suffix = row[0] === 'counter' && !name.endsWith('_total') ? '_total' : '';
  return cellRow(cell, name, `weft_proxy_${name}${suffix}`, row);
});

function cellRow(cell: number, name: string, metric: string, [kind, unit, help, key]: Row): CellRow {
  return { cell, name, metric, kind, unit, help, key: key === 'key' };
}
