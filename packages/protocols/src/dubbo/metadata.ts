import {
  DEFAULT_HESSIAN_LIMITS,
  decodeUnits,
  encodeUnits,
  Hessian2Reader,
  Hessian2Skipper,
  TRUNCATED,
  unitBytes,
} from '@weft/hessian';
import { sharedUtf8 } from '../common/shared-text.ts';
import { RESPONSE_EXCEPTION_WITH_ATTACHMENTS, RESPONSE_NULL_WITH_ATTACHMENTS } from './frame.ts';

const TAG_NULL = 0x4e;
const TAG_MAP = 0x48;
const TAG_TYPED_MAP = 0x4d;
const TAG_END = 0x5a;
const GENERIC_TYPES = 'Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;';

/** One for the thread: it keeps nothing between calls, and nothing is called from within it. */
const skipper = new Hessian2Skipper({ ...DEFAULT_HESSIAN_LIMITS, maxDepth: 200 });

/** Where the five strings of a request stand, counted from the beginning of the frame. */
export class Prefix {
  path = 0;
  version = 0;
  method = 0;
  types = 0;
  /** The first argument, where the head ends. */
  end = 0;

  copyFrom(other: Prefix): void {
    this.path = other.path;
    this.version = other.version;
    this.method = other.method;
    this.types = other.types;
    this.end = other.end;
  }
}

/** Reads where the strings that begin at `start` stand; `base` is where the frame begins. TRUNCATED or MALFORMED, else `end`. */
export function scanPrefix(bytes: Uint8Array, base: number, start: number, end: number, prefix: Prefix): number {
  let at = skipOptional(bytes, start, end);
  if (at < 0) return at;
  prefix.path = at - base;
  at = skipOptional(bytes, at, end);
  if (at < 0) return at;
  prefix.version = at - base;
  at = skipOptional(bytes, at, end);
  if (at < 0) return at;
  prefix.method = at - base;
  at = skipOptional(bytes, at, end);
  if (at < 0) return at;
  prefix.types = at - base;
  at = skipOptional(bytes, at, end);
  if (at < 0) return at;
  prefix.end = at - base;
  return at;
}

/** A string or null. */
function skipOptional(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return TRUNCATED;
  if (bytes[at] === TAG_NULL) return at + 1;
  return skipper.skipString(bytes, at, end);
}

/** The string at `at`, '' for null; `end` is where it ends. */
export function textAt(bytes: Buffer, at: number, end: number): string {
  const tag = bytes[at] as number;
  if (tag < 0x20) return shortText(bytes, at + 1, end, tag);
  if (tag >= 0x30 && tag < 0x34) return shortText(bytes, at + 2, end, ((tag - 0x30) << 8) | (bytes[at + 1] as number));
  if (tag === TAG_NULL) return '';
  return new Hessian2Reader(bytes, at, end).readText() ?? '';
}

function shortText(bytes: Buffer, at: number, end: number, units: number): string {
  // As many bytes as characters: ASCII.
  return end - at === units ? sharedUtf8(bytes, at, end) : decodeUnits(bytes, at, end);
}

/** Arguments that parameter types such as `Ljava/lang/String;[I` stand for; -1 when they cannot be read. */
export function countArguments(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    switch (bytes[at]) {
      case 0x5b: // [ belongs to what follows
        break;
      case 0x4c: // L … ;
        while (at < end && bytes[at] !== 0x3b) at++;
        if (at === end) return -1;
        count++;
        break;
      case 0x56: // V Z B C D F I J S
      case 0x5a:
      case 0x42:
      case 0x43:
      case 0x44:
      case 0x46:
      case 0x49:
      case 0x4a:
      case 0x53:
        count++;
        break;
      default:
        return -1;
    }
  }
  return count;
}

/** Where the attachments of a request begin, -1 when that cannot be told. */
export function findRequestMap(bytes: Buffer, start: number, end: number, prefix: Prefix): number {
  const typesAt = start + prefix.types;
  const argumentsAt = start + prefix.end;
  const types = textAt(bytes, typesAt, argumentsAt);
  const text = Buffer.from(types, 'latin1');
  const count = countArguments(text, 0, text.length);
  if (count < 0) return -1;
  skipper.begin();
  const at = skipper.skip(bytes, argumentsAt, end, count);
  return at < 0 || at >= end ? -1 : at;
}

/** Where the attachments of a response begin, -1 when it has none. `at` is the first byte of the body. */
export function findResponseMap(bytes: Buffer, at: number, end: number): number {
  const kind = bytes[at] as number;
  if (at >= end || kind < RESPONSE_EXCEPTION_WITH_ATTACHMENTS || kind > RESPONSE_NULL_WITH_ATTACHMENTS) return -1;
  if (kind === RESPONSE_NULL_WITH_ATTACHMENTS) return at + 1 < end ? at + 1 : -1;
  skipper.begin();
  const map = skipper.skip(bytes, at + 1, end, 1);
  return map < 0 || map >= end ? -1 : map;
}

