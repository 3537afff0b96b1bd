/**
 * A latency histogram in the manner of HdrHistogram: buckets that double, each with 1024 linear steps, so every value is
 * kept with an error of at most 0.1 %. Values are whole ticks of 0.1 µs, up to about 429 s.
 */

/** Ticks per millisecond: the unit of `record`. */
export const TICKS_PER_MS = 10_000;

const STEP_BITS = 10;
const STEPS = 1 << STEP_BITS;
const BUCKETS = 32 - STEP_BITS;

/** What a histogram says, in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
}

export class Histogram {
  readonly #counts = new Float64Array((BUCKETS + 1) * STEPS);
  #count = 0;
  #sumTicks = 0;
  #maxTicks = 0;

  get count(): number {
    return this.#count;
  }

  /** Records one latency in milliseconds; negative values count as zero. */
  record(ms: number): void {
    const ticks = ms <= 0 ? 0 : Math.min(0xffffffff, Math.round(ms * TICKS_PER_MS));
    const shift = Math.max(0, 32 - Math.clz32(ticks) - (STEP_BITS + 1));
    const index = shift * STEPS + (ticks >>> shift);
    (this.#counts[index] as number) += 1;
    this.#count++;
    this.#sumTicks += ticks;
    if (ticks > this.#maxTicks) this.#maxTicks = ticks;
  }

  /** The smallest recorded value that at least `percent` (0–100) of all values do not exceed, in milliseconds. */
  percentile(percent: number): number {
    if (this.#count === 0) return Number.NaN;
    if (percent >= 100) return this.#maxTicks / TICKS_PER_MS;
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] as number;
      if (seen >= wanted) return Math.min(upperTicks(index), this.#maxTicks) / TICKS_PER_MS;
    }
    return this.#maxTicks / TICKS_PER_MS;
  }

  /** Forgets everything, as at the end of a warm-up. */
  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sumTicks = 0;
    this.#maxTicks = 0;
  }

  summary(): LatencySummary {
    return {
      count: this.#count,
      p50: this.percentile(50),
      p90: this.percentile(90),
      p99: this.percentile(99),
      p999: this.percentile(99.9),
      max: this.percentile(100),
      mean: this.#count === 0 ? Number.NaN : this.#sumTicks / this.#count / TICKS_PER_MS,
    };
  }
}

/** The largest value that falls into a bucket step. Steps below `STEPS` of a shifted bucket are unused. */
function upperTicks(index: number): number {
  if (index < 2 * STEPS) return index;
  const shift = Math.floor(index / STEPS) - 1;
  const step = index - shift * STEPS;
  return (step + 1) * 2 ** shift - 1;
}
