/**
 * How a message looks to this codec. Offsets are relative to the first byte of the head, so that a head stays valid when
 * its bytes are copied elsewhere.
 *
 *     POST /a?b HTTP/1.1\r\n          start line: method, target, minor version
 *     Host: example.org\r\n           field i = fields[5i .. 5i+4]: nameStart, nameEnd, valueStart, valueEnd, meta
 *     Content-Length: 3\r\n
 *     \r\n                            headLength counts up to here
 *     abc
 *
 * `meta` is 0 for a field that goes out exactly as it came; else a `Kind`, plus `REWRITE` when its blanks are unusual.
 */
export const FIELD_STRIDE = 5;

/** What the codec has to know about a field. Only `OTHER` without `REWRITE` is copied unseen. */
export const Kind = {
  OTHER: 0,
  /** Hop header, or named by `Connection`: never forwarded. */
  HOP: 1,
  HOST: 2,
  CONTENT_LENGTH: 3,
  TRANSFER_ENCODING: 4,
  CONNECTION: 5,
  TE: 6,
  UPGRADE: 7,
  EXPECT: 8,
  /** Taken away by a filter. */
  REMOVED: 9,
} as const;

export const KIND_MASK = 0xff;
/** The line is not `name: value` with one blank; it is written anew. */
export const REWRITE = 0x100;

/** Form of the request target (RFC 9112 section 3.2). */
export const TargetForm = { ORIGIN: 0, ABSOLUTE: 1, AUTHORITY: 2, ASTERISK: 3 } as const;

/** How the end of a body is found, or shown. */
export const Framing = {
  /** No body. */
  NONE: 0,
  /** `content-length` bytes. */
  LENGTH: 1,
  CHUNKED: 2,
  /** Responses only: until the connection ends. */
  UNTIL_CLOSE: 3,
  /** Raw bytes behind an upgrade or CONNECT. */
  TUNNEL: 4,
} as const;
export type Framing = (typeof Framing)[keyof typeof Framing];

/** Longest method taken; the longest registered one has 17 letters. */
export const MAX_METHOD_BYTES = 24;
/** Hexadecimal digits of a chunk size; a size must also be exact in a number. */
export const MAX_CHUNK_SIZE_DIGITS = 15;
/** Longest chunk-size line with its extensions. */
export const MAX_CHUNK_LINE_BYTES = 1024;
/** Chunk extensions of one message in sum: they are dropped, so that they only cost. */
export const MAX_CHUNK_EXTENSION_BYTES = 16 * 1024;
/** Names in one `Connection` field list. */
export const MAX_CONNECTION_OPTIONS = 32;
/** Interim responses before one final response. */
export const MAX_INTERIM_RESPONSES = 32;
/** Request bytes read and dropped behind an early answer, before the connection is closed. */
export const MAX_DISCARDED_BYTES = 64 * 1024;
/** How long the rest of a request may take behind its answer, ms. */
export const REST_MS = 30_000;
/** How long a closing connection waits for the peer to stop sending, ms. */
export const LINGER_MS = 1000;

export const EMPTY_BYTES: Buffer = Buffer.alloc(0);
