import type { OutputBuffer } from '@weft/kit';
import type { Link } from '@weft/sdk';

/** Small chunks are gathered in blocks of this size, so that a blocked stream of tiny messages costs what its bytes cost. */
const BLOCK_BYTES = 4096;
const SENT = Buffer.alloc(0);

/** Copies of body bytes that wait for credit, of one stream. */
export class SendQueue {
  #parts: Buffer[] | null = null;
  /** Part that is sent next, and the position in it. */
  #first = 0;
  #offset = 0;
  /** Bytes used of the last part. */
  #lastUsed = 0;
  bytes = 0;
  /** Of all parts, also the room in them. */
  #allocatedBytes = 0;
  readonly #link: Pick<Link, 'keptBytesChanged'> | null;
  /** Bytes waited when `unfetched` was last called, and none was sent since. */
  #waited = false;

  /** @param link counts what is kept; null = nobody */
  constructor(link: Pick<Link, 'keptBytesChanged'> | null) {
    this.#link = link;
  }

  /** Whether bytes waited at the previous call already, and none of them was sent since. */
  unfetched(): boolean {
    const waited = this.#waited;
    this.#waited = this.bytes > 0;
    return waited;
  }

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
    this.#allocated(part.length);
  }

  /** Moves the first `count` bytes to `out`. */
  moveTo(out: OutputBuffer, count: number): void {
    const parts = this.#parts as Buffer[];
    this.bytes -= count;
    this.#waited = false;
    let rest = count;
    let freedBytes = 0;
    while (rest > 0) {
      const part = parts[this.#first] as Buffer;
      const used = this.#first === parts.length - 1 ? this.#lastUsed : part.length;
      const take = Math.min(rest, used - this.#offset);
      out.write(part, this.#offset, this.#offset + take);
      this.#offset += take;
      rest -= take;
      if (this.#offset === used) {
        freedBytes += part.buffer.byteLength;
        parts[this.#first] = SENT;
        this.#first++;
        this.#offset = 0;
      }
    }
    if (this.bytes === 0) {
      this.clear();
      return;
    }
    if (freedBytes > 0) this.#allocated(-freedBytes);
    if (this.#first >= 32) {
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
    this.#waited = false;
    this.#allocated(-this.#allocatedBytes);
  }

  #allocated(deltaBytes: number): void {
    this.#allocatedBytes += deltaBytes;
    this.#link?.keptBytesChanged?.(deltaBytes);
  }
}

/** The queue of every stream that never had to wait; nothing is pushed to it. */
export const NO_QUEUE = new SendQueue(null);
