import { ANSWER_LIMITS, bytesOf, MAX_DEPTH, mismatch, numberOf, textOf, wholeOf } from './answer-values.ts';
import { type JsonValue, parseJson } from './json-text.ts';
import { ValuePath } from './value-error.ts';

/** Names of types in the JSON of Thrift (`TJSONProtocol`), and their numbers in its binary protocol. `bin` is ours. */
const TYPES: ReadonlyMap<string, number> = new Map([
  ['tf', 2],
  ['i8', 3],
  ['dbl', 4],
  ['i16', 6],
  ['i32', 8],
  ['i64', 10],
  ['str', 11],
  ['bin', 11],
  ['rec', 12],
  ['map', 13],
  ['set', 14],
  ['lst', 15],
]);
const NAMES = [...TYPES.keys()].join(', ');
/** What a key may be: it is a text in JSON. */
const KEYS: ReadonlySet<string> = new Set(['tf', 'i8', 'i16', 'i32', 'i64', 'dbl', 'str']);

const STOP = Buffer.from([0]);
const FIELD_ID = /^(?:0|-?[1-9]\d{0,4})$/;
const WHOLE_TEXT = /^(?:0|-?[1-9]\d{0,18})$/;
const NUMBER_TEXT = /^-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?$/;
/** Values of a double that JSON has as texts only. */
const NO_NUMBERS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);

/**
 * The result struct of a reply in Thrift's binary protocol, of the JSON that Thrift has for it (`TJSONProtocol`): `{"0":{"i32":5}}`
 * returns 5, `{"1":{"rec":{…}}}` throws the first exception that the method declares, `{}` returns nothing. Lists and sets are
 * `["i32",2,7,8]`, maps `["str","i32",1,{"a":7}]`; `{"bin":"<base64>"}` is ours, for bytes that are no text.
 * @throws ValueError for what is no such result, deeper than 50 values, or names a field or a key twice
 */
export function thriftAnswer(text: string): Buffer {
  const json = parseJson(text, ANSWER_LIMITS, 'refuse');
  const writer = new StructWriter();
  if (!(json instanceof Map) || json.size > 1) mismatch(writer.path, 'an object with one field', json);
  for (const id of json.keys())
    if (id.startsWith('-')) writer.path.fail('type', `${id} is no field of a result: 0, or that of an exception`);
  writer.struct(json);
  return Buffer.concat(writer.parts);
}

class StructWriter {
  readonly path: ValuePath = new ValuePath();
  readonly parts: Buffer[] = [];
  #depth = 0;

  struct(json: JsonValue): void {
    if (!(json instanceof Map)) mismatch(this.path, 'an object by the numbers of fields', json);
    this.#open();
    for (const [name, value] of json) {
      const id = Number(name);
      if (!FIELD_ID.test(name) || id !== (id << 16) >> 16)
        this.path.fail('type', `${JSON.stringify(name.slice(0, 40))} is no number of a field, -32768 to 32767`);
      this.path.enter(name);
      if (!(value instanceof Map) || value.size !== 1)
        mismatch(this.path, 'one value by its type, such as {"i32":5},', value);
      const [[type, item] = ['', null]] = value;
      const head = Buffer.from([this.#typeOf(type), 0, 0]);
      head.writeInt16BE(id, 1);
      this.parts.push(head);
      this.path.enter(type);
      this.#value(type, item);
      this.path.leave();
      this.path.leave();
    }
    this.parts.push(STOP);
    this.#depth--;
  }

  #value(type: string, json: JsonValue): void {
    const { path, parts } = this;
    switch (type) {
      case 'tf':
        if (json !== true && json !== false && json !== 0 && json !== 1) mismatch(path, 'true, false, 1 or 0', json);
        parts.push(Buffer.from([Number(json)]));
        break;
      case 'i8':
        parts.push(bytesOfWhole(wholeOf(path, json, 8), 1));
        break;
      case 'i16':
        parts.push(bytesOfWhole(wholeOf(path, json, 16), 2));
        break;
      case 'i32':
        parts.push(bytesOfWhole(wholeOf(path, json, 32), 4));
        break;
      case 'i64':
        parts.push(bytesOfWhole(wholeOf(path, json, 64), 8));
        break;
      case 'dbl': {
        const bytes = Buffer.alloc(8);
        const named = typeof json === 'string' && NO_NUMBERS.has(json);
        bytes.writeDoubleBE(named ? Number(json) : numberOf(path, json));
        parts.push(bytes);
        break;
      }
      case 'str':
        this.#sized(textOf(path, json));
        break;
      case 'bin':
        this.#sized(bytesOf(path, json));
        break;
      case 'rec':
        this.struct(json);
        break;
      case 'map':
        this.#map(json);
        break;
      default:
        this.#list(json);
    }
  }

