import type { H2Connection } from './connection.ts';
import { ErrorCodeH2, Flag } from './frame.ts';

/** A block of 64 KiB in full frames takes four; more frames than this only cost (the CONTINUATION flood). */
const MAX_CONTINUATIONS = 32;

/** Where header blocks lie, and one that came without END_HEADERS, until its last CONTINUATION; bounded in bytes and frames. */
export class HeaderBlock {
  readonly #maxBytes: number;
  #bytes: Buffer | null = null;
  #length = 0;
  #frames = 0;
  /** Stream whose block is incomplete, 0 when none is. */
  streamId = 0;
  endStream = false;
  /** Of the block, or its first part, in the HEADERS frame that was looked at last. */
  start = 0;
  end = 0;

  /** @param maxListBytes limit of the decoded list; encoded it is never much larger. */
  constructor(maxListBytes: number) {
    this.#maxBytes = maxListBytes + 16_384;
  }

  /**
   * Finds `start` and `end` in the payload `[from, to)` of a HEADERS frame (RFC 9113 section 6.2).
   * @throws ProtocolError when it is malformed
   */
  locate(connection: H2Connection, bytes: Buffer, flags: number, streamId: number, from: number, to: number): void {
    if (streamId === 0) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'HEADERS on stream 0');
    let start = from;
    let end = to;
    if ((flags & Flag.PADDED) !== 0) {
      if (start === end) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'HEADERS without its pad length');
      end -= bytes[start++] as number;
    }
    let selfDependent = false;
    if ((flags & Flag.PRIORITY) !== 0) {
      if (to - start < 5) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'HEADERS without its priority');
      selfDependent = (bytes.readUInt32BE(start) & 0x7fff_ffff) === streamId;
      start += 5;
    }
    if (end < start) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'padding longer than the frame');
    if (selfDependent) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'a stream depends on itself');
    this.start = start;
    this.end = end;
  }

  /** The block that was located goes on in CONTINUATION frames. */
  begin(streamId: number, endStream: boolean, bytes: Buffer): void {
    const { start, end } = this;
    this.streamId = streamId;
    this.endStream = endStream;
    this.#frames = 0;
    this.#length = end - start;
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(4096, this.#length * 2));
    bytes.copy(this.#bytes, 0, start, end);
  }

  /** Returns 0 or the code of a connection error. */
  append(bytes: Buffer, start: number, end: number): number {
    const length = this.#length + end - start;
    if (++this.#frames > MAX_CONTINUATIONS || length > this.#maxBytes) return ErrorCodeH2.ENHANCE_YOUR_CALM;
    let target = this.#bytes as Buffer;
    if (length > target.length) {
      target = Buffer.allocUnsafeSlow(length * 2);
      (this.#bytes as Buffer).copy(target, 0, 0, this.#length);
      this.#bytes = target;
    }
    bytes.copy(target, this.#length, start, end);
    this.#length = length;
    return ErrorCodeH2.NO_ERROR;
  }

  take(): Buffer {
    const joined = (this.#bytes as Buffer).subarray(0, this.#length);
    this.#bytes = null;
    this.streamId = 0;
    return joined;
  }
}
