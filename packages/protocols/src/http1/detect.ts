import { Detection } from '@weft/sdk';
import { TOKEN_LOWER } from '../common/http/tokens.ts';
import { MAX_METHOD_BYTES } from './frame.ts';

/** Enough for an empty line, the longest method, a blank and `http`. */
export const DETECT_BYTES = 2 + MAX_METHOD_BYTES + 1 + 4;

const HTTP = [104, 116, 116, 112];
const CONNECT = 'CONNECT';

/**
 * Says YES to the beginning of every request that the decoder takes: at most one empty line (RFC 9112 section 2.2), a
 * method, one blank, and then what only HTTP has there: `/`, `*` or `http`; CONNECT may name any host.
 * The preface of HTTP/2 (`PRI * HTTP/2.0`) is a request line of this form on purpose, and is not HTTP/1.
 */
export function detect(bytes: Uint8Array, length: number): Detection {
  let start = 0;
  if (length > 0 && bytes[0] === 13) {
    if (length === 1) return Detection.NEED_MORE;
    if (bytes[1] !== 10) return Detection.NO;
    start = 2;
  }
  let at = start;
  while (at < length && TOKEN_LOWER[bytes[at] as number] !== 0) at++;
  if (at - start > MAX_METHOD_BYTES) return Detection.NO;
  if (at === length) return Detection.NEED_MORE;
  if (bytes[at] !== 32 || at === start) return Detection.NO;
  if (at === 3 && startsWithPri(bytes)) return Detection.NO;
  if (isConnect(bytes, start, at)) return Detection.YES;
  at++;
  if (at === length) return Detection.NEED_MORE;
  if (bytes[at] === 47 || bytes[at] === 42) return Detection.YES;
  for (let i = 0; i < HTTP.length; i++) {
    if (at + i === length) return Detection.NEED_MORE;
    if (((bytes[at + i] as number) | 0x20) !== HTTP[i]) return Detection.NO;
  }
  return Detection.YES;
}

/**
 * Says YES to bytes that somebody meant as a request line, as far as one can tell: printable ASCII up to the end of the line,
 * or `DETECT_BYTES` of it. Line ends in front of it do not count. No to what may be the preface of HTTP/2 (see `detect`), from which
 * the decoder might take a request.
 */
export function resembles(bytes: Uint8Array, length: number): Detection {
  const bound = length < DETECT_BYTES ? length : DETECT_BYTES;
  let seen = false;
  for (let at = 0; at < bound; at++) {
    const byte = bytes[at] as number;
    if (byte === 13 || byte === 10) {
      if (seen) return Detection.YES;
    } else if ((byte < 32 && byte !== 9) || byte > 126) return Detection.NO;
    else if (at === 3 && byte === 32 && startsWithPri(bytes)) return Detection.NO;
    else seen = true;
  }
  return length < DETECT_BYTES ? Detection.NEED_MORE : Detection.YES;
}

function startsWithPri(bytes: Uint8Array): boolean {
  return bytes[0] === 80 && bytes[1] === 82 && bytes[2] === 73;
}

function isConnect(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== CONNECT.length) return false;
  for (let i = 0; i < CONNECT.length; i++) if (bytes[start + i] !== CONNECT.charCodeAt(i)) return false;
  return true;
}
