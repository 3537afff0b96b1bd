import type { OutputBuffer } from '@weft/kit';
import type { CodecLimits, Link, LocalReply, ResponseHead, ServerHandler } from '@weft/sdk';
import { FramedServer, FramedServerStream } from '../common/framed/server.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import type { DubboThriftOptions } from './config.ts';
import { FrameReader } from './decode.ts';
import { answerFrame, exceptionFrame, MessageType } from './frame.ts';
import { DubboThriftRequestHead, DubboThriftResponseHead } from './head.ts';
import { toThriftReply } from './local-replies.ts';
import { madeUpResults } from './made-up.ts';

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
    return this.begin(stream, head, end);
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
    const { type, message, told } = toThriftReply(reply);
    this.sendControl(exceptionFrame(head, type, message, told));
  }
}

class DubboThriftServerStream extends FramedServerStream {
  readonly #request: DubboThriftRequestHead;
  /** Goes out in place of the content that is passed on. */
  #content: Buffer | null = null;

  constructor(server: DubboThriftServer, request: DubboThriftRequestHead) {
    super(server, request.idLow, request.oneWay);
    this.#request = request;
  }

  protected ownHead(head: ResponseHead): FrameHead | null {
    return head instanceof DubboThriftResponseHead ? head : null;
  }

  protected replyFrame(reply: LocalReply): Uint8Array {
    if (reply.madeUp !== undefined)
      return answerFrame(this.#request, MessageType.REPLY, madeUpResults.of(reply.madeUp));
    const { type, message, told } = toThriftReply(reply);
    return exceptionFrame(this.#request, type, message, told);
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    const response = head as DubboThriftResponseHead;
    this.#content = response.newContent;
    response.encode(out, this.#request.idHigh, this.#request.idLow, this.#content?.length ?? contentLength);
    return true;
  }

  protected override writeContent(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    if (this.#content === null) out.write(chunk);
    else if (left === 0) out.write(this.#content);
  }
}
