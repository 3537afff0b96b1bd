import { DEFAULT_HESSIAN_LIMITS, type HessianLimits, MALFORMED, OVER_LIMIT, TRUNCATED } from './limits.ts';
import { skipUnits } from './text.ts';

/** What a level of the stack waits for when it is not a number of values. */
const UNTIL_END = -1;
const KEY_OR_END = -2;
const VALUE_OF_KEY = -3;

/**
 * Finds where values end without making one: positions instead of objects, an explicit stack instead of recursion. What
 * the two grammars share. One instance serves any number of messages; `begin` forgets the class definitions of the last.
 *
 *     stack   [ 3 | until end | 2 | … ]     values that each level still has to come
 */
export abstract class HessianSkipper {
  readonly #limits: HessianLimits;
  readonly #stack: Int32Array;
  #depth = 0;
  #values = 0;
  /** Fields of each class of this message. */
  readonly #fieldCounts: number[] = [];

  constructor(limits: HessianLimits = DEFAULT_HESSIAN_LIMITS) {
    this.#limits = limits;
    this.#stack = new Int32Array(limits.maxDepth + 1);
  }

  /** A new message: definitions and counts begin again. */
  begin(): void {
    this.#fieldCounts.length = 0;
    this.#values = 0;
  }

  /** Offset behind `count` values that begin at `start`; TRUNCATED, MALFORMED or OVER_LIMIT when there is none. */
  skip(bytes: Uint8Array, start: number, end: number, count = 1): number {
    const stack = this.#stack;
    stack[0] = count;
    this.#depth = 0;
    let at = start;
    for (;;) {
      const left = stack[this.#depth] as number;
      if (left === 0) {
        if (this.#depth === 0) return at;
        this.#depth--;
        continue;
      }
      if (at >= end) return TRUNCATED;
      const tag = bytes[at] as number;
      if (tag === this.endTag && left < 0) {
        if (left === VALUE_OF_KEY) return MALFORMED;
        at++;
        this.#depth--;
        continue;
      }
      if (tag === this.definitionTag) {
        at = this.skipDefinition(bytes, at + 1, end);
      } else {
        if (left > 0) stack[this.#depth] = left - 1;
        else if (left !== UNTIL_END) stack[this.#depth] = left === KEY_OR_END ? VALUE_OF_KEY : KEY_OR_END;
        if (++this.#values > this.#limits.maxValues) return OVER_LIMIT;
        at = this.skipTag(bytes, at, end, tag);
      }
      if (at < 0) return at;
      if (at > end) return TRUNCATED;
    }
  }

  protected abstract readonly endTag: number;
  protected abstract readonly definitionTag: number;
  /** Skips the value with this tag at `at`, or only its beginning when it called `push…`. */
  protected abstract skipTag(bytes: Uint8Array, at: number, end: number, tag: number): number;
  protected abstract skipDefinition(bytes: Uint8Array, at: number, end: number): number;

  /** A level of `count` values. Each takes a byte at least, so that more than there are bytes left cannot be right. */
  protected push(count: number, at: number, end: number): number {
    if (count < 0) return MALFORMED;
    if (count > end - at) return TRUNCATED;
    return this.#push(count, at);
  }

  protected pushList(at: number): number {
    return this.#push(UNTIL_END, at);
  }

  protected pushMap(at: number): number {
    return this.#push(KEY_OR_END, at);
  }

  /** The fields of an object of class number `reference`. */
  protected pushObject(reference: number, at: number, end: number): number {
    const count = this.#fieldCounts[reference];
    return count === undefined ? MALFORMED : this.push(count, at, end);
  }

  protected define(fields: number, at: number): number {
    if (fields > this.#limits.maxFields || this.#fieldCounts.length >= this.#limits.maxDefinitions) return OVER_LIMIT;
    this.#fieldCounts.push(fields);
    return at;
  }

  /** Value of the int that `skipInt` went over last. */
  protected skippedInt = 0;

  /** An int that is part of another value: its value in `skippedInt`, the offset behind it as the result. */
  protected skipInt(bytes: Uint8Array, at: number, end: number): number {
    if (at >= end) return TRUNCATED;
    const tag = bytes[at] as number;
    const size = intBytes(tag);
    if (size < 0) return MALFORMED;
    if (at + size >= end) return TRUNCATED;
    this.skippedInt = intValue(bytes, at, tag, size);
    return at + 1 + size;
  }

  /** Chunks of a string; `more` is the tag of a chunk that another one follows, `last` that of a long last one. */
  protected skipText(
    bytes: Uint8Array,
    start: number,
    end: number,
    more: number,
    last: number,
    middle: boolean,
  ): number {
    let at = start;
    for (;;) {
      if (at >= end) return TRUNCATED;
      const tag = bytes[at] as number;
      let units: number;
      if (tag < 0x20) {
        units = tag;
        at++;
      } else if (middle && tag >= 0x30 && tag < 0x34) {
        units = ((tag - 0x30) << 8) | (bytes[at + 1] as number);
        at += 2;
      } else if (tag === more || tag === last) {
        units = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
        at += 3;
      } else return MALFORMED;
      if (at > end) return TRUNCATED;
      at = skipUnits(bytes, at, end, units);
      if (at < 0 || tag !== more) return at;
    }
  }

  /** Chunks of a binary, as `skipText`. */
  protected skipBinary(bytes: Uint8Array, start: number, end: number, more: number, middle: boolean): number {
    let at = start;
    for (;;) {
      if (at >= end) return TRUNCATED;
      const tag = bytes[at] as number;
      let length: number;
      if (tag >= 0x20 && tag < 0x30) {
        length = tag - 0x20;
        at++;
      } else if (middle && tag >= 0x34 && tag < 0x38) {
        length = ((tag - 0x34) << 8) | (bytes[at + 1] as number);
        at += 2;
      } else if (tag === more || tag === 0x42) {
        length = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
        at += 3;
      } else return MALFORMED;
      at += length;
      if (at > end) return TRUNCATED;
      if (tag !== more) return at;
    }
  }

  #push(state: number, at: number): number {
    if (this.#depth >= this.#limits.maxDepth) return OVER_LIMIT;
    this.#depth++;
    this.#stack[this.#depth] = state;
    return at;
  }
}

/** Bytes behind the tag of an int, -1 when the tag is not one. The same in both grammars. */
export function intBytes(tag: number): number {
  if (tag >= 0x80) return tag < 0xc0 ? 0 : tag < 0xd0 ? 1 : tag < 0xd8 ? 2 : -1;
  return tag === 0x49 ? 4 : -1;
}

export function intValue(bytes: Uint8Array, at: number, tag: number, size: number): number {
  switch (size) {
    case 0:
      return tag - 0x90;
    case 1:
      return ((tag - 0xc8) << 8) | (bytes[at + 1] as number);
    case 2:
      return ((tag - 0xd4) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    default:
      return (
        ((bytes[at + 1] as number) << 24) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 8) |
        (bytes[at + 4] as number)
      );
  }
}

/** Bytes behind the tag of a long, -1 when it is not one; the 32-bit form has another tag in each grammar. */
export function longBytes(tag: number, tag32: number): number {
  if (tag >= 0xd8) return tag < 0xf0 ? 0 : 1;
  if (tag >= 0x38 && tag < 0x40) return 2;
  return tag === tag32 ? 4 : tag === 0x4c ? 8 : -1;
}
