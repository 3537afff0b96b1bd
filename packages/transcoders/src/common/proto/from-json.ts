import { TranscodeError } from '@weft/sdk';
import { JsonDecimal, type JsonValue } from '../values/index.ts';
import { hasOwnJson, TYPE_KEY, typeOfUrl, URL_FIELD, VALUE_FIELD, VALUE_KEY } from './any.ts';
import { ANY, checkMayLack, FieldType, type ProtoField, type ProtoMessage } from './descriptor.ts';
import { isLong, isWrapper } from './field-type.ts';
import { isBase64, MAX_DEPTH, refuseGroup } from './json.ts';
import { tagged, writeDecimal, writeWhole } from './scalars.ts';
import { parseDuration, parseTimestamp, type SecondsAndNanos, snakeCase } from './well-known.ts';

/** What becomes of a name in JSON for which the message has no field. */
export type UnknownFields = 'refuse' | 'ignore';

/**
 * JSON as a message (the JSON mapping of proto3): names of fields in either form, numbers as numbers or as text, null for what
 * has no value.
 * @throws TranscodeError where a value does not fit its field, with the names of fields on the way
 */
export function jsonToMessage(type: ProtoMessage, value: JsonValue, unknown: UnknownFields): Buffer {
  return new JsonReader(unknown).message(type, value, type.name, 0);
}

class JsonReader {
  readonly #unknown: UnknownFields;

  constructor(unknown: UnknownFields) {
    this.#unknown = unknown;
  }

  message(type: ProtoMessage, value: JsonValue, place: string, depth: number): Buffer {
    if (depth > MAX_DEPTH) throw new TranscodeError(`${place}: values more than ${MAX_DEPTH} deep`);
    const { name } = type;
    if (!name.startsWith('google.protobuf.')) return this.#object(type, value, place, depth);
    if (isWrapper(name)) return this.#named(type, [['value', value]], place, depth);
    switch (name) {
      case 'google.protobuf.Timestamp':
        return this.#time(type, parseTimestamp(textOf(value, 'a time as text', place)), 'a time', place, depth);
      case 'google.protobuf.Duration':
        return this.#time(type, parseDuration(textOf(value, 'a duration as text', place)), 'a duration', place, depth);
      case 'google.protobuf.FieldMask': {
        const text = textOf(value, 'names of fields as text', place);
        // A path with one would come back as another one.
        if (text.includes('_')) expected('names of fields without `_`', value, place);
        const paths = text === '' ? [] : text.split(',').map(snakeCase);
        return this.#named(type, [['paths', paths]], place, depth);
      }
      case 'google.protobuf.Struct':
        if (!(value instanceof Map)) return expected('an object', value, place);
        return this.#named(type, [['fields', value]], place, depth);
      case 'google.protobuf.ListValue':
        return this.#named(type, [['values', value]], place, depth);
      case 'google.protobuf.Value':
        return this.#named(type, [[valueField(value), value]], place, depth);
      case ANY:
        return this.#any(type, value, place, depth);
      default:
        return this.#object(type, value, place, depth);
    }
  }

  #object(type: ProtoMessage, value: JsonValue, place: string, depth: number): Buffer {
    if (!(value instanceof Map)) expected('an object', value, place);
    if (this.#unknown === 'refuse')
      for (const name of value.keys())
        if (type.byJsonName.get(name) === undefined)
          throw new TranscodeError(`${place}: no field is called ${JSON.stringify(name.slice(0, 64))}`);
    const parts: Uint8Array[] = [];
    const chosen = new Map<number, ProtoField>();
    for (const field of type.fields) {
      const { javaName, name, oneof } = field;
      if (javaName !== name && value.has(javaName) && value.has(name))
        throw new TranscodeError(`${place}: ${javaName} and ${name} are one field`);
      const item = value.get(javaName) ?? value.get(name);
      if (item === undefined || (item === null && !takesNull(field))) {
        checkMayLack(field, place);
        continue;
      }
      const other = oneof < 0 ? undefined : chosen.get(oneof);
      if (other !== undefined)
        throw new TranscodeError(`${place}: only one of ${other.javaName} and ${javaName} may have a value`);
      if (oneof >= 0) chosen.set(oneof, field);
      this.#field(field, item, `${place}.${field.javaName}`, depth, parts);
    }
    return Buffer.concat(parts);
  }

