/**
 * Protobuf's wire format, reading and writing. The library for it brings its reflection along, 4.6 MiB in every proxy; these
 * are all the kinds that our messages have.
 */
import { ProtocolError } from '@weft/kit';

/** Of a field; 3 and 4 (groups) are obsolete and refused. */
export const WireType = { Varint: 0, Bit64: 1, LengthDelimited: 2, Bit32: 5 } as const;

/** A varint of 64 bits. */
const MAX_VARINT_BYTES = 10;
const FIRST_BYTES = 256;

// Fatal, since a name that is not UTF-8 must not become another one; and a BOM is a character.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws `ProtocolError` (or `RangeError` from a view) on bytes that are cut short. */
export class WireReader {
  readonly len: number;
  pos = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.len = bytes.length;
  }

  /** Unsigned, exact up to 2^53. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    throw new ProtocolError(`a number of more than ${MAX_VARINT_BYTES} bytes`);
  }

  /** The lower 32 bits; what stands above is for negative numbers and newer peers. */
  int32(): number {
    let value = 0;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const byte = this.#byte();
      if (count < 5) value |= (byte & 0x7f) << (7 * count);
      if (byte < 0x80) return value;
    }
    throw new ProtocolError(`a number of more than ${MAX_VARINT_BYTES} bytes`);
  }

  double(): number {
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#take(8), 8);
    return view.getFloat64(0, true);
  }

  /** A view, not a copy. */
  bytes(): Uint8Array {
    const length = this.varint();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  string(): string {
    const bytes = this.bytes();
    try {
      return decoder.decode(bytes);
    } catch (error) {
      throw new ProtocolError('a text is not UTF-8', { cause: error });
    }
  }

  skip(wireType: number): void {
    if (wireType === WireType.Varint) this.int32();
    else if (wireType === WireType.Bit64) this.#take(8);
    else if (wireType === WireType.LengthDelimited) this.#take(this.varint());
    else if (wireType === WireType.Bit32) this.#take(4);
    else throw new ProtocolError(`wire type ${wireType} is not known`);
  }

  #byte(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  /** Moves on; the position before. */
  #take(count: number): number {
    const start = this.pos;
    if (count > this.len - start) throw new ProtocolError('the message is cut short');
    this.pos = start + count;
    return start;
  }
}

export class WireWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;
  readonly #forks: number[] = [];

  tag(number: number, wireType: number): this {
    return this.varint(number * 8 + wireType);
  }

  /** A safe integer, 0 or more. */
  varint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`${value} is not an integer from 0 to 2^53 - 1`);
    }
    this.#reserve(MAX_VARINT_BYTES);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** Negative numbers take ten bytes, as the format wants it. */
  int32(value: number): this {
    if (value >= 0) return this.varint(value);
    this.#reserve(MAX_VARINT_BYTES);
    for (let count = 0; count < 4; count++) this.#bytes[this.#length++] = ((value >> (7 * count)) & 0x7f) | 0x80;
    this.#bytes[this.#length++] = ((value >> 28) & 0x7f) | 0x80;
    for (let count = 5; count < 9; count++) this.#bytes[this.#length++] = 0xff;
    this.#bytes[this.#length++] = 1;
    return this;
  }

  double(value: number): this {
    this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  string(value: string): this {
    return this.bytes(Buffer.from(value));
  }

  /** What follows until `join` stands behind its length. */
  fork(): this {
    this.#forks.push(this.#length);
    return this;
  }

  join(): this {
    const start = this.#forks.pop();
    if (start === undefined) throw new Error('join() without fork()');
    const size = this.#length - start;
    this.varint(size);
    const lengthBytes = this.#length - start - size;
    const prefix = this.#bytes.slice(start + size, this.#length);
    this.#bytes.copyWithin(start + lengthBytes, start, start + size);
    this.#bytes.set(prefix, start);
    return this;
  }

  /** A view of the writer's memory; nothing may be written afterwards. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
