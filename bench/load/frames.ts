/** Cuts a stream of borrowed chunks into whole frames; only an incomplete rest is copied. */

/** Handles the frame that starts at `at` and returns its size, or 0 when it is not complete yet. */
export type OnFrame = (bytes: Buffer, at: number, to: number) => number;

export function cutFrames(onFrame: OnFrame): (bytes: Buffer, byteCount: number) => void {
  let held: Buffer | null = null;
  return (chunk, byteCount) => {
    let bytes = chunk;
    let to = byteCount;
    if (held !== null) {
      bytes = Buffer.concat([held, chunk.subarray(0, byteCount)]);
      to = bytes.length;
      held = null;
    }
    let at = 0;
    while (at < to) {
      const size = onFrame(bytes, at, to);
      if (size === 0) break;
      at += size;
    }
    if (at < to) held = Buffer.from(bytes.subarray(at, to));
  };
}

/** Whole size of the Bolt v1 frame at `at`, or 0 when that cannot be told yet. */
export function boltFrameBytes(bytes: Buffer, at: number, to: number): number {
  const lengths = bytes[at + 1] === 0 ? at + 12 : at + 14;
  if (to < lengths + 8) return 0;
  const size =
    lengths - at + 8 + bytes.readUInt16BE(lengths) + bytes.readUInt16BE(lengths + 2) + bytes.readUInt32BE(lengths + 4);
  return at + size > to ? 0 : size;
}

/** Whole size of the Dubbo frame at `at`, or 0 when it is not complete. */
export function dubboFrameBytes(bytes: Buffer, at: number, to: number): number {
  if (to - at < 16) return 0;
  const size = 16 + bytes.readUInt32BE(at + 12);
  return at + size > to ? 0 : size;
}

/** Whole size of the HTTP/2 frame at `at`, or 0 when it is not complete. */
export function http2FrameBytes(bytes: Buffer, at: number, to: number): number {
  if (to - at < 9) return 0;
  const size = 9 + (((bytes[at] as number) << 16) | bytes.readUInt16BE(at + 1));
  return at + size > to ? 0 : size;
}

/** Offset behind the empty line of an HTTP/1.1 head that starts at `at`, or -1. */
export function endOfHead(bytes: Buffer, at: number, to: number): number {
  for (let index = at; index + 3 < to; index++) {
    if (bytes[index] === 13 && bytes[index + 2] === 13 && bytes[index + 1] === 10 && bytes[index + 3] === 10)
      return index + 4;
  }
  return -1;
}

/** The Content-Length of a head, 0 without one, or -1 when the body is chunked. */
export function contentLength(bytes: Buffer, at: number, end: number): number {
  const head = bytes.toString('latin1', at, end).toLowerCase();
  if (head.includes('\r\ntransfer-encoding:')) return -1;
  const from = head.indexOf('\r\ncontent-length:');
  return from < 0 ? 0 : Number.parseInt(head.slice(from + 17), 10);
}
