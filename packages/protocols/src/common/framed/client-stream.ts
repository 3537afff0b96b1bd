import { type RequestHead, ResetReason, type ResponseHead, type StreamSink } from '@weft/sdk';
import type { FramedClient } from './client.ts';
import { FramedStream, type FrameHead } from './stream.ts';

/** The upstream end of a call. A protocol adds how its request is written. */
export abstract class FramedClientStream extends FramedStream {
  declare readonly connection: FramedClient;
  #oneWay = false;
  #listed = false;
  /** The head of the answer came. */
  answered = false;

  constructor(client: FramedClient, sink: StreamSink) {
    super(client, sink, 0);
  }

  sendHead(head: RequestHead, end: boolean): void {
    if (this.over || this.headSent) return;
    const own = this.ownHead(head);
    const isGone = this.connection.ended || this.connection.isStuck;
    if (isGone || own === null) {
      this.lost(isGone ? ResetReason.CONNECTION_LOST : ResetReason.LOCAL_RESET);
      return;
    }
    this.#oneWay = head.oneWay;
    this.receiveEnded = head.oneWay;
    this.connection.enlist(this, head.oneWay);
    this.#listed = !head.oneWay;
    if (!this.startFrame(own, end)) this.lost(ResetReason.OVERFLOW);
  }

  sendWhole(head: RequestHead, bytes: Buffer, start: number, end: number): void {
    if (this.over || this.headSent) return;
    const own = this.connection.ended || !this.connection.isFree ? null : this.ownHead(head);
    if (own === null || own.contentLength !== end - start) {
      this.sendHead(head, false);
      this.sendData(bytes.subarray(start, end), true);
      return;
    }
    this.#oneWay = head.oneWay;
    this.receiveEnded = head.oneWay;
    this.connection.enlist(this, head.oneWay);
    this.#listed = !head.oneWay;
    if (!this.startWhole(own, bytes, start, end)) this.lost(ResetReason.OVERFLOW);
  }

  /** A request on the wire cannot be taken back: its answer is dropped. Behind one in the middle nothing more can be sent. */
  reset(_reason: ResetReason): void {
    if (this.over) return;
    this.#giveUp();
    this.connection.released();
  }

  /** Holding one answer up would hold up the answers of everybody else on this connection. */
  pause(): boolean {
    return false;
  }

  resume(): void {}

  receiveHead(head: ResponseHead, end: boolean): void {
    this.answered = true;
    const { connection, sink } = this;
    const { contentEnd } = connection;
    if (contentEnd > 0 && sink.onWhole !== undefined) {
      connection.contentEnd = 0;
      this.receiveEnded = true;
      sink.onWhole(head, connection.content, connection.contentStart, contentEnd);
      this.#settle();
      return;
    }
    if (end) this.receiveEnded = true;
    sink.onHead(head, end);
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
    this.connection.released();
  }

  /** `head` as this protocol writes it; null when it cannot. */
  protected abstract ownHead(head: RequestHead): FrameHead | null;

  protected sendFinished(): void {
    this.#settle();
  }

  protected abort(): void {
    this.lost(ResetReason.LOCAL_RESET);
  }

  #giveUp(): void {
    this.over = true;
    const broken = (this.sendLeft > 0 || this.pending !== null) && !this.connection.cancelFrame(this);
    // Before the end of the connection, which comes at once and tells every stream that is still in the list.
    this.connection.release(this, this.#listed, false);
    if (broken) this.connection.abandonFrame();
  }

  #settle(): void {
    if (!this.receiveEnded || !this.sendEnded || this.over) return;
    this.over = true;
    this.connection.release(this, this.#listed, !this.#oneWay);
    this.connection.released();
  }
}
