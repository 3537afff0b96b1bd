import { durationBucket, overheadBucket, statusCell } from './buckets.ts';
import { DOWNSTREAM, UPSTREAM } from './cells.ts';

const NS_PER_MS = 1_000_000;

/**
 * Counts one finished request in every time and status cell of a listener's block; `request_total` and `request_active` are
 * the caller's, since they change when the request begins.
 *
 * @param durationMs from the first byte received to the last byte of the response
 * @param processMs the proxy's own share of it
 */
export function recordDownstreamRequest(
  stats: Float64Array,
  status: number,
  durationMs: number,
  processMs: number,
): void {
  stats[statusCell(status)]!++;
  recordTime(stats, DOWNSTREAM.request_time_min, durationMs * NS_PER_MS);
  recordTime(stats, DOWNSTREAM.process_time_min, processMs * NS_PER_MS);
  stats[durationBucket(durationMs)]!++;
  stats[DOWNSTREAM.duration_sum]! += durationMs / 1000;
  stats[overheadBucket(processMs)]!++;
  stats[DOWNSTREAM.overhead_sum]! += processMs / 1000;
}

/** Counts the time of one attempt, from sending to the end of the response, in a cluster's block. */
export function recordUpstreamDuration(stats: Float64Array, durationMs: number): void {
  recordTime(stats, UPSTREAM.request_duration_time_min, durationMs * NS_PER_MS);
}

/** The three cells `<name>_min`, `<name>_max`, `<name>_total` always follow each other. */
function recordTime(stats: Float64Array, minCell: number, ns: number): void {
  if (ns < stats[minCell]!) stats[minCell] = ns;
  if (ns > stats[minCell + 1]!) stats[minCell + 1] = ns;
  stats[minCell + 2]! += ns;
}
