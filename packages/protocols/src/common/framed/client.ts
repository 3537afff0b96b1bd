import { IdTable } from '@weft/kit';
import {
  type ClientCodec,
  type ClientHandler,
  type ClientStream,
  type CodecLimits,
  type Link,
  ResetReason,
  type StreamSink,
} from '@weft/sdk';
import type { FramedClientStream } from './client-stream.ts';
import { FramedConnection } from './connection.ts';

/**
 * The upstream side. Every request gets an id of this connection; the answer finds its stream by it. An id in flight is not
 * given out again when the 32 bits wrap, and an answer whose stream is gone is dropped.
 */
export abstract class FramedClient extends FramedConnection implements ClientCodec {
  protected readonly handler: ClientHandler;
  readonly #maxInFlight: number;
  readonly #streams = new IdTable<FramedClientStream>();
  #nextId: number;
  #wrapped = false;
  #reused = false;
  /** Somebody asked for credit in the middle of a frame. */
  #starved = false;
  #heartbeatDue = false;
  #isStuck = false;

  constructor(link: Link, handler: ClientHandler, limits: CodecLimits, maxInFlight: number, firstId: number) {
    super(link, limits);
    this.handler = handler;
    this.#maxInFlight = maxInFlight;
    this.#nextId = firstId;
  }

  abstract open(sink: StreamSink): ClientStream;
  protected abstract heartbeatFrame(id: number): Uint8Array;

  get reused(): boolean {
    return this.#reused;
  }

  start(): void {}

  onTimer(): void {}

  /** 0 while a frame is being written: what follows must not come between. */
  credit(): number {
    if (this.draining || this.ended) return 0;
    const room = this.#maxInFlight - this.activeStreams;
    if (room > 0 && this.writer === null) return room;
    this.#starved = true;
    return 0;
  }

  heartbeat(): boolean {
    if (this.ended) return true;
    if (this.writer === null) this.sendControl(this.heartbeatFrame(this.#takeId()));
    else this.#heartbeatDue = true;
    return true;
  }

  receiveEnd(_unconsumed: number): void {
    this.closeLink();
  }

  goaway(): void {
    this.draining = true;
    if (this.activeStreams === 0) this.#end();
  }

  /** A frame was given up in the middle: the link takes nothing more. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /**
   * Ends the sending under a frame that will not be completed. Calls that went out before it may still be answered, and the
   * connection ends behind the last of them; those that had not gone out are lost.
   */
  abandonFrame(): void {
    if (this.ended || this.#isStuck) return;
    this.#isStuck = true;
    this.loseQueued(ResetReason.CONNECTION_LOST);
    if (this.activeStreams === 0) {
      this.breakOff();
      return;
    }
    this.peerDrains();
  }

  /** Gives `stream` its id; the stream is found by it from now on, unless it is one-way. */
  enlist(stream: FramedClientStream, oneWay: boolean): void {
    stream.id = this.#takeId();
    if (!oneWay) this.#streams.set(stream);
  }

  /** The stream is over. */
  release(stream: FramedClientStream, listed: boolean, finished: boolean): void {
    this.remove(stream);
    if (listed) this.#streams.delete(stream.id);
    if (finished) this.#reused = true;
    if (this.draining && this.activeStreams === 0) this.#end();
  }

  /** Tells the pool about a stream that ended; separate, so that the sink hears of it first. */
  released(): void {
    this.#starved = false;
    if (!this.ended) this.handler.onCredit();
  }

  /** The stream that waits for the answer with this id. */
  protected waiting(id: number): FramedClientStream | null {
    const stream = this.#streams.get(id);
    return stream === undefined || stream.answered ? null : stream;
  }

  /** The peer wants no more calls. */
  protected peerDrains(): void {
    if (this.draining) return;
    this.draining = true;
    this.handler.onDraining();
    if (this.activeStreams === 0) this.#end();
  }

  /** After a timeout or a cancelled call, or never asked for. */
  protected dropped(): void {
    this.handler.onLateResponse?.();
  }

  protected writerReleased(): void {
    if (this.#heartbeatDue) {
      this.#heartbeatDue = false;
      this.heartbeat();
    }
    if (this.#starved) this.released();
  }

  #end(): void {
    if (this.#isStuck) this.breakOff();
    else this.closeLink();
  }

  #takeId(): number {
    let id = this.#nextId;
    // Until the ids begin anew none can be in flight.
    if (this.#wrapped) while (this.#streams.has(id)) id = (id + 1) >>> 0;
    this.#nextId = (id + 1) >>> 0;
    if (this.#nextId === 0) this.#wrapped = true;
    return id;
  }
}
