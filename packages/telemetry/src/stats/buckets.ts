import { DOWNSTREAM } from './cells.ts';

/** Upper bounds in seconds of `weft_request_duration_seconds`, without +Inf. */
export const DURATION_BOUNDS_SECONDS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** Upper bounds in seconds of `weft_proxy_overhead_seconds`, without +Inf. */
export const OVERHEAD_BOUNDS_SECONDS: readonly number[] = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
];

const DURATION_FIRST = DOWNSTREAM.duration_bucket;
const OVERHEAD_FIRST = DOWNSTREAM.overhead_bucket;

/**
 * The cell that counts a request of `ms` milliseconds: `stats[durationBucket(ms)]++`. A bound belongs to its bucket.
 * A written-out search: four comparisons, and no array to load. Anything beyond 30 s, and NaN, is +Inf.
 */
export function durationBucket(ms: number): number {
  if (ms <= 100) {
    if (ms <= 5) {
      if (ms <= 1) return ms <= 0.5 ? DURATION_FIRST : DURATION_FIRST + 1;
      return ms <= 2.5 ? DURATION_FIRST + 2 : DURATION_FIRST + 3;
    }
    if (ms <= 25) return ms <= 10 ? DURATION_FIRST + 4 : DURATION_FIRST + 5;
    return ms <= 50 ? DURATION_FIRST + 6 : DURATION_FIRST + 7;
  }
  if (ms <= 2500) {
    if (ms <= 500) return ms <= 250 ? DURATION_FIRST + 8 : DURATION_FIRST + 9;
    return ms <= 1000 ? DURATION_FIRST + 10 : DURATION_FIRST + 11;
  }
  if (ms <= 10_000) return ms <= 5000 ? DURATION_FIRST + 12 : DURATION_FIRST + 13;
  return ms <= 30_000 ? DURATION_FIRST + 14 : DURATION_FIRST + 15;
}

/** The cell that counts `ms` milliseconds of the proxy's own time; beyond 100 ms, and NaN, is +Inf. */
export function overheadBucket(ms: number): number {
  if (ms <= 0.5) {
    if (ms <= 0.05) {
      if (ms <= 0.025) return ms <= 0.01 ? OVERHEAD_FIRST : OVERHEAD_FIRST + 1;
      return OVERHEAD_FIRST + 2;
    }
    if (ms <= 0.25) return ms <= 0.1 ? OVERHEAD_FIRST + 3 : OVERHEAD_FIRST + 4;
    return OVERHEAD_FIRST + 5;
  }
  if (ms <= 10) {
    if (ms <= 2.5) return ms <= 1 ? OVERHEAD_FIRST + 6 : OVERHEAD_FIRST + 7;
    return ms <= 5 ? OVERHEAD_FIRST + 8 : OVERHEAD_FIRST + 9;
  }
  if (ms <= 50) return ms <= 25 ? OVERHEAD_FIRST + 10 : OVERHEAD_FIRST + 11;
  return ms <= 100 ? OVERHEAD_FIRST + 12 : OVERHEAD_FIRST + 13;
}

const STATUS_CELLS = new Uint8Array(1000).fill(DOWNSTREAM.request_other_code);
for (const [name, cell] of Object.entries(DOWNSTREAM)) {
  const status = /^request_(\d{3})_total$/.exec(name)?.[1];
  if (status !== undefined) STATUS_CELLS[Number(status)] = cell;
}

/** The cell that counts a response of this status; `request_other_code` for every status without a cell of its own. */
export function statusCell(status: number): number {
  // The guard also keeps the load inside the table: a read past the end would deoptimise the caller.
  return status >= 0 && status < 1000
    ? (STATUS_CELLS[status] ?? DOWNSTREAM.request_other_code)
    : DOWNSTREAM.request_other_code;
}
