import { isHopHeader, isProtectedHeader } from '../common/http/hop-headers.ts';
import { latin1 } from '../common/http/latin1.ts';
import { FIELD_VALUE, HOST, isAuthority, TARGET, TOKEN_LOWER } from '../common/http/tokens.ts';
import {
  FIELD_STRIDE,
  KIND_MASK,
  Kind,
  MAX_CONNECTION_OPTIONS,
  MAX_METHOD_BYTES,
  REWRITE,
  TargetForm,
} from './frame.ts';
import { equalsIgnoringCase, FAILED, type HeadScan, MORE, scanFields } from './scan.ts';

/**
 * Decodes a request head (RFC 9112 sections 2.2, 3, 5 and 6) strictly, in one pass.
 * One empty line in front of the request line is skipped.
 * @returns how many bytes from `start` belong to it, `MORE` or `FAILED` (then `scan` has status and reason).
 */
export function decodeRequestHead(
  scan: HeadScan,
  bytes: Buffer,
  start: number,
  end: number,
  maxBytes: number,
  maxCount: number,
): number {
  let base = start;
  if (base < end && bytes[base] === 13) {
    if (base + 1 >= end) return MORE;
    if (bytes[base + 1] !== 10) return scan.fail(400, 'a carriage return without its line feed');
    base += 2;
  }
  // Bytes past the limit are never looked at, so that the answer does not depend on how the bytes were cut.
  const limit = end - base > maxBytes ? base + maxBytes : end;
  let at = requestLine(scan, bytes, base, limit);
  if (at <= 0) return at === MORE && end - base >= maxBytes ? scan.fail(414, 'the request line is too long') : at;
  scan.lineLength = at - base;
  at = scanFields(scan, bytes, base, at, limit, maxCount);
  if (at <= 0) return at === MORE && end - base >= maxBytes ? scan.fail(431, 'the head is too large') : at;
  scan.headLength = at - base;
  return interpretRequest(scan, bytes, base) === FAILED ? FAILED : at - start;
}

/** Decodes a response head; see `decodeRequestHead`. An empty line in front of it is not skipped. */
export function decodeResponseHead(
  scan: HeadScan,
  bytes: Buffer,
  start: number,
  end: number,
  maxBytes: number,
  maxCount: number,
): number {
  const limit = end - start > maxBytes ? start + maxBytes : end;
  let at = statusLine(scan, bytes, start, limit);
  if (at > 0) {
    scan.lineLength = at - start;
    at = scanFields(scan, bytes, start, at, limit, maxCount);
  }
  if (at <= 0) return at === MORE && end - start >= maxBytes ? scan.fail(431, 'the head is too large') : at;
  scan.headLength = at - start;
  return interpretResponse(scan, bytes, start) === FAILED ? FAILED : at - start;
}

function requestLine(scan: HeadScan, bytes: Buffer, base: number, end: number): number {
  const token = TOKEN_LOWER;
  const visible = TARGET;
  let at = base;
  while (at < end && token[bytes[at] as number] !== 0) at++;
  if (at - base > MAX_METHOD_BYTES) return scan.fail(501, 'a method that is too long');
  if (at >= end) return MORE;
  if (bytes[at] !== 32 || at === base) return scan.fail(400, 'a request line without method');
  scan.methodLength = at - base;
  at++;
  const target = at;
  while (at < end && visible[bytes[at] as number] !== 0) at++;
  if (at >= end) return MORE;
  if (bytes[at] !== 32 || at === target)
    return scan.fail(400, 'a request target with a character that must be encoded');
  scan.targetStart = target - base;
  scan.targetEnd = at - base;
  at++;
  const behind = versionEnd(scan, bytes, at, end, true);
  if (behind <= 0) return behind;
  if (behind >= end) return MORE;
  if (bytes[behind] !== 13) return scan.fail(400, 'a request line with something behind the version');
  if (behind + 1 >= end) return MORE;
  if (bytes[behind + 1] !== 10) return scan.fail(400, 'a carriage return without its line feed');
  return requestTarget(scan, bytes, base) === FAILED ? FAILED : behind + 2;
}

const VERSION = Uint8Array.from('HTTP/', (letter) => letter.charCodeAt(0));

