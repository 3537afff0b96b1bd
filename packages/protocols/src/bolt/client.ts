import { IdTable } from '@weft/kit';
import {
  type ClientCodec,
  type ClientHandler,
  type ClientStream,
  type CodecLimits,
  type Link,
  type RequestHead,
  ResetReason,
  type StreamSink,
} from '@weft/sdk';
import type { BoltOptions } from './config.ts';
import { BoltConnection } from './connection.ts';
import { boltRequestHead } from './foreign-head.ts';
import { CMD_RESPONSE, protocolName, TYPE_ONE_WAY, TYPE_RESPONSE } from './frame.ts';
import { BoltRequestHead, BoltResponseHead } from './head.ts';
import { emptyFrame, heartbeatFrame } from './heartbeat.ts';
import { BoltStatus } from './status.ts';
import { BoltStream } from './stream.ts';

/**
 * The upstream side. Every request gets an id of this connection; the answer finds its stream by it. An id in flight is not
 * given out again when the 32 bits wrap, and an answer whose stream is gone is dropped.
 */
export class BoltClient extends BoltConnection implements ClientCodec {
  readonly #handler: ClientHandler;
  readonly proto: number;
  readonly #streams = new IdTable<BoltClientStream>();
  /** Whom the answer at hand belongs to. */
  #target: BoltClientStream | undefined;
  #nextId: number;
  #reused = false;
  /** Somebody asked for credit in the middle of a frame. */
  #starved = false;
  #heartbeatDue = false;

  constructor(
    link: Link,
    handler: ClientHandler,
    proto: number,
    options: BoltOptions,
    limits: CodecLimits,
    firstId = 1,
  ) {
    super(link, limits, options);
    this.#handler = handler;
    this.proto = proto;
    this.#nextId = firstId;
  }

  get reused(): boolean {
    return this.#reused;
  }

  start(): void {}

  /** 0 while a frame is being written: what follows must not come between. */
  credit(): number {
    if (this.draining || this.ended) return 0;
    const room = this.options.maxInFlight - this.activeStreams;
    if (room > 0 && this.writer === null) return room;
    this.#starved = true;
    return 0;
  }

  open(sink: StreamSink): ClientStream {
    const stream = new BoltClientStream(this, sink);
    this.add(stream);
    return stream;
  }

