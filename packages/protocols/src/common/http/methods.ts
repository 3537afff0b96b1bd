const IDEMPOTENT: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'PROPFIND',
  'REPORT',
  'SEARCH',
]);
const EXPECTS_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Sending a request with this method twice does no harm (RFC 9110 section 9.2.2 and the IANA method registry). */
export function isIdempotentMethod(method: string): boolean {
  return IDEMPOTENT.has(method);
}

/** A request with this method says `content-length: 0` when it has no body (RFC 9110 section 8.6). */
export function expectsBody(method: string): boolean {
  return EXPECTS_BODY.has(method);
}