/** `HTTP/1.0` and `HTTP/1.1`; 505 for another digit (RFC 9110 section 15.6.6). */
function versionEnd(scan: HeadScan, bytes: Buffer, at: number, end: number, request: boolean): number {
  for (let i = 0; i < 5; i++) {
    if (at + i >= end) return MORE;
    if (bytes[at + i] !== VERSION[i]) return scan.fail(400, 'a start line without HTTP version');
  }
  if (at + 8 > end) return MORE;
  const major = (bytes[at + 5] as number) - 48;
  const minor = (bytes[at + 7] as number) - 48;
  if (major < 0 || major > 9 || bytes[at + 6] !== 46 || minor < 0 || minor > 9)
    return scan.fail(400, 'a malformed HTTP version');
  if (major !== 1 || minor > 1) return scan.fail(request ? 505 : 400, 'an HTTP version other than 1.0 and 1.1');
  scan.minorVersion = minor;
  return at + 8;
}

const CONNECT = Uint8Array.from('connect', (letter) => letter.charCodeAt(0));
const OPTIONS = Buffer.from('OPTIONS');
const CONNECT_UPPER = Buffer.from('CONNECT');

function methodIs(bytes: Buffer, base: number, length: number, method: Buffer): boolean {
  if (length !== method.length) return false;
  for (let i = 0; i < length; i++) if (bytes[base + i] !== method[i]) return false;
  return true;
}

/** Tells the four forms apart (RFC 9112 section 3.2) and finds path and authority. */
function requestTarget(scan: HeadScan, bytes: Buffer, base: number): number {
  const start = base + scan.targetStart;
  const end = base + scan.targetEnd;
  const first = bytes[start];
  scan.secure = false;
  scan.pathStart = scan.targetStart;
  scan.pathEnd = scan.targetEnd;
  scan.authorityStart = 0;
  scan.authorityEnd = 0;
  if (methodIs(bytes, base, scan.methodLength, CONNECT_UPPER)) {
    scan.targetForm = TargetForm.AUTHORITY;
    scan.authorityStart = scan.targetStart;
    scan.authorityEnd = scan.targetEnd;
    scan.pathEnd = scan.pathStart;
    const colon = bytes.lastIndexOf(58, end - 1);
    if (colon <= start || colon === end - 1 || !isAuthority(latin1(bytes, start, end)))
      return scan.fail(400, 'CONNECT without host and port');
    return 1;
  }
  // A client that writes the method in lower case would get another meaning from a lenient server.
  if (scan.methodLength === 7 && equalsIgnoringCase(bytes, base, CONNECT))
    return scan.fail(400, 'a method that imitates CONNECT');
  if (first === 47) {
    scan.targetForm = TargetForm.ORIGIN;
    return 1;
  }
  if (first === 42) {
    scan.targetForm = TargetForm.ASTERISK;
    if (end - start === 1 && methodIs(bytes, base, scan.methodLength, OPTIONS)) return 1;
    return scan.fail(400, 'the asterisk with another method than OPTIONS');
  }
  return absoluteTarget(scan, bytes, base, start, end);
}

function absoluteTarget(scan: HeadScan, bytes: Buffer, base: number, start: number, end: number): number {
  const text = latin1(bytes, start, end < start + 8 ? end : start + 8).toLowerCase();
  let at: number;
  if (text.startsWith('http://')) at = start + 7;
  else if (text === 'https://') at = start + 8;
  else return scan.fail(400, 'a request target of no known form');
  scan.secure = at === start + 8;
  scan.targetForm = TargetForm.ABSOLUTE;
  scan.authorityStart = at - base;
  while (at < end && bytes[at] !== 47 && bytes[at] !== 63) at++;
  scan.authorityEnd = at - base;
  scan.pathStart = at - base;
  if (!isAuthority(latin1(bytes, base + scan.authorityStart, at)) || !hasHost(bytes, base + scan.authorityStart, at)) {
    return scan.fail(400, 'a malformed authority in the request target');
  }
  return 1;
}

/** A non-empty host in front of the port. */
function hasHost(bytes: Buffer, start: number, end: number): boolean {
  return end > start && bytes[start] !== 58;
}

