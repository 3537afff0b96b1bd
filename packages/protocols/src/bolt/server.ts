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
import type { BoltOptions } from './config.ts';
import { BoltConnection } from './connection.ts';
import { errorContent } from './error-content.ts';
import { boltResponseHead } from './foreign-head.ts';
import { CMD_RESPONSE, protocolName, TYPE_ONE_WAY, TYPE_RESPONSE, writeUint32 } from './frame.ts';
import { BoltRequestHead, BoltResponseHead } from './head.ts';
import { emptyFrame, goawayFrame } from './heartbeat.ts';
import { SILENT } from './silent-sink.ts';
import { BoltStatus, toBoltStatus } from './status.ts';
import { BoltStream } from './stream.ts';

/**
 * How long a draining connection must be without requests before it is closed, ms. Most Bolt clients cannot be told to
 * stop, so the close has to fall into a gap between their calls.
 */
const DRAIN_QUIET_MS = 200;

/** The downstream side: many requests in flight, answered in any order. */
export class BoltServer extends BoltConnection implements ServerCodec {
  readonly #handler: ServerHandler;
  readonly #proto: number;
  #peerEnded = false;

  constructor(link: Link, handler: ServerHandler, proto: number, options: BoltOptions, limits: CodecLimits) {
    super(link, limits, options);
    this.#handler = handler;
    this.#proto = proto;
  }

  start(_restored?: unknown): void {}

