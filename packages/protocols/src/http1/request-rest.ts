import type { Link } from '@weft/sdk';
import { LINGER_MS, MAX_DISCARDED_BYTES, REST_MS } from './frame.ts';

/**
 * The rest of a request that is answered already: it is read and dropped, so that the client sees the answer and not a reset, within bounds
 * of bytes and of time.
 */
export class RequestRest {
  readonly #link: Link;
  #bytes = 0;
  #timed = false;

  constructor(link: Link) {
    this.#link = link;
  }

  /** A request begins. */
  begin(): void {
    this.#bytes = 0;
  }

  /**
   * The answer is complete, the request is not. If it is the `last` one, the client gets a moment to read the answer before the connection
   * ends; else it gets time for the rest, whose drips would keep the connection from ever being idle.
   */
  await(last: boolean): void {
    if (last) this.#link.shutdownWrite();
    if (last || !this.#timed) this.#link.setTimer(last ? LINGER_MS : REST_MS);
    this.#timed = true;
  }

  /** Counts bytes of it; false when they are too many. */
  admits(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes <= MAX_DISCARDED_BYTES;
  }

  /** It is here, or there was none. */
  end(): void {
    if (!this.#timed) return;
    this.#timed = false;
    this.#link.setTimer(0);
  }
}
