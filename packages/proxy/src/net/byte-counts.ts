/** Where in a block of cells the bytes of a connection are counted. */
export interface ByteCells {
  readonly read: number;
  readonly written: number;
  readonly readBuffered: number;
  readonly writeBuffered: number;
}

/**
 * Counts the bytes of one connection in cells that it shares with others: what has passed, and what waits. What waits is told
 * when it has changed, so that a connection that nothing waits for pays a comparison.
 */
export class ByteCounts {
  readonly #stats: Float64Array;
  readonly #cells: ByteCells;
  #unread = 0;
  #unsent = 0;

  constructor(stats: Float64Array, cells: ByteCells) {
    this.#stats = stats;
    this.#cells = cells;
  }

  read(bytes: number): void {
    this.#stats[this.#cells.read]! += bytes;
  }

  written(bytes: number): void {
    this.#stats[this.#cells.written]! += bytes;
  }

  /** @param bytes of messages that have arrived in part, now */
  unread(bytes: number): void {
    if (bytes === this.#unread) return;
    this.#stats[this.#cells.readBuffered]! += bytes - this.#unread;
    this.#unread = bytes;
  }

  /** @param bytes that the kernel has not taken, now */
  unsent(bytes: number): void {
    if (bytes === this.#unsent) return;
    this.#stats[this.#cells.writeBuffered]! += bytes - this.#unsent;
    this.#unsent = bytes;
  }

  /** The connection is gone, and what waited for it. */
  end(): void {
    this.unread(0);
    this.unsent(0);
  }
}
