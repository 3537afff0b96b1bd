import type { OutputBuffer } from '@weft/kit';
import type { CodecLimits, Link, LocalReply, ResponseHead, ServerHandler } from '@weft/sdk';
import { FramedServer, FramedServerStream } from '../common/framed/server.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import { refusalHeaders } from '../common/refusal-headers.ts';
import type { BoltOptions } from './config.ts';
import { crcBehindContent, crcBehindHead, NO_CRC } from './crc.ts';
import { FrameReader } from './decode.ts';
import { errorContent } from './error-content.ts';
import { boltResponseHead } from './foreign-head.ts';
import { PROTO_V1, protocolName, TYPE_ONE_WAY, TYPE_REQUEST } from './frame.ts';
import { BoltRequestHead, BoltResponseHead } from './head.ts';
import { type Asked, answerFrame, goawayFrame, heartbeatAck } from './heartbeat.ts';
import { madeUpContents, RESPONSE_CLASS } from './made-up.ts';
import { BoltStatus, toBoltStatus } from './status.ts';

/** The downstream side. */
export class BoltServer extends FramedServer {
  readonly #options: BoltOptions;
  readonly #proto: number;
  readonly #frame: FrameReader;

  constructor(link: Link, handler: ServerHandler, proto: number, options: BoltOptions, limits: CodecLimits) {
    super('bolt', link, handler, limits);
    this.#options = options;
    this.#proto = proto;
    this.#frame = new FrameReader(limits, options);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    let needed = frame.readFixed(bytes, at, end);
    if (needed === 0) {
      // Nobody here called.
      this.unwanted = frame.answer;
      if (!frame.answer) needed = frame.readRest(bytes, at, end);
    }
    if (needed < 0) this.#refuse();
    this.frameBytes = frame.frameBytes;
    this.headBytes = frame.headBytes;
    this.tailBytes = frame.tailBytes;
    this.control = frame.control;
    return needed;
  }

  /** A caller that says goodbye opens no more calls; those in flight are answered as always. */
  protected receiveControl(): void {
    const frame = this.#frame;
    if (frame.type === TYPE_REQUEST && frame.command === 0) this.sendControl(heartbeatAck(frame));
  }

  protected accept(bytes: Buffer, at: number): FramedStream | null {
    const frame = this.#frame;
    const { proto, type, contentLength, opaque } = frame;
    if (this.activeStreams >= this.#options.maxInFlight) {
      if (type !== TYPE_ONE_WAY) this.sendControl(answerFrame(frame, BoltStatus.SERVER_THREADPOOL_BUSY));
      return null;
    }
    const head = new BoltRequestHead(protocolName(this.#proto), bytes, at, proto, type, contentLength, opaque);
    if (!opaque) head.serviceAt = frame.serviceAt < 0 ? -1 : frame.serviceAt - at;
    head.calledBytes = frame.calledBytes;
    const stream = new BoltServerStream(this, frame, head.oneWay);
    const end = frame.ends;
    return this.begin(stream, head, end);
  }

  protected sayGoaway(): void {
    if (this.#options.goaway) this.sendControl(goawayFrame(this.#proto, 0));
  }

  protected override contentPasses(chunk: Buffer): void {
    this.#frame.addToCrc(chunk);
  }

  protected override tailProblem(bytes: Buffer, at: number): string {
    return this.#frame.crcProblem(bytes, at);
  }

  /** Tells the caller, where that is possible, and ends the connection. */
  #refuse(): never {
    const frame = this.#frame;
    if (frame.answerable && this.writer === null) this.sendControl(answerFrame(frame, BoltStatus.CODEC_EXCEPTION));
    this.fail(frame.problem, frame.refusal);
  }
}

class BoltServerStream extends FramedServerStream implements Asked {
  readonly proto: number;
  readonly ver1: number;
  readonly switches: number;
  readonly codec: number;
  #crc = NO_CRC;

  constructor(server: BoltServer, asked: Asked, oneWay: boolean) {
    super(server, asked.id, oneWay);
    this.proto = asked.proto;
    this.ver1 = asked.ver1;
    this.switches = asked.switches;
    this.codec = asked.codec;
  }

  protected ownHead(head: ResponseHead): FrameHead | null {
    return head instanceof BoltResponseHead ? head : boltResponseHead(head);
  }

  protected replyFrame(reply: LocalReply): Buffer {
    const { madeUp } = reply;
    if (madeUp !== undefined)
      return answerFrame(
        this,
        BoltStatus.SUCCESS,
        madeUpContents.of(madeUp),
        refusalHeaders(reply.headers),
        RESPONSE_CLASS,
      );
    const status = toBoltStatus(reply);
    const direct = status === BoltStatus.SUCCESS && reply.body !== undefined;
    const content = direct ? Buffer.from(reply.body as string) : errorContent(this.codec, status, reply);
    return answerFrame(this, status, content, refusalHeaders(reply.headers));
  }

  protected override answerUnfit(): void {
    this.sendFrame(answerFrame(this, BoltStatus.SERVER_SERIAL_EXCEPTION));
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    const response = head as BoltResponseHead;
    const written = response.encode(out, this.proto, this.ver1, this.switches, this.id, contentLength);
    if (written > 0) this.#crc = crcBehindHead(out, written, contentLength);
    return written > 0;
  }

  /** Only frames of the first version go without a checksum for certain. */
  protected override writeWhole(
    out: OutputBuffer,
    head: FrameHead,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean {
    const own = head as BoltResponseHead;
    const { proto } = this;
    if (proto === PROTO_V1 && own.encodeWhole(out, proto, this.id, bytes, start, end)) return true;
    return super.writeWhole(out, head, bytes, start, end);
  }

  protected override writeContent(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    out.write(chunk);
    if (this.#crc !== NO_CRC) this.#crc = crcBehindContent(out, chunk, this.#crc, left);
  }
}
