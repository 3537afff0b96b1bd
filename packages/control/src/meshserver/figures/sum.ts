import { MAX_BUCKETS, percentile } from './histogram.ts';

/** Columns of a cell. */
export const COLUMN = { requests: 0, errors: 1, rejected: 2, durationMs: 3, buckets: 4 } as const;

/** What proxies counted; `requests` has the others in it. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
  readonly rejected: number;
  readonly durationMs: number;
  /** Requests by how long they took, in the buckets of the control plane; empty where that was not measured. */
  readonly buckets: ArrayLike<number>;
}

/** Sums over a range of time. */
export class Sum implements Counts {
  requests = 0;
  errors = 0;
  rejected = 0;
  durationMs = 0;
  readonly buckets = new Float64Array(MAX_BUCKETS);

  addCell(cells: Float32Array, offset: number): void {
    this.requests += cells[offset] as number;
    this.errors += cells[offset + COLUMN.errors] as number;
    this.rejected += cells[offset + COLUMN.rejected] as number;
    this.durationMs += cells[offset + COLUMN.durationMs] as number;
  }

  addBuckets(cells: Float32Array, offset: number): void {
    for (let i = 0; i < MAX_BUCKETS; i++)
      this.buckets[i] = (this.buckets[i] as number) + (cells[offset + COLUMN.buckets + i] as number);
  }

  add(other: Counts, share = 1): void {
    this.requests += other.requests * share;
    this.errors += other.errors * share;
    this.rejected += other.rejected * share;
    this.durationMs += other.durationMs * share;
    for (let i = 0; i < Math.min(MAX_BUCKETS, other.buckets.length); i++)
      this.buckets[i] = (this.buckets[i] as number) + (other.buckets[i] as number) * share;
  }

  /** As the interface has them; rates over `seconds`. */
  figures(seconds: number, bounds: readonly number[]) {
    const round = (value: number): number => Math.round(value * 100) / 100;
    return {
      requests: Math.round(this.requests),
      rps: round(this.requests / Math.max(1, seconds)),
      rtMs: this.requests === 0 ? 0 : round(this.durationMs / this.requests),
      p50Ms: percentile(this.buckets, bounds, 0.5),
      p99Ms: percentile(this.buckets, bounds, 0.99),
      errorRatio: this.requests === 0 ? 0 : round((100 * this.errors) / this.requests),
      rejected: Math.round(this.rejected),
    };
  }
}
