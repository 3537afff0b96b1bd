import type { OutputBuffer } from '@weft/kit';

/**
 * HTTP/2 framing (RFC 9113 section 4):
 *
 *     0        3     4      5                9
 *     | length | type | flags | R stream id  | payload (length bytes)
 */
export const FRAME_HEAD_BYTES = 9;

/** Sent by a client before its first frame (RFC 9113 section 3.4). */
export const CLIENT_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Largest frame that we accept and send: the value every peer must support, so nothing has to be announced. */
export const MAX_FRAME_BYTES = 16_384;
export const MAX_STREAM_ID = 0x7fff_ffff;

export const FrameType = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const Flag = { END_STREAM: 0x1, ACK: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const;

/** Error codes of RST_STREAM and GOAWAY (RFC 9113 section 7). */
export const ErrorCodeH2 = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;

/** Of the frame head at `at`. */
export function readLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
}

/** Of the frame head at `at`. */
export function readStreamId(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at + 5] as number) & 0x7f) << 24) |
    ((bytes[at + 6] as number) << 16) |
    ((bytes[at + 7] as number) << 8) |
    (bytes[at + 8] as number)
  );
}

/** Appends the nine bytes in front of a payload. */
export function writeFrameHead(out: OutputBuffer, length: number, type: number, flags: number, streamId: number): void {
  const at = out.reserve(FRAME_HEAD_BYTES);
  const target = out.buffer;
  target[at] = length >>> 16;
  target[at + 1] = length >>> 8;
  target[at + 2] = length;
  target[at + 3] = type;
  target[at + 4] = flags;
  target[at + 5] = streamId >>> 24;
  target[at + 6] = streamId >>> 16;
  target[at + 7] = streamId >>> 8;
  target[at + 8] = streamId;
  out.position = at + FRAME_HEAD_BYTES;
}

export function writeWindowUpdate(out: OutputBuffer, streamId: number, increment: number): void {
  writeFrameHead(out, 4, FrameType.WINDOW_UPDATE, 0, streamId);
  out.writeUint32(increment);
}

export function writeRstStream(out: OutputBuffer, streamId: number, code: number): void {
  writeFrameHead(out, 4, FrameType.RST_STREAM, 0, streamId);
  out.writeUint32(code);
}

export function writeGoaway(out: OutputBuffer, lastStreamId: number, code: number, debug = ''): void {
  writeFrameHead(out, 8 + debug.length, FrameType.GOAWAY, 0, 0);
  out.writeUint32(lastStreamId);
  out.writeUint32(code);
  out.writeLatin1(debug);
}

/** `source[start, start + 8)` are the opaque bytes. */
export function writePing(out: OutputBuffer, ack: boolean, source: Uint8Array, start: number): void {
  writeFrameHead(out, 8, FrameType.PING, ack ? Flag.ACK : 0, 0);
  out.write(source, start, start + 8);
}

/** Appends a header block as HEADERS and as many CONTINUATION frames as it needs. */
export function writeHeaderBlock(
  out: OutputBuffer,
  streamId: number,
  block: Buffer,
  length: number,
  endStream: boolean,
): void {
  const first = length <= MAX_FRAME_BYTES ? length : MAX_FRAME_BYTES;
  const endFlag = endStream ? Flag.END_STREAM : 0;
  writeFrameHead(out, first, FrameType.HEADERS, first === length ? endFlag | Flag.END_HEADERS : endFlag, streamId);
  out.write(block, 0, first);
  for (let at = first; at < length; ) {
    const end = Math.min(length, at + MAX_FRAME_BYTES);
    writeFrameHead(out, end - at, FrameType.CONTINUATION, end === length ? Flag.END_HEADERS : 0, streamId);
    out.write(block, at, end);
    at = end;
  }
}

/** Appends body bytes `[start, end)` as DATA frames; the caller has checked both windows. */
export function writeData(
  out: OutputBuffer,
  streamId: number,
  chunk: Uint8Array,
  start: number,
  end: number,
  endStream: boolean,
): void {
  let at = start;
  do {
    const stop = end - at > MAX_FRAME_BYTES ? at + MAX_FRAME_BYTES : end;
    writeFrameHead(out, stop - at, FrameType.DATA, endStream && stop === end ? Flag.END_STREAM : 0, streamId);
    out.write(chunk, at, stop);
    at = stop;
  } while (at < end);
}
