/** One HTTP/2 connection (prior knowledge) with several streams in flight: GET with a 1 KB answer, or a unary gRPC call. */
import type { Client, ClientEvents, ClientOptions } from './client.ts';
import { cutFrames, http2FrameBytes } from './frames.ts';
import { encodeFixed, type FixedBlocks, HpackDecoder } from './hpack.ts';
import { connectRaw, type RawSocket } from './raw.ts';
import { grpcMessage, http2Fields, REQUEST_BODY, RESPONSE_BODY } from './workload.ts';

const WINDOW = 0x7fffffff;

interface Call {
  readonly intendedMs: number;
  status: string;
  grpcStatus: string;
  bodyBytes: number;
  damaged: boolean;
}

export class Http2Client implements Client {
  readonly ready: Promise<void>;
  readonly #socket: RawSocket;
  readonly #events: ClientEvents;
  readonly #grpc: boolean;
  readonly #calls = new Map<number, Call>();
  readonly #decoder = new HpackDecoder();
  readonly #expected: Buffer;
  readonly #message: Buffer | null;
  #blocks!: FixedBlocks;
  #block: Buffer | null = null;
  #limit: number;
  #nextId = 1;
  #sendWindow = 65535;
  #received = 0;
  #closed = false;
  #onReady: () => void = () => {};

  constructor(options: ClientOptions, grpc: boolean, events: ClientEvents) {
    this.#events = events;
    this.#grpc = grpc;
    this.#limit = options.inFlight;
    this.#expected = grpc ? grpcMessage(RESPONSE_BODY) : RESPONSE_BODY;
    this.#message = grpc ? grpcMessage(REQUEST_BODY) : null;
    const cut = cutFrames((bytes, at, to) => this.#onFrame(bytes, at, to));
    this.#socket = connectRaw(options.port, cut, (reason) => {
      this.#closed = true;
      for (const id of [...this.#calls.keys()]) this.#done(id, `closed ${reason}`.trim());
      events.onClosed(this, reason);
    });
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve;
      this.#socket.socket.once('error', reject);
      this.#socket.socket.once('close', () => reject(new Error('closed before the peer sent its settings')));
    });
    this.ready.catch(() => {});
    this.#socket.send(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
    // ENABLE_PUSH 0, INITIAL_WINDOW_SIZE 2^31-1; then the same for the connection.
    this.#frame(4, 0, 0, Buffer.from([0, 2, 0, 0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff]));
    this.#frame(8, 0, 0, Buffer.from([0x7f, 0xff, 0, 0]));
  }

  get free(): number {
    if (this.#closed || (this.#message !== null && this.#sendWindow < this.#message.length)) return 0;
    return this.#limit - this.#calls.size;
  }

  send(intendedMs: number): void {
    const id = this.#nextId;
    this.#nextId += 2;
    this.#calls.set(id, { intendedMs, status: '', grpcStatus: '', bodyBytes: 0, damaged: false });
    const block = this.#block ?? this.#blocks.first;
    this.#block = this.#blocks.following;
    this.#frame(1, this.#message === null ? 5 : 4, id, block);
    if (this.#message === null) return;
    this.#sendWindow -= this.#message.length;
    this.#frame(0, 1, id, this.#message);
  }

  close(): void {
    this.#socket.socket.destroy();
  }

  #frame(type: number, flags: number, streamId: number, payload: Buffer): void {
    const size = payload.length;
    const place = this.#socket.reserve(9 + size);
    const out = this.#socket.output;
    out[place] = size >> 16;
    out[place + 1] = size >> 8;
    out[place + 2] = size;
    out[place + 3] = type;
    out[place + 4] = flags;
    out[place + 5] = streamId >>> 24;
    out[place + 6] = streamId >>> 16;
    out[place + 7] = streamId >>> 8;
    out[place + 8] = streamId;
    payload.copy(out, place + 9);
  }

  #done(id: number, error: string): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    this.#events.onDone(this, call.intendedMs, error);
  }

  #judge(call: Call): string {
    if (call.status !== '200') return `status ${call.status}`;
    if (call.bodyBytes !== this.#expected.length) return 'wrong length';
    if (call.damaged) return 'wrong body';
    if (this.#grpc && call.grpcStatus !== '0') return `grpc-status ${call.grpcStatus}`;
    return '';
  }

  #onFrame(bytes: Buffer, at: number, to: number): number {
    const size = http2FrameBytes(bytes, at, to);
    if (size === 0) return 0;
    const type = bytes[at + 3] as number;
    const flags = bytes[at + 4] as number;
    const id = bytes.readUInt32BE(at + 5) & 0x7fffffff;
    let from = at + 9;
    let end = at + size;
    if (type <= 1) {
      if ((flags & 8) !== 0) end -= bytes[from++] as number;
      const call = this.#calls.get(id);
      if (type === 0) {
        this.#onData(call, bytes, from, end, size - 9);
      } else {
        if ((flags & 32) !== 0) from += 5;
        for (const [name, value] of this.#decoder.decode(bytes, from, end)) {
          if (call === undefined) break;
          if (name === ':status') call.status = value;
          else if (name === 'grpc-status') call.grpcStatus = value;
        }
      }
      if ((flags & 1) !== 0 && call !== undefined) this.#done(id, this.#judge(call));
    } else if (type === 3) {
      this.#done(id, `reset ${bytes.readUInt32BE(from)}`);
    } else if (type === 4 && (flags & 1) === 0) {
      this.#onSettings(bytes, from, end);
    } else if (type === 6 && (flags & 1) === 0) {
      this.#frame(6, 1, 0, Buffer.from(bytes.subarray(from, end)));
    } else if (type === 7) {
      this.#socket.socket.destroy();
    } else if (type === 8 && id === 0) {
      this.#sendWindow += bytes.readUInt32BE(from);
    }
    return size;
  }

  #onData(call: Call | undefined, bytes: Buffer, from: number, end: number, counted: number): void {
    this.#received += counted;
    if (this.#received > WINDOW >> 1) {
      const increment = Buffer.alloc(4);
      increment.writeUInt32BE(this.#received);
      this.#frame(8, 0, 0, increment);
      this.#received = 0;
    }
    if (call === undefined) return;
    const offset = call.bodyBytes;
    call.bodyBytes += end - from;
    if (call.bodyBytes > this.#expected.length) return;
    if (bytes.compare(this.#expected, offset, call.bodyBytes, from, end) !== 0) call.damaged = true;
  }

  #onSettings(bytes: Buffer, from: number, end: number): void {
    let indexed = true;
    for (let at = from; at < end; at += 6) {
      const value = bytes.readUInt32BE(at + 2);
      if (bytes[at + 1] === 1 && value < 4096) indexed = false;
      if (bytes[at + 1] === 3) this.#limit = Math.min(this.#limit, value);
    }
    this.#frame(4, 1, 0, Buffer.alloc(0));
    if (this.#block === null) this.#blocks = encodeFixed(http2Fields(this.#grpc ? 'grpc' : 'http2'), indexed);
    this.#onReady();
  }
}
