import { TranscodeError } from '@weft/sdk';
import type { Compression } from './compression.ts';

const PREFIX_BYTES = 5;

/** Finds the messages of gRPC in bytes that come in whatever pieces. */
export class FrameReader {
  readonly #compression: Compression;
  readonly #maxBytes: number;
  readonly #tooLongStatus: number;
  #pieces: Buffer[] = [];
  #keptBytes = 0;
  /** Bytes that the next message needs, with its prefix; the prefix alone until that is there. */
  #needBytes = PREFIX_BYTES;

  /**
   * @param maxBytes of one message as it comes: who announces a longer one is told so before it is sent
   * @param tooLongStatus of HTTP for that; 0 where it is a host that does
   */
  constructor(compression: Compression, maxBytes: number, tooLongStatus: number) {
    this.#compression = compression;
    this.#maxBytes = maxBytes;
    this.#tooLongStatus = tooLongStatus;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /**
   * The messages that are complete now, one after the other, not compressed, as views of `chunk` or of copies of it.
   * @throws TranscodeError for a message that is too long, or compressed and cannot be read
   */
  *read(chunk: Uint8Array): Generator<Buffer, void> {
    let bytes = this.#joined(chunk);
    while (bytes !== null) {
      if (bytes.length >= PREFIX_BYTES) this.#needBytes = PREFIX_BYTES + this.#lengthOf(bytes);
      if (bytes.length < this.#needBytes) {
        this.#keep(bytes);
        break;
      }
      yield this.#compression.plain(bytes[0] as number, bytes.subarray(PREFIX_BYTES, this.#needBytes));
      bytes = bytes.length === this.#needBytes ? null : bytes.subarray(this.#needBytes);
      this.#needBytes = PREFIX_BYTES;
    }
  }

  #lengthOf(prefix: Buffer): number {
    const length = prefix.readUInt32BE(1);
    if (length > this.#maxBytes)
      throw new TranscodeError(`the message is longer than ${this.#maxBytes} bytes`, this.#tooLongStatus);
    return length;
  }

  /** @throws TranscodeError when the stream ends within a message */
  end(): void {
    if (this.#keptBytes > 0) throw new TranscodeError('a message of gRPC that is cut');
  }

  /** Everything that is here, once it is enough to go on; null before. Joined when it is, not with every piece. */
  #joined(chunk: Uint8Array): Buffer | null {
    if (chunk.length === 0) return null;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#pieces.length === 0) return bytes;
    if (this.#keptBytes + bytes.length < this.#needBytes) {
      this.#keep(bytes);
      return null;
    }
    const all = Buffer.concat([...this.#pieces, bytes]);
    this.#pieces = [];
    this.#keptBytes = 0;
    return all;
  }

  #keep(bytes: Buffer): void {
    this.#pieces.push(Buffer.from(bytes));
    this.#keptBytes += bytes.length;
  }
}
