import type { OutputBuffer } from '@weft/kit';

/** Small chunks are gathered in blocks of this size, so that a blocked stream of tiny messages costs what its bytes cost. */
const BLOCK_BYTES = 4096;

/** Copies of body bytes that wait for credit, of one stream. */
export class SendQueue {
  #parts: Buffer[] | null = null;
  /** Part that is sent next, and the position in it. */
  #first = 0;
  #offset = 0;
  /** Bytes used of the last part. */
  #lastUsed = 0;
  bytes = 0;

  push(chunk: Uint8Array): void {
    const count = chunk.length;
    if (count === 0) return;
    this.#parts ??= [];
    const last = this.#parts[this.#parts.length - 1];
    this.bytes += count;
    if (last !== undefined && last.length - this.#lastUsed >= count) {
      last.set(chunk, this.#lastUsed);
      this.#lastUsed += count;
      return;
    }
    if (last !== undefined && this.#lastUsed < last.length)
      this.#parts[this.#parts.length - 1] = last.subarray(0, this.#lastUsed);
    const part = Buffer.allocUnsafeSlow(Math.max(count, BLOCK_BYTES));
    part.set(chunk);
    this.#parts.push(part);
    this.#lastUsed = count;
  }

  /** Moves the first `count` bytes to `out`. */
  moveTo(out: OutputBuffer, count: number): void {
    const parts = this.#parts as Buffer[];
    this.bytes -= count;
    let rest = count;
    while (rest > 0) {
      const part = parts[this.#first] as Buffer;
      const used = this.#first === parts.length - 1 ? this.#lastUsed : part.length;
      const take = Math.min(rest, used - this.#offset);
      out.write(part, this.#offset, this.#offset + take);
      this.#offset += take;
      rest -= take;
      if (this.#offset === used) {
        this.#first++;
        this.#offset = 0;
      }
    }
    if (this.bytes === 0) this.clear();
    else if (this.#first >= 32) {
      parts.splice(0, this.#first);
      this.#first = 0;
    }
  }

  clear(): void {
    if (this.#parts === null) return;
    this.#parts = null;
    this.#first = 0;
    this.#offset = 0;
    this.#lastUsed = 0;
    this.bytes = 0;
  }
}

/** The queue of every stream that never had to wait; nothing is pushed to it. */
export const NO_QUEUE = new SendQueue();
