import type { ClientStream, HeaderMap } from '@weft/sdk';
import type { NetContext } from '../net/index.ts';

/**
 * Body bytes of a message: of a request that waits for a connection or may be sent once more, or of one to be converted.
 *
 * Without a retry policy nothing is kept once a connection is there. With one, bytes are kept up to the retry buffer;
 * beyond it the request goes on but cannot be repeated.
 */
export class RequestBody {
  readonly #context: NetContext;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #trailers: HeaderMap | null = null;
  #complete = true;

  constructor(context: NetContext) {
    this.#context = context;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Everything that arrived so far is still here. */
  get complete(): boolean {
    return this.#complete;
  }

  get empty(): boolean {
    return this.#bytes === 0 && this.#trailers === null;
  }

  get trailers(): HeaderMap | null {
    return this.#trailers;
  }

  /** Everything that is kept, in one piece. */
  join(): Buffer {
    return this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#bytes);
  }

  /** Keeps a copy of borrowed bytes. */
  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(Buffer.from(chunk));
    this.#bytes += chunk.length;
    this.#context.keptBytes += chunk.length;
  }

  setTrailers(trailers: HeaderMap): void {
    trailers.keep();
    this.#trailers = trailers;
  }

  /** Sends what is kept; `ended` tells that nothing follows. */
  replay(stream: Pick<ClientStream, 'sendData' | 'sendTrailers'>, ended: boolean): void {
    const last = this.#chunks.length - 1;
    for (let i = 0; i <= last; i++)
      stream.sendData(this.#chunks[i] as Buffer, ended && i === last && this.#trailers === null);
    if (this.#trailers !== null) stream.sendTrailers(this.#trailers);
  }

  /** Lets everything go; the request cannot be repeated any more unless it never had a body. */
  drop(): void {
    if (this.#bytes > 0 || this.#trailers !== null) this.#complete = false;
    this.#context.keptBytes -= this.#bytes;
    this.#chunks = [];
    this.#bytes = 0;
    this.#trailers = null;
  }

  /** Bytes passed that are not kept. */
  markIncomplete(): void {
    this.#complete = false;
  }
}
