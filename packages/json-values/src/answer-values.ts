import { JsonDecimal, type JsonLimits, type JsonValue } from './json-text.ts';
import { cut, type ValuePath } from './value-error.ts';

/** Structs, lists and maps within each other, as for all answers that rules make up. Readers of Thrift stop at 64. */
export const MAX_DEPTH = 50;
/** One value within another takes up to two levels of JSON, or three with a pair of a map. */
export const ANSWER_LIMITS: JsonLimits = { maxDepth: 3 * (MAX_DEPTH + 1), maxValues: 200_000 };

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function mismatch(path: ValuePath, what: string, found: JsonValue): never {
  path.fail('type', `${what} expected, ${shown(found)} found`);
}

function shown(json: JsonValue): string {
  if (json instanceof Map) return json.size === 0 ? 'an empty object' : 'an object';
  if (Array.isArray(json)) return 'a list';
  if (json instanceof JsonDecimal) return cut(json.text);
  return cut(typeof json === 'string' ? JSON.stringify(json) : String(json));
}

/** The whole number of so many bits with a sign that `json` is. */
export function wholeOf(path: ValuePath, json: JsonValue, bits: 8 | 16 | 32 | 64): bigint {
  const isWhole = typeof json === 'number' || typeof json === 'bigint';
  if (!isWhole || BigInt.asIntN(bits, BigInt(json)) !== BigInt(json))
    mismatch(path, `a whole number of ${bits} bits`, json);
  return BigInt(json);
}

/** The number that `json` is, with or without a fraction. */
export function numberOf(path: ValuePath, json: JsonValue): number {
  let value = Number.NaN;
  if (json instanceof JsonDecimal) value = Number(json.text);
  else if (typeof json === 'number' || typeof json === 'bigint') value = Number(json);
  // What is too large would arrive as infinity.
  if (!Number.isFinite(value)) mismatch(path, 'a number that a double holds', json);
  return value;
}

/** The bytes that `json` has in base64. */
export function bytesOf(path: ValuePath, json: JsonValue): Buffer {
  if (typeof json !== 'string' || !BASE64.test(json)) mismatch(path, 'bytes in base64', json);
  return Buffer.from(json, 'base64');
}

/** Half of a pair of surrogates has no bytes in UTF-8, and would become a question mark. */
export function textOf(path: ValuePath, json: JsonValue): Buffer {
  if (typeof json !== 'string' || !json.isWellFormed()) mismatch(path, 'a text', json);
  return Buffer.from(json);
}
