import { type CodecLimits, type Link, ResetReason, type ServerCodec, type ServerHandler } from '@weft/sdk';
import { FramedConnection } from './connection.ts';
import { FramedStream, SILENT_SINK } from './stream.ts';

/**
 * How long a draining connection must be without requests before it is closed, ms. Most clients of such protocols cannot
 * be told to stop, so the close has to fall into a gap between their calls.
 */
const DRAIN_QUIET_MS = 200;

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

  /** Tells the peer that the connection drains, where the protocol has words for it. */
  protected abstract sayGoaway(): void;

  protected dropped(): void {}

  protected writerReleased(): void {}
}

/** The downstream end of a call. A protocol adds how its answers are written. */
export abstract class FramedServerStream extends FramedStream {
  readonly #server: FramedServer;
  #paused = false;

  constructor(server: FramedServer, id: number, oneWay: boolean) {
    super(server, SILENT_SINK, id);
    this.#server = server;
    this.sendEnded = oneWay;
  }

  sendInformational(): void {}

  /** The caller learns at once that no answer comes; in the middle of a frame only the end of the connection can tell it. */
  reset(_reason: ResetReason): void {
    if (this.over) return;
    if (this.sendEnded) this.close();
    else if (!this.headSent) this.answerGone();
    else this.abort();
  }

  /** Only a request that is still arriving can be held up, and with it the connection of its own caller. */
  pause(): boolean {
    if (this.over || this.receiveEnded) return false;
    this.#paused = true;
    this.#server.link.pauseReading();
    return true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#server.link.resumeReading();
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
    if (started && !this.#server.cancelFrame(this)) this.#server.breakOff();
    this.sink.onReset(reason);
  }

  /** Answers that the host is gone, and ends the stream. */
  protected abstract answerGone(): void;

  protected sendFinished(): void {
    this.settle();
  }

  protected abort(): void {
    if (this.sendLeft === 0 && this.pending === null) {
      // The answer is out and complete; only its end had not been said.
      this.close();
      return;
    }
    if (this.#server.cancelFrame(this)) {
      this.answerGone();
      return;
    }
    this.close();
    this.#server.breakOff();
  }

  protected close(): void {
    this.over = true;
    this.sendEnded = true;
    this.receiveEnded = true;
    this.resume();
    this.#server.remove(this);
  }
}