function statusLine(scan: HeadScan, bytes: Buffer, base: number, end: number): number {
  let at = versionEnd(scan, bytes, base, end, false);
  if (at <= 0) return at;
  scan.statusStart = at - base;
  if (at >= end) return MORE;
  if (bytes[at] !== 32) return scan.fail(400, 'a status line without status');
  let status = 0;
  for (let i = 1; i <= 3; i++) {
    if (at + i >= end) return MORE;
    const digit = (bytes[at + i] as number) - 48;
    if (digit < 0 || digit > 9) return scan.fail(400, 'a status that is not three digits');
    status = status * 10 + digit;
  }
  if (status < 100) return scan.fail(400, 'a status below 100');
  scan.status = status;
  at += 4;
  if (at >= end) return MORE;
  // Some servers leave the blank out when there is no phrase; nothing else may follow the digits.
  if (bytes[at] !== 32 && bytes[at] !== 13) return scan.fail(400, 'a status that is not three digits');
  while (at < end && FIELD_VALUE[bytes[at] as number] !== 0) at++;
  if (at >= end) return MORE;
  if (bytes[at] !== 13) return scan.fail(400, 'a control character in the status line');
  if (at + 1 >= end) return MORE;
  if (bytes[at + 1] !== 10) return scan.fail(400, 'a carriage return without its line feed');
  return at + 2;
}

function fieldValue(scan: HeadScan, bytes: Buffer, base: number, offset: number): string {
  return latin1(bytes, base + (scan.fields[offset + 2] as number), base + (scan.fields[offset + 3] as number));
}

/** Framing fields of either direction: the length and the coding, never both (RFC 9112 section 6.3). */
function interpretFraming(scan: HeadScan, bytes: Buffer, base: number): number {
  if (scan.lengthAt >= 0) {
    const start = base + (scan.fields[scan.lengthAt + 2] as number);
    const end = base + (scan.fields[scan.lengthAt + 3] as number);
    scan.contentLength = lengthOf(bytes, start, end);
    if (scan.contentLength < 0) return scan.fail(400, 'a malformed Content-Length');
    // Someone might read 010 as eight.
    if (bytes[start] === 48 && end - start > 1) scan.fields[scan.lengthAt + 4] = Kind.CONTENT_LENGTH | REWRITE;
    if (scan.encodingAt >= 0) return scan.fail(400, 'both Content-Length and Transfer-Encoding');
  }
  if (scan.encodingAt >= 0) {
    if (scan.minorVersion === 0) return scan.fail(400, 'Transfer-Encoding in HTTP/1.0');
    const coding = fieldValue(scan, bytes, base, scan.encodingAt).toLowerCase();
    if (coding !== 'chunked')
      return scan.fail(isOtherCoding(coding) ? 501 : 400, 'a Transfer-Encoding other than chunked');
    scan.chunked = true;
  }
  return scan.connectionAt < 0 ? 1 : interpretConnection(scan, bytes, base);
}

/** `parseContentLength` without making a string: digits only, at most 15; -1 otherwise. */
function lengthOf(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 15) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** `gzip, chunked`: understandable, though not implemented. Everything else is an attempt. */
function isOtherCoding(value: string): boolean {
  const codings = value.split(',').map((coding) => coding.trim());
  return (
    codings.length > 1 &&
    codings.pop() === 'chunked' &&
    codings.every((coding) => /^[a-z0-9-]+$/.test(coding) && coding !== 'chunked' && coding !== 'identity')
  );
}

const CLOSE = Uint8Array.from('close', (letter) => letter.charCodeAt(0));
const KEEP_ALIVE = Uint8Array.from('keep-alive', (letter) => letter.charCodeAt(0));

/** Reads every `Connection` list and marks the fields it names (RFC 9110 section 7.6.1). */
function interpretConnection(scan: HeadScan, bytes: Buffer, base: number): number {
  const fields = scan.fields;
  const behind = scan.count * FIELD_STRIDE;
  let options = 0;
  for (let offset = scan.connectionAt; offset < behind; offset += FIELD_STRIDE) {
    if (((fields[offset + 4] as number) & KIND_MASK) !== Kind.CONNECTION) continue;
    let at = base + (fields[offset + 2] as number);
    const end = base + (fields[offset + 3] as number);
    while (at < end) {
      const start = at;
      while (at < end && TOKEN_LOWER[bytes[at] as number] !== 0) at++;
      if (at > start) {
        if (++options > MAX_CONNECTION_OPTIONS) return scan.fail(400, 'too many connection options');
        if (connectionOption(scan, bytes, base, start, at) === FAILED) return FAILED;
      }
      while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++;
      if (at < end && bytes[at] !== 44) return scan.fail(400, 'a malformed Connection field');
      at++;
      while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++;
    }
  }
  return 1;
}

