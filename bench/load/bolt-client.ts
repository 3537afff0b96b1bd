/** One Bolt v1 connection with several calls in flight. */
import { BOLT_REQUEST, BOLT_RESPONSE } from './bolt-frames.ts';
import type { Client, ClientEvents, ClientOptions } from './client.ts';
import { boltFrameBytes, cutFrames } from './frames.ts';
import { connectRaw, type RawSocket } from './raw.ts';

export class BoltClient implements Client {
  readonly ready: Promise<void>;
  readonly #socket: RawSocket;
  readonly #events: ClientEvents;
  readonly #limit: number;
  readonly #calls = new Map<number, number>();
  #nextId = 1;
  #closed = false;

  constructor(options: ClientOptions, events: ClientEvents) {
    this.#events = events;
    this.#limit = options.inFlight;
    const cut = cutFrames((bytes, at, to) => this.#onFrame(bytes, at, to));
    this.#socket = connectRaw(options.port, cut, (reason) => {
      this.#closed = true;
      for (const id of [...this.#calls.keys()]) this.#done(id, `closed ${reason}`.trim());
      events.onClosed(this, reason);
    });
    this.ready = new Promise((resolve, reject) => {
      this.#socket.socket.once('connect', resolve);
      this.#socket.socket.once('error', reject);
    });
    this.ready.catch(() => {});
  }

  get free(): number {
    return this.#closed ? 0 : this.#limit - this.#calls.size;
  }

  send(intendedMs: number): void {
    const id = this.#nextId;
    this.#nextId = (id + 1) >>> 0;
    this.#calls.set(id, intendedMs);
    const place = this.#socket.send(BOLT_REQUEST);
    const out = this.#socket.output;
    out[place + 5] = id >>> 24;
    out[place + 6] = id >>> 16;
    out[place + 7] = id >>> 8;
    out[place + 8] = id;
  }

  close(): void {
    this.#socket.socket.destroy();
  }

  #done(id: number, error: string): void {
    const intendedMs = this.#calls.get(id);
    if (intendedMs === undefined) return;
    this.#calls.delete(id);
    this.#events.onDone(this, intendedMs, error);
  }

  #onFrame(bytes: Buffer, at: number, to: number): number {
    if (to - at < 20) return 0;
    const size = boltFrameBytes(bytes, at, to);
    if (size === 0) return 0;
    if (bytes[at + 3] !== 2) {
      if (bytes[at + 3] === 0 && bytes[at + 1] === 1) {
        const place = this.#socket.send(Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        bytes.copy(this.#socket.output, place + 5, at + 5, at + 9);
      }
      return size;
    }
    const status = bytes.readUInt16BE(at + 10);
    let error = '';
    if (status !== 0) error = `status ${status}`;
    else if (size !== BOLT_RESPONSE.length) error = 'wrong length';
    else if (BOLT_RESPONSE.compare(bytes, at + 9, at + size, 9) !== 0) error = 'wrong body';
    this.#done(bytes.readUInt32BE(at + 5), error);
    return size;
  }
}
