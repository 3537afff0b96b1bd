import type { CellKind } from './cells.ts';

const SEGMENT_CELLS = 4096;
const CELLS_PER_CACHE_LINE = 8;

/** Where a thread finds its copy of a block. Structured-cloneable: it crosses to the thread inside a message. */
export interface StatsRef {
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly length: number;
}

/** The cells behind a reference, in the thread that owns them. */
export function openStats(ref: StatsRef): Float64Array {
  return new Float64Array(ref.buffer, ref.byteOffset, ref.length);
}

/** One block's place: the same run of cells in one buffer per thread. */
export interface CellRun {
  readonly refs: readonly StatsRef[];
  /** Views over `refs`, for reading on the main thread. */
  readonly views: readonly Float64Array[];
}

/**
 * Hands out runs of cells. Each thread has buffers of its own, so no cache line is ever written by two threads; runs are
 * whole cache lines. A freed run is used again for a block of the same size.
 */
export class Segments {
  readonly #threads: number;
  readonly #free = new Map<number, CellRun[]>();
  #buffers: SharedArrayBuffer[] = [];
  #used = SEGMENT_CELLS;
  #bytes = 0;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** Shared bytes allocated so far. */
  get bytes(): number {
    return this.#bytes;
  }

  take(kinds: readonly CellKind[]): CellRun {
    const run = this.#free.get(kinds.length)?.pop() ?? this.#carve(kinds.length);
    for (const view of run.views) clearCells(view, kinds);
    return run;
  }

  give(run: CellRun): void {
    const length = run.views[0]?.length ?? 0;
    const list = this.#free.get(length);
    if (list === undefined) this.#free.set(length, [run]);
    else list.push(run);
  }

  #carve(length: number): CellRun {
    const cells = Math.ceil(length / CELLS_PER_CACHE_LINE) * CELLS_PER_CACHE_LINE;
    if (this.#used + cells > SEGMENT_CELLS) {
      const byteLength = SEGMENT_CELLS * Float64Array.BYTES_PER_ELEMENT;
      this.#buffers = Array.from({ length: this.#threads }, () => new SharedArrayBuffer(byteLength));
      this.#used = 0;
      this.#bytes += byteLength * this.#threads;
    }
    const byteOffset = this.#used * Float64Array.BYTES_PER_ELEMENT;
    this.#used += cells;
    const refs = this.#buffers.map((buffer) => Object.freeze({ buffer, byteOffset, length }));
    return { refs, views: refs.map(openStats) };
  }
}

/** Cells as before the first event: a minimum starts at Infinity so that the first reading is below it. */
export function clearCells(cells: Float64Array, kinds: readonly CellKind[]): void {
  for (let cell = 0; cell < cells.length; cell++) cells[cell] = kinds[cell] === 'min' ? Number.POSITIVE_INFINITY : 0;
}

/** Adds one thread's cells to a total; minima and maxima are merged. */
export function mergeCells(total: Float64Array, cells: Float64Array, kinds: readonly CellKind[]): void {
  for (let cell = 0; cell < cells.length; cell++) {
    const value = cells[cell]!;
    const kind = kinds[cell];
    if (kind === 'min') {
      if (value < total[cell]!) total[cell] = value;
    } else if (kind === 'max') {
      if (value > total[cell]!) total[cell] = value;
    } else {
      total[cell]! += value;
    }
  }
}