function connectionOption(scan: HeadScan, bytes: Buffer, base: number, start: number, end: number): number {
  const length = end - start;
  if (length === 5 && equalsIgnoringCase(bytes, start, CLOSE)) {
    scan.close = true;
    return 1;
  }
  if (length === 10 && equalsIgnoringCase(bytes, start, KEEP_ALIVE)) {
    scan.keepAlive = true;
    return 1;
  }
  const name = latin1(bytes, start, end).toLowerCase();
  if (name === 'upgrade') scan.upgradeOption = true;
  if (isHopHeader(name)) return name === 'transfer-encoding' ? scan.fail(400, 'Connection names a framing field') : 1;
  if (name === 'content-length' || name === 'host') return scan.fail(400, 'Connection names a framing field');
  if (isProtectedHeader(name)) return 1;
  const fields = scan.fields;
  const behind = scan.count * FIELD_STRIDE;
  const lower = Buffer.from(name, 'latin1');
  for (let offset = 0; offset < behind; offset += FIELD_STRIDE) {
    const nameStart = fields[offset] as number;
    if ((fields[offset + 1] as number) - nameStart === length && equalsIgnoringCase(bytes, base + nameStart, lower))
      fields[offset + 4] = Kind.HOP;
  }
  return 1;
}

function interpretRequest(scan: HeadScan, bytes: Buffer, base: number): number {
  if (scan.duplicate !== Kind.OTHER)
    return scan.fail(scan.duplicate === Kind.EXPECT ? 417 : 400, 'a field that must not be repeated');
  if (interpretFraming(scan, bytes, base) === FAILED) return FAILED;
  if (scan.hostAt >= 0) {
    const start = base + (scan.fields[scan.hostAt + 2] as number);
    const end = base + (scan.fields[scan.hostAt + 3] as number);
    if (!isHost(bytes, start, end)) return scan.fail(400, 'a malformed Host');
    if (scan.targetForm === TargetForm.ORIGIN || scan.targetForm === TargetForm.ASTERISK) {
      scan.authorityStart = start - base;
      scan.authorityEnd = end - base;
    }
  } else if (scan.minorVersion === 1) {
    return scan.fail(400, 'HTTP/1.1 without Host');
  }
  if (scan.targetForm === TargetForm.AUTHORITY && (scan.chunked || scan.contentLength > 0))
    return scan.fail(400, 'CONNECT with a body');
  const body = scan.chunked || scan.contentLength > 0;
  if (scan.expectAt >= 0) {
    if (fieldValue(scan, bytes, base, scan.expectAt).toLowerCase() !== '100-continue')
      return scan.fail(417, 'an expectation other than 100-continue');
    if (body && scan.minorVersion === 1) scan.expectsContinue = true;
    else scan.fields[scan.expectAt + 4] = Kind.HOP;
  }
  if (scan.teAt >= 0)
    scan.teTrailers =
      scan.minorVersion === 1 && fieldValue(scan, bytes, base, scan.teAt).toLowerCase().includes('trailers');
  return 1;
}

/** The usual host and port without making a string; what has brackets goes through the full check. */
function isHost(bytes: Buffer, start: number, end: number): boolean {
  const table = HOST;
  let at = start;
  while (at < end) {
    const code = bytes[at] as number;
    if (table[code] === 0 || code === 58 || code === 91 || code === 93) break;
    at++;
  }
  if (at === end) return true;
  if (bytes[at] !== 58) return isAuthority(latin1(bytes, start, end));
  if (end - at > 6) return false;
  let port = 0;
  while (++at < end) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return false;
    port = port * 10 + digit;
  }
  return port <= 65_535;
}

function interpretResponse(scan: HeadScan, bytes: Buffer, base: number): number {
  if (scan.duplicate === Kind.CONTENT_LENGTH || scan.duplicate === Kind.TRANSFER_ENCODING)
    return scan.fail(400, 'a field that must not be repeated');
  return interpretFraming(scan, bytes, base);
}
