import { TarsType, tarsHead, tarsInt, tarsText } from '@weft/json-values';
import { readUint32 } from '../common/framed/uint32.ts';

export const TRUNCATED = -1;
export const MALFORMED = -2;

const LONG_TAG = 15;
/** Containers within containers that are gone over. */
const MAX_DEPTH = 16;
/** Bytes of a number of type 0 to 5. */
const NUMBER_BYTES: readonly number[] = [1, 2, 4, 8, 4, 8];

/** Where the value of `type` that begins at `at` ends; TRUNCATED when that is beyond `end`, MALFORMED when it is none. */
export function skipValue(bytes: Uint8Array, at: number, end: number, type: number, depth = 0): number {
  let next: number;
  switch (type) {
    case TarsType.ZERO:
      return at;
    case TarsType.TEXT1:
      next = at < end ? at + 1 + (bytes[at] as number) : TRUNCATED;
      break;
    case TarsType.TEXT4:
      next = at + 4 <= end ? at + 4 + readUint32(bytes, at) : TRUNCATED;
      break;
    case TarsType.BYTES: {
      if (at >= end) return TRUNCATED;
      if (bytes[at] !== TarsType.INT8) return MALFORMED;
      const from = skipCount(bytes, at + 1, end);
      next = from < 0 ? from : from + lastCount;
      break;
    }
    case TarsType.MAP:
    case TarsType.LIST: {
      const from = skipCount(bytes, at, end);
      if (from < 0) return from;
      return skipFields(bytes, from, end, type === TarsType.MAP ? lastCount * 2 : lastCount, depth);
    }
    case TarsType.STRUCT_BEGIN:
      return skipStruct(bytes, at, end, depth);
    default: {
      const size = NUMBER_BYTES[type];
      if (size === undefined) return MALFORMED;
      next = at + size;
    }
  }
  return next > end ? TRUNCATED : next;
}

/** What `skipCount` read. */
let lastCount = 0;

/** Goes over a length, which is an int field with tag 0. */
function skipCount(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return TRUNCATED;
  const type = bytes[at] as number;
  const next = skipInt(bytes, at + 1, end, type);
  if (next < 0) return next;
  lastCount = readInt(bytes, at + 1, type);
  return lastCount < 0 ? MALFORMED : next;
}

function skipInt(bytes: Uint8Array, at: number, end: number, type: number): number {
  return type <= TarsType.INT32 || type === TarsType.ZERO ? skipValue(bytes, at, end, type) : MALFORMED;
}

function skipFields(bytes: Uint8Array, from: number, end: number, count: number, depth: number): number {
  if (depth >= MAX_DEPTH) return MALFORMED;
  let at = from;
  for (let left = count; left > 0; left--) {
    const type = fieldType(bytes, at, end);
    if (type < 0) return type;
    at = skipValue(bytes, fieldValueAt, end, type, depth + 1);
    if (at < 0) return at;
  }
  return at;
}

function skipStruct(bytes: Uint8Array, from: number, end: number, depth: number): number {
  if (depth >= MAX_DEPTH) return MALFORMED;
  let at = from;
  for (;;) {
    const type = fieldType(bytes, at, end);
    if (type < 0) return type;
    if (type === TarsType.STRUCT_END) return fieldValueAt;
    at = skipValue(bytes, fieldValueAt, end, type, depth + 1);
    if (at < 0) return at;
  }
}

/** Tag of the field that `fieldType` looked at, and where its value begins. */
export let fieldTag = 0;
export let fieldValueAt = 0;

/** Type of the field at `at`; sets `fieldTag` and `fieldValueAt`. TRUNCATED when its head is not there. */
export function fieldType(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return TRUNCATED;
  const head = bytes[at] as number;
  fieldTag = head >> 4;
  fieldValueAt = at + 1;
  if (fieldTag === LONG_TAG) {
    if (at + 1 >= end) return TRUNCATED;
    fieldTag = bytes[at + 1] as number;
    fieldValueAt = at + 2;
  }
  return head & 0x0f;
}

/** An int of type 0 to 2, or 0. */
export function readInt(bytes: Uint8Array, at: number, type: number): number {
  switch (type) {
    case TarsType.INT8:
      return ((bytes[at] as number) << 24) >> 24;
    case TarsType.INT16:
      return (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number);
    case TarsType.INT32:
      return readUint32(bytes, at) | 0;
    default:
      return 0;
  }
}

export function isInt(type: number): boolean {
  return type <= TarsType.INT32 || type === TarsType.ZERO;
}

/** Where the characters of a text of `type` begin whose value is at `at`. */
export function textStart(at: number, type: number): number {
  return type === TarsType.TEXT1 ? at + 1 : at + 4;
}

export function isText(type: number): boolean {
  return type === TarsType.TEXT1 || type === TarsType.TEXT4;
}

/** Puts fields behind each other. For what the proxy says itself; frames that are passed on are not built again. */
export class FieldWriter {
  readonly #parts: Uint8Array[] = [];

  int(tag: number, value: number): void {
    this.#parts.push(tarsInt(tag, value));
  }

  text(tag: number, value: string): void {
    this.#parts.push(tarsText(tag, Buffer.from(value, 'utf8')));
  }

  bytes(tag: number, value: Uint8Array): void {
    this.#parts.push(tarsHead(tag, TarsType.BYTES), tarsHead(0, TarsType.INT8), tarsInt(0, value.length), value);
  }

  map(tag: number, pairs: readonly (readonly [name: string, value: string])[]): void {
    this.#parts.push(tarsHead(tag, TarsType.MAP));
    this.int(0, pairs.length);
    for (const [name, value] of pairs) {
      this.text(0, name);
      this.text(1, value);
    }
  }

  raw(value: Uint8Array): void {
    this.#parts.push(value);
  }

  take(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