  /** Fields of a message whose JSON is no object, by their names. */
  #named(
    type: ProtoMessage,
    values: readonly (readonly [name: string, value: JsonValue])[],
    place: string,
    depth: number,
  ): Buffer {
    const parts: Uint8Array[] = [];
    for (const [name, value] of values) {
      const field = type.fields.find((item) => item.name === name);
      if (field !== undefined) this.#field(field, value, place, depth, parts);
    }
    return Buffer.concat(parts);
  }

  /** A message with its type beside its fields, or beside its `value` where its JSON is no object of fields. */
  #any(type: ProtoMessage, value: JsonValue, place: string, depth: number): Buffer {
    if (!(value instanceof Map)) return expected('an object', value, place);
    if (value.size === 0) return NOTHING;
    const url = value.get(TYPE_KEY);
    if (typeof url !== 'string') throw new TranscodeError(`${place}: the type as text expected in "${TYPE_KEY}"`);
    const within = typeOfUrl(type, url, place);
    const fields = new Map(value);
    fields.delete(TYPE_KEY);
    const bytes = this.message(within, this.#valueWithin(within, fields, place), place, depth + 1);
    const parts = tagged(URL_FIELD, FieldType.STRING, Buffer.from(url));
    return Buffer.concat(bytes.length === 0 ? parts : [...parts, ...tagged(VALUE_FIELD, FieldType.BYTES, bytes)]);
  }

  #valueWithin(within: ProtoMessage, fields: Map<string, JsonValue>, place: string): JsonValue {
    if (!hasOwnJson(within)) {
      // Some write the empty message by its fields, others as a value.
      if (within.name === 'google.protobuf.Empty') fields.delete(VALUE_KEY);
      return fields;
    }
    const value = fields.get(VALUE_KEY);
    if (value === undefined)
      throw new TranscodeError(`${place}: the ${within.name} expected in "${VALUE_KEY}", beside "${TYPE_KEY}"`);
    if (this.#unknown === 'refuse' && fields.size > 1)
      throw new TranscodeError(`${place}: nothing but "${TYPE_KEY}" and "${VALUE_KEY}" expected for ${within.name}`);
    return value;
  }

  #time(type: ProtoMessage, time: SecondsAndNanos | null, what: string, place: string, depth: number): Buffer {
    if (time === null) throw new TranscodeError(`${place}: ${what} expected`);
    const { seconds, nanos } = time;
    return this.#named(
      type,
      [
        ['seconds', seconds],
        ['nanos', nanos],
      ],
      place,
      depth,
    );
  }

  #field(field: ProtoField, value: JsonValue, place: string, depth: number, parts: Uint8Array[]): void {
    const { number, type, message } = field;
    if (!field.repeated) {
      parts.push(...tagged(number, type, this.#value(field, value, place, depth)));
      return;
    }
    if (message?.isMapEntry === true) {
      if (!(value instanceof Map)) expected('an object', value, place);
      for (const [key, item] of value)
        parts.push(...tagged(number, type, this.#entry(message, key, item, place, depth)));
      return;
    }
    if (!Array.isArray(value)) expected('a list', value, place);
    const pieces = value.map((item, index) => this.#value(field, item, `${place}[${index}]`, depth));
    if (!field.packed) for (const piece of pieces) parts.push(...tagged(number, type, piece));
    else if (pieces.length > 0) parts.push(...tagged(number, FieldType.BYTES, Buffer.concat(pieces)));
  }

  /** Keys are text in JSON, whatever their type. */
  #entry(entry: ProtoMessage, key: string, value: JsonValue, place: string, depth: number): Buffer {
    const [keyField, valueField] = entry.fields as [ProtoField, ProtoField];
    const own = `${place}[${JSON.stringify(key.slice(0, 64))}]`;
    const parts: Uint8Array[] = [];
    const typedKey = keyField.type === FieldType.BOOL ? booleanOf(key, own) : key;
    this.#field(keyField, typedKey, own, depth, parts);
    this.#field(valueField, value, own, depth, parts);
    return Buffer.concat(parts);
  }

  #value(field: ProtoField, value: JsonValue, place: string, depth: number): Uint8Array {
    const { type } = field;
    switch (type) {
      case FieldType.MESSAGE:
        return this.message(field.message as ProtoMessage, value, place, depth + 1);
      case FieldType.STRING:
        return Buffer.from(unicodeOf(textOf(value, 'text', place), place));
      case FieldType.BYTES:
        return bytesOf(value, place);
      case FieldType.BOOL:
        if (typeof value !== 'boolean') expected('true or false', value, place);
        return Buffer.from([value ? 1 : 0]);
      case FieldType.DOUBLE:
      case FieldType.FLOAT:
        return writeDecimal(type, decimalOf(type, value, place));
      case FieldType.ENUM:
        return writeWhole(type, enumOf(field, value, place));
      case FieldType.GROUP:
        return refuseGroup(place);
      default:
        return writeWhole(type, wholeOf(type, value, place));
    }
  }
}

/** Null is a value to google.protobuf.Value, and none to all others. */
function takesNull({ message, enumeration, repeated }: ProtoField): boolean {
  return !repeated && (message?.name === 'google.protobuf.Value' || enumeration?.name === 'google.protobuf.NullValue');
}

/** The field of google.protobuf.Value that a value of JSON is in. */
function valueField(value: JsonValue): string {
  if (value === null) return 'null_value';
  if (typeof value === 'boolean') return 'bool_value';
  if (typeof value === 'string') return 'string_value';
  if (Array.isArray(value)) return 'list_value';
  return value instanceof Map ? 'struct_value' : 'number_value';
}

const SPECIAL: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const FLOAT_MAX = 3.4028235677973366e38;

function decimalOf(type: number, value: JsonValue, place: string): number {
  const text = value instanceof JsonDecimal ? value.text : typeof value === 'string' ? value : null;
  let number = Number.NaN;
  if (typeof value === 'number' || typeof value === 'bigint') number = Number(value);
  else if (text !== null && SPECIAL.has(text)) return Number(text);
  else if (text !== null && NUMBER.test(text)) number = Number(text);
  else expected('a number', value, place);
  if (!Number.isFinite(number) || (type === FieldType.FLOAT && Math.abs(number) >= FLOAT_MAX))
    throw new TranscodeError(`${place}: a number that fits expected`);
  return number;
}

function wholeOf(type: number, value: JsonValue, place: string): bigint {
  const whole = exactOf(value);
  if (whole === null) expected('a whole number', value, place);
  const bits = isLong(type) ? 64 : 32;
  const fits = isUnsigned(type) ? BigInt.asUintN(bits, whole) === whole : BigInt.asIntN(bits, whole) === whole;
  if (!fits) throw new TranscodeError(`${place}: a whole number of ${bits} bits expected`);
  return whole;
}

const PARTS = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
/** Of 2^64 - 1; `BigInt` of a longer text takes time that grows with its square. */
const MAX_WHOLE_DIGITS = 20;
/** Fits nowhere. */
const TOO_LARGE = 1n << 70n;

/** `1.0` and `1e18` are whole numbers in JSON, too; null for what is none. */
function exactOf(value: JsonValue): bigint | null {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : null;
  const text = value instanceof JsonDecimal ? value.text : value;
  if (typeof text !== 'string') return null;
  if (/^-?\d{1,20}$/.test(text)) return BigInt(text);
  const found = PARTS.exec(text);
  if (found === null) return null;
  const [, sign = '', whole = '', fraction = '', power = '0'] = found;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return whole + fraction === '' ? null : 0n;
  const zeros = Number(power) - fraction.length;
  if (zeros < 0 && !/^0+$/.test(digits.slice(zeros))) return null;
  if (digits.length + zeros > MAX_WHOLE_DIGITS) return TOO_LARGE;
  const exact = BigInt(zeros < 0 ? digits.slice(0, zeros) : digits + '0'.repeat(zeros));
  return sign === '' ? exact : -exact;
}

function isUnsigned(type: number): boolean {
  switch (type) {
    case FieldType.UINT32:
    case FieldType.UINT64:
    case FieldType.FIXED32:
    case FieldType.FIXED64:
      return true;
    default:
      return false;
  }
}

function enumOf({ enumeration }: ProtoField, value: JsonValue, place: string): bigint {
  if (enumeration?.name === 'google.protobuf.NullValue') return 0n;
  if (typeof value === 'number' && (value | 0) === value) return BigInt(value);
  const number = typeof value === 'string' ? enumeration?.numberOf.get(value) : undefined;
  if (number === undefined) expected(`a name of ${enumeration?.name}`, value, place);
  return BigInt(number);
}

function bytesOf(value: JsonValue, place: string): Buffer {
  if (typeof value !== 'string' || !isBase64(value)) return expected('bytes in base64', value, place);
  return Buffer.from(value, 'base64');
}

function textOf(value: JsonValue, what: string, place: string): string {
  if (typeof value !== 'string') return expected(what, value, place);
  return value;
}

/** Half of a pair of surrogates is no character, and has no bytes. */
function unicodeOf(text: string, place: string): string {
  if (!text.isWellFormed()) throw new TranscodeError(`${place}: text expected, half of a surrogate pair found`);
  return text;
}

function booleanOf(text: string, place: string): boolean {
  if (text !== 'true' && text !== 'false') expected('true or false', text, place);
  return text === 'true';
}

function expected(what: string, value: JsonValue, place: string): never {
  throw new TranscodeError(`${place}: ${what} expected, ${kindOf(value)} found`);
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (value instanceof Map) return 'an object';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return typeof value === 'boolean' ? String(value) : 'a number';
}

const NOTHING = Buffer.alloc(0);
