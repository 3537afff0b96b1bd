import { MALFORMED, TRUNCATED } from './limits.ts';

/** The most UTF-16 units in one chunk of a string, and the most bytes in one chunk of a binary. */
export const MAX_CHUNK = 0x8000;

/**
 * Where `units` UTF-16 units of text end. A string gives its length in units, each of one to three bytes, so that a pair of
 * surrogates takes six; some writers put real UTF-8 there, where such a pair takes four.
 */
export function skipUnits(bytes: Uint8Array, start: number, end: number, units: number): number {
  let at = start;
  let left = units;
  while (left > 0) {
    if (at >= end) return TRUNCATED;
    const first = bytes[at] as number;
    if (first < 0x80) at++;
    else if (first < 0xc0) return MALFORMED;
    else if (first < 0xe0) at += 2;
    else if (first < 0xf0) at += 3;
    else if (first < 0xf8) {
      at += 4;
      left--;
    } else return MALFORMED;
    left--;
  }
  return at > end ? TRUNCATED : at;
}

/** The text in `bytes[start, end)`, which `skipUnits` measured. */
export function decodeUnits(bytes: Buffer, start: number, end: number): string {
  let at = start;
  while (at < end && (bytes[at] as number) < 0x80) at++;
  if (at === end) return bytes.toString('latin1', start, end);
  const units: number[] = [];
  let text = bytes.toString('latin1', start, at);
  while (at < end) {
    const first = bytes[at] as number;
    const second = ((bytes[at + 1] as number) ?? 0) & 0x3f;
    const third = ((bytes[at + 2] as number) ?? 0) & 0x3f;
    if (first < 0x80) {
      units.push(first);
      at++;
    } else if (first < 0xe0) {
      units.push(((first & 0x1f) << 6) | second);
      at += 2;
    } else if (first < 0xf0) {
      units.push(((first & 0x0f) << 12) | (second << 6) | third);
      at += 3;
    } else {
      const fourth = ((bytes[at + 3] as number) ?? 0) & 0x3f;
      const point = (((first & 0x07) << 18) | (second << 12) | (third << 6) | fourth) - 0x1_0000;
      units.push(0xd800 + ((point >> 10) & 0x3ff), 0xdc00 + (point & 0x3ff));
      at += 4;
    }
    if (units.length >= 4096) {
      text += String.fromCharCode(...units);
      units.length = 0;
    }
  }
  return text + String.fromCharCode(...units);
}

/** Bytes of `text[from, to)` when each unit is written by itself. */
export function unitBytes(text: string, from = 0, to: number = text.length): number {
  let total = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    total += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
  }
  return total;
}

/** Writes `text[from, to)`, each unit by itself as Java does; returns the offset behind. */
export function encodeUnits(target: Uint8Array, at: number, text: string, from = 0, to: number = text.length): number {
  let position = at;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      target[position++] = unit;
    } else if (unit < 0x800) {
      target[position++] = 0xc0 | (unit >> 6);
      target[position++] = 0x80 | (unit & 0x3f);
    } else {
      target[position++] = 0xe0 | (unit >> 12);
      target[position++] = 0x80 | ((unit >> 6) & 0x3f);
      target[position++] = 0x80 | (unit & 0x3f);
    }
  }
  return position;
}

/** End of the chunk of `text` that begins at `from`: a pair of surrogates is never cut. */
export function chunkEnd(text: string, from: number): number {
  const end = from + MAX_CHUNK;
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}
