import type {
  ClientCodec,
  ClientHandler,
  ClientStream,
  Codec,
  HeaderMap,
  Link,
  LocalReply,
  RequestHead,
  ResetReason,
  ResponseHead,
  ServerCodec,
  ServerHandler,
  ServerStream,
  StreamBase,
  StreamSink,
} from '@weft/sdk';
import { REQUEST_HEAD, RESPONSE_HEAD } from './head.ts';

const EMPTY = Buffer.alloc(0);

/**
 * One connection is one stream: bytes are body, FIN ends a direction, RST resets. Nothing is looked at or kept, so there is
 * also nothing that another thread could take over in place of the stream itself: such a connection is drained.
 */
abstract class TcpEnd implements Codec, StreamBase {
  protected readonly link: Link;
  sink: StreamSink = SILENT;
  need = 1;
  readonly id = 1;
  protected streamOpen = false;
  protected sendEnded = false;
  protected receiveEnded = false;

  constructor(link: Link) {
    this.link = link;
  }

  get activeStreams(): number {
    return this.streamOpen ? 1 : 0;
  }

  get bufferedBytes(): number {
    return this.link.pendingBytes;
  }

  receive(bytes: Buffer, start: number, end: number): number {
    if (this.streamOpen && !this.receiveEnded) this.sink.onData(bytes.subarray(start, end), false);
    return end - start;
  }

  receiveEnd(_unconsumed: number): void {
    if (!this.streamOpen || this.receiveEnded) return;
    this.receiveEnded = true;
    this.sink.onData(EMPTY, true);
    this.settle();
  }

  connectionClosed(reason: ResetReason): void {
    if (!this.streamOpen) return;
    this.streamOpen = false;
    this.sink.onReset(reason);
  }

  onDrained(): void {
    if (this.streamOpen) this.sink.onWritable();
  }

  onTimer(): void {}

  /** The ends of a raw connection cannot be told: it goes on until they or the drain timeout end it. */
  goaway(): void {
    if (!this.streamOpen) this.link.close();
  }

  sendData(chunk: Uint8Array, end: boolean): void {
    if (!this.streamOpen || this.sendEnded) return;
    if (chunk.length > 0) {
      this.link.out.write(chunk);
      this.link.flush();
    }
    if (end) {
      this.sendEnded = true;
      this.link.shutdownWrite();
      this.settle();
    }
  }

  sendTrailers(_trailers: HeaderMap): void {
    this.sendData(EMPTY, true);
  }

  reset(_reason: ResetReason): void {
    if (!this.streamOpen) return;
    this.streamOpen = false;
    this.link.reset();
  }

  pause(): boolean {
    if (this.streamOpen) this.link.pauseReading();
    return this.streamOpen;
  }

  resume(): void {
    if (this.streamOpen) this.link.resumeReading();
  }

  protected settle(): void {
    if (!this.sendEnded || !this.receiveEnded || !this.streamOpen) return;
    this.streamOpen = false;
    this.link.close();
  }
}

export class TcpServer extends TcpEnd implements ServerCodec, ServerStream {
  readonly #handler: ServerHandler;

  constructor(link: Link, handler: ServerHandler) {
    super(link);
    this.#handler = handler;
  }

  /** The connection is the request: a server that speaks first is served, too. */
  start(_restored?: unknown): void {
    this.streamOpen = true;
    this.#handler.onRequest(this, REQUEST_HEAD, false);
  }

  openStreams(): readonly ServerStream[] {
    return this.streamOpen ? [this] : [];
  }

  sendInformational(_head: ResponseHead): void {}

  sendHead(_head: ResponseHead, end: boolean): void {
    if (end) this.sendData(EMPTY, true);
  }

  /** A direct response is its body; any other refusal is the end of the connection. */
  sendLocalReply(_request: RequestHead, reply: LocalReply): void {
    if (!this.streamOpen) return;
    if (reply.code === 'direct_response' && reply.body !== undefined)
      this.link.out.write(typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body);
    this.streamOpen = false;
    this.link.close();
  }
}

export class TcpClient extends TcpEnd implements ClientCodec, ClientStream {
  readonly #handler: ClientHandler;
  #used = false;

  constructor(link: Link, handler: ClientHandler) {
    super(link);
    this.#handler = handler;
  }

  get reused(): boolean {
    return false;
  }

  start(): void {}

  credit(): number {
    return this.#used ? 0 : 1;
  }

  open(sink: StreamSink): ClientStream {
    this.#used = true;
    this.streamOpen = true;
    this.sink = sink;
    this.need = 1;
    this.link.resumeReading();
    return this;
  }

  heartbeat(): boolean {
    return false;
  }

  /** Bytes that come before the stream was opened wait for it. */
  override receive(bytes: Buffer, start: number, end: number): number {
    if (!this.#used) {
      this.need = end - start + 1;
      return 0;
    }
    this.need = 1;
    return super.receive(bytes, start, end);
  }

  /** The connection stands, so the answer has begun: its head comes at once. */
  sendHead(_head: RequestHead, end: boolean): void {
    if (!this.streamOpen) return;
    this.sink.onHead(RESPONSE_HEAD, false);
    if (end) this.sendData(EMPTY, true);
  }

  protected override settle(): void {
    super.settle();
    if (!this.streamOpen) this.#handler.onCredit();
  }
}

const SILENT: StreamSink = Object.freeze({
  onInformational() {},
  onHead() {},
  onData() {},
  onTrailers() {},
  onReset() {},
  onWritable() {},
});
