import { FIELD_VALUE, TOKEN_LOWER } from '../common/http/tokens.ts';
import { FIELD_STRIDE, Kind, REWRITE } from './frame.ts';

/** `scanFields` and the head decoders give a position, or one of these. */
export const MORE = 0;
export const FAILED = -1;

const INITIAL_FIELDS = 64;

/**
 * Scratch of one head while it is decoded and delivered: offsets of its fields and what the framing fields said.
 * A head that is kept copies its part; the scratch goes back to the pool when the callback returns.
 */
export class HeadScan {
  /** `FIELD_STRIDE` small integers per field; longer than needed. A plain array: copying a part of it is cheapest so. */
  fields: number[] = new Array<number>(INITIAL_FIELDS * FIELD_STRIDE).fill(0);
  count = 0;
  headLength = 0;
  /** Offset behind the start line. */
  lineLength = 0;
  minorVersion = 1;

  methodLength = 0;
  targetStart = 0;
  targetEnd = 0;
  targetForm = 0;
  authorityStart = 0;
  authorityEnd = 0;
  pathStart = 0;
  pathEnd = 0;
  secure = false;

  status = 0;
  /** Offset of the blank in front of the status. */
  statusStart = 0;

  /** Offsets into `fields`, -1 when absent. */
  hostAt = -1;
  lengthAt = -1;
  encodingAt = -1;
  upgradeAt = -1;
  expectAt = -1;
  teAt = -1;
  /** The first Connection field; -1 when absent. */
  connectionAt = -1;
  /** A second field of a kind of which only one is allowed. */
  duplicate: number = Kind.OTHER;
  manyUpgrades = false;

  contentLength = -1;
  chunked = false;
  close = false;
  keepAlive = false;
  upgradeOption = false;
  expectsContinue = false;
  teTrailers = false;

  /** HTTP status and reason of a refusal, valid after `FAILED`. */
  failedStatus = 400;
  failedReason = '';

  reset(): void {
    this.count = 0;
    this.hostAt = -1;
    this.lengthAt = -1;
    this.encodingAt = -1;
    this.upgradeAt = -1;
    this.expectAt = -1;
    this.teAt = -1;
    this.connectionAt = -1;
    this.duplicate = Kind.OTHER;
    this.manyUpgrades = false;
    this.contentLength = -1;
    this.chunked = false;
    this.close = false;
    this.keepAlive = false;
    this.upgradeOption = false;
    this.expectsContinue = false;
    this.teTrailers = false;
  }

  fail(status: number, reason: string): typeof FAILED {
    this.failedStatus = status;
    this.failedReason = reason;
    return FAILED;
  }
}

const free: HeadScan[] = [];
const MAX_FREE = 16;

/** Deliveries nest (an answer may be decoded while a request is delivered), so this is a stack, one per thread. */
export function takeScan(): HeadScan {
  const scan = free.pop() ?? new HeadScan();
  scan.reset();
  return scan;
}

