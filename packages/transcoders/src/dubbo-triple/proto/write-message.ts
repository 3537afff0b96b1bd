import { HessianDouble, HessianObject, TypedList, TypedMap } from '@weft/hessian';
import { TranscodeError } from '@weft/sdk';
import {
  checkMayLack,
  FieldType,
  isLong,
  type ProtoField,
  type ProtoMessage,
  tagged,
  writeDecimal,
  writeWhole,
} from '../../common/proto/index.ts';
import { DEFAULT_MAX_BODY_BYTES, maxWrittenBytesOf, readJavaObject } from '../../common/values/index.ts';
import { isTimestamp, isValueMessage } from './read-message.ts';

const MAX_DEPTH = 100;
const LONG_RANGE: readonly [bigint, bigint] = [-(2n ** 63n), 2n ** 64n - 1n];
const INT_RANGE: readonly [bigint, bigint] = [-(2n ** 31n), 2n ** 32n - 1n];

/**
 * A Java value as a message: the fields of an object, or the entries of a map, by their names in Java or in the `.proto`. What
 * the message has no field for stays behind, and so does null.
 * @throws TranscodeError where a value does not fit its field, or one is missing that proto2 requires, with the names of fields on the way
 */
export function writeMessage(type: ProtoMessage, value: unknown, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): Buffer {
  return new MessageWriter(maxBodyBytes).message(type, value, type.name);
}

/** Values by position as the fields of a message, in the order of their numbers. */
export function writeFields(
  type: ProtoMessage,
  values: readonly unknown[],
  maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
): Buffer {
  if (values.length > type.fields.length)
    throw new TranscodeError(`${values.length} arguments, and ${type.name} has ${type.fields.length} fields`);
  return new MessageWriter(maxBodyBytes).message(
    type,
    new Map(values.map((value, index) => [(type.fields[index] as ProtoField).javaName, value])),
    type.name,
  );
}

class MessageWriter {
  readonly #maxBytes: number;
  #depth = 0;
  #written = 0;

  constructor(maxBodyBytes: number) {
    this.#maxBytes = maxWrittenBytesOf(maxBodyBytes);
  }

