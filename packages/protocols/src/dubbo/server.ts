import type { OutputBuffer } from '@weft/kit';
import type { CodecLimits, Link, LocalReply, ResponseHead, ServerHandler } from '@weft/sdk';
import type { RefusalCode } from '../common/framed/connection.ts';
import { FramedServer, FramedServerStream } from '../common/framed/server.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import { type Answer, localAnswer, unseenGroup } from './answer.ts';
import type { DubboOptions } from './config.ts';
import { FrameReader } from './decode.ts';
import { dubboResponseHead } from './foreign-head.ts';
import { buildFrame, HEADER_BYTES } from './frame.ts';
import { DubboRequestHead } from './head.ts';
import { heartbeatAck, readonlyFrame } from './heartbeat.ts';
import { DubboResponseHead } from './response-head.ts';
import { ContentWriter } from './tail.ts';

const BUSY: LocalReply = { status: 503, code: 'overflow' };

/** The downstream side. */
export class DubboServer extends FramedServer {
  readonly options: DubboOptions;
  readonly #frame: FrameReader;

  constructor(link: Link, handler: ServerHandler, options: DubboOptions, limits: CodecLimits) {
    super('dubbo', link, handler, limits);
    this.options = options;
    this.#frame = new FrameReader(limits, options);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    const fixed = frame.readFixed(bytes, at, end);
    if (fixed > 0) return fixed;
    // What a draining or closed upstream of the caller's still answers, nobody waits for here.
    this.unwanted = fixed === 0 && !frame.request && !frame.event;
    this.control = frame.event;
    let needed = fixed;
    if (fixed === 0 && !this.unwanted) {
      needed = frame.needed(end - at);
      if (needed === 0 && frame.request && !frame.event) needed = frame.readPrefix(bytes, at, end);
    }
    if (needed < 0) this.#refuse(at, end);
    this.frameBytes = frame.frameBytes;
    this.headBytes = frame.headBytes;
    return needed;
  }

  protected receiveControl(bytes: Buffer, at: number): void {
    const frame = this.#frame;
    // An answer to a heartbeat of ours would be one that we did not send; other events need no answer.
    if (!frame.request || !frame.twoWay) return;
    const body = bytes.subarray(at + HEADER_BYTES, at + frame.frameBytes);
    this.sendControl(heartbeatAck(frame.serialization, frame.idHigh, frame.idLow, body));
  }

  protected accept(bytes: Buffer, at: number): FramedStream | null {
    const frame = this.#frame;
    const { idHigh, idLow, serialization, twoWay } = frame;
    if (this.activeStreams >= this.options.maxInFlight) {
      if (twoWay) this.#answer(localAnswer(serialization, BUSY, this.options));
      return null;
    }
    const head = new DubboRequestHead(
      bytes,
      at,
      frame.frameBytes,
      frame.prefix,
      frame.gathered,
      frame.readable,
      !twoWay,
      this.options.useTimeout,
    );
    const end = head.contentLength === 0;
    const takesAttachments = this.options.rejectAsException && frame.readable && hasResponseAttachments(head);
    const stream = new DubboServerStream(this, idHigh, idLow, serialization, !twoWay, takesAttachments);
    if (frame.readable && !frame.gathered) stream.unseenBytes = frame.frameBytes - HEADER_BYTES;
    return this.begin(stream, head, end);
  }

  protected sayGoaway(): void {
    if (this.options.sendReadonly) this.sendControl(readonlyFrame());
  }

  /** Tells the caller, where that is possible, and ends the connection. */
  #refuse(at: number, end: number): never {
    const { problem, refusal, request, twoWay, event, serialization } = this.#frame;
    const known = end - at >= HEADER_BYTES && request && twoWay && !event && refusal !== 'protocol_malformed';
    if (known && this.writer === null)
      this.#answer(localAnswer(serialization, { status: statusOf(refusal), code: refusal }, this.options));
    this.fail(problem, refusal);
  }

  #answer({ status, body }: Answer): void {
    const { serialization, idHigh, idLow } = this.#frame;
    this.sendControl(buildFrame(serialization, status, idHigh, idLow, body));
  }
}

/** Whether Dubbo of the caller's version, such as `2.0.2`, reads attachments of an answer: 2.0.10 to 2.6.2 and Dubbox do not. */
function hasResponseAttachments(head: DubboRequestHead): boolean {
  const parts = (head.get('dubbo') ?? '').split('.');
  const version = Number(parts[0]) * 10_000 + Number(parts[1]) * 100 + Number.parseInt(parts[2] ?? '', 10);
  if (!(version >= 20_002)) return false;
  return !(version >= 20_010 && version <= 20_602) && !(version >= 20_800 && version < 20_900);
}

function statusOf(refusal: RefusalCode): number {
  return refusal === 'body_too_large' ? 413 : 431;
}

class DubboServerStream extends FramedServerStream {
  declare readonly connection: DubboServer;
  readonly #idHigh: number;
  readonly #idLow: number;
  readonly #serialization: number;
  /** The caller reads attachments of an answer. */
  readonly #attachments: boolean;
  #content: ContentWriter | null = null;
  /** Bytes of the body of a request whose attachments nobody could see; 0 where that is not so. */
  unseenBytes = 0;

  constructor(
    server: DubboServer,
    idHigh: number,
    idLow: number,
    serialization: number,
    oneWay: boolean,
    attachments: boolean,
  ) {
    super(server, idHigh * 0x1_0000_0000 + idLow, oneWay);
    this.#attachments = attachments;
    this.#idHigh = idHigh;
    this.#idLow = idLow;
    this.#serialization = serialization;
  }

  protected ownHead(head: ResponseHead): FrameHead | null {
    return head instanceof DubboResponseHead ? head : dubboResponseHead(head, this.#serialization);
  }

  protected replyFrame(reply: LocalReply): Buffer {
    const { options } = this.connection;
    // A request without a route may have one by its group: the caller is told why that was not seen.
    const { status, body } =
      this.unseenBytes > 0 && reply.code === 'route_not_found'
        ? unseenGroup(this.#serialization, this.unseenBytes, options)
        : localAnswer(this.#serialization, reply, options, this.#attachments);
    return buildFrame(this.#serialization, status, this.#idHigh, this.#idLow, body);
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    const response = head as DubboResponseHead;
    this.#content = ContentWriter.start(response, contentLength);
    response.encode(out, this.#idHigh, this.#idLow, this.#content?.length ?? contentLength);
    return true;
  }

  protected override writeWhole(
    out: OutputBuffer,
    head: FrameHead,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean {
    if ((head as DubboResponseHead).encodeWhole(out, this.#idHigh, this.#idLow, bytes, start, end)) return true;
    return super.writeWhole(out, head, bytes, start, end);
  }

  protected override writeContent(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    if (this.#content === null) out.write(chunk);
    else this.#content.write(out, chunk, left);
  }
}
