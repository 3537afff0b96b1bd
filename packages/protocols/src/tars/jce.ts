import { readUint32, writeUint32 } from '../common/framed/uint32.ts';

/** Types of a field, the low half of its first byte; the high half is the tag, 15 when it stands in a byte of its own. */
export const JceType = {
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
    case JceType.ZERO:
      return at;
    case JceType.TEXT1:
      next = at < end ? at + 1 + (bytes[at] as number) : TRUNCATED;
      break;
    case JceType.TEXT4:
      next = at + 4 <= end ? at + 4 + readUint32(bytes, at) : TRUNCATED;
      break;
    case JceType.BYTES: {
      if (at >= end) return TRUNCATED;
      if (bytes[at] !== JceType.INT8) return MALFORMED;
      const from = skipCount(bytes, at + 1, end);
      next = from < 0 ? from : from + lastCount;
      break;
    }
    case JceType.MAP:
    case JceType.LIST: {
      const from = skipCount(bytes, at, end);
      if (from < 0) return from;
      return skipFields(bytes, from, end, type === JceType.MAP ? lastCount * 2 : lastCount, depth);
    }
    case JceType.STRUCT_BEGIN:
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
  return type <= JceType.INT32 || type === JceType.ZERO ? skipValue(bytes, at, end, type) : MALFORMED;
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
    if (type === JceType.STRUCT_END) return fieldValueAt;
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
    case JceType.INT8:
      return ((bytes[at] as number) << 24) >> 24;
    case JceType.INT16:
      return (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number);
    case JceType.INT32:
      return readUint32(bytes, at) | 0;
    default:
      return 0;
  }
}

export function isInt(type: number): boolean {
  return type <= JceType.INT32 || type === JceType.ZERO;
}

/** Where the characters of a text of `type` begin whose value is at `at`. */
export function textStart(at: number, type: number): number {
  return type === JceType.TEXT1 ? at + 1 : at + 4;
}

export function isText(type: number): boolean {
  return type === JceType.TEXT1 || type === JceType.TEXT4;
}

/** Puts fields behind each other. For what the proxy says itself; frames that are passed on are not built again. */
export class FieldWriter {
  readonly #parts: Uint8Array[] = [];

  int(tag: number, value: number): void {
    if (value === 0) this.#parts.push(Buffer.from([(tag << 4) | JceType.ZERO]));
    else if (value >= -128 && value <= 127) this.#parts.push(Buffer.from([(tag << 4) | JceType.INT8, value & 0xff]));
    else if (value >= -32_768 && value <= 32_767)
      this.#parts.push(Buffer.from([(tag << 4) | JceType.INT16, (value >> 8) & 0xff, value & 0xff]));
    else this.#parts.push(int32Field(tag, value));
  }

  text(tag: number, value: string): void {
    this.#parts.push(textField(tag, Buffer.from(value, 'utf8')));
  }

  bytes(tag: number, value: Uint8Array): void {
    this.#parts.push(Buffer.from([(tag << 4) | JceType.BYTES, JceType.INT8]));
    this.int(0, value.length);
    this.#parts.push(value);
  }

  map(tag: number, pairs: readonly (readonly [name: string, value: string])[]): void {
    this.#parts.push(Buffer.from([(tag << 4) | JceType.MAP]));
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

function int32Field(tag: number, value: number): Buffer {
  const field = Buffer.allocUnsafe(5);
  field[0] = (tag << 4) | JceType.INT32;
  writeUint32(field, 1, value);
  return field;
}

export function textField(tag: number, value: Uint8Array): Buffer {
  const short = value.length <= 255;
  const field = Buffer.allocUnsafe((short ? 2 : 5) + value.length);
  field[0] = (tag << 4) | (short ? JceType.TEXT1 : JceType.TEXT4);
  if (short) field[1] = value.length;
  else writeUint32(field, 1, value.length);
  field.set(value, short ? 2 : 5);
  return field;
}
