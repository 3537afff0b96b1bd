import type { BufferPool } from './buffer-pool.ts';
import { LARGE_SLAB_BYTES, MEDIUM_SLAB_BYTES, SMALL_SLAB_BYTES } from './buffer-pool.ts';

const EMPTY = Buffer.alloc(0);
/** The global name is a getter, which costs as much as the test that it is asked for. */
const NodeBuffer = Buffer;

/**
 * Where encoders append the bytes of one connection; the owner of the socket takes them once per tick.
 *
 *     finished slabs            current slab
 *     [#slabs / #lengths ...]   [bytes written | free]
 *                                              ^ position
 *
 * Everything is copied in: what a codec hands over may be borrowed and is free for reuse as soon as the call returns.
 * Appending small pieces to one slab and writing it with a single system call costs less than a gathered write of many.
 */
export class OutputBuffer {
  readonly #pool: BufferPool;
  readonly #slabs: Buffer[] = [];
  readonly #lengths: number[] = [];
  #finishedBytes = 0;
  /** The slab to write into; valid after `reserve`. */
  buffer: Buffer = EMPTY;
  /** Where the next byte goes in `buffer`; move it forward by what you wrote. */
  position = 0;

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** Bytes waiting to be taken. */
  get length(): number {
    return this.#finishedBytes + this.position;
  }

  /**
   * Makes room for `count` contiguous bytes and returns the offset of the first. Write into `buffer` from there, then
   * advance `position`. An earlier `buffer` reference must not be used after this call.
   */
  reserve(count: number): number {
    if (this.buffer.length - this.position < count) this.#grow(count);
    return this.position;
  }

  /** Appends a copy of `source[start, end)`. */
  write(source: Uint8Array, start = 0, end: number = source.length): void {
    const count = end - start;
    if (count <= 0) return;
    if (this.buffer.length - this.position < count) {
      if (count > LARGE_SLAB_BYTES) {
        this.#writeLarge(source, start, end);
        return;
      }
      this.#grow(count);
    }
    const target = this.buffer;
    const at = this.position;
    if (count < 24) {
      for (let i = 0; i < count; i++) target[at + i] = source[start + i] as number;
    } else if (source instanceof NodeBuffer) {
      source.copy(target, at, start, end);
    } else {
      target.set(start === 0 && end === source.length ? source : source.subarray(start, end), at);
    }
    this.position = at + count;
  }

  /** Appends a string of code points 0..255, one byte each. */
  writeLatin1(text: string): void {
    const count = text.length;
    const at = this.reserve(count);
    const target = this.buffer;
    if (count < 24) {
      for (let i = 0; i < count; i++) target[at + i] = text.charCodeAt(i);
    } else {
      target.write(text, at, count, 'latin1');
    }
    this.position = at + count;
  }

  /** Appends a decimal number, 0 or more and at most 2^53 - 1. */
  writeDecimal(value: number): void {
    if (value < 10) {
      const at = this.reserve(1);
      this.buffer[at] = 48 + value;
      this.position = at + 1;
      return;
    }
    this.writeLatin1(String(value));
  }

  writeUint8(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
    this.position = at + 1;
  }

  writeUint16(value: number): void {
    const at = this.reserve(2);
    const target = this.buffer;
    target[at] = value >>> 8;
    target[at + 1] = value;
    this.position = at + 2;
  }

  writeUint32(value: number): void {
    const at = this.reserve(4);
    const target = this.buffer;
    target[at] = value >>> 24;
    target[at + 1] = value >>> 16;
    target[at + 2] = value >>> 8;
    target[at + 3] = value;
    this.position = at + 4;
  }

  /**
   * Hands all pending bytes over as slabs, oldest first: `visit(slab, length)`. The receiver gives each slab back to the
   * pool when its bytes are written.
   */
  take(visit: (slab: Buffer, length: number) => void): void {
    for (let i = 0; i < this.#slabs.length; i++) visit(this.#slabs[i] as Buffer, this.#lengths[i] as number);
    this.#slabs.length = 0;
    this.#lengths.length = 0;
    this.#finishedBytes = 0;
    if (this.position > 0) {
      visit(this.buffer, this.position);
      this.buffer = EMPTY;
      this.position = 0;
    }
  }

  /** Hands the current slab over when it holds all pending bytes (`single`); the cheap form of `take`. */
  takeSingle(): Buffer {
    const slab = this.buffer;
    this.buffer = EMPTY;
    this.position = 0;
    return slab;
  }

  /** True when all pending bytes are in the current slab. */
  get single(): boolean {
    return this.#slabs.length === 0;
  }

  /** An empty buffer whose slabs come from the same pool, and so count where those of this one do. */
  sibling(): OutputBuffer {
    return new OutputBuffer(this.#pool);
  }

  /** Appends everything to `target` and gives the slabs back. */
  moveTo(target: OutputBuffer): void {
    for (let i = 0; i < this.#slabs.length; i++) target.write(this.#slabs[i] as Buffer, 0, this.#lengths[i] as number);
    if (this.position > 0) target.write(this.buffer, 0, this.position);
    this.clear();
  }

  /** Drops everything and returns the slabs. */
  clear(): void {
    for (const slab of this.#slabs) this.#pool.give(slab);
    this.#slabs.length = 0;
    this.#lengths.length = 0;
    this.#finishedBytes = 0;
    if (this.buffer !== EMPTY) this.#pool.give(this.buffer);
    this.buffer = EMPTY;
    this.position = 0;
  }

  #finishCurrent(): void {
    if (this.position > 0) {
      this.#slabs.push(this.buffer);
      this.#lengths.push(this.position);
      this.#finishedBytes += this.position;
    } else if (this.buffer !== EMPTY) {
      this.#pool.give(this.buffer);
    }
    this.buffer = EMPTY;
    this.position = 0;
  }

  /** Slabs grow with what is pending: a connection with little to say holds little. */
  #grow(count: number): void {
    const pending = this.#finishedBytes + this.position;
    this.#finishCurrent();
    const wanted = pending === 0 ? SMALL_SLAB_BYTES : pending < LARGE_SLAB_BYTES ? MEDIUM_SLAB_BYTES : LARGE_SLAB_BYTES;
    this.buffer = this.#pool.take(Math.max(count, wanted));
  }

  #writeLarge(source: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      let room = this.buffer.length - this.position;
      if (room === 0) {
        this.#grow(1);
        room = this.buffer.length - this.position;
      }
      const part = Math.min(room, end - at);
      this.buffer.set(source.subarray(at, at + part), this.position);
      this.position += part;
      at += part;
    }
  }
}
