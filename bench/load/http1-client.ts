/** One keep-alive HTTP/1.1 connection with one request in flight. */
import type { Client, ClientEvents, ClientOptions } from './client.ts';
import { contentLength, cutFrames, endOfHead } from './frames.ts';
import { connectRaw, type RawSocket } from './raw.ts';
import { http1Request, REQUEST_BODY, RESPONSE_BODY } from './workload.ts';

export class Http1Client implements Client {
  readonly ready: Promise<void>;
  readonly #socket: RawSocket;
  readonly #events: ClientEvents;
  readonly #request: Buffer;
  #intendedMs = -1;
  #closed = false;
  #lastHead = Buffer.alloc(0);
  #lastLength = 0;

  constructor(options: ClientOptions, events: ClientEvents) {
    this.#events = events;
    this.#request = http1Request(options.requestBody ? REQUEST_BODY : null);
    const cut = cutFrames((bytes, at, to) => this.#onResponse(bytes, at, to));
    this.#socket = connectRaw(options.port, cut, (reason) => {
      this.#closed = true;
      if (this.#intendedMs >= 0) this.#done(`closed ${reason}`.trim());
      events.onClosed(this, reason);
    });
    this.ready = new Promise((resolve, reject) => {
      this.#socket.socket.once('connect', resolve);
      this.#socket.socket.once('error', reject);
    });
    this.ready.catch(() => {});
  }

  get free(): number {
    return this.#intendedMs < 0 && !this.#closed ? 1 : 0;
  }

  send(intendedMs: number): void {
    this.#intendedMs = intendedMs;
    this.#socket.send(this.#request);
  }

  close(): void {
    this.#socket.socket.destroy();
  }

  #done(error: string): void {
    const intendedMs = this.#intendedMs;
    this.#intendedMs = -1;
    this.#events.onDone(this, intendedMs, error);
  }

  #onResponse(bytes: Buffer, at: number, to: number): number {
    const end = endOfHead(bytes, at, to);
    if (end < 0) return 0;
    // Heads hardly ever change, so the last one is kept instead of being read again.
    if (end - at !== this.#lastHead.length || bytes.compare(this.#lastHead, 0, undefined, at, end) !== 0) {
      this.#lastHead = Buffer.from(bytes.subarray(at, end));
      this.#lastLength = contentLength(bytes, at, end);
    }
    const length = this.#lastLength;
    if (length < 0) {
      this.#socket.socket.destroy();
      this.#done('chunked answer to a body of known length');
      return to - at;
    }
    if (end + length > to) return 0;
    if (this.#intendedMs < 0) {
      this.#socket.socket.destroy();
      return to - at;
    }
    let error = '';
    if (bytes[at + 9] !== 50 || bytes[at + 10] !== 48 || bytes[at + 11] !== 48) {
      error = `status ${bytes.toString('latin1', at + 9, at + 12)}`;
    } else if (length !== RESPONSE_BODY.length) {
      error = 'wrong length';
    } else if (RESPONSE_BODY.compare(bytes, end, end + length) !== 0) {
      error = 'wrong body';
    }
    this.#done(error);
    return end + length - at;
  }
}
