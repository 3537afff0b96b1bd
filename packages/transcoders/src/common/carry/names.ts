/**
 * What crosses between protocols under its own name, because both sides of a call know it by that: contexts of traces,
 * baggage, and Weft's own headers (caller, zone, labels, attempt).
 */
const NAMES: ReadonlySet<string> = new Set([
  'b3',
  'baggage',
  'sw8',
  'sw8-correlation',
  'sw8-x',
  'traceparent',
  'tracestate',
  'uber-trace-id',
  'x-envoy-attempt-count',
  'x-request-id',
]);
const PREFIXES = ['x-b3-', 'x-weft-', 'baggage-', 'uberctx-'] as const;

/** Who calls: its application, its zone and its address. */
export const CALLER_APP = 'x-weft-source-app';
export const CALLER_ZONE = 'x-weft-source-zone';
export const CALLER_IP = 'x-weft-source-ip';
/** Time that the caller waits, ms. */
export const TIMEOUT = 'x-weft-timeout-ms';
/** As SOFATracer has them on HTTP. */
export const SOFA_TRACE_ID = 'sofa-traceid';
export const SOFA_RPC_ID = 'sofa-rpcid';
export const BAGGAGE = 'baggage';

const NOT_CARRIED: ReadonlySet<string> = new Set([TIMEOUT, 'x-weft-converted', 'x-weft-reject']);

/** Whether a header of this name, in lower case, means the same in every protocol. */
export function isCarried(name: string): boolean {
  if (NOT_CARRIED.has(name)) return false;
  return NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}

const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,256}$/;
const FIELD_VALUE = /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/;
const HOP: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether HTTP takes the pair as a header of its own (RFC 9110 section 5) that ends at the next hop neither. */
export function isHttpField(name: string, value: string): boolean {
  return FIELD_NAME.test(name) && FIELD_VALUE.test(value) && !HOP.has(name);
}

/** A timeout in ms as text, 1 .. 2147483647; 0 when it is none. */
export function timeoutOf(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) return 0;
  return Math.min(Number(text), 0x7fff_ffff);
}

/** The shorter of two timeouts, of which 0 is none. */
export function shorter(a: number, b: number): number {
  if (a === 0 || b === 0) return a + b;
  return Math.min(a, b);
}

/** Text in percent form; what is no text at all, such as half a pair of surrogates, is replaced. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The text as it stands where it is no percent form. */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