  /** Nothing but the fact: between frames a connection has no state. undefined when it is not at such a point. */
  exportState(): unknown {
    return this.activeStreams === 0 && this.atBoundary && !this.ended ? { protocol: 'bolt' } : undefined;
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
    if (this.options.goaway) this.sendControl(goawayFrame(this.#proto, 0));
    if (this.activeStreams === 0) this.link.setTimer(DRAIN_QUIET_MS);
  }

  protected accept(bytes: Buffer, at: number, opaque: boolean, end: boolean): BoltStream | null {
    const frame = this.frame;
    if (this.activeStreams >= this.options.maxInFlight) {
      if (frame.type !== TYPE_ONE_WAY) this.#answer(BoltStatus.SERVER_THREADPOOL_BUSY);
      return null;
    }
    if (this.draining && this.activeStreams === 0) this.link.setTimer(0);
    const head = new BoltRequestHead(
      protocolName(this.#proto),
      bytes,
      at,
      frame.proto,
      frame.type,
      frame.contentLength,
      opaque,
    );
    const stream = new BoltServerStream(
      this,
      frame.id,
      frame.proto,
      frame.ver1,
      frame.switches,
      frame.codec,
      head.oneWay,
    );
    this.add(stream);
    if (end) stream.receiveEnded = true;
    this.#handler.onRequest(stream, head, end);
    if (end) stream.settle();
    return stream;
  }

  protected unwanted(): boolean {
    return this.frame.type === TYPE_RESPONSE && this.frame.command === CMD_RESPONSE;
  }

  protected dropped(): void {}

  protected heartbeatAnswered(): void {}

  /** The caller opens no more; its requests in flight are answered as always. */
  protected goawayReceived(): void {}

  protected writerReleased(): void {}

  protected refused(): void {
    const frame = this.frame;
    if (frame.type !== TYPE_RESPONSE && frame.type !== TYPE_ONE_WAY && frame.command !== 0 && this.writer === null)
      this.#answer(BoltStatus.CODEC_EXCEPTION);
  }

  #answer(status: BoltStatus): void {
    const frame = this.frame;
    this.sendControl(
      emptyFrame(frame.proto, frame.ver1, TYPE_RESPONSE, CMD_RESPONSE, frame.id, frame.codec, frame.switches, status),
    );
  }

  override remove(stream: BoltStream): void {
    super.remove(stream);
    if (this.activeStreams > 0 || this.ended) return;
    if (this.#peerEnded) this.closeLink();
    else if (this.draining) this.link.setTimer(DRAIN_QUIET_MS);
  }
}

/** What the proxy of the caller reads of a refusal: its breakers count a limit as no error. */
const TOLD_HEADERS: readonly string[] = ['x-weft-reject', 'x-weft-rule'];

class BoltServerStream extends BoltStream implements ServerStream {
  readonly #server: BoltServer;
  readonly #proto: number;
  readonly #ver1: number;
  readonly #switches: number;
  readonly #codec: number;
  #paused = false;

  constructor(
    server: BoltServer,
    id: number,
    proto: number,
    ver1: number,
    switches: number,
    codec: number,
    oneWay: boolean,
  ) {
    super(server, SILENT, id);
    this.#server = server;
    this.#proto = proto;
    this.#ver1 = ver1;
    this.#switches = switches;
    this.#codec = codec;
    this.sendEnded = oneWay;
  }

  sendInformational(_head: ResponseHead): void {}

  sendHead(head: ResponseHead, end: boolean): void {
    if (this.over || this.sendEnded || this.headSent) return;
    const own = head instanceof BoltResponseHead ? head : boltResponseHead(head);
    const fits = own !== null && this.startFrame(own, this.#proto, this.#ver1, this.#switches, end);
    // What cannot be encoded is answered all the same: the caller must not wait for its timeout.
    if (!fits) this.#answer(BoltStatus.SERVER_SERIAL_EXCEPTION, EMPTY);
  }

  sendLocalReply(_request: RequestHead, reply: LocalReply): void {
    if (this.over) return;
    if (this.sendEnded) {
      this.#close();
      return;
    }
    if (this.headSent) {
      this.abort();
      return;
    }
    const status = toBoltStatus(reply);
    const direct = status === BoltStatus.SUCCESS && reply.body !== undefined;
    const content = direct ? Buffer.from(reply.body as string) : errorContent(this.#codec, status, reply);
    this.#answer(
      status,
      content,
      reply.headers?.filter(([name]) => TOLD_HEADERS.includes(name)),
    );
    if (reply.close === true) this.#server.goaway();
  }

  /** The caller learns at once that no answer comes; in the middle of a frame only the end of the connection can tell it. */
  reset(_reason: ResetReason): void {
    if (this.over) return;
    if (this.sendEnded) this.#close();
    else if (!this.headSent)
      this.#answer(BoltStatus.CONNECTION_CLOSED, errorContent(this.#codec, BoltStatus.CONNECTION_CLOSED, GONE));
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
    if (this.receiveEnded && this.sendEnded && !this.over) this.#close();
  }

  lost(reason: ResetReason): void {
    if (this.over) return;
    const started = this.headSent;
    this.#close();
    if (started && !this.#server.cancelFrame(this)) this.#server.breakOff();
    this.sink.onReset(reason);
  }

  protected sendFinished(): void {
    this.settle();
  }

  protected abort(): void {
    if (this.sendLeft === 0 && this.pending === null) {
      // The answer is out and complete; only its end had not been said.
      this.#close();
      return;
    }
    if (this.#server.cancelFrame(this)) {
      this.#answer(BoltStatus.CONNECTION_CLOSED, errorContent(this.#codec, BoltStatus.CONNECTION_CLOSED, GONE));
      return;
    }
    this.#close();
    this.#server.breakOff();
  }

  /** Sends an answer of our own; what still arrives of the request is dropped. */
  #answer(status: BoltStatus, content: Uint8Array, headers: LocalReply['headers'] = []): void {
    this.sendLeft = -1;
    const frame = emptyFrame(
      this.#proto,
      this.#ver1,
      TYPE_RESPONSE,
      CMD_RESPONSE,
      this.id,
      this.#codec,
      this.#switches,
      status,
    );
    writeUint32(frame, frame.length - 4, content.length);
    const head = new BoltResponseHead(
      protocolName(this.#proto),
      frame,
      0,
      this.#proto,
      TYPE_RESPONSE,
      content.length,
      false,
    );
    for (const [name, value] of headers) head.set(name, value);
    this.startFrame(head, this.#proto, this.#ver1, this.#switches, content.length === 0);
    if (content.length > 0) this.sendData(content, true);
    if (!this.over) this.#close();
  }

  #close(): void {
    this.over = true;
    this.sendEnded = true;
    this.receiveEnded = true;
    this.resume();
    this.#server.remove(this);
  }
}

const EMPTY = Buffer.alloc(0);
const GONE: LocalReply = { status: 502, code: 'upstream_reset' };