  heartbeat(): boolean {
    if (this.ended) return true;
    if (this.writer === null) this.sendControl(heartbeatFrame(this.proto, this.#takeId()));
    else this.#heartbeatDue = true;
    return true;
  }

  receiveEnd(_unconsumed: number): void {
    this.closeLink();
  }

  onTimer(): void {}

  goaway(): void {
    this.draining = true;
    if (this.activeStreams === 0) this.closeLink();
  }

  /** Gives `stream` its id; the stream is found by it from now on, unless it is one-way. */
  enlist(stream: BoltClientStream, oneWay: boolean): void {
    stream.id = this.#takeId();
    if (!oneWay) this.#streams.set(stream);
  }

  /** The stream is over. */
  release(stream: BoltClientStream, listed: boolean, finished: boolean): void {
    this.remove(stream);
    if (listed) this.#streams.delete(stream.id);
    if (finished) this.#reused = true;
    if (this.draining && this.activeStreams === 0) this.closeLink();
  }

  /** Tells the pool about a stream that ended; separate, so that the sink hears of it first. */
  released(): void {
    this.#starved = false;
    if (!this.ended) this.#handler.onCredit();
  }

  protected accept(bytes: Buffer, at: number, opaque: boolean, end: boolean): BoltStream | null {
    const frame = this.frame;
    if (frame.type !== TYPE_RESPONSE) {
      // A server that calls its client: nobody here serves it.
      if (frame.type !== TYPE_ONE_WAY)
        this.sendControl(
          emptyFrame(
            frame.proto,
            frame.ver1,
            TYPE_RESPONSE,
            CMD_RESPONSE,
            frame.id,
            frame.codec,
            frame.switches,
            BoltStatus.NO_PROCESSOR,
          ),
        );
      return null;
    }
    const stream = this.#target as BoltClientStream;
    this.#target = undefined;
    stream.receiveHead(
      new BoltResponseHead(
        protocolName(this.proto),
        bytes,
        at,
        frame.proto,
        TYPE_RESPONSE,
        frame.contentLength,
        opaque,
      ),
      end,
    );
    return stream;
  }

  protected unwanted(): boolean {
    const frame = this.frame;
    if (frame.type !== TYPE_RESPONSE || frame.command !== CMD_RESPONSE) return false;
    this.#target = this.#streams.get(frame.id);
    return this.#target === undefined || this.#target.answered;
  }

  /** After a timeout or a cancelled call, or never asked for. */
  protected dropped(): void {
    this.#handler.onLateResponse?.();
  }

  protected heartbeatAnswered(): void {
    this.#handler.onHeartbeat();
  }

  protected goawayReceived(): void {
    if (this.draining) return;
    this.draining = true;
    this.#handler.onDraining();
    if (this.activeStreams === 0) this.closeLink();
  }

  protected refused(): void {}

  protected writerReleased(): void {
    if (this.#heartbeatDue) {
      this.#heartbeatDue = false;
      this.heartbeat();
    }
    if (this.#starved) this.released();
  }

  #takeId(): number {
    let id = this.#nextId;
    while (this.#streams.has(id)) id = (id + 1) >>> 0;
    this.#nextId = (id + 1) >>> 0;
    return id;
  }
}

class BoltClientStream extends BoltStream implements ClientStream {
  readonly #client: BoltClient;
  #listed = false;
  #oneWay = false;
  /** The response head was delivered. */
  answered = false;

  constructor(client: BoltClient, sink: StreamSink) {
    super(client, sink, 0);
    this.#client = client;
  }

  sendHead(head: RequestHead, end: boolean): void {
    if (this.over || this.headSent) return;
    const own = head instanceof BoltRequestHead ? head : boltRequestHead(head, this.#client.proto);
    if (this.#client.ended || own === null) {
      this.lost(this.#client.ended ? ResetReason.CONNECTION_LOST : ResetReason.LOCAL_RESET);
      return;
    }
    this.#oneWay = head.oneWay;
    this.receiveEnded = head.oneWay;
    this.#client.enlist(this, head.oneWay);
    this.#listed = !head.oneWay;
    if (!this.startFrame(own, own.proto, 1, 0, end)) this.lost(ResetReason.OVERFLOW);
  }

  /** A request on the wire cannot be taken back: its answer is dropped. One in the middle costs the connection. */
  reset(_reason: ResetReason): void {
    if (this.over) return;
    this.#giveUp();
    this.#client.released();
  }

  /** Holding one answer up would hold up the answers of everybody else on this connection. */
  pause(): boolean {
    return false;
  }

  resume(): void {}

  receiveHead(head: BoltResponseHead, end: boolean): void {
    this.answered = true;
    if (end) this.receiveEnded = true;
    this.sink.onHead(head, end);
    if (end) this.#settle();
  }

  deliver(chunk: Uint8Array, end: boolean): void {
    if (this.over || this.receiveEnded) return;
    if (end) this.receiveEnded = true;
    this.sink.onData(chunk, end);
    if (end) this.#settle();
  }

  lost(reason: ResetReason): void {
    if (this.over) return;
    this.#giveUp();
    this.sink.onReset(reason);
    this.#client.released();
  }

  protected sendFinished(): void {
    this.#settle();
  }

  protected abort(): void {
    this.lost(ResetReason.LOCAL_RESET);
  }

  #giveUp(): void {
    this.over = true;
    const broken = (this.sendLeft > 0 || this.pending !== null) && !this.#client.cancelFrame(this);
    // Before the end of the connection, which comes at once and tells every stream that is still in the list.
    this.#client.release(this, this.#listed, false);
    if (broken) this.#client.breakOff();
  }

  #settle(): void {
    if (!this.receiveEnded || !this.sendEnded || this.over) return;
    this.over = true;
    this.#client.release(this, this.#listed, !this.#oneWay);
    this.#client.released();
  }
}
