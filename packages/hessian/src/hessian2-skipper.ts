import { MALFORMED, TRUNCATED } from './limits.ts';
import { HessianSkipper, intBytes, longBytes } from './skipper.ts';

/** Hessian 2.0 (`C` definition, `O` object, `H`/`M` map, `Z` end): what Dubbo writes. */
export class Hessian2Skipper extends HessianSkipper {
  protected get endTag(): number {
    return 0x5a;
  }

  protected get definitionTag(): number {
    return 0x43;
  }

  /** A string, as part of another value or alone. */
  skipString(bytes: Uint8Array, at: number, end: number): number {
    return this.skipText(bytes, at, end, 0x52, 0x53, true);
  }

  protected skipTag(bytes: Uint8Array, at: number, end: number, tag: number): number {
    if (tag < 0x20 || (tag >= 0x30 && tag < 0x34) || tag === 0x52 || tag === 0x53)
      return this.skipString(bytes, at, end);
    const int = intBytes(tag);
    if (int >= 0) return at + 1 + int;
    const long = longBytes(tag, 0x59);
    if (long >= 0) return at + 1 + long;
    if (tag < 0x38 || tag === 0x41 || tag === 0x42) return this.skipBinary(bytes, at, end, 0x41, true);
    if (tag >= 0x60 && tag < 0x70) return this.pushObject(tag - 0x60, at + 1, end);
    if (tag >= 0x70 && tag < 0x78) {
      const next = this.#skipType(bytes, at + 1, end);
      return next < 0 ? next : this.push(tag - 0x70, next, end);
    }
    if (tag >= 0x78 && tag < 0x80) return this.push(tag - 0x78, at + 1, end);
    let next = at + 1;
    switch (tag) {
      case 0x4e: // N
      case 0x54: // T
      case 0x46: // F
      case 0x5b: // 0.0
      case 0x5c: // 1.0
        return next;
      case 0x5d:
        return next + 1;
      case 0x5e:
        return next + 2;
      case 0x5f:
      case 0x4b: // date, minutes
        return next + 4;
      case 0x44: // D
      case 0x4a: // date, ms
        return next + 8;
      case 0x51: // reference
        return this.skipInt(bytes, next, end);
      case 0x48: // H
        return this.pushMap(next);
      case 0x4d: // M
        next = this.#skipType(bytes, next, end);
        return next < 0 ? next : this.pushMap(next);
      case 0x55: // list with a type, until Z
        next = this.#skipType(bytes, next, end);
        return next < 0 ? next : this.pushList(next);
      case 0x57:
        return this.pushList(next);
      case 0x56: // list with a type and a length
        next = this.#skipType(bytes, next, end);
        if (next < 0) return next;
        next = this.skipInt(bytes, next, end);
        return next < 0 ? next : this.push(this.skippedInt, next, end);
      case 0x58:
        next = this.skipInt(bytes, next, end);
        return next < 0 ? next : this.push(this.skippedInt, next, end);
      case 0x4f: // O
        next = this.skipInt(bytes, next, end);
        return next < 0 ? next : this.pushObject(this.skippedInt, next, end);
      default:
        return MALFORMED;
    }
  }

  protected skipDefinition(bytes: Uint8Array, start: number, end: number): number {
    let at = this.skipString(bytes, start, end);
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

  /** A type is its name or the number of one that was named before. */
  #skipType(bytes: Uint8Array, at: number, end: number): number {
    if (at >= end) return TRUNCATED;
    return intBytes(bytes[at] as number) >= 0 ? this.skipInt(bytes, at, end) : this.skipString(bytes, at, end);
  }
}
