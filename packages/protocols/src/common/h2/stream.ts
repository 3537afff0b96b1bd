import type { HeaderMap, ResetReason, StreamBase, StreamSink } from '@weft/sdk';
import type { H2Connection } from './connection.ts';
import { NO_QUEUE, type SendQueue } from './send-queue.ts';

/** Takes what comes before the engine has set its own sink, or after the stream is over. */
export const NO_SINK: StreamSink = {
  onInformational(): void {},
  onHead(): void {},
  onData(): void {},
  onTrailers(): void {},
  onReset(): void {},
  onWritable(): void {},
};

/**
 * One stream (RFC 9113 section 5.1), either side. `remoteClosed` and `localClosed` are the two half-closed states, both make
 * `closed`; a reset does at once. Idle and long-closed streams have no object.
 */
export abstract class H2Stream implements StreamBase {
  readonly connection: H2Connection;
  sink: StreamSink = NO_SINK;
  id = 0;

  /** END_STREAM arrived. */
  remoteClosed = false;
  /** END_STREAM is written. */
  localClosed = false;
  /** END_STREAM is accepted: what the engine sends from now on is ignored. */
  ending = false;
  closed = false;
  headSent = false;
  headReceived = false;

  /** Credit that the peer gave; negative after it made its initial window smaller (RFC 9113 section 6.9.2). */
  sendWindow = 0;
  /** Credit that the peer has left with us. */
  recvWindow = 0;
  /** Bytes that arrived and are not given back as credit. */
  unacked = 0;
  paused = false;

  /** `content-length` that the body must have, -1 when none was announced. */
  expectedBytes = -1;
  receivedBytes = 0;

  queue: SendQueue = NO_QUEUE;
  /** Trailers that wait behind queued body bytes. */
  pendingTrailers: HeaderMap | null = null;
  /** `bufferedBytes` was above the high mark, so `onWritable` is due. */
  sawHigh = false;
  /** In the scheduler's list. */
  scheduled = false;
  nextScheduled: H2Stream | null = null;

  constructor(connection: H2Connection) {
    this.connection = connection;
  }

  get bufferedBytes(): number {
    return this.queue.bytes;
  }

  sendData(chunk: Uint8Array, end: boolean): void {
    this.sendPart(chunk, 0, chunk.length, end);
  }

  /** `sendData` of `bytes[start, stop)`. */
  protected sendPart(bytes: Uint8Array, start: number, stop: number, end: boolean): void {
    if (this.closed || this.ending || !this.headSent) return;
    if (end) this.ending = true;
    else if (start === stop) return;
    this.connection.scheduler.send(this, bytes, start, stop, end);
  }

  sendTrailers(trailers: HeaderMap): void {
    if (this.closed || this.ending || !this.headSent) return;
    this.ending = true;
    this.connection.scheduler.sendTrailers(this, trailers);
  }

  reset(reason: ResetReason): void {
    if (!this.closed) this.connection.resetByEngine(this, reason);
  }

  pause(): boolean {
    this.paused = true;
    return true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (!this.closed) this.connection.data.replenish(this);
  }
}
