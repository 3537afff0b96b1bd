import { DEFAULT_HESSIAN_LIMITS, failHessian, type HessianLimits, MALFORMED } from './limits.ts';
import { intBytes, intValue, longBytes } from './skipper.ts';
import { decodeUnits, skipUnits } from './text.ts';
import { HessianDouble, HessianObject, isInt } from './values.ts';

interface ClassDefinition {
  readonly name: string;
  readonly fields: readonly string[];
}

/**
 * Reads values one after the other. What the two grammars share; tables of references, types and classes are those of one
 * message. Nothing is instantiated but the plain values of `values.ts`, whatever class the bytes name.
 */
export abstract class HessianReader {
  protected readonly bytes: Buffer;
  /** Offset of the next byte. */
  position: number;
  protected readonly end: number;
  readonly #start: number;
  readonly #limits: HessianLimits;
  #values = 0;
  #depth = 0;
  readonly #references: unknown[] = [];
  readonly #definitions: ClassDefinition[] = [];
  protected readonly types: string[] = [];

  constructor(bytes: Buffer, start = 0, end: number = bytes.length, limits: HessianLimits = DEFAULT_HESSIAN_LIMITS) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#start = start;
    this.#limits = limits;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  /**
   * The next value.
   * @throws ProtocolError with the byte when the bytes are not one, end within it or go over a limit
   */
  read(): unknown {
    if (++this.#values > this.#limits.maxValues) this.fail('too many values', 'protocol_limit');
    const tag = this.peek();
    const int = intBytes(tag);
    if (int >= 0) return this.readInt();
    const long = longBytes(tag, this.longTag);
    if (long >= 0) return this.#long(tag, long);
    switch (tag) {
      case 0x4e:
        this.position++;
        return null;
      case 0x54:
        this.position++;
        return true;
      case 0x46:
        this.position++;
        return false;
      case 0x44: {
        const at = this.take(9) + 1;
        return double(this.bytes.readDoubleBE(at));
      }
    }
    if (++this.#depth > this.#limits.maxDepth) this.fail('values too deep', 'protocol_limit');
    const value = this.readTag(tag);
    this.#depth--;
    return value;
  }

  /**
   * The next value, which must be a string or null.
   * @throws ProtocolError when it is something else
   */
  readText(): string | null {
    const value = this.read();
    if (value !== null && typeof value !== 'string') this.fail('a string expected', 'protocol_malformed');
    return value as string | null;
  }

  protected abstract readonly longTag: number;
  /** Reads what is not common to both grammars; `position` stands at the tag. */
  protected abstract readTag(tag: number): unknown;

  protected peek(): number {
    if (this.position >= this.end) this.fail('the bytes end within a value', 'protocol_malformed');
    return this.bytes[this.position] as number;
  }

  /** Goes over `count` bytes and returns where they begin. */
  protected take(count: number): number {
    const at = this.position;
    if (count > this.end - at) this.fail('the bytes end within a value', 'protocol_malformed');
    this.position = at + count;
    return at;
  }

  protected fail(problem: string, code: 'protocol_malformed' | 'protocol_limit' = 'protocol_malformed'): never {
    failHessian(this.position - this.#start, problem, code);
  }

  protected readInt(): number {
    const tag = this.peek();
    const size = intBytes(tag);
    if (size < 0) this.fail(`an int expected, 0x${tag.toString(16)} found`);
    return intValue(this.bytes, this.take(1 + size), tag, size);
  }

  /** A number of values still to come; each takes a byte. */
  protected readCount(): number {
    return this.checkCount(this.readInt());
  }

  protected checkCount(count: number): number {
    if (count < 0 || count > this.end - this.position) this.fail(`${count} values cannot follow`);
    return count;
  }

  #long(tag: number, size: number): bigint {
    const { bytes } = this;
    const at = this.take(1 + size);
    switch (size) {
      case 0:
        return BigInt(tag - 0xe0);
      case 1:
        return BigInt(((tag - 0xf8) << 8) | (bytes[at + 1] as number));
      case 2:
        return BigInt(((tag - 0x3c) << 16) | bytes.readUInt16BE(at + 1));
      case 4:
        return BigInt(bytes.readInt32BE(at + 1));
      default:
        return bytes.readBigInt64BE(at + 1);
    }
  }

  protected units(count: number): string {
    const at = this.position;
    const next = skipUnits(this.bytes, at, this.end, count);
    if (next < 0) this.fail(next === MALFORMED ? 'not UTF-8' : 'the bytes end within a string');
    this.position = next;
    return decodeUnits(this.bytes, at, next);
  }

  protected readString(more: number, last: number, middle: boolean): string {
    let text = '';
    for (;;) {
      const tag = this.peek();
      let count: number;
      if (tag < 0x20) {
        count = tag;
        this.position++;
      } else if (middle && tag >= 0x30 && tag < 0x34) {
        const at = this.take(2);
        count = ((tag - 0x30) << 8) | (this.bytes[at + 1] as number);
      } else if (tag === more || tag === last) {
        count = this.bytes.readUInt16BE(this.take(3) + 1);
      } else this.fail(`a string expected, 0x${tag.toString(16)} found`);
      text += this.units(count);
      if (tag !== more) return text;
    }
  }

  protected readBinary(more: number, middle: boolean): Buffer {
    const parts: Buffer[] = [];
    for (;;) {
      const tag = this.peek();
      let count: number;
      if (tag >= 0x20 && tag < 0x30) {
        count = tag - 0x20;
        this.position++;
      } else if (middle && tag >= 0x34 && tag < 0x38) {
        const at = this.take(2);
        count = ((tag - 0x34) << 8) | (this.bytes[at + 1] as number);
      } else if (tag === more || tag === 0x42) {
        count = this.bytes.readUInt16BE(this.take(3) + 1);
      } else this.fail(`a binary expected, 0x${tag.toString(16)} found`);
      const at = this.take(count);
      parts.push(this.bytes.subarray(at, at + count));
      if (tag !== more) return Buffer.concat(parts);
    }
  }

  protected date(millis: number): Date {
    const date = new Date(millis);
    if (Number.isNaN(date.getTime())) this.fail('a date out of range');
    return date;
  }

  /** Remembers a list, map or object before what is in it, so that a reference inside finds it. */
  protected remember<T>(value: T): T {
    this.#references.push(value);
    return value;
  }

  protected reference(index: number): unknown {
    if (index < 0 || index >= this.#references.length) this.fail(`a reference to value ${index}, which did not come`);
    return this.#references[index];
  }

  protected typeOf(index: number): string {
    const type = this.types[index];
    if (type === undefined) this.fail(`type number ${index} did not come`);
    return type;
  }

  protected define(name: string, fieldCount: number, readName: () => string): void {
    if (this.#definitions.length >= this.#limits.maxDefinitions) this.fail('too many classes', 'protocol_limit');
    if (fieldCount > this.#limits.maxFields) this.fail('too many fields', 'protocol_limit');
    const fields: string[] = [];
    for (let i = 0; i < fieldCount; i++) fields.push(readName());
    this.#definitions.push({ name, fields });
  }

  protected object(index: number): HessianObject {
    const definition = this.#definitions[index];
    if (definition === undefined) this.fail(`class number ${index} was not defined`);
    const object = this.remember(new HessianObject(definition.name));
    for (const field of definition.fields) object.fields.set(field, this.read());
    return object;
  }

  protected items(items: unknown[], count: number): void {
    for (let i = 0; i < count; i++) items.push(this.read());
  }

  protected itemsUntil(endTag: number, items: unknown[]): void {
    while (this.peek() !== endTag) items.push(this.read());
    this.position++;
  }

  protected pairsUntil(endTag: number, entries: Map<unknown, unknown>): void {
    while (this.peek() !== endTag) {
      const key = this.read();
      entries.set(key, this.read());
    }
    this.position++;
  }
}

export function double(value: number): number | HessianDouble {
  return isInt(value) ? new HessianDouble(value) : value;
}