  message(type: ProtoMessage, value: unknown, place: string): Buffer {
    if (++this.#depth > MAX_DEPTH) throw new TranscodeError(`${place}: values more than ${MAX_DEPTH} deep, or cyclic`);
    const fieldOf = isValueMessage(type) ? valueField(type, value, place) : namedField(value, place);
    const parts: Uint8Array[] = [];
    for (const field of type.fields) {
      const item = fieldOf(field);
      if (item !== null && item !== undefined) this.#field(field, item, `${place}.${field.name}`, parts);
      else checkMayLack(field, place);
    }
    this.#depth--;
    const bytes = Buffer.concat(parts);
    this.#written += bytes.length;
    if (this.#written > this.#maxBytes) throw new TranscodeError(`${place}: more than ${this.#maxBytes} bytes`);
    return bytes;
  }

  #field(field: ProtoField, value: unknown, place: string, parts: Uint8Array[]): void {
    const { number, type, message } = field;
    if (!field.repeated) {
      parts.push(...tagged(number, type, this.#value(field, value, place)));
      return;
    }
    if (message?.isMapEntry === true) {
      const entries = value instanceof TypedMap ? value.entries : value;
      if (!(entries instanceof Map)) expected('a map', value, place);
      for (const [key, item] of entries) {
        const entry = new Map<string, unknown>([
          ['key', key],
          ['value', item],
        ]);
        parts.push(...tagged(number, type, this.message(message, entry, place)));
      }
      return;
    }
    const items = value instanceof TypedList ? value.items : value;
    if (!Array.isArray(items)) expected('a list', value, place);
    const pieces = items.map((item, index) => {
      if (item === null || item === undefined) expected('a value', item, `${place}[${index}]`);
      return this.#value(field, item, `${place}[${index}]`);
    });
    if (field.packed) {
      if (pieces.length > 0) parts.push(...tagged(number, FieldType.BYTES, Buffer.concat(pieces)));
    } else for (const piece of pieces) parts.push(...tagged(number, type, piece));
  }

  #value(field: ProtoField, value: unknown, place: string): Uint8Array {
    switch (field.type) {
      case FieldType.DOUBLE:
      case FieldType.FLOAT:
        return writeDecimal(field.type, numberOf(value, place));
      case FieldType.BOOL:
        if (typeof value !== 'boolean') expected('a boolean', value, place);
        return Buffer.from([value ? 1 : 0]);
      case FieldType.STRING:
        return Buffer.from(textOf(value, place));
      case FieldType.BYTES:
        if (!(value instanceof Uint8Array)) expected('bytes', value, place);
        return value;
      case FieldType.MESSAGE:
        return this.message(field.message as ProtoMessage, value, place);
      case FieldType.ENUM:
        return writeWhole(field.type, BigInt(enumOf(field, value, place)));
      case FieldType.GROUP:
        throw new TranscodeError(`${place}: groups are not converted`);
      default:
        return writeWhole(field.type, wholeOf(value, isLong(field.type) ? LONG_RANGE : INT_RANGE, place));
    }
  }
}

/** Where the value of a field is: in an object or a map, under either of its names. */
function namedField(value: unknown, place: string): (field: ProtoField) => unknown {
  const fields = value instanceof HessianObject ? value.fields : value instanceof TypedMap ? value.entries : value;
  if (!(fields instanceof Map)) expected('an object', value, place);
  return ({ javaName, name }) => fields.get(javaName) ?? fields.get(name);
}

/** Of a Timestamp or a wrapper. */
function valueField(type: ProtoMessage, value: unknown, place: string): (field: ProtoField) => unknown {
  if (!isTimestamp(type)) return () => value;
  const known = value instanceof HessianObject ? readJavaObject(value) : null;
  const epochMs = value instanceof Date ? value.getTime() : known?.kind === 'instant' ? known.epochMs : Number.NaN;
  if (Number.isNaN(epochMs)) expected('a time', value, place);
  const seconds = Math.floor(epochMs / 1000);
  const nanos = known?.kind === 'instant' && known.nanos !== 0 ? known.nanos : (epochMs - seconds * 1000) * 1_000_000;
  return ({ name }) => (name === 'seconds' ? BigInt(seconds) : nanos);
}

function wholeOf(value: unknown, [least, most]: readonly [bigint, bigint], place: string): bigint {
  let whole: bigint | null = null;
  if (typeof value === 'bigint') whole = value;
  else if (typeof value === 'number' && Number.isInteger(value)) whole = BigInt(value);
  else if (value instanceof HessianDouble) whole = BigInt(value.value);
  else {
    const known = value instanceof HessianObject ? readJavaObject(value) : null;
    if (known?.kind === 'number' && /^-?\d{1,40}$/.test(known.digits)) whole = BigInt(known.digits);
  }
  if (whole === null || whole < least || whole > most) expected('a whole number that fits', value, place);
  return whole;
}

function numberOf(value: unknown, place: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof HessianDouble) return value.value;
  const known = value instanceof HessianObject ? readJavaObject(value) : null;
  return known?.kind === 'number' ? Number(known.digits) : expected('a number', value, place);
}

function textOf(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  const known = value instanceof HessianObject ? readJavaObject(value) : null;
  if (known?.kind === 'text') return known.text;
  if (known?.kind === 'number') return known.digits;
  return expected('a text', value, place);
}

function enumOf({ enumeration }: ProtoField, value: unknown, place: string): number {
  const name = value instanceof HessianObject ? value.fields.get('name') : value;
  const number = typeof name === 'string' ? enumeration?.numberOf.get(name) : undefined;
  return number ?? expected(`a value of ${enumeration?.name}`, value, place);
}

function expected(what: string, value: unknown, place: string): never {
  const found = value instanceof HessianObject ? value.className : value === null ? 'null' : typeof value;
  throw new TranscodeError(`${place}: ${what} expected, ${found} found`);
}