/** The method that a generic call names in its first argument, '' when this is not one. */
export function genericMethod(bytes: Buffer, start: number, end: number, prefix: Prefix): string {
  if (textAt(bytes, start + prefix.types, start + prefix.end) !== GENERIC_TYPES) return '';
  const at = start + prefix.end;
  if (at >= end) return '';
  const next = skipper.skipString(bytes, at, end);
  return next < 0 ? '' : textAt(bytes, at, next);
}

/**
 * A map of attachments, unpacked for reading and changing. Pairs that nobody touches are written back as they came, in
 * their order. A value that is not a scalar may be what a later one refers to by its number: it stays where it is, and a new
 * value for its name is put behind it, where the receiver's map takes the last one.
 */
export class Attachments {
  readonly names: string[] = [];
  /** undefined: a list, map or object. */
  readonly values: (string | undefined)[] = [];
  /** The pair as it came; null for a new one. */
  readonly #raw: (Buffer | null)[] = [];
  /** `H`, or `M` and its type. */
  #opening: Buffer = OPENING;

  /** Reads `bytes[at, end)`; null when they are not a map and nothing else. */
  static read(bytes: Buffer, at: number, end: number): Attachments | null {
    const map = new Attachments();
    const tag = bytes[at] as number;
    if (tag === TAG_NULL) return at + 1 === end ? map : null;
    if (tag !== TAG_MAP && tag !== TAG_TYPED_MAP) return null;
    let position = at + 1;
    if (tag === TAG_TYPED_MAP) {
      position = skipper.skipString(bytes, position, end);
      if (position < 0) return null;
    }
    map.#opening = Buffer.from(bytes.subarray(at, position));
    skipper.begin();
    while (position < end && bytes[position] !== TAG_END) {
      const valueAt = skipper.skipString(bytes, position, end);
      if (valueAt < 0 || valueAt >= end) return null;
      const next = skipper.skip(bytes, valueAt, end, 1);
      if (next < 0) return null;
      map.names.push(textAt(bytes, position, valueAt));
      map.values.push(scalarText(bytes, valueAt, next));
      map.#raw.push(Buffer.from(bytes.subarray(position, next)));
      position = next;
    }
    return position === end - 1 ? map : null;
  }

  /** Of equal names the last one counts, as in the map that the receiver builds. */
  get(name: string): string | undefined {
    const at = this.names.lastIndexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  set(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }

  add(name: string, value: string): void {
    this.names.push(name);
    this.values.push(value);
    this.#raw.push(null);
  }

  remove(name: string): void {
    for (let i = this.names.length - 1; i >= 0; i--) {
      if (this.names[i] !== name || this.values[i] === undefined) continue;
      this.names.splice(i, 1);
      this.values.splice(i, 1);
      this.#raw.splice(i, 1);
    }
  }

  encode(): Buffer {
    const parts: Uint8Array[] = [this.#opening];
    for (let i = 0; i < this.names.length; i++) {
      parts.push(this.#raw[i] ?? encodePair(this.names[i] as string, this.values[i] as string));
    }
    parts.push(CLOSING);
    return Buffer.concat(parts);
  }
}

const OPENING = Buffer.from([TAG_MAP]);
const CLOSING = Buffer.from([TAG_END]);

/** Text of a scalar; undefined for null and what is made of others. */
function scalarText(bytes: Buffer, at: number, end: number): string | undefined {
  const tag = bytes[at] as number;
  if (tag < 0x20 || (tag >= 0x30 && tag < 0x34) || tag === 0x53 || tag === 0x52) return textAt(bytes, at, end);
  // Ints, longs and booleans; the rest has no text that everybody would agree on.
  if (
    tag >= 0x80 ||
    (tag >= 0x38 && tag < 0x40) ||
    tag === 0x49 ||
    tag === 0x4c ||
    tag === 0x59 ||
    tag === 0x54 ||
    tag === 0x46
  )
    return String(new Hessian2Reader(bytes, at, end).read());
  return undefined;
}

export function encodePair(name: string, value: string): Buffer {
  const bytes = Buffer.allocUnsafe(textBytes(name) + textBytes(value));
  writeText(bytes, writeText(bytes, 0, name), value);
  return bytes;
}

/** Bytes of `text` as one string of at most 65 535 units; longer text is cut. */
export function textBytes(text: string): number {
  const length = Math.min(text.length, MAX_TEXT);
  return (length < 0x20 ? 1 : length < 0x400 ? 2 : 3) + unitBytes(text, 0, length);
}

/** Writes `text` as a string; returns the offset behind. */
export function writeText(target: Uint8Array, start: number, text: string): number {
  const length = Math.min(text.length, MAX_TEXT);
  let at = start;
  if (length < 0x20) target[at++] = length;
  else if (length < 0x400) {
    target[at++] = 0x30 + (length >> 8);
    target[at++] = length;
  } else {
    target[at++] = 0x53;
    target[at++] = length >> 8;
    target[at++] = length;
  }
  return encodeUnits(target, at, text, 0, length);
}

const MAX_TEXT = 0xffff;
