import {
  type CodecLimits,
  type Link,
  type LocalReply,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerCodec,
  type ServerHandler,
  type ServerStream,
} from '@weft/sdk';
import { FramedConnection } from './connection.ts';
import { FramedStream, type FrameHead, SILENT_SINK } from './stream.ts';

/**
 * How long a draining connection must be without requests before it is closed, ms. Most clients of such protocols cannot
 * be told to stop, so the close has to fall into a gap between their calls.
 */
const DRAIN_QUIET_MS = 200;
const GONE: LocalReply = { status: 502, code: 'upstream_reset' };

/** The downstream side: many requests in flight, answered in any order. */
export abstract class FramedServer extends FramedConnection implements ServerCodec {
  protected readonly handler: ServerHandler;
  /** Name of the protocol in an exported state. */
  readonly #protocol: string;
  #peerEnded = false;

  constructor(protocol: string, link: Link, handler: ServerHandler, limits: CodecLimits) {
    super(link, limits);
    this.#protocol = protocol;
    this.handler = handler;
  }

  start(_restored?: unknown): void {}

  /** Nothing but the fact: between frames a connection has no state. undefined when it is not at such a point. */
  exportState(): unknown {
    return this.activeStreams === 0 && this.atBoundary && !this.ended ? { protocol: this.#protocol } : undefined;
  }

  receiveEnd(_unconsumed: number): void {
    const receiving = this.receiving;
    this.receiving = null;
    if (receiving !== null) receiving.lost(ResetReason.REMOTE_RESET);
    this.#peerEnded = true;
    if (this.activeStreams === 0) this.closeLink();
  }

  onTimer(): void {
    if (this.draining && this.activeStreams === 0) this.closeLink();
  }

  goaway(): void {
    if (this.draining) return;
    this.draining = true;
    this.sayGoaway();
    if (this.activeStreams === 0) this.link.setTimer(DRAIN_QUIET_MS);
  }

  override add(stream: FramedStream): void {
    if (this.draining && this.activeStreams === 0) this.link.setTimer(0);
    super.add(stream);
  }

  override remove(stream: FramedStream): void {
    super.remove(stream);
    if (this.activeStreams > 0 || this.ended) return;
    if (this.#peerEnded) this.closeLink();
    else if (this.draining) this.link.setTimer(DRAIN_QUIET_MS);
  }

  /** A request whose head is complete; `end`: nothing follows. */
  protected begin(stream: FramedServerStream, head: RequestHead, end: boolean): FramedServerStream {
    this.add(stream);
    const { handler, contentEnd } = this;
    if (contentEnd > 0 && handler.onWholeRequest !== undefined) {
      this.contentEnd = 0;
      stream.receiveEnded = true;
      handler.onWholeRequest(stream, head, this.content, this.contentStart, contentEnd);
      stream.settle();
      return stream;
    }
    if (end) stream.receiveEnded = true;
    handler.onRequest(stream, head, end);
    if (end) stream.settle();
    return stream;
  }

  /** Tells the peer that the connection drains, where the protocol has words for it. */
  protected abstract sayGoaway(): void;

  protected dropped(): void {}

  protected writerReleased(): void {}
}

/** The downstream end of a call. A protocol adds how its answers are written. */
export abstract class FramedServerStream extends FramedStream implements ServerStream {
  declare readonly connection: FramedServer;
  #paused = false;

  constructor(server: FramedServer, id: number, oneWay: boolean) {
    super(server, SILENT_SINK, id);
    this.sendEnded = oneWay;
  }

  sendInformational(): void {}

  sendHead(head: ResponseHead, end: boolean): void {
    if (this.over || this.sendEnded || this.headSent) return;
    const own = this.ownHead(head);
    // What cannot be encoded is answered all the same: the caller must not wait for its timeout.
    if (own === null || !this.startFrame(own, end)) this.answerUnfit();
  }

  sendWhole(head: ResponseHead, bytes: Buffer, start: number, end: number): void {
    if (this.over || this.sendEnded || this.headSent) return;
    if (this.connection.isFree) {
      const own = this.ownHead(head);
      if (own !== null && own.contentLength === end - start && this.startWhole(own, bytes, start, end)) return;
    }
    this.sendHead(head, false);
    this.sendData(bytes.subarray(start, end), true);
  }

  sendLocalReply(_request: RequestHead, reply: LocalReply): void {
    if (this.over) return;
    if (this.sendEnded) {
      this.close();
      return;
    }
    if (this.headSent) {
      this.abort();
      return;
    }
    this.sendFrame(this.replyFrame(reply));
    if (reply.close === true) this.connection.goaway();
  }

  /** The caller learns at once that no answer comes; in the middle of a frame only the end of the connection can tell it. */
  reset(_reason: ResetReason): void {
    if (this.over) return;
    if (this.sendEnded) this.close();
    else if (!this.headSent) this.#answerGone();
    else this.abort();
  }

  /** Only a request that is still arriving can be held up, and with it the connection of its own caller. */
  pause(): boolean {
    if (this.over || this.receiveEnded) return false;
    this.#paused = true;
    this.connection.link.pauseReading();
    return true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.connection.link.resumeReading();
  }

  deliver(chunk: Uint8Array, end: boolean): void {
    if (this.over || this.receiveEnded) return;
    if (end) this.receiveEnded = true;
    this.sink.onData(chunk, end);
    if (end) this.settle();
  }

  /** Ends the stream when both directions have ended. */
  settle(): void {
    if (this.receiveEnded && this.sendEnded && !this.over) this.close();
  }

  lost(reason: ResetReason): void {
    if (this.over) return;
    const started = this.headSent;
    this.close();
    if (started && !this.connection.cancelFrame(this)) this.connection.breakOff();
    this.sink.onReset(reason);
  }

  /** `head` as this protocol writes it; null when it cannot. */
  protected abstract ownHead(head: ResponseHead): FrameHead | null;
  /** The whole frame that says why the proxy answers. */
  protected abstract replyFrame(reply: LocalReply): Uint8Array;

  /** Answers instead of a head that has no form on the wire. */
  protected answerUnfit(): void {
    this.#answerGone();
  }

  /** Sends an answer of our own and ends the stream; what still arrives of the request is dropped. */
  protected sendFrame(frame: Uint8Array): void {
    this.connection.beginFrame(this).write(frame);
    this.sendLeft = 0;
    this.connection.endFrame(this);
    this.sendEnded = true;
    this.connection.link.flush();
    this.close();
  }

  protected sendFinished(): void {
    this.settle();
  }

  protected abort(): void {
    if (this.sendLeft === 0 && this.pending === null) {
      // The answer is out and complete; only its end had not been said.
      this.close();
      return;
    }
    if (this.connection.cancelFrame(this)) {
      this.#answerGone();
      return;
    }
    this.close();
    this.connection.breakOff();
  }

  protected close(): void {
    this.over = true;
    this.sendEnded = true;
    this.receiveEnded = true;
    this.resume();
    this.connection.remove(this);
  }

  #answerGone(): void {
    this.sendFrame(this.replyFrame(GONE));
  }
}
