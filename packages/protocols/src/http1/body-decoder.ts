import type { HeaderMap } from '@weft/sdk';
import { FIELD_VALUE, HEX_VALUE, TOKEN_LOWER } from '../common/http/tokens.ts';
import { Http1Fields } from './fields.ts';
import {
  EMPTY_BYTES,
  Framing,
  MAX_CHUNK_EXTENSION_BYTES,
  MAX_CHUNK_LINE_BYTES,
  MAX_CHUNK_SIZE_DIGITS,
} from './frame.ts';
import { FAILED, giveScan, MORE, scanFields, takeScan } from './scan.ts';

/** Who gets the body; the codec itself, so that decoding makes no closures. */
export interface BodyTarget {
  onBodyData(chunk: Buffer, end: boolean): void;
  onBodyTrailers(trailers: HeaderMap): void;
}

const State = {
  DONE: 0,
  LENGTH: 1,
  UNTIL_CLOSE: 2,
  CHUNK_SIZE: 3,
  CHUNK_DATA: 4,
  CHUNK_END: 5,
  TRAILERS: 6,
} as const;

/**
 * Finds the end of a body (RFC 9112 sections 6.2, 6.3 and 7.1) and delivers what is in front of it, without copying.
 * Chunk extensions are checked and dropped; a line is taken only as a whole.
 */
export class BodyDecoder {
  /** Position behind the message in the buffer at hand; valid while its last piece is delivered. */
  messageEnd = 0;
  /** Body bytes delivered so far. */
  bodyBytes = 0;
  failedStatus = 400;
  failedReason = '';
  #state: number = State.DONE;
  #remaining = 0;
  #extensionBytes = 0;
  #maxTrailerBytes = 0;
  #maxTrailerCount = 0;
  #maxBodyBytes = 0;
  #seen = 0;

  /** @param maxBodyBytes 0 = no limit. */
  start(
    framing: Framing,
    contentLength: number,
    maxBodyBytes: number,
    maxTrailerBytes: number,
    maxTrailerCount: number,
  ): void {
    this.bodyBytes = 0;
    this.#extensionBytes = 0;
    this.#seen = 0;
    this.#maxBodyBytes = maxBodyBytes;
    this.#maxTrailerBytes = maxTrailerBytes;
    this.#maxTrailerCount = maxTrailerCount;
    this.#remaining = contentLength;
    if (framing === Framing.LENGTH) this.#state = State.LENGTH;
    else if (framing === Framing.CHUNKED) this.#state = State.CHUNK_SIZE;
    else this.#state = State.UNTIL_CLOSE;
  }

  /** The body has been delivered to its end. */
  get done(): boolean {
    return this.#state === State.DONE;
  }

  /** The body ends where the connection ends. */
  get untilClose(): boolean {
    return this.#state === State.UNTIL_CLOSE;
  }

  /** Body bytes still announced by content-length; 0 when unknown. */
  get remainingLength(): number {
    return this.#state === State.LENGTH ? this.#remaining : 0;
  }

  /** The connection ended behind an until-close body. */
  finish(): void {
    this.#state = State.DONE;
  }

