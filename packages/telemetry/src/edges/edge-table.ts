/** Upper bounds of the duration buckets in milliseconds; one more bucket takes what is longer. */
export const EDGE_BOUNDS_MS: readonly number[] = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** What became of a request, for the figures of its edge. */
export const EdgeOutcome = { OK: 0, ERROR: 1, REJECTED: 2 } as const;
export type EdgeOutcome = (typeof EdgeOutcome)[keyof typeof EdgeOutcome];

/** The service that takes what has no room of its own: totals stay right. */
export const OTHER_SERVICE = '__other__';

const CELL = { requests: 0, errors: 1, rejected: 2, durationMs: 3, buckets: 4 } as const;
const CELLS = CELL.buckets + EDGE_BOUNDS_MS.length + 1;

/** One way in which requests go: into the application of a proxy, or out of it to a service. */
export interface EdgeKey {
  readonly direction: 'inbound' | 'outbound';
  readonly protocol: string;
  /** dataId of the service. */
  readonly service: string;
  /** Application that called, of inbound edges; '' where it is not known. */
  readonly sourceApp: string;
}

/** The same for the same edge. */
export function edgeText({ direction, protocol, service, sourceApp }: EdgeKey): string {
  return `${direction}\n${protocol}\n${service}\n${sourceApp}`;
}

/** What happened on one edge since the flush before. */
export interface EdgeDelta extends EdgeKey {
  readonly requests: number;
  readonly errors: number;
  readonly rejected: number;
  readonly durationMs: number;
  /** Counts per bucket of `EDGE_BOUNDS_MS`. */
  readonly histogram: readonly number[];
}

/**
 * Figures of the edges of one thread. A request costs a few additions in an array; nothing is allocated for it. Beyond
 * `maxEdges` everything new goes to one edge called `__other__`.
 */
export class EdgeTable {
  readonly #maxEdges: number;
  readonly #keys: EdgeKey[] = [];
  readonly #indexes = new Map<string, number>();
  #cells: Float64Array;

  constructor(maxEdges = 1024) {
    this.#maxEdges = maxEdges;
    this.#cells = new Float64Array(16 * CELLS);
  }

  /** The place of an edge; the same for the same edge for as long as the table lives. */
  index(direction: EdgeKey['direction'], protocol: string, service: string, sourceApp = ''): number {
    const text = edgeText({ direction, protocol, service, sourceApp });
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    if (this.#keys.length >= this.#maxEdges && service !== OTHER_SERVICE)
      return this.index(direction, protocol, OTHER_SERVICE);
    const index = this.#keys.length;
    this.#keys.push({ direction, protocol, service, sourceApp });
    this.#indexes.set(text, index);
    if ((index + 1) * CELLS > this.#cells.length) {
      const grown = new Float64Array(this.#cells.length * 2);
      grown.set(this.#cells);
      this.#cells = grown;
    }
    return index;
  }

  record(index: number, durationMs: number, outcome: EdgeOutcome): void {
    const cells = this.#cells;
    const at = index * CELLS;
    cells[at + CELL.requests]!++;
    if (outcome !== EdgeOutcome.OK) cells[at + (outcome === EdgeOutcome.ERROR ? CELL.errors : CELL.rejected)]!++;
    cells[at + CELL.durationMs]! += durationMs;
    let bucket = 0;
    while (bucket < EDGE_BOUNDS_MS.length && durationMs > (EDGE_BOUNDS_MS[bucket] as number)) bucket++;
    cells[at + CELL.buckets + bucket]!++;
  }

  /** The edges on which something happened, and begins anew. */
  flush(): EdgeDelta[] {
    const deltas: EdgeDelta[] = [];
    const cells = this.#cells;
    for (let index = 0; index < this.#keys.length; index++) {
      const at = index * CELLS;
      if (cells[at] === 0) continue;
      deltas.push({
        ...(this.#keys[index] as EdgeKey),
        requests: cells[at + CELL.requests] as number,
        errors: cells[at + CELL.errors] as number,
        rejected: cells[at + CELL.rejected] as number,
        durationMs: cells[at + CELL.durationMs] as number,
        histogram: Array.from(cells.subarray(at + CELL.buckets, at + CELLS)),
      });
      cells.fill(0, at, at + CELLS);
    }
    return deltas;
  }
}
