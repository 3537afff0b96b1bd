import { type HeaderMap, type MessageStream, type StreamEnd, TranscodeError } from '@weft/sdk';

/** A stream that is converted message by message: what is no message ends it, behind those that came before. */
export abstract class MessagePieces implements MessageStream {
  #fault: TranscodeError | null = null;

  get fault(): TranscodeError | null {
    return this.#fault;
  }

  data(chunk: Uint8Array): Uint8Array {
    const out: Buffer[] = [];
    if (this.#fault !== null) return NOTHING;
    try {
      this.convert(chunk, out);
    } catch (error) {
      if (!(error instanceof TranscodeError)) throw error;
      this.#fault = error;
    }
    return out.length === 1 ? (out[0] as Buffer) : Buffer.concat(out);
  }

  abstract readonly keptBytes: number;

  abstract end(trailers: HeaderMap | null): StreamEnd;

  /** @throws TranscodeError for what is no message, behind those that were put into `out` */
  protected abstract convert(chunk: Uint8Array, out: Buffer[]): void;
}

const NOTHING = Buffer.alloc(0);
