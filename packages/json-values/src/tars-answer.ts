import { ANSWER_LIMITS, bytesOf, MAX_DEPTH, mismatch, numberOf, textOf, wholeOf } from './answer-values.ts';
import { JsonDecimal, type JsonValue, parseJson } from './json-text.ts';
import { ValuePath } from './value-error.ts';

/** Types of a field of Tars, the low half of its first byte. */
export const TarsType = {
  INT8: 0,
  INT16: 1,
  INT32: 2,
  INT64: 3,
  FLOAT: 4,
  DOUBLE: 5,
  /** Length in one byte. */
  TEXT1: 6,
  /** Length in four. */
  TEXT4: 7,
  MAP: 8,
  LIST: 9,
  STRUCT_BEGIN: 10,
  STRUCT_END: 11,
  /** The number 0, without bytes. */
  ZERO: 12,
  /** Bytes: a field of type int8, the length as a field, the bytes. */
  BYTES: 13,
} as const;

/** From here on a tag stands in a byte of its own. */
const LONG_TAG = 15;
const MAX_TAG = 255;
const TAG = /^(?:0|[1-9]\d{0,2})$/;
const STRUCT_END = Buffer.from([TarsType.STRUCT_END]);
const MAX_TEXT1_BYTES = 255;
const INT_BYTES = [1, 2, 4, 8] as const;

/** The first byte of a field, or two. */
export function tarsHead(tag: number, type: number): Buffer {
  return Buffer.from(tag < LONG_TAG ? [(tag << 4) | type] : [(LONG_TAG << 4) | type, tag]);
}

/** A whole number of at most 64 bits as a field, in as few bytes as hold it: readers widen. */
export function tarsInt(tag: number, value: number | bigint): Buffer {
  const whole = BigInt(value);
  if (whole === 0n) return tarsHead(tag, TarsType.ZERO);
  const type = INT_BYTES.findIndex((size) => BigInt.asIntN(size * 8, whole) === whole);
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(whole);
  return Buffer.concat([tarsHead(tag, type), bytes.subarray(8 - (INT_BYTES[type] as number))]);
}

/** A text as a field, of its bytes in UTF-8. */
export function tarsText(tag: number, value: Uint8Array): Buffer {
  if (value.length <= MAX_TEXT1_BYTES)
    return Buffer.concat([tarsHead(tag, TarsType.TEXT1), Buffer.from([value.length]), value]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([tarsHead(tag, TarsType.TEXT4), length, value]);
}

/**
 * The buffer of an answer of Tars, of an object by tags: `{"0":"x"}` returns x, `{"0":1,"2":"y"}` has y in the second parameter as
 * well. Whole numbers and truth values are integers, numbers with a point (`5.0`) doubles, objects by tags structs;
 * `{"float":0.1}`, `{"bytes":"<base64>"}` and `{"map":[["key",1]]}` say what JSON has no form for.
 * @throws ValueError for what is no such answer, deeper than 50 values, or has a tag or a key twice
 */
export function tarsAnswer(text: string): Buffer {
  const json = parseJson(text, ANSWER_LIMITS, 'refuse');
  const writer = new FieldsWriter();
  if (!(json instanceof Map)) mismatch(writer.path, 'an object by tags, 0 is what the method returns,', json);
  writer.fields(json);
  return Buffer.concat(writer.parts);
}

class FieldsWriter {
  readonly path: ValuePath = new ValuePath();
  parts: Buffer[] = [];
  #depth = 0;

  /** In the order of the tags: readers look forward only. */
  fields(json: ReadonlyMap<string, JsonValue>): void {
    for (const name of json.keys())
      if (!TAG.test(name) || Number(name) > MAX_TAG)
        this.path.fail('type', `${JSON.stringify(name.slice(0, 40))} is no tag, 0 to ${MAX_TAG}`);
    for (const [name, value] of [...json].sort(([first], [second]) => Number(first) - Number(second))) {
      this.path.enter(name);
      this.#value(Number(name), value);
      this.path.leave();
    }
  }

  #value(tag: number, json: JsonValue): void {
    const { path } = this;
    if (json === null) path.fail('type', 'null is no value of Tars: leave the tag out');
    else if (typeof json === 'boolean') this.parts.push(tarsInt(tag, Number(json)));
    else if (typeof json === 'string') this.parts.push(tarsText(tag, textOf(path, json)));
    else if (json instanceof JsonDecimal) this.#double(tag, numberOf(path, json));
    else if (typeof json !== 'object') this.parts.push(tarsInt(tag, wholeOf(path, json, 64)));
    else {
      if (++this.#depth > MAX_DEPTH) path.fail('limit', `more than ${MAX_DEPTH} values deep`);
      if (Array.isArray(json)) this.#list(tag, json);
      else this.#object(tag, json);
      this.#depth--;
    }
  }

  /** Not a float, even where one holds it: Tars.js reads no double of it. */
  #double(tag: number, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    this.parts.push(tarsHead(tag, TarsType.DOUBLE), bytes);
  }

  #float(tag: number, value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatBE(value);
    this.parts.push(tarsHead(tag, TarsType.FLOAT), bytes);
  }

  #list(tag: number, items: readonly JsonValue[]): void {
    this.parts.push(tarsHead(tag, TarsType.LIST), tarsInt(0, items.length));
    for (const [index, item] of items.entries()) {
      this.path.enter(index);
      this.#value(0, item);
      this.path.leave();
    }
  }

  #object(tag: number, json: ReadonlyMap<string, JsonValue>): void {
    const [[form, value] = ['', null]] = json;
    const isForm = json.size === 1 && (form === 'map' || form === 'bytes' || form === 'float');
    if (!isForm) {
      this.parts.push(tarsHead(tag, TarsType.STRUCT_BEGIN));
      this.fields(json);
      this.parts.push(STRUCT_END);
      return;
    }
    this.path.enter(form);
    if (form === 'map') this.#map(tag, value);
    else if (form === 'float') {
      const number = numberOf(this.path, value);
      if (!Number.isFinite(Math.fround(number))) mismatch(this.path, 'a number that a float holds', value);
      this.#float(tag, number);
    } else {
      const bytes = bytesOf(this.path, value);
      this.parts.push(tarsHead(tag, TarsType.BYTES), tarsHead(0, TarsType.INT8), tarsInt(0, bytes.length), bytes);
    }
    this.path.leave();
  }

  #map(tag: number, json: JsonValue): void {
    if (!Array.isArray(json)) mismatch(this.path, 'a list of pairs, [[<key>,<value>], …],', json);
    this.parts.push(tarsHead(tag, TarsType.MAP), tarsInt(0, json.length));
    const keys = new Set<string>();
    for (const [index, pair] of json.entries()) {
      this.path.enter(index);
      if (!Array.isArray(pair) || pair.length !== 2) mismatch(this.path, 'a pair of a key and a value', pair);
      const [key, value] = pair as [JsonValue, JsonValue];
      const written = this.#apart(key);
      const name = written.toString('latin1');
      if (keys.has(name)) this.path.fail('type', 'a key that was there before');
      keys.add(name);
      this.parts.push(written);
      this.path.enter(1);
      this.#value(1, value);
      this.path.leave();
      this.path.leave();
    }
  }

  /** A key on its own, to be compared with the others. */
  #apart(key: JsonValue): Buffer {
    const { parts } = this;
    this.parts = [];
    this.path.enter(0);
    this.#value(0, key);
    this.path.leave();
    const written = Buffer.concat(this.parts);
    this.parts = parts;
    return written;
  }
}
