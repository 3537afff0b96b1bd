import { writeUint32 } from '../common/framed/uint32.ts';
import { readInt32 } from './frame.ts';

/**
 * The header map, as SOFARPC and MOSN write it: `keyLen(4) key valueLen(4) value` repeated, without a count. Length -1 is
 * null: such a pair does not count. Of equal keys the last one wins, as in the Java map that the receiver builds.
 */
export const HEADER_SERVICE = 'service';
export const HEADER_TARGET_SERVICE = 'sofa_head_target_service';
export const HEADER_METHOD = 'sofa_head_method_name';
export const HEADER_RESPONSE_ERROR = 'sofa_head_response_error';

/** What a walk over a header map finds beside its length: routing asks every request for it. */
export interface FoundPairs {
  /** Offset of the value of `service`; -1 when there is none. */
  serviceAt: number;
}

/** Number of pairs, or -1 when the bytes are not a header map (applications may put bytes of their own there). */
export function scanPairs(bytes: Uint8Array, start: number, end: number, found: FoundPairs): number {
  let at = start;
  let count = 0;
  found.serviceAt = -1;
  while (at < end) {
    if (end - at < 8) return -1;
    const keyLength = readInt32(bytes, at);
    const key = at + 4;
    if (keyLength < -1 || keyLength > end - key - 4) return -1;
    at = keyLength > 0 ? key + keyLength : key;
    const valueLength = readInt32(bytes, at);
    at += 4;
    if (valueLength < -1 || valueLength > end - at) return -1;
    if (keyLength === SERVICE_LENGTH && valueLength >= 0 && isService(bytes, key)) found.serviceAt = at;
    if (valueLength > 0) at += valueLength;
    count++;
  }
  return count;
}

const SERVICE_LENGTH = HEADER_SERVICE.length;

function isService(bytes: Uint8Array, at: number): boolean {
  let i = 0;
  while (i < SERVICE_LENGTH && bytes[at + i] === HEADER_SERVICE.charCodeAt(i)) i++;
  return i === SERVICE_LENGTH;
}

/**
 * Offset of the value of `name`, or -1. The length of the value stands in the four bytes before it. Only for bytes that
 * `scanPairs` accepted, and names of one byte per character.
 */
export function findValue(bytes: Uint8Array, start: number, end: number, name: string): number {
  const nameLength = name.length;
  let at = start;
  let found = -1;
  while (at < end) {
    const keyLength = readInt32(bytes, at);
    const key = at + 4;
    at = keyLength > 0 ? key + keyLength : key;
    const valueLength = readInt32(bytes, at);
    at += 4;
    if (keyLength === nameLength && valueLength >= 0) {
      let i = 0;
      while (i < nameLength && bytes[key + i] === name.charCodeAt(i)) i++;
      if (i === nameLength) found = at;
    }
    if (valueLength > 0) at += valueLength;
  }
  return found;
}

/** Visits the pairs that are not null, in wire order. */
export function visitPairs(
  bytes: Buffer,
  start: number,
  end: number,
  visit: (name: string, value: string) => void,
): void {
  let at = start;
  while (at < end) {
    const keyLength = readInt32(bytes, at);
    const key = at + 4;
    at = keyLength > 0 ? key + keyLength : key;
    const valueLength = readInt32(bytes, at);
    const value = at + 4;
    at = valueLength > 0 ? value + valueLength : value;
    if (keyLength >= 0 && valueLength >= 0)
      visit(bytes.toString('utf8', key, key + keyLength), bytes.toString('utf8', value, value + valueLength));
  }
}

export function pairsBytes(names: readonly string[], values: readonly string[]): number {
  let total = 0;
  for (let i = 0; i < names.length; i++)
    total += 8 + Buffer.byteLength(names[i] as string) + Buffer.byteLength(values[i] as string);
  return total;
}

/** Writes the pairs from `at` on; returns the offset behind them. */
export function writePairs(target: Buffer, at: number, names: readonly string[], values: readonly string[]): number {
  let position = at;
  for (let i = 0; i < names.length; i++) {
    position = writeText(target, position, names[i] as string);
    position = writeText(target, position, values[i] as string);
  }
  return position;
}

function writeText(target: Buffer, at: number, text: string): number {
  const length = target.write(text, at + 4, 'utf8');
  writeUint32(target, at, length);
  return at + 4 + length;
}
