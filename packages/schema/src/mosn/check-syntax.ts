/** Byte classes of HTTP, as far as a configuration can break them (RFC 9110 section 5, RFC 3986 sections 2 and 3). */

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Also without blanks around it: a receiver would take them for padding. */
const FIELD_VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
/** Visible ASCII without `#`: what a request target is made of. */
const TARGET = /^[\x21\x22\x24-\x7e]*$/;
/** What a location may hold: a fragment belongs to it. */
const VISIBLE = /^[\x21-\x7e]*$/;
const AUTHORITY = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z._~%!$&'()*+;=-]+)(?::([0-9]{1,5}))?$/;
const DOMAIN = /^(?:\*?\[[0-9a-f:.]{2,45}\]|\*|\*?[0-9a-z._~%!$&'()+;=-]+)(?::(?:\*|[0-9]{1,5}))?$/;
/** Fields that mean one connection or the framing of one message; the proxy writes them itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** A non-empty token: the name of a header. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A field value without line ends, NUL and other controls, and without blanks around it. */
export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

/** A part of a request target; line ends, blanks and what must be percent-encoded are none. */
export function isTargetText(text: string): boolean {
  return TARGET.test(text);
}

/** A part of a `location`. */
export function isVisibleText(text: string): boolean {
  return VISIBLE.test(text);
}

/** `host [":" port]` with a host. */
export function isAuthority(text: string): boolean {
  const match = AUTHORITY.exec(text);
  return match !== null && (match[1] === undefined || Number(match[1]) <= 65_535);
}

/** A domain of a virtual host, in lower case. */
export function isDomain(text: string): boolean {
  return DOMAIN.test(text);
}

/** @param name in any case. */
export function isOwnHeader(name: string): boolean {
  return OWN_HEADERS.has(name.toLowerCase());
}
