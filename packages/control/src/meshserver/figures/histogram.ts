/** Buckets of durations: the first proxy that reports says which; those of others are put where they fit. */
export const MAX_BUCKETS = 24;

export class HistogramLayout {
  #bounds: readonly number[] = [];
  /** Places for other bounds, by their text. */
  readonly #others = new Map<string, readonly number[]>();

  /** Those of an earlier run, whose figures are counted by them. */
  restore(bounds: readonly number[]): void {
    if (this.#bounds.length === 0) this.#bounds = bounds.slice(0, MAX_BUCKETS - 1);
  }

  get bounds(): readonly number[] {
    return this.#bounds;
  }

  /** Counts in the buckets of this layout; null without a histogram. */
  place(counts: readonly number[], bounds: readonly number[]): readonly number[] | null {
    if (counts.length === 0 || bounds.length === 0 || counts.length !== bounds.length + 1) return null;
    if (this.#bounds.length === 0) this.#bounds = bounds.slice(0, MAX_BUCKETS - 1);
    if (sameNumbers(bounds, this.#bounds)) return counts;
    const places = this.#placesOf(bounds);
    const placed = new Array<number>(this.#bounds.length + 1).fill(0);
    counts.forEach((count, index) => {
      const place = places[index] as number;
      placed[place] = (placed[place] as number) + count;
    });
    return placed;
  }

  #placesOf(bounds: readonly number[]): readonly number[] {
    const text = bounds.join();
    const known = this.#others.get(text);
    if (known !== undefined) return known;
    const places = [...bounds, Number.POSITIVE_INFINITY].map((bound) => {
      const place = this.#bounds.findIndex((own) => bound <= own);
      return place < 0 ? this.#bounds.length : place;
    });
    if (this.#others.size >= 16) this.#others.clear();
    this.#others.set(text, places);
    return places;
  }
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);

/** Within the bucket the durations count as spread evenly. Null without counts. */
export function percentile(counts: ArrayLike<number>, bounds: readonly number[], share: number): number | null {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i] as number;
  if (total === 0) return null;
  const wanted = share * total;
  let seen = 0;
  for (let i = 0; i <= bounds.length; i++) {
    const count = counts[i] ?? 0;
    if (seen + count < wanted || count === 0) {
      seen += count;
      continue;
    }
    const lower = i === 0 ? 0 : (bounds[i - 1] as number);
    // Above the last bound there is no upper one: the bound is what is known.
    const upper = bounds[i] ?? lower;
    return Math.round((lower + ((upper - lower) * (wanted - seen)) / count) * 100) / 100;
  }
  return bounds.at(-1) ?? null;
}