  #sized(bytes: Buffer): void {
    this.parts.push(bytesOfWhole(BigInt(bytes.length), 4), bytes);
  }

  /** `[type, count, item, …]` */
  #list(json: JsonValue): void {
    const [type, count, ...items] = Array.isArray(json) ? json : [];
    if (typeof type === 'string' && typeof count === 'number' && count !== items.length)
      this.path.fail('type', `says ${count} items, has ${items.length}`);
    if (typeof type !== 'string' || count !== items.length) mismatch(this.path, '["<type>",<count>,<item>, …]', json);
    this.#open();
    this.parts.push(Buffer.from([this.#typeOf(type)]), bytesOfWhole(BigInt(count), 4));
    for (const [index, item] of items.entries()) {
      this.path.enter(index + 2);
      this.#value(type, item);
      this.path.leave();
    }
    this.#depth--;
  }

  /** `[type of keys, type of values, count, {key: value, …}]` */
  #map(json: JsonValue): void {
    const [keyType, valueType, count, entries] = Array.isArray(json) && json.length === 4 ? json : [];
    const fits = entries instanceof Map && count === entries.size;
    if (typeof keyType !== 'string' || typeof valueType !== 'string' || !fits)
      mismatch(this.path, '["<type>","<type>",<count>,{…}], with as many entries as it says,', json);
    if (!KEYS.has(keyType)) this.path.fail('type', `keys are of one of ${[...KEYS].join(', ')}`);
    this.#open();
    const types = Buffer.from([this.#typeOf(keyType), this.#typeOf(valueType)]);
    this.parts.push(types, bytesOfWhole(BigInt(entries.size), 4));
    this.path.enter(3);
    const seen = new Set<string>();
    for (const [key, value] of entries) {
      this.path.enter(key);
      this.#value(keyType, keyOf(keyType, key));
      // `1` and `1.0` are one double.
      const written = this.parts.at(-1)?.toString('latin1') ?? '';
      if (seen.has(written)) this.path.fail('type', 'a key that was there before');
      seen.add(written);
      this.#value(valueType, value);
      this.path.leave();
    }
    this.path.leave();
    this.#depth--;
  }

  #typeOf(name: string): number {
    const type = TYPES.get(name);
    return type ?? this.path.fail('type', `${JSON.stringify(name.slice(0, 40))} is no type, which are ${NAMES}`);
  }

  #open(): void {
    if (++this.#depth > MAX_DEPTH) this.path.fail('limit', `more than ${MAX_DEPTH} values deep`);
  }
}

/** A key as the value that it stands for; itself where it is none, which its type then refuses. */
function keyOf(type: string, key: string): JsonValue {
  switch (type) {
    case 'str':
      return key;
    case 'dbl':
      return NUMBER_TEXT.test(key) ? Number(key) : key;
    default:
      if (!WHOLE_TEXT.test(key)) return key;
      return Number.isSafeInteger(Number(key)) ? Number(key) : BigInt(key);
  }
}

/** The lower bytes, highest first. */
function bytesOfWhole(value: bigint, size: 1 | 2 | 4 | 8): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes.subarray(8 - size);
}