  /**
   * @param target null: the body is only looked at
   * @returns the position behind what was consumed, or `FAILED`
   */
  decode(bytes: Buffer, start: number, end: number, target: BodyTarget | null): number {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case State.LENGTH: {
          const take = end - at < this.#remaining ? end - at : this.#remaining;
          this.#remaining -= take;
          this.bodyBytes += take;
          const last = this.#remaining === 0;
          if (last) {
            this.#state = State.DONE;
            this.messageEnd = at + take;
          }
          target?.onBodyData(bytes.subarray(at, at + take), last);
          at += take;
          break;
        }
        case State.UNTIL_CLOSE:
          this.bodyBytes += end - at;
          target?.onBodyData(bytes.subarray(at, end), false);
          at = end;
          break;
        case State.CHUNK_SIZE: {
          const behind = this.#chunkLine(bytes, at, end);
          if (behind === MORE) return at;
          if (behind === FAILED) return FAILED;
          at = behind;
          break;
        }
        case State.CHUNK_DATA:
          at = this.#chunkData(bytes, at, end, target);
          break;
        case State.CHUNK_END:
          if (bytes[at] !== 13) return this.#fail('a chunk longer than its size');
          if (at + 1 >= end) return at;
          if (bytes[at + 1] !== 10) return this.#fail('a chunk longer than its size');
          at += 2;
          this.#state = State.CHUNK_SIZE;
          break;
        case State.TRAILERS: {
          const behind = this.#trailers(bytes, at, end, target);
          if (behind === MORE) return at;
          if (behind === FAILED) return FAILED;
          at = behind;
          break;
        }
        default:
          return at;
      }
    }
    return at;
  }

  #chunkData(bytes: Buffer, at: number, end: number, target: BodyTarget | null): number {
    const take = end - at < this.#remaining ? end - at : this.#remaining;
    this.#remaining -= take;
    this.bodyBytes += take;
    let behind = at + take;
    let last = false;
    if (this.#remaining === 0) {
      // The usual last chunk without trailers is often there already: one delivery and one write less.
      last = endsHere(bytes, behind, end);
      if (last) {
        this.#state = State.DONE;
        this.messageEnd = behind + LAST_CHUNK_BYTES;
      } else {
        this.#state = State.CHUNK_END;
      }
    }
    target?.onBodyData(bytes.subarray(at, behind), last);
    if (last) behind += LAST_CHUNK_BYTES;
    return behind;
  }

  /** `chunk-size [ chunk-ext ] CRLF`; takes the line as a whole. */
  #chunkLine(bytes: Buffer, start: number, end: number): number {
    let at = start;
    let size = 0;
    while (at < end) {
      const digit = HEX_VALUE[bytes[at] as number] as number;
      if (digit === 255) break;
      size = size * 16 + digit;
      if (++at - start > MAX_CHUNK_SIZE_DIGITS) return this.#fail('a chunk size of too many digits');
    }
    if (at >= end) return MORE;
    if (at === start) return this.#fail('a chunk without size');
    if (size > Number.MAX_SAFE_INTEGER) return this.#fail('a chunk size that is too large');
    if (bytes[at] !== 13) {
      const extension = at;
      at = this.#chunkExtension(bytes, at, end < start + MAX_CHUNK_LINE_BYTES ? end : start + MAX_CHUNK_LINE_BYTES);
      if (at === FAILED) return FAILED;
      if (at === MORE) return end - start >= MAX_CHUNK_LINE_BYTES ? this.#fail('a chunk line that is too long') : MORE;
      if (at + 1 >= end) return MORE;
      this.#extensionBytes += at - extension;
      if (this.#extensionBytes > MAX_CHUNK_EXTENSION_BYTES) return this.#fail('too many chunk extensions');
    }
    if (at + 1 >= end) return MORE;
    if (bytes[at + 1] !== 10) return this.#fail('a chunk line with a bare carriage return');
    this.#remaining = size;
    if (size === 0) {
      this.#state = State.TRAILERS;
      this.#seen = 0;
    } else {
      if (this.#maxBodyBytes > 0 && this.bodyBytes + size > this.#maxBodyBytes)
        return this.#fail('the body is too large', 413);
      this.#state = State.CHUNK_DATA;
    }
    return at + 2;
  }

  /**
   * `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )` (RFC 9112 section 7.1.1).
   * @returns the position of the CR behind it.
   */
  #chunkExtension(bytes: Buffer, start: number, end: number): number {
    let at = start;
    for (;;) {
      const blanks = at;
      at = skipBlanks(bytes, at, end);
      if (at >= end) return MORE;
      if (bytes[at] === 13) return at === blanks ? at : this.#fail('a blank at the end of a chunk line');
      if (bytes[at] !== 59) return this.#fail('a malformed chunk size');
      at = skipBlanks(bytes, at + 1, end);
      const name = at;
      at = skipToken(bytes, at, end);
      if (at >= end) return MORE;
      if (at === name) return this.#fail('a malformed chunk extension');
      const value = skipBlanks(bytes, at, end);
      if (value >= end) return MORE;
      if (bytes[value] !== 61) continue;
      at = skipBlanks(bytes, value + 1, end);
      if (at >= end) return MORE;
      if (bytes[at] === 34) {
        at = skipQuoted(bytes, at + 1, end);
        if (at === FAILED) return this.#fail('a malformed chunk extension');
        if (at === MORE) return MORE;
      } else {
        const word = at;
        at = skipToken(bytes, at, end);
        if (at >= end) return MORE;
        if (at === word) return this.#fail('a malformed chunk extension');
      }
    }
  }

  #trailers(bytes: Buffer, start: number, end: number, target: BodyTarget | null): number {
    if (bytes[start] === 13) {
      if (start + 1 >= end) return MORE;
      if (bytes[start + 1] !== 10) return this.#fail('a bare carriage return behind the last chunk');
      this.#state = State.DONE;
      this.messageEnd = start + 2;
      target?.onBodyData(EMPTY_BYTES, true);
      return start + 2;
    }
    const tooLong = end - start >= this.#maxTrailerBytes;
    if (this.#seen > 0 && !tooLong && !tellsMore(bytes, start + this.#seen, end)) {
      this.#seen = end - start;
      return MORE;
    }
    const scan = takeScan();
    const limit = tooLong ? start + this.#maxTrailerBytes : end;
    const behind = scanFields(scan, bytes, start, start, limit, this.#maxTrailerCount);
    if (behind === FAILED) return this.#fail(scan.failedReason, scan.failedStatus);
    if (behind === MORE) {
      giveScan(scan);
      this.#seen = end - start;
      return tooLong ? this.#fail('the trailers are too large', 431) : MORE;
    }
    scan.headLength = behind - start;
    this.#state = State.DONE;
    this.messageEnd = behind;
    if (target !== null) deliverTrailers(new Http1Fields(bytes, start, scan), target);
    giveScan(scan);
    return behind;
  }

  #fail(reason: string, status = 400): typeof FAILED {
    this.failedStatus = status;
    this.failedReason = reason;
    return FAILED;
  }
}

