/** Fields that mean one connection only and are never forwarded (RFC 9110 section 7.6.1); `te` survives as `trailers`. */
const HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/**
 * Fields that `Connection` cannot take away although it may name them. Framing and routing would change under the next
 * hop, and a client could hide its credentials or its forwarding history from the application behind us.
 */
const PROTECTED: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expect',
  'forwarded',
  'set-cookie',
  'trailer',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
]);

/** Fields that a trailer section must not carry (RFC 9110 section 6.5.1): framing, routing, authentication, modifiers. */
const FORBIDDEN_TRAILERS: ReadonlySet<string> = new Set([
  ...HOP,
  'age',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expect',
  'expires',
  'forwarded',
  'host',
  'location',
  'max-forwards',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'range',
  'retry-after',
  'set-cookie',
  'trailer',
  'vary',
  'warning',
  'www-authenticate',
]);

/** @param name in lower case. */
export function isHopHeader(name: string): boolean {
  return HOP.has(name);
}

/** @param name in lower case. */
export function isProtectedHeader(name: string): boolean {
  return PROTECTED.has(name);
}

/** @param name in lower case. Conditional fields (`if-…`) count: they change what the request means after it was routed. */
export function isForbiddenTrailer(name: string): boolean {
  return FORBIDDEN_TRAILERS.has(name) || name.startsWith('if-');
}
