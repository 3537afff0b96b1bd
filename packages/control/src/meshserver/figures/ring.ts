/** Cells that are allocated together, when the first of them is written. */
const CHUNK = 60;

interface Chunk {
  /** Number of the chunk since the epoch; tells an old round of the ring from this one. */
  epoch: number;
  readonly cells: Float32Array;
  /** Written since it was stored last. */
  dirty: boolean;
}

/** A chunk as it is stored. */
export interface StoredChunk {
  readonly place: number;
  readonly epoch: number;
  readonly cells: Float32Array;
}

/** How fine, and how long. */
export interface RingShape {
  readonly stepMs: number;
  readonly cells: number;
}

/**
 * Sums per step of time, for so many steps, then overwritten. Time in which nothing happened takes no memory: a chunk of 60
 * cells is there once one of them was written. Single precision: sums are right to seven digits.
 */
export class Ring {
  readonly shape: RingShape;
  readonly width: number;
  readonly #chunks: (Chunk | undefined)[];

  constructor(shape: RingShape, width: number) {
    this.shape = shape;
    this.width = width;
    // One more than fit: the oldest is only partly within the range.
    this.#chunks = new Array(Math.ceil(shape.cells / CHUNK) + 1).fill(undefined);
  }

  /** Adds `values` from column `from` on. */
  add(atMs: number, values: ArrayLike<number>, from = 0): void {
    const cell = Math.floor(atMs / this.shape.stepMs);
    const epoch = Math.floor(cell / CHUNK);
    const place = epoch % this.#chunks.length;
    let chunk = this.#chunks[place];
    if (chunk === undefined) {
      chunk = { epoch, cells: new Float32Array(CHUNK * this.width), dirty: true };
      this.#chunks[place] = chunk;
    } else if (chunk.epoch !== epoch) {
      if (chunk.epoch > epoch) return;
      chunk.epoch = epoch;
      chunk.cells.fill(0);
    }
    chunk.dirty = true;
    const offset = (cell % CHUNK) * this.width + from;
    for (let i = 0; i < values.length; i++)
      chunk.cells[offset + i] = (chunk.cells[offset + i] as number) + (values[i] as number);
  }

  /** Calls `visit` for every cell that begins within the range and was written. */
  visit(startMs: number, endMs: number, visit: (atMs: number, cells: Float32Array, offset: number) => void): void {
    const { stepMs } = this.shape;
    const first = Math.ceil(startMs / stepMs);
    const last = Math.ceil(endMs / stepMs) - 1;
    for (let epoch = Math.floor(first / CHUNK); epoch <= Math.floor(last / CHUNK); epoch++) {
      const chunk = this.#chunks[epoch % this.#chunks.length];
      if (chunk === undefined || chunk.epoch !== epoch) continue;
      const begin = Math.max(first, epoch * CHUNK);
      const end = Math.min(last, epoch * CHUNK + CHUNK - 1);
      for (let cell = begin; cell <= end; cell++)
        visit(cell * stepMs, chunk.cells, (cell - epoch * CHUNK) * this.width);
    }
  }

  get isDirty(): boolean {
    return this.#chunks.some((chunk) => chunk?.dirty === true);
  }

  /** Chunks that were written since they were stored; call `done` when these are. */
  takeDirty(): { readonly chunks: readonly StoredChunk[]; readonly done: () => void } {
    const chunks: StoredChunk[] = [];
    const taken: Chunk[] = [];
    this.#chunks.forEach((chunk, place) => {
      if (chunk?.dirty !== true) return;
      taken.push(chunk);
      chunks.push({ place, epoch: chunk.epoch, cells: chunk.cells.slice() });
    });
    return {
      chunks,
      done: () => {
        taken.forEach((chunk, index) => {
          // What was counted meanwhile has not been stored.
          const { epoch, cells } = chunks[index] as StoredChunk;
          chunk.dirty = chunk.epoch !== epoch || chunk.cells.some((value, cell) => value !== cells[cell]);
        });
      },
    };
  }

  /** A chunk of an earlier run. One of another shape is dropped. */
  restore(place: number, epoch: number, cells: Float32Array): void {
    if (cells.length !== CHUNK * this.width || epoch % this.#chunks.length !== place) return;
    this.#chunks[place] = { epoch, cells, dirty: false };
  }

  /** Nothing was written since that time. */
  isIdle(sinceMs: number): boolean {
    const epoch = Math.floor(sinceMs / this.shape.stepMs / CHUNK);
    return this.#chunks.every((chunk) => chunk === undefined || chunk.epoch < epoch);
  }
}
