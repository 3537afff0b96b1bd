import type { OutputBuffer } from '@weft/kit';
import type { CodecLimits, Link, LocalReply, RequestHead, ResponseHead, ServerHandler, ServerStream } from '@weft/sdk';
import { FramedServer, FramedServerStream } from '../common/framed/server.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import type { DubboThriftOptions } from './config.ts';
import { FrameReader } from './decode.ts';
import { exceptionFrame, MessageType } from './frame.ts';
import { DubboThriftRequestHead, DubboThriftResponseHead } from './head.ts';
import { toThriftReply } from './local-replies.ts';

const GONE: LocalReply = { status: 502, code: 'upstream_reset' };
const BUSY: LocalReply = { status: 503, code: 'overflow' };

/** The downstream side. */
export class DubboThriftServer extends FramedServer {
  readonly #options: DubboThriftOptions;
  readonly #frame: FrameReader;

  constructor(link: Link, handler: ServerHandler, options: DubboThriftOptions, limits: CodecLimits) {
    super('dubbo-thrift', link, handler, limits);
    this.#options = options;
    this.#frame = new FrameReader(limits, options);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    const needed = frame.read(bytes, at, end, true);
    if (needed < 0) this.#refuse(bytes, at);
    this.frameBytes = frame.frameBytes;
    this.headBytes = frame.headBytes;
    // An answer that nobody here asked for.
    this.unwanted = needed === 0 && (frame.type === MessageType.REPLY || frame.type === MessageType.EXCEPTION);
    return needed;
  }

  protected receiveControl(): void {}

  protected accept(bytes: Buffer, at: number): FramedStream | null {
    const head = new DubboThriftRequestHead(bytes, at, this.#frame);
    if (this.activeStreams >= this.#options.maxInFlight) {
      if (!head.oneWay) this.#answer(head, BUSY);
      return null;
    }
    const end = head.contentLength === 0;
    const stream = new DubboThriftServerStream(this, head);
    this.add(stream);
    if (end) stream.receiveEnded = true;
    this.handler.onRequest(stream, head, end);
    if (end) stream.settle();
    return stream;
  }

  /** The protocol has no words for it. */
  protected sayGoaway(): void {}

  /** Tells the caller, where that is possible, and ends the connection. */
  #refuse(bytes: Buffer, at: number): never {
    const frame = this.#frame;
    if (frame.headRead && this.writer === null) {
      const head = new DubboThriftRequestHead(bytes, at, frame);
      if (!head.oneWay) this.#answer(head, { status: 413, code: frame.refusal });
    }
    this.fail(frame.problem, frame.refusal);
  }

  #answer(head: DubboThriftRequestHead, reply: LocalReply): void {
    const { type, message } = toThriftReply(reply);
    this.sendControl(exceptionFrame(head, type, message));
  }
}

class DubboThriftServerStream extends FramedServerStream implements ServerStream {
  readonly #server: DubboThriftServer;
  readonly #request: DubboThriftRequestHead;

  constructor(server: DubboThriftServer, request: DubboThriftRequestHead) {
    super(server, request.idLow, request.oneWay);
    this.#server = server;
    this.#request = request;
  }

  sendHead(head: ResponseHead, end: boolean): void {
    if (this.over || this.sendEnded || this.headSent) return;
    if (head instanceof DubboThriftResponseHead) this.startFrame(head, end ? 0 : head.contentLength, end);
    // What cannot be encoded is answered all the same: the caller must not wait for its timeout.
    else this.answerGone();
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
    this.#answer(reply);
    if (reply.close === true) this.#server.goaway();
  }

  protected answerGone(): void {
    this.#answer(GONE);
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    if (head instanceof Uint8Array) out.write(head);
    else (head as DubboThriftResponseHead).encode(out, this.#request.idHigh, this.#request.idLow, contentLength);
    return true;
  }

  /** Sends an answer of our own; what still arrives of the request is dropped. */
  #answer(reply: LocalReply): void {
    const { type, message } = toThriftReply(reply);
    this.sendLeft = -1;
    this.startFrame(exceptionFrame(this.#request, type, message), 0, true);
    if (!this.over) this.close();
  }
}
