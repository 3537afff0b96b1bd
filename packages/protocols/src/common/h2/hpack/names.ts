import { isLowerToken } from '../../http/tokens.ts';
import { STATIC_NAME_INDEX } from './static-table.ts';

/**
 * What a field name means to HTTP/2. A field carries its kind, so that checking a head costs one comparison for each
 * ordinary field. The pseudo fields come first.
 */
export const FieldKind = {
  REGULAR: 0,
  METHOD: 1,
  SCHEME: 2,
  AUTHORITY: 3,
  PATH: 4,
  STATUS: 5,
  /** `:protocol` and any other unknown pseudo field: malformed, as extended CONNECT is not offered. */
  PSEUDO_UNKNOWN: 6,
  /** Fields about one connection, which HTTP/2 does not have (RFC 9113 section 8.2.2). */
  CONNECTION: 7,
  /** The name or the value has bytes that are not allowed (RFC 9113 section 8.2.1). */
  INVALID: 8,
  /** Lives in `authority`; kinds up to this one are never sent as ordinary fields. */
  HOST: 9,
  TE: 10,
  CONTENT_LENGTH: 11,
  CONTENT_TYPE: 12,
  EXPECT: 13,
  COOKIE: 14,
  GRPC_TIMEOUT: 15,
  GRPC_STATUS: 16,
} as const;

/** What the encoder may do with a field. */
export const Indexing = {
  /** Put it into the dynamic table. */
  INDEX: 0,
  /**
   * Send it as a literal until it repeats: the next request mostly has another value, and inserting it would push useful
   * entries out. It repeats when a peer refers to it in its own table; whoever decodes that makes INDEX of it.
   */
  CHANGING: 1,
  /** Send it as a literal, whatever the peer does. */
  LITERAL: 2,
  /** Send it as never-indexed: no hop may put it into a shared compression state (RFC 7541 section 7.1.3). */
  NEVER: 3,
} as const;

const KINDS: readonly (readonly [string, number])[] = [
  [':method', FieldKind.METHOD],
  [':scheme', FieldKind.SCHEME],
  [':authority', FieldKind.AUTHORITY],
  [':path', FieldKind.PATH],
  [':status', FieldKind.STATUS],
  ['connection', FieldKind.CONNECTION],
  ['proxy-connection', FieldKind.CONNECTION],
  ['keep-alive', FieldKind.CONNECTION],
  ['transfer-encoding', FieldKind.CONNECTION],
  ['upgrade', FieldKind.CONNECTION],
  ['te', FieldKind.TE],
  ['host', FieldKind.HOST],
  ['content-length', FieldKind.CONTENT_LENGTH],
  ['content-type', FieldKind.CONTENT_TYPE],
  ['expect', FieldKind.EXPECT],
  ['cookie', FieldKind.COOKIE],
  ['grpc-timeout', FieldKind.GRPC_TIMEOUT],
  ['grpc-status', FieldKind.GRPC_STATUS],
];

/** Values of these change with (nearly) every message. */
const VOLATILE = [
  'content-length',
  'content-range',
  'content-md5',
  'digest',
  'date',
  'age',
  'etag',
  'expires',
  'last-modified',
  'location',
  'link',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'referer',
  'retry-after',
  'x-request-id',
  'x-correlation-id',
  'x-forwarded-for',
  'x-real-ip',
  'forwarded',
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'sw8',
  'uber-trace-id',
  'sofa-traceid',
  'sofa-rpcid',
  'grpc-timeout',
  'x-envoy-upstream-service-time',
];
/** Cookies belong to a user, an upstream connection to many users: an entry of one must not shorten the field of another. */
const PERSONAL = ['cookie', 'set-cookie'];
const SECRET = [
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'x-auth-token',
  'x-amz-security-token',
  'x-csrf-token',
];

/** A name's facts in one integer: kind, indexing << 8, lowest static index << 10. */
export type NameBits = number;

const BITS = new Map<string, NameBits>();
for (const [name, index] of STATIC_NAME_INDEX) BITS.set(name, index << 10);
for (const [name, kind] of KINDS) BITS.set(name, (BITS.get(name) ?? 0) | kind);
for (const name of VOLATILE) BITS.set(name, (BITS.get(name) ?? 0) | (Indexing.CHANGING << 8));
for (const name of PERSONAL) BITS.set(name, (BITS.get(name) ?? 0) | (Indexing.LITERAL << 8));
for (const name of SECRET) BITS.set(name, (BITS.get(name) ?? 0) | (Indexing.NEVER << 8));

/** Looks a name up and checks it; a field whose name refers to a table entry takes over the answer. */
export function nameBits(name: string): NameBits {
  const bits = BITS.get(name);
  if (bits !== undefined) return bits;
  if (name.charCodeAt(0) === 58) return FieldKind.PSEUDO_UNKNOWN;
  return isLowerToken(name) ? FieldKind.REGULAR : FieldKind.INVALID;
}

export function kindOf(bits: NameBits): number {
  return bits & 0xff;
}

export function indexingOf(bits: NameBits): number {
  return (bits >>> 8) & 3;
}

export function staticNameIndexOf(bits: NameBits): number {
  return bits >>> 10;
}
