import { Detection } from '@weft/sdk';

/** Enough for the longest registered method, a blank and `http`. */
export const DETECT_BYTES = 24;

const MAX_DETECTED_METHOD_BYTES = 19;
const HTTP = [104, 116, 116, 112];
const CONNECT = 'CONNECT';

/**
 * A method in capitals, one blank, and then what only HTTP has there: `/`, `*` or `http`; CONNECT may name any host.
 * The preface of HTTP/2 (`PRI * HTTP/2.0`) is a request line of this form on purpose, and is not HTTP/1.
 */
export function detect(bytes: Uint8Array, length: number): Detection {
  let at = 0;
  while (at < length && isMethodByte(bytes[at] as number)) at++;
  if (at > MAX_DETECTED_METHOD_BYTES) return Detection.NO;
  if (at === length) return Detection.NEED_MORE;
  if (bytes[at] !== 32 || at === 0 || isDigit(bytes[0] as number)) return Detection.NO;
  if (at === 3 && bytes[0] === 80 && bytes[1] === 82 && bytes[2] === 73) return Detection.NO;
  if (isConnect(bytes, at)) return Detection.YES;
  at++;
  if (at === length) return Detection.NEED_MORE;
  if (bytes[at] === 47 || bytes[at] === 42) return Detection.YES;
  for (let i = 0; i < HTTP.length; i++) {
    if (at + i === length) return Detection.NEED_MORE;
    if (((bytes[at + i] as number) | 0x20) !== HTTP[i]) return Detection.NO;
  }
  return Detection.YES;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Registered methods are made of capitals and hyphens; digits and underscores are seen in the wild. */
function isMethodByte(code: number): boolean {
  return (code >= 65 && code <= 90) || code === 45 || code === 95 || isDigit(code);
}

function isConnect(bytes: Uint8Array, length: number): boolean {
  if (length !== CONNECT.length) return false;
  for (let i = 0; i < length; i++) if (bytes[i] !== CONNECT.charCodeAt(i)) return false;
  return true;
}
