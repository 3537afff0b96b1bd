import { ErrorCodeH2 } from './frame.ts';

/** A block of 64 KiB in full frames takes four; more frames than this only cost (the CONTINUATION flood). */
const MAX_CONTINUATIONS = 32;

/** A header block that came without END_HEADERS, until its last CONTINUATION; bounded in bytes and frames. */
export class HeaderBlock {
  readonly #maxBytes: number;
  #bytes: Buffer | null = null;
  #length = 0;
  #frames = 0;
  /** Stream whose block is incomplete, 0 when none is. */
  streamId = 0;
  endStream = false;

  /** @param maxListBytes limit of the decoded list; encoded it is never much larger. */
  constructor(maxListBytes: number) {
    this.#maxBytes = maxListBytes + 16_384;
  }

  begin(streamId: number, endStream: boolean, bytes: Buffer, start: number, end: number): void {
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
