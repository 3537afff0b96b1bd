import type { Socket } from 'node:net';
import { BufferPool, OutputBuffer, ProtocolError } from '@weft/kit';
import { type Codec, type Link, ResetReason } from '@weft/sdk';

const HIGH_MARK_BYTES = 64 * 1024;

/** The smallest host of a codec on a real socket, for interop tests: no pooling, no accounting, bytes copied. */
export class SocketLink implements Link {
  readonly #pool = new BufferPool();
  readonly out = new OutputBuffer(this.#pool);
  readonly socket: Socket;
  #codec!: Codec;
  #held: Buffer = Buffer.alloc(0);
  #flushing = false;
  #wasFull = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  /** What the codec threw. */
  error: unknown = null;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => {
      if (!this.#closed) this.#codec.receiveEnd(this.#held.length);
    });
    socket.on('error', () => {});
    socket.on('drain', () => this.#drained());
    socket.on('close', () => {
      this.#closed = true;
      clearTimeout(this.#timer);
      this.out.clear();
      this.#codec.connectionClosed(ResetReason.CONNECTION_LOST);
    });
  }

  attach(codec: Codec): void {
    this.#codec = codec;
  }

  get pendingBytes(): number {
    return this.out.length + this.socket.writableLength;
  }

  flush(): void {
    if (this.#flushing || this.#closed) return;
    this.#flushing = true;
    process.nextTick(() => this.flushNow());
  }

  flushNow(): void {
    this.#flushing = false;
    if (this.#closed) return;
    if (this.pendingBytes > HIGH_MARK_BYTES) this.#wasFull = true;
    this.out.take((slab, length) => {
      this.socket.write(Buffer.from(slab.subarray(0, length)));
      this.#pool.give(slab);
    });
    if (this.socket.writableLength === 0) this.#drained();
  }

  #drained(): void {
    if (!this.#wasFull || this.#closed) return;
    this.#wasFull = false;
    this.#codec.onDrained();
  }

  #receive(chunk: Buffer): void {
    if (this.#closed || this.error !== null) return;
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    try {
      while (this.#held.length >= this.#codec.need && this.#held.length > 0 && !this.#closed) {
        const consumed = this.#codec.receive(this.#held, 0, this.#held.length);
        // Borrowed bytes are gone behind the call.
        const rest = Buffer.from(this.#held.subarray(consumed));
        this.#held.fill(0xdb);
        this.#held = rest;
        if (consumed === 0) break;
      }
    } catch (error) {
      this.error = error;
      if (!(error instanceof ProtocolError)) throw error;
      this.close();
    }
  }

  pauseReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  shutdownWrite(): void {
    this.flushNow();
    this.socket.end();
  }

  close(): void {
    this.flushNow();
    this.socket.end();
    this.socket.resume();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  setTimer(delayMs: number): void {
    clearTimeout(this.#timer);
    if (delayMs > 0) this.#timer = setTimeout(() => this.#closed || this.#codec.onTimer(), delayMs);
  }
}
