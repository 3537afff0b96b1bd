import type { OutputBuffer } from '@weft/kit';
import type { ClientHandler, ClientStream, CodecLimits, Link, RequestHead, StreamSink } from '@weft/sdk';
import { FramedClient } from '../common/framed/client.ts';
import { FramedClientStream } from '../common/framed/client-stream.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import type { DubboThriftOptions } from './config.ts';
import { FrameReader } from './decode.ts';
import { MessageType } from './frame.ts';
import { DubboThriftRequestHead, DubboThriftResponseHead } from './head.ts';

/** The upstream side. The upper half of our ids is 0. */
export class DubboThriftClient extends FramedClient {
  readonly #frame: FrameReader;
  /** Whom the answer at hand belongs to. */
  #target: FramedClientStream | null = null;

  constructor(link: Link, handler: ClientHandler, options: DubboThriftOptions, limits: CodecLimits, firstId = 1) {
    super(link, handler, limits, options.maxInFlight, firstId);
    this.#frame = new FrameReader(limits, options);
  }

  open(sink: StreamSink): ClientStream {
    const stream = new DubboThriftClientStream(this, sink);
    this.add(stream);
    return stream;
  }

  /** The protocol has none. */
  override heartbeat(): boolean {
    return false;
  }

  protected heartbeatFrame(): Buffer {
    return Buffer.alloc(0);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    const needed = frame.read(bytes, at, end, false);
    if (needed < 0) this.fail(frame.problem, frame.refusal);
    if (needed > 0) return needed;
    this.frameBytes = frame.frameBytes;
    this.headBytes = frame.headBytes;
    const isAnswer = frame.type !== MessageType.CALL && frame.type !== MessageType.ONE_WAY;
    this.#target = isAnswer && frame.idHigh === 0 ? this.waiting(frame.idLow) : null;
    this.unwanted = this.#target === null;
    return 0;
  }

  protected receiveControl(): void {}

  protected accept(bytes: Buffer, at: number): FramedStream | null {
    const stream = this.#target as FramedClientStream;
    this.#target = null;
    const head = new DubboThriftResponseHead(bytes, at, this.#frame);
    stream.receiveHead(head, head.contentLength === 0);
    return stream;
  }
}

class DubboThriftClientStream extends FramedClientStream {
  protected ownHead(head: RequestHead): FrameHead | null {
    return head instanceof DubboThriftRequestHead ? head : null;
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    (head as DubboThriftRequestHead).encode(out, 0, this.id, contentLength);
    return true;
  }
}
