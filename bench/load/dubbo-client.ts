/** One Dubbo connection with several calls in flight. */
import type { Client, ClientEvents, ClientOptions } from './client.ts';
import { DUBBO_REQUEST, DUBBO_RESPONSE } from './dubbo-frames.ts';
import { cutFrames, dubboFrameBytes } from './frames.ts';
import { connectRaw, type RawSocket } from './raw.ts';

const EVENT = 0x20;
const REQUEST = 0x80;
const OK = 20;
const HEARTBEAT_ACK = Buffer.from('dabb2214000000000000000000000001' + '4e', 'hex');

export class DubboClient implements Client {
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
    const place = this.#socket.send(DUBBO_REQUEST);
    this.#socket.output.writeUInt32BE(id, place + 8);
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
    const size = dubboFrameBytes(bytes, at, to);
    if (size === 0) return 0;
    const flag = bytes[at + 2] as number;
    if ((flag & EVENT) !== 0) {
      if ((flag & REQUEST) !== 0) {
        const place = this.#socket.send(HEARTBEAT_ACK);
        bytes.copy(this.#socket.output, place + 4, at + 4, at + 12);
      }
      return size;
    }
    let error = '';
    if (bytes[at + 3] !== OK) error = `status ${bytes[at + 3]}`;
    else if (size !== DUBBO_RESPONSE.length) error = 'wrong length';
    else if (DUBBO_RESPONSE.compare(bytes, at + 16, at + size, 16) !== 0) error = 'wrong body';
    this.#done(bytes.readUInt32BE(at + 8), error);
    return size;
  }
}
