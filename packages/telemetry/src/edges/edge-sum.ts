import { type EdgeDelta, edgeText } from './edge-table.ts';

/** Adds up the edges of all threads between two reports. Bounded by what the threads may have. */
export class EdgeSum {
  #sums = new Map<string, EdgeDelta>();

  add(deltas: readonly EdgeDelta[]): void {
    for (const delta of deltas) {
      const text = edgeText(delta);
      const sum = this.#sums.get(text);
      this.#sums.set(text, sum === undefined ? delta : plus(sum, delta));
    }
  }

  /** All sums, and begins anew. */
  take(): EdgeDelta[] {
    const sums = [...this.#sums.values()];
    this.#sums = new Map();
    return sums;
  }
}

function plus(a: EdgeDelta, b: EdgeDelta): EdgeDelta {
  return {
    ...a,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    rejected: a.rejected + b.rejected,
    durationMs: a.durationMs + b.durationMs,
    histogram: a.histogram.map((count, bucket) => count + (b.histogram[bucket] ?? 0)),
  };
}
