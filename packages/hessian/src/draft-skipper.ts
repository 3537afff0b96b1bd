import { MALFORMED, TRUNCATED } from './limits.ts';
import { HessianSkipper, intBytes, longBytes } from './skipper.ts';
import { skipUnits } from './text.ts';

/** The draft of Hessian 2 (`O` definition, `o` object, `M` map, `z` end) that SOFA has kept. */
export class DraftSkipper extends HessianSkipper {
  protected get endTag(): number {
    return 0x7a;
  }

  protected get definitionTag(): number {
    return 0x4f;
  }

  skipString(bytes: Uint8Array, at: number, end: number): number {
    return this.skipText(bytes, at, end, 0x73, 0x53, false);
  }

  /**
   * Where the value of a field of the object at `start` begins, which may be the first bytes of it only; below 0 when they
   * are no object of this class, have no such field, or end before it. Begins a new message. Names are ASCII.
   */
  findField(bytes: Uint8Array, start: number, end: number, className: string, field: string): number {
    this.begin();
    if (start >= end) return TRUNCATED;
    if (bytes[start] !== this.definitionTag) return MALFORMED;
    const nameAt = this.skipInt(bytes, start + 1, end);
    if (nameAt < 0) return nameAt;
    if (this.skippedInt !== className.length || !isAscii(bytes, nameAt, className)) return MALFORMED;
    let at = this.skipInt(bytes, nameAt + className.length, end);
    if (at < 0) return at;
    const fields = this.skippedInt;
    if (fields < 0) return MALFORMED;
    at = this.define(fields, at);
    if (at < 0) return at;
    let before = -1;
    for (let i = 0; i < fields; i++) {
      // Names of up to 31 units have their length in one byte; no other is looked for.
      if (bytes[at] === field.length && isAscii(bytes, at + 1, field)) before = i;
      at = this.skipString(bytes, at, end);
      if (at < 0) return at;
    }
    if (at >= end) return TRUNCATED;
    if (before < 0 || bytes[at] !== 0x6f) return MALFORMED;
    at = this.skipInt(bytes, at + 1, end);
    if (at < 0) return at;
    return this.skippedInt === 0 ? this.skip(bytes, at, end, before) : MALFORMED;
  }

  protected skipTag(bytes: Uint8Array, at: number, end: number, tag: number): number {
    if (tag < 0x20 || tag === 0x53 || tag === 0x73) return this.skipString(bytes, at, end);
    const int = intBytes(tag);
    if (int >= 0) return at + 1 + int;
    const long = longBytes(tag, 0x77);
    if (long >= 0) return at + 1 + long;
    if (tag < 0x30 || tag === 0x42 || tag === 0x62) return this.skipBinary(bytes, at, end, 0x62, false);
    let next = at + 1;
    switch (tag) {
      case 0x4e: // N
      case 0x54: // T
      case 0x46: // F
      case 0x67: // 0.0
      case 0x68: // 1.0
        return next;
      case 0x69:
      case 0x4a: // reference
        return next + 1;
      case 0x6a:
      case 0x4b: // reference
        return next + 2;
      case 0x6b: // float
      case 0x52: // reference
        return next + 4;
      case 0x44: // D
      case 0x64: // date
        return next + 8;
      case 0x4d: // M
        next = this.#skipType(bytes, next, end);
        return next < 0 ? next : this.pushMap(next);
      case 0x56: // V
        next = this.#skipType(bytes, next, end);
        if (next < 0) return next;
        // The length says nothing that the end does not.
        if (bytes[next] === 0x6e) next += 2;
        else if (bytes[next] === 0x6c) next += 5;
        return next > end ? TRUNCATED : this.pushList(next);
      case 0x76: // list of a known type and length
        next = this.skipInt(bytes, next, end);
        if (next < 0) return next;
        next = this.skipInt(bytes, next, end);
        return next < 0 ? next : this.push(this.skippedInt, next, end);
      case 0x6f: // o
        next = this.skipInt(bytes, next, end);
        return next < 0 ? next : this.pushObject(this.skippedInt, next, end);
      default:
        return MALFORMED;
    }
  }

  protected skipDefinition(bytes: Uint8Array, start: number, end: number): number {
    let at = this.skipInt(bytes, start, end);
    if (at < 0) return at;
    if (this.skippedInt < 0) return MALFORMED;
    at = skipUnits(bytes, at, end, this.skippedInt);
    if (at < 0) return at;
    at = this.skipInt(bytes, at, end);
    if (at < 0) return at;
    const fields = this.skippedInt;
    if (fields < 0) return MALFORMED;
    at = this.define(fields, at);
    if (at < 0) return at;
    for (let i = 0; i < fields; i++) {
      at = this.skipString(bytes, at, end);
      if (at < 0) return at;
    }
    return at;
  }

  /** `t` length(2) name, `u` number of a name given before, or nothing. */
  #skipType(bytes: Uint8Array, at: number, end: number): number {
    if (at >= end) return TRUNCATED;
    const tag = bytes[at] as number;
    if (tag === 0x75) return this.skipInt(bytes, at + 1, end);
    if (tag !== 0x74) return at;
    if (at + 3 > end) return TRUNCATED;
    return skipUnits(bytes, at + 3, end, ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number));
  }
}

function isAscii(bytes: Uint8Array, at: number, text: string): boolean {
  let i = 0;
  while (i < text.length && bytes[at + i] === text.charCodeAt(i)) i++;
  return i === text.length;
}