function deliverTrailers(trailers: Http1Fields, target: BodyTarget): void {
  trailers.dropForbiddenTrailers();
  if (trailers.hasFields) target.onBodyTrailers(trailers);
  else target.onBodyData(EMPTY_BYTES, true);
  trailers.release();
}

/** `CRLF 0 CRLF CRLF` */
const LAST_CHUNK_BYTES = 7;

function endsHere(bytes: Buffer, at: number, end: number): boolean {
  return (
    end - at >= LAST_CHUNK_BYTES &&
    bytes[at] === 13 &&
    bytes[at + 1] === 10 &&
    bytes[at + 2] === 48 &&
    bytes[at + 3] === 13 &&
    bytes[at + 4] === 10 &&
    bytes[at + 5] === 13 &&
    bytes[at + 6] === 10
  );
}

/**
 * Reading an unfinished section again can tell more than last time: behind the bytes seen then there is a control
 * character, be it the end of a line or a fault. Without this a head that comes byte by byte would cost the square of its length.
 */
export function tellsMore(bytes: Buffer, seen: number, end: number): boolean {
  if (bytes[seen - 1] === 13) return true;
  for (let at = seen; at < end; at++) {
    const code = bytes[at] as number;
    if (code < 32 && code !== 9) return true;
  }
  return false;
}

function skipBlanks(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++;
  return at;
}

function skipToken(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && TOKEN_LOWER[bytes[at] as number] !== 0) at++;
  return at;
}

/** Behind the closing quote of a quoted-string (RFC 9110 section 5.6.4), `MORE` or `FAILED`. */
function skipQuoted(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (code === 34) return at + 1 >= end ? MORE : at + 1;
    if (FIELD_VALUE[code] === 0) return FAILED;
    if (code === 92) {
      at++;
      if (at < end && FIELD_VALUE[bytes[at] as number] === 0) return FAILED;
    }
  }
  return MORE;
}
