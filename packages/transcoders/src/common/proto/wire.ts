import { TranscodeError } from '@weft/sdk';

/** How a field is on the wire. */
export const Wire = { VARINT: 0, FIXED64: 1, BYTES: 2, GROUP: 3, FIXED32: 5 } as const;

/** Reads the pieces of a message of protobuf one after the other. Every length is checked against the bytes that are there. */
export class ProtoReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Number of the next field and how it is on the wire, `number * 8 + wire`. */
  tag(): number {
    const first = this.#bytes[this.#at] ?? 0x80;
    if (first >= 8 && first < 0x80) {
      this.#at++;
      return first;
    }
    const tag = Number(this.varint());
    if (tag < 8 || tag > 0xffff_ffff) fail('a field without a number');
    return tag;
  }

  /** 0 .. 2^64 - 1 */
  varint(): bigint {
    const bytes = this.#bytes;
    let small = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const next = bytes[this.#at++];
      if (next === undefined) fail('a number that does not end');
      small |= (next & 0x7f) << shift;
      if (next < 0x80) return BigInt(small);
    }
    let value = BigInt(small);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const next = bytes[this.#at++];
      if (next === undefined) break;
      value |= BigInt(next & 0x7f) << shift;
      if (next < 0x80) return BigInt.asUintN(64, value);
    }
    return fail('a number that does not end');
  }

  fixed32(): Buffer {
    return this.#take(4);
  }

  fixed64(): Buffer {
    return this.#take(8);
  }

  bytes(): Buffer {
    return this.#take(Number(this.varint()));
  }

  skip(wire: number): void {
    switch (wire) {
      case Wire.VARINT:
        this.varint();
        break;
      case Wire.FIXED64:
        this.#take(8);
        break;
      case Wire.BYTES:
        this.bytes();
        break;
      case Wire.FIXED32:
        this.#take(4);
        break;
      default:
        fail('a field of an unknown kind');
    }
  }

  #take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) fail('a field that is longer than the message');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** Visits the fields of a message that have a length; those of other kinds are gone over. */
export function visitFields(bytes: Buffer, visit: (number: number, value: Buffer) => void): void {
  const reader = new ProtoReader(bytes);
  while (!reader.atEnd) {
    const tag = reader.tag();
    if ((tag & 7) === Wire.BYTES) visit(Math.floor(tag / 8), reader.bytes());
    else reader.skip(tag & 7);
  }
}

/** A number of 0 .. 2^64 - 1. */
export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  if (typeof value === 'number' && value <= 0x7fff_ffff) {
    let small = value;
    for (; small > 0x7f; small >>>= 7) bytes.push((small & 0x7f) | 0x80);
    bytes.push(small);
    return bytes;
  }
  let rest = BigInt(value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
}

/** One field with a length, as two pieces: what stands before it, and its bytes. */
export function field(number: number, bytes: Uint8Array): [Buffer, Uint8Array] {
  return [Buffer.from([...varint(number * 8 + Wire.BYTES), ...varint(bytes.length)]), bytes];
}

function fail(problem: string): never {
  throw new TranscodeError(`not a message of protobuf: ${problem}`);
}
