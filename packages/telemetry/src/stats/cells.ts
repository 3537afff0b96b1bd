/**
 * Where each number of a stats block lives. A block is a run of `Float64` cells, one copy per data thread, each written by
 * that thread alone: `stats[DOWNSTREAM.request_total]++` is all that counting costs.
 *
 * `*_min`, `*_max` and `*_time*` cells hold nanoseconds, byte cells bytes, histogram sums seconds.
 */

/** Cells of a listener's block; exposed as `downstream_<name>`. */
export const DOWNSTREAM = {
  connection_total: 0,
  connection_destroy: 1,
  connection_active: 2,
  bytes_read_total: 3,
  bytes_read_buffered: 4,
  bytes_write_total: 5,
  bytes_write_buffered: 6,
  request_total: 7,
  request_active: 8,
  request_reset: 9,
  request_failed: 10,
  request_time_min: 11,
  request_time_max: 12,
  request_time_total: 13,
  process_time_min: 14,
  process_time_max: 15,
  process_time_total: 16,
  request_200_total: 17,
  request_206_total: 18,
  request_302_total: 19,
  request_304_total: 20,
  request_400_total: 21,
  request_403_total: 22,
  request_404_total: 23,
  request_416_total: 24,
  request_499_total: 25,
  request_500_total: 26,
  request_502_total: 27,
  request_503_total: 28,
  request_504_total: 29,
  request_other_code: 30,
  /** First of the 16 buckets of `weft_request_duration_seconds`; `durationBucket(ms)` gives the cell. */
  duration_bucket: 31,
  /** The count is the sum of the buckets. */
  duration_sum: 47,
  /** First of the 14 buckets of `weft_proxy_overhead_seconds`; `overheadBucket(ms)` gives the cell. */
  overhead_bucket: 48,
  overhead_sum: 62,
} as const;

/** Cells of a cluster's block; exposed as `upstream_<name>`. */
export const UPSTREAM = {
  connection_total: 0,
  connection_close: 1,
  connection_active: 2,
  connection_con_fail: 3,
  connection_retry: 4,
  connection_local_close: 5,
  connection_remote_close: 6,
  connection_local_close_with_active_request: 7,
  connection_remote_close_with_active_request: 8,
  connection_close_notify: 9,
  request_total: 10,
  request_active: 11,
  request_local_reset: 12,
  request_remote_reset: 13,
  request_timeout: 14,
  request_failure_eject: 15,
  request_pending_overflow: 16,
  request_duration_time_min: 17,
  request_duration_time_max: 18,
  request_duration_time_total: 19,
  response_success: 20,
  response_failed: 21,
  request_retry: 22,
  request_retry_overflow: 23,
  lb_subsets_fallback: 24,
  lb_subsets_created: 25,
  connection_bytes_read_total: 26,
  connection_bytes_read_buffered: 27,
  connection_bytes_write: 28,
  connection_bytes_write_buffered: 29,
} as const;

/** Cells of a data thread as a whole; exposed as `weft_proxy_<name>`, counters with `_total`. */
export const PROCESS = {
  connections_accepted: 0,
  /** Refused at accept: descriptor reserve, connection cap, draining. */
  connections_refused: 1,
  connections_active: 2,
  connections_adopted: 3,
  connections_detached: 4,
  connections_idle_closed: 5,
  exchanges_total: 6,
  exchanges_active: 7,
  /** All bytes that the thread holds: read, write, retry, mirror. */
  buffered_bytes: 8,
  soft_mark_reached: 9,
  hard_mark_shed: 10,
  /** Exceptions caught by the net layer; each reset one connection. */
  faults: 11,
  extension_faults: 12,
  protocol_errors: 13,
  detection_failures: 14,
  local_replies: 15,
  /** Responses that came after their request had ended. */
  late_responses: 16,
  /** Writes handed to the kernel. */
  flushes: 17,
  /** Pieces gathered into those writes. */
  flushed_pieces: 18,
  log_lines: 19,
  log_lines_dropped: 20,
  live_generations: 21,
  generations_applied: 22,
  /** Instantiation slices that took longer than their budget. */
  slices_over_budget: 23,
  borrow_violations: 24,
  head_timeouts: 25,
  /** Requests that went out in another protocol. */
  conversions: 26,
  /** Requests and answers that could not be converted. */
  conversion_failures: 27,
  /** Answers given up because their callers gave no credit for them. */
  answers_unfetched: 28,
} as const;

export type BlockKind = 'downstream' | 'upstream' | 'process';
export type DownstreamCell = keyof typeof DOWNSTREAM;
export type UpstreamCell = keyof typeof UPSTREAM;
export type ProcessCell = keyof typeof PROCESS;

/** How a cell behaves when threads are added up or a thread dies: gauges of a dead thread are gone, the rest is folded. */
export type CellKind = 'counter' | 'gauge' | 'min' | 'max';
