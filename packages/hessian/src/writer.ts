import { DEFAULT_HESSIAN_LIMITS, failHessian, type HessianLimits } from './limits.ts';
import { chunkEnd, encodeUnits, MAX_CHUNK, unitBytes } from './text.ts';
import { HessianDouble, HessianObject, isInt, TypedList, TypedMap } from './values.ts';

const FIRST_BYTES = 256;
/** Shapes of one class that are looked through. */
const MAX_LISTED_SHAPES = 8;

/** Writes values one after the other into one message. What the two grammars share. */
export abstract class HessianWriter {
  readonly #limits: HessianLimits;
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  #depth = 0;
  readonly #references = new Map<object, number>();
  /** Classes by name, each with its shapes: two shapes of one class are two definitions. */
  readonly #definitions = new Map<string, { readonly fields: readonly string[]; readonly index: number }[]>();
  /** Further shapes of classes that have many, by their names: looking through a list would take time that grows with its square. */
  readonly #furtherShapes = new Map<string, number>();
  #definitionCount = 0;
  protected readonly types = new Map<string, number>();

  constructor(limits: HessianLimits = DEFAULT_HESSIAN_LIMITS) {
    this.#limits = limits;
  }

  /** A copy of what was written. */
  toBuffer(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  /**
   * Appends a value of the kinds in `values.ts`; a number that is not an int is a double. Plain objects have no class in
   * Java: use a Map or a HessianObject.
   * @throws ProtocolError over a limit; TypeError for a value of no such kind
   */
  write(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.writeString(value);
        return;
      case 'number':
        if (isInt(value)) this.writeInt(value);
        else this.writeDouble(value);
        return;
      case 'bigint':
        this.writeLong(value);
        return;
      case 'boolean':
        this.byte(value ? 0x54 : 0x46);
        return;
    }
    if (value === null || value === undefined) this.byte(0x4e);
    else if (value instanceof HessianDouble) this.writeDouble(value.value);
    else if (value instanceof Date) this.writeDate(value.getTime());
    else if (value instanceof Uint8Array) this.writeBinary(value);
    else this.#writeShared(value as object);
  }

  abstract writeString(text: string): void;
  abstract writeBinary(bytes: Uint8Array): void;
  abstract writeDouble(value: number): void;
  /** Milliseconds since 1970. */
  abstract writeDate(millis: number): void;
  protected abstract readonly longTag: number;
  protected abstract writeReference(index: number): void;
  protected abstract writeList(type: string, items: readonly unknown[]): void;
  protected abstract writeMap(type: string, entries: ReadonlyMap<unknown, unknown>): void;
  protected abstract writeDefinition(object: HessianObject): void;
  protected abstract writeInstance(index: number, object: HessianObject): void;

  writeInt(value: number): void {
    if (value >= -0x10 && value <= 0x2f) this.byte(0x90 + value);
    else if (value >= -0x800 && value <= 0x7ff) this.bytes2(0xc8 + (value >> 8), value);
    else if (value >= -0x4_0000 && value <= 0x3_ffff) {
      this.bytes2(0xd4 + (value >> 16), value >> 8);
      this.byte(value);
    } else {
      this.byte(0x49);
      this.int32(value);
    }
  }

  /** @throws RangeError when `value` does not fit 64 bits */
  writeLong(value: bigint): void {
    const small = Number(value);
    if (small >= -0x08 && small <= 0x0f) this.byte(0xe0 + small);
    else if (small >= -0x800 && small <= 0x7ff) this.bytes2(0xf8 + (small >> 8), small);
    else if (small >= -0x4_0000 && small <= 0x3_ffff) {
      this.bytes2(0x3c + (small >> 16), small >> 8);
      this.byte(small);
    } else if (small >= -0x8000_0000 && small <= 0x7fff_ffff) {
      this.byte(this.longTag);
      this.int32(small);
    } else {
      this.byte(0x4c);
      const at = this.room(8);
      this.target.writeBigInt64BE(value, at);
    }
  }

  protected byte(value: number): void {
    const at = this.room(1);
    this.target[at] = value;
  }

  protected bytes2(first: number, second: number): void {
    const at = this.room(2);
    this.target[at] = first;
    this.target[at + 1] = second;
  }

  protected int16(value: number): void {
    this.bytes2(value >> 8, value);
  }

  protected int32(value: number): void {
    this.int16(value >> 16);
    this.int16(value);
  }