export function giveScan(scan: HeadScan): void {
  if (free.length < MAX_FREE) free.push(scan);
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

const NAME_TE = bytesOf('te');
const NAME_HOST = bytesOf('host');
const NAME_EXPECT = bytesOf('expect');
const NAME_UPGRADE = bytesOf('upgrade');
const NAME_CONNECTION = bytesOf('connection');
const NAME_KEEP_ALIVE = bytesOf('keep-alive');
const NAME_CONTENT_LENGTH = bytesOf('content-length');
const NAME_HTTP2_SETTINGS = bytesOf('http2-settings');
const NAME_PROXY_CONNECTION = bytesOf('proxy-connection');
const NAME_TRANSFER_ENCODING = bytesOf('transfer-encoding');
const NAME_CONTENT_LENGTH_LIKE = bytesOf('content_length');
const NAME_TRANSFER_ENCODING_LIKE = bytesOf('transfer_encoding');

/** Compares without case; the lengths are equal already. */
export function equalsIgnoringCase(bytes: Uint8Array, at: number, lower: Uint8Array): boolean {
  for (let i = 0; i < lower.length; i++) {
    if (TOKEN_LOWER[bytes[at + i] as number] !== lower[i]) return false;
  }
  return true;
}

/** A name that a gateway interface (CGI, WSGI) would take for a framing field. */
const LOOKALIKE = 255;

/** Whether a name of this length (up to 31) that begins with this letter may be one of those above: most fields end here. */
const MAYBE_KNOWN = new Uint8Array(32 * 256);
for (const name of [
  NAME_TE,
  NAME_HOST,
  NAME_EXPECT,
  NAME_UPGRADE,
  NAME_CONNECTION,
  NAME_KEEP_ALIVE,
  NAME_CONTENT_LENGTH,
  NAME_CONTENT_LENGTH_LIKE,
  NAME_HTTP2_SETTINGS,
  NAME_PROXY_CONNECTION,
  NAME_TRANSFER_ENCODING,
  NAME_TRANSFER_ENCODING_LIKE,
]) {
  const first = name[0] as number;
  MAYBE_KNOWN[(name.length << 8) | first] = 1;
  MAYBE_KNOWN[(name.length << 8) | (first - 32)] = 1;
}

function kindOf(bytes: Uint8Array, at: number, length: number): number {
  switch (length) {
    case 2:
      return equalsIgnoringCase(bytes, at, NAME_TE) ? Kind.TE : Kind.OTHER;
    case 4:
      return equalsIgnoringCase(bytes, at, NAME_HOST) ? Kind.HOST : Kind.OTHER;
    case 6:
      return equalsIgnoringCase(bytes, at, NAME_EXPECT) ? Kind.EXPECT : Kind.OTHER;
    case 7:
      return equalsIgnoringCase(bytes, at, NAME_UPGRADE) ? Kind.UPGRADE : Kind.OTHER;
    case 10:
      if (equalsIgnoringCase(bytes, at, NAME_CONNECTION)) return Kind.CONNECTION;
      return equalsIgnoringCase(bytes, at, NAME_KEEP_ALIVE) ? Kind.HOP : Kind.OTHER;
    case 14:
      if (equalsIgnoringCase(bytes, at, NAME_CONTENT_LENGTH)) return Kind.CONTENT_LENGTH;
      if (equalsIgnoringCase(bytes, at, NAME_HTTP2_SETTINGS)) return Kind.HOP;
      return equalsIgnoringCase(bytes, at, NAME_CONTENT_LENGTH_LIKE) ? LOOKALIKE : Kind.OTHER;
    case 16:
      return equalsIgnoringCase(bytes, at, NAME_PROXY_CONNECTION) ? Kind.HOP : Kind.OTHER;
    case 17:
      if (equalsIgnoringCase(bytes, at, NAME_TRANSFER_ENCODING)) return Kind.TRANSFER_ENCODING;
      return equalsIgnoringCase(bytes, at, NAME_TRANSFER_ENCODING_LIKE) ? LOOKALIKE : Kind.OTHER;
    default:
      return Kind.OTHER;
  }
}

/** Remembers where the fields are that the codec itself has to understand. */
function noteKind(scan: HeadScan, kind: number, offset: number): void {
  switch (kind) {
    case Kind.HOST:
      if (scan.hostAt >= 0) scan.duplicate = kind;
      scan.hostAt = offset;
      break;
    case Kind.CONTENT_LENGTH:
      if (scan.lengthAt >= 0) scan.duplicate = kind;
      scan.lengthAt = offset;
      break;
    case Kind.TRANSFER_ENCODING:
      if (scan.encodingAt >= 0) scan.duplicate = kind;
      scan.encodingAt = offset;
      break;
    case Kind.EXPECT:
      if (scan.expectAt >= 0) scan.duplicate = kind;
      scan.expectAt = offset;
      break;
    case Kind.UPGRADE:
      if (scan.upgradeAt >= 0) scan.manyUpgrades = true;
      scan.upgradeAt = offset;
      break;
    case Kind.TE:
      scan.teAt = offset;
      break;
    case Kind.CONNECTION:
      if (scan.connectionAt < 0) scan.connectionAt = offset;
      break;
    default:
  }
}

/** Words of the buffer that the last head was in: nearly always the read buffer of the thread. */
let viewed: Uint8Array | null = null;
let view: DataView = new DataView(new ArrayBuffer(8));

/**
 * Reads field lines (RFC 9112 section 5) from `at` up to and with the empty line, in one pass over the bytes.
 * Lines end with CRLF; a lone CR or LF, a blank in front of the colon, a folded line, NUL and other controls are refused.
 * @param base where the head starts; offsets are relative to it.
 * @returns the position behind the empty line, `MORE`, or `FAILED`.
 */
export function scanFields(
  scan: HeadScan,
  bytes: Uint8Array,
  base: number,
  at: number,
  end: number,
  maxCount: number,
): number {
  const fields = scan.fields;
  // Locals: an imported table would be loaded again for every byte.
  const token = TOKEN_LOWER;
  const text = FIELD_VALUE;
  const lastPair = end - 8;
  if (bytes !== viewed) {
    viewed = bytes;
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  const words = view;
  let count = 0;
  let offset = 0;
  for (;;) {
    if (at >= end) return MORE;
    const nameStart = at;
    while (at < end && token[bytes[at] as number] !== 0) at++;
    if (at >= end) return MORE;
    let code = bytes[at] as number;
    if (code !== 58 || at === nameStart) {
      if (code === 13 && at === nameStart) {
        if (at + 1 >= end) return MORE;
        if (bytes[at + 1] !== 10) return scan.fail(400, 'a carriage return without its line feed');
        scan.count = count;
        return at + 2;
      }
      return scan.fail(400, badName(code, at === nameStart));
    }
    if (count >= maxCount) return scan.fail(431, 'too many header fields');
    const nameEnd = at++;
    while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++;
    const valueStart = at;
    // Eight bytes a turn while all are SP to `~`: values are most of a head, and this halves their time. Above 0x7e adding one
    // reaches the high bit, or it is there; below SP taking SP away borrows it.
    while (at <= lastPair) {
      const low = words.getInt32(at, true);
      const high = words.getInt32(at + 4, true);
      const odd = (low + 0x01010101) | (low - 0x20202020) | (high + 0x01010101) | (high - 0x20202020);
      if ((odd & 0x80808080) !== 0) break;
      at += 8;
    }
    while (at < end && text[bytes[at] as number] !== 0) at++;
    if (at >= end) return MORE;
    code = bytes[at] as number;
    if (code !== 13)
      return scan.fail(
        400,
        code === 10 ? 'a line feed without its carriage return' : 'a control character in a field value',
      );
    if (at + 1 >= end) return MORE;
    if (bytes[at + 1] !== 10) return scan.fail(400, 'a carriage return without its line feed');
    let valueEnd = at;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === 32 || bytes[valueEnd - 1] === 9)) valueEnd--;
    let meta = valueStart - nameEnd === 2 && valueEnd === at && bytes[nameEnd + 1] === 32 ? 0 : REWRITE;
    const length = nameEnd - nameStart;
    const kind =
      length < 32 && MAYBE_KNOWN[(length << 8) | (bytes[nameStart] as number)] === 1
        ? kindOf(bytes, nameStart, length)
        : Kind.OTHER;
    if (kind !== Kind.OTHER) {
      if (kind === LOOKALIKE) return scan.fail(400, 'a field name that imitates a framing field');
      meta |= kind;
      noteKind(scan, kind, offset);
    }
    fields[offset] = nameStart - base;
    fields[offset + 1] = nameEnd - base;
    fields[offset + 2] = valueStart - base;
    fields[offset + 3] = valueEnd - base;
    fields[offset + 4] = meta;
    offset += FIELD_STRIDE;
    count++;
    at += 2;
  }
}

function badName(code: number, empty: boolean): string {
  if (empty && (code === 32 || code === 9)) return 'a folded header line';
  if (empty && code === 58) return 'an empty field name';
  if (code === 32 || code === 9) return 'a blank in or behind a field name';
  return code === 10 ? 'a line feed without its carriage return' : 'a character that no field name has';
}
