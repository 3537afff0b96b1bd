/**
 * Byte classes of HTTP (RFC 9110 section 5, RFC 9112 section 3), one table lookup per byte.
 *
 * A table is indexed by the byte, so a code point above 255 gives `undefined`; the string functions below say no to it.
 */

const TCHAR_MARKS = "!#$%&'*+-.^_`|~";
const HOST_MARKS = "-._~%!$&'()*+;=[]:";

function isAlphaNumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** The lower-case form of a token byte (RFC 9110 section 5.6.2), 0 for a byte that no token has. */
export const TOKEN_LOWER: Uint8Array = new Uint8Array(256);
/** 1 for a byte of a field value: HTAB, SP, VCHAR and obs-text (RFC 9110 section 5.5). */
export const FIELD_VALUE: Uint8Array = new Uint8Array(256);
/** 1 for a byte of a request target: visible ASCII without `#`. Raw bytes above 127 must be percent-encoded (RFC 3986 section 2). */
export const TARGET: Uint8Array = new Uint8Array(256);
/** 1 for a byte of `host [":" port]`; neither `@` (userinfo) nor `,` (a joined list) is one. */
export const HOST: Uint8Array = new Uint8Array(256);
/** Value of a hexadecimal digit, 255 for every other byte. */
export const HEX_VALUE: Uint8Array = new Uint8Array(256).fill(255);

for (let code = 0; code < 256; code++) {
  const text = String.fromCharCode(code);
  if (isAlphaNumeric(code) || TCHAR_MARKS.includes(text)) TOKEN_LOWER[code] = text.toLowerCase().charCodeAt(0);
  if (code === 9 || (code >= 32 && code !== 127)) FIELD_VALUE[code] = 1;
  if (code > 32 && code < 127 && code !== 35) TARGET[code] = 1;
  if (isAlphaNumeric(code) || HOST_MARKS.includes(text)) HOST[code] = 1;
  if (code < 128 && '0123456789abcdefABCDEF'.includes(text)) HEX_VALUE[code] = Number.parseInt(text, 16);
}

function every(text: string, table: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // The length check comes first: an index past the table would read `undefined`.
    if (code > 255 || table[code] === 0) return false;
  }
  return true;
}

/** A non-empty token: a method or a field name in any case. */
export function isToken(text: string): boolean {
  return text.length > 0 && every(text, TOKEN_LOWER);
}

/** A non-empty token without upper-case letters: a field name as HTTP/2 has it. */
export function isLowerToken(text: string): boolean {
  if (text.length === 0) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255 || code === 0 || TOKEN_LOWER[code] !== code) return false;
  }
  return true;
}

/** A field value without line ends, NUL or other controls, and without blanks around it. */
export function isFieldValue(text: string): boolean {
  if (text.length === 0) return true;
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if (first === 32 || first === 9 || last === 32 || last === 9) return false;
  return every(text, FIELD_VALUE);
}

/** A request target in origin form (`/…`) or `*`. */
export function isOriginTarget(text: string): boolean {
  if (text === '*') return true;
  return text.charCodeAt(0) === 47 && every(text, TARGET);
}

/** `host [":" port]` (RFC 9110 section 7.2); the empty authority is one. */
export function isAuthority(text: string): boolean {
  if (!every(text, HOST)) return false;
  let colon = -1;
  let brackets = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 91) {
      if (i !== 0) return false;
      brackets = 1;
    } else if (code === 93) {
      if (brackets !== 1) return false;
      brackets = 2;
      if (i + 1 < text.length && text.charCodeAt(i + 1) !== 58) return false;
    } else if (code === 58 && brackets !== 1) {
      if (colon >= 0) return false;
      colon = i;
    }
  }
  if (brackets === 1) return false;
  return colon < 0 || isPort(text, colon + 1);
}

function isPort(text: string, from: number): boolean {
  if (text.length - from > 5) return false;
  let port = 0;
  for (let i = from; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return false;
    port = port * 10 + digit;
  }
  return port <= 65_535;
}

/**
 * A decimal body length: digits only, at most 15 of them, so that it is exact in a number.
 * @returns the length, -1 when the text is something else.
 */
export function parseContentLength(text: string): number {
  if (text.length === 0 || text.length > 15) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