  protected float64(tag: number, value: number): void {
    this.byte(tag);
    const at = this.room(8);
    if (Number.isNaN(value)) {
      // The one that Java writes: which bits a NaN that was read has depends on how the code was compiled.
      this.target.writeUInt32BE(0x7ff8_0000, at);
      this.target.writeUInt32BE(0, at + 4);
    } else this.target.writeDoubleBE(value, at);
  }

  protected int64(tag: number, value: number): void {
    this.byte(tag);
    const at = this.room(8);
    this.target.writeBigInt64BE(BigInt(value), at);
  }

  protected get target(): Buffer {
    return this.#bytes;
  }

  /** Room for `count` bytes more; returns where. `target` may be another one afterwards. */
  protected room(count: number): number {
    const at = this.#length;
    const length = at + count;
    if (length > this.#limits.maxBytes) failHessian(at, 'too much is written', 'protocol_limit');
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    this.#length = length;
    return at;
  }

  protected units(text: string, from = 0, to: number = text.length): void {
    const at = this.room(unitBytes(text, from, to));
    encodeUnits(this.target, at, text, from, to);
  }

  protected stringChunks(text: string, more: number, middle: boolean): void {
    let from = 0;
    for (let to = chunkEnd(text, 0); to < text.length; to = chunkEnd(text, from)) {
      this.byte(more);
      this.int16(to - from);
      this.units(text, from, to);
      from = to;
    }
    const left = text.length - from;
    if (left < 0x20) this.byte(left);
    else if (middle && left < 0x400) this.bytes2(0x30 + (left >> 8), left);
    else {
      this.byte(0x53);
      this.int16(left);
    }
    this.units(text, from);
  }

  protected binaryChunks(bytes: Uint8Array, more: number, middle: boolean): void {
    let from = 0;
    for (; bytes.length - from > MAX_CHUNK; from += MAX_CHUNK) {
      this.byte(more);
      this.int16(MAX_CHUNK);
      this.raw(bytes.subarray(from, from + MAX_CHUNK));
    }
    const left = bytes.length - from;
    if (left < 0x10) this.byte(0x20 + left);
    else if (middle && left < 0x400) this.bytes2(0x34 + (left >> 8), left);
    else {
      this.byte(0x42);
      this.int16(left);
    }
    this.raw(bytes.subarray(from));
  }

  protected raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length);
    this.target.set(bytes, at);
  }

  #writeShared(value: object): void {
    const known = this.#references.get(value);
    if (known !== undefined) {
      this.writeReference(known);
      return;
    }
    this.#references.set(value, this.#references.size);
    if (++this.#depth > this.#limits.maxDepth) failHessian(this.#length, 'values too deep', 'protocol_limit');
    if (Array.isArray(value)) this.writeList('', value);
    else if (value instanceof TypedList) this.writeList(value.type, value.items);
    else if (value instanceof Map) this.writeMap('', value);
    else if (value instanceof TypedMap) this.writeMap(value.type, value.entries);
    else if (value instanceof HessianObject) this.#writeObject(value);
    else throw new TypeError(`a ${value.constructor?.name ?? 'value'} has no form in Hessian`);
    this.#depth--;
  }

  /** -1 when there is none yet. */
  #definitionOf(object: HessianObject): number {
    const shapes = this.#definitions.get(object.className);
    if (shapes === undefined) return -1;
    for (const { fields, index } of shapes) if (hasFields(object, fields)) return index;
    return shapes.length < MAX_LISTED_SHAPES ? -1 : (this.#furtherShapes.get(shapeText(object)) ?? -1);
  }

  #define(object: HessianObject, index: number): void {
    const shape = { fields: [...object.fields.keys()], index };
    const shapes = this.#definitions.get(object.className);
    if (shapes === undefined) this.#definitions.set(object.className, [shape]);
    else if (shapes.length < MAX_LISTED_SHAPES) shapes.push(shape);
    else this.#furtherShapes.set(shapeText(object), index);
  }

  #writeObject(object: HessianObject): void {
    let index = this.#definitionOf(object);
    if (index < 0) {
      index = this.#definitionCount++;
      this.#define(object, index);
      this.writeDefinition(object);
    }
    this.writeInstance(index, object);
    for (const value of object.fields.values()) this.write(value);
  }
}

function shapeText({ className, fields }: HessianObject): string {
  return JSON.stringify([className, ...fields.keys()]);
}

/** Whether an object has these fields and no others, in this order. */
function hasFields({ fields }: HessianObject, names: readonly string[]): boolean {
  if (fields.size !== names.length) return false;
  let at = 0;
  for (const name of fields.keys()) if (name !== names[at++]) return false;
  return true;
}
