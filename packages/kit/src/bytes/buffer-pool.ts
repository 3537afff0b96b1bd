/**
 * Slabs for gathered writes, recycled per thread.
 *
 * Three sizes: most flushes of a connection fit a small slab; a piece of a body as it was read, with its framing, fits a
 * medium one, so that a slow reader holds little; a busy multiplexed link takes large ones.
 * The pool keeps a bounded number of free slabs; what is over the bound goes to the garbage collector.
 */
export const SMALL_SLAB_BYTES = 16 * 1024;
export const MEDIUM_SLAB_BYTES = 28 * 1024;
export const LARGE_SLAB_BYTES = 64 * 1024;

const MAX_FREE_SMALL = 256;
const MAX_FREE_MEDIUM = 64;
const MAX_FREE_LARGE = 64;

export class BufferPool {
  readonly #small: Buffer[] = [];
  readonly #medium: Buffer[] = [];
  readonly #large: Buffer[] = [];
  /** Bytes of all slabs that are handed out at the moment. */
  lentBytes = 0;

  /** A slab of at least `minBytes`; larger than the large slab means a buffer of exactly that size, which is not recycled. */
  take(minBytes: number): Buffer {
    let slab: Buffer | undefined;
    if (minBytes <= SMALL_SLAB_BYTES) slab = this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL_SLAB_BYTES);
    else if (minBytes <= MEDIUM_SLAB_BYTES) slab = this.#medium.pop() ?? Buffer.allocUnsafeSlow(MEDIUM_SLAB_BYTES);
    else if (minBytes <= LARGE_SLAB_BYTES) slab = this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE_SLAB_BYTES);
    else slab = Buffer.allocUnsafeSlow(minBytes);
    this.lentBytes += slab.length;
    return slab;
  }

  /** Gives a slab back. The caller must not hold a view of it any more. */
  give(slab: Buffer): void {
    this.lentBytes -= slab.length;
    if (slab.length === SMALL_SLAB_BYTES) {
      if (this.#small.length < MAX_FREE_SMALL) this.#small.push(slab);
    } else if (slab.length === MEDIUM_SLAB_BYTES) {
      if (this.#medium.length < MAX_FREE_MEDIUM) this.#medium.push(slab);
    } else if (slab.length === LARGE_SLAB_BYTES) {
      if (this.#large.length < MAX_FREE_LARGE) this.#large.push(slab);
    }
  }
}
