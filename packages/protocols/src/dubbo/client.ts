import type { OutputBuffer } from '@weft/kit';
import type { ClientHandler, ClientStream, CodecLimits, Link, RequestHead, StreamSink } from '@weft/sdk';
import { FramedClient } from '../common/framed/client.ts';
import { FramedClientStream } from '../common/framed/client-stream.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import { messageBody } from './answer.ts';
import type { DubboOptions } from './config.ts';
import { FrameReader } from './decode.ts';
import { dubboRequestHead } from './foreign-head.ts';
import { buildFrame, HEADER_BYTES } from './frame.ts';
import { DubboRequestHead } from './head.ts';
import { heartbeatAck, heartbeatFrame, isReadonly } from './heartbeat.ts';
import { DubboResponseHead } from './response-head.ts';
import { DubboStatus } from './status.ts';
import { ContentWriter } from './tail.ts';

/** The upstream side. The upper half of our ids is 0. */
export class DubboClient extends FramedClient {
  readonly #frame: FrameReader;
  /** Whom the answer at hand belongs to. */
  #target: FramedClientStream | null = null;

  constructor(link: Link, handler: ClientHandler, options: DubboOptions, limits: CodecLimits, firstId = 1) {
    super(link, handler, limits, options.maxInFlight, firstId);
    this.#frame = new FrameReader(limits, options);
  }

  open(sink: StreamSink): ClientStream {
    const stream = new DubboClientStream(this, sink);
    this.add(stream);
    return stream;
  }

  protected heartbeatFrame(id: number): Buffer {
    return heartbeatFrame(id);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    const fixed = frame.readFixed(bytes, at, end);
    if (fixed < 0) this.fail(frame.problem, frame.refusal);
    if (fixed > 0) return fixed;
    this.frameBytes = frame.frameBytes;
    this.headBytes = HEADER_BYTES;
    this.control = frame.event;
    this.#target = frame.idHigh === 0 ? this.waiting(frame.idLow) : null;
    this.unwanted = !frame.event && !frame.request && this.#target === null;
    return this.unwanted ? 0 : frame.needed(end - at);
  }

  protected receiveControl(bytes: Buffer, at: number): void {
    const frame = this.#frame;
    const body = bytes.subarray(at + HEADER_BYTES, at + frame.frameBytes);
    if (!frame.request) this.handler.onHeartbeat();
    else if (frame.twoWay) this.sendControl(heartbeatAck(frame.serialization, frame.idHigh, frame.idLow, body));
    else if (isReadonly(frame.serialization, body)) this.peerDrains();
  }

  protected accept(bytes: Buffer, at: number): FramedStream | null {
    const frame = this.#frame;
    if (frame.request) {
      // A provider that calls its consumer back: nobody here serves it.
      if (frame.twoWay) {
        const body = messageBody(frame.serialization, '404|a proxy serves no callbacks');
        this.sendControl(
          buildFrame(frame.serialization, DubboStatus.SERVICE_NOT_FOUND, frame.idHigh, frame.idLow, body),
        );
      }
      return null;
    }
    const stream = this.#target as FramedClientStream;
    this.#target = null;
    stream.receiveHead(
      new DubboResponseHead(bytes, at, frame.frameBytes, frame.gathered),
      frame.frameBytes === HEADER_BYTES,
    );
    return stream;
  }
}

class DubboClientStream extends FramedClientStream {
  #content: ContentWriter | null = null;

  protected ownHead(head: RequestHead): FrameHead | null {
    return head instanceof DubboRequestHead ? head : dubboRequestHead(head);
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    const request = head as DubboRequestHead;
    this.#content = ContentWriter.start(request, contentLength);
    request.encode(out, 0, this.id, this.#content?.length ?? contentLength);
    return true;
  }

  protected override writeWhole(
    out: OutputBuffer,
    head: FrameHead,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean {
    if ((head as DubboRequestHead).encodeWhole(out, 0, this.id, bytes, start, end)) return true;
    return super.writeWhole(out, head, bytes, start, end);
  }

  protected override writeContent(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    if (this.#content === null) out.write(chunk);
    else this.#content.write(out, chunk, left);
  }
}
