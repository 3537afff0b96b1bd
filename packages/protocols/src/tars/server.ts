import type { OutputBuffer } from '@weft/kit';
import type { CodecLimits, Link, LocalReply, ResponseHead, ServerHandler } from '@weft/sdk';
import { FramedServer, FramedServerStream } from '../common/framed/server.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import type { TailWriter } from '../common/framed/tail.ts';
import type { TarsOptions } from './config.ts';
import { FrameReader } from './decode.ts';
import { TarsRequestHead, TarsResponseHead } from './head.ts';
import { MAX_PING_BYTES, PING } from './heartbeat.ts';
import { answerFrame, toTarsReply } from './local-replies.ts';
import { madeUpBuffers } from './made-up.ts';
import { TarsRet } from './status.ts';

const BUSY: LocalReply = { status: 503, code: 'overflow' };
const NO_BODY = Buffer.alloc(0);
const SUCCESS = { ret: TarsRet.SUCCESS, message: '', context: [] } as const;

/** The downstream side. */
export class TarsServer extends FramedServer {
  readonly #options: TarsOptions;
  readonly #frame: FrameReader;

  constructor(link: Link, handler: ServerHandler, options: TarsOptions, limits: CodecLimits) {
    super('tars', link, handler, limits);
    this.#options = options;
    this.#frame = new FrameReader(limits, options);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    let needed = frame.readLength(bytes, at, end);
    if (needed === 0) needed = frame.readHead(bytes, at, end, false);
    if (needed < 0) this.#refuse(bytes, at);
    if (needed > 0) return needed;
    this.frameBytes = frame.frameBytes;
    this.headBytes = frame.headBytes;
    this.control = this.#options.answerPing && frame.frameBytes <= MAX_PING_BYTES && this.#isPing(bytes, at);
    return this.control && end - at < frame.frameBytes ? frame.frameBytes : 0;
  }

  protected receiveControl(bytes: Buffer, at: number): void {
    if (!this.#frame.oneWay) this.sendControl(answerFrame(this.#asked(bytes, at), SUCCESS, NO_BODY));
  }

  protected accept(bytes: Buffer, at: number): FramedStream | null {
    const frame = this.#frame;
    if (this.activeStreams >= this.#options.maxInFlight) {
      if (!frame.oneWay) this.sendControl(answerFrame(this.#asked(bytes, at), toTarsReply(BUSY), NO_BODY));
      return null;
    }
    const head = new TarsRequestHead(bytes, at, frame);
    const stream = new TarsServerStream(this, frame.id, head);
    const end = head.contentLength === 0;
    return this.begin(stream, head, end);
  }

  /** Tars has a push for it that only some clients understand. */
  protected sayGoaway(): void {}

  /** Tells the caller, where that is possible, and ends the connection. */
  #refuse(bytes: Buffer, at: number): never {
    const frame = this.#frame;
    if (frame.answerable && this.writer === null) {
      const reply = toTarsReply({ status: 413, code: frame.refusal });
      this.sendControl(answerFrame(this.#asked(bytes, at), reply, NO_BODY));
    }
    this.fail(frame.problem, frame.refusal);
  }

  #isPing(bytes: Buffer, at: number): boolean {
    const frame = this.#frame;
    const from = at + frame.functionAt;
    return (
      frame.functionEnd - frame.functionAt === PING.length &&
      bytes.toString('latin1', from, from + PING.length) === PING
    );
  }

  #asked(bytes: Buffer, at: number): { version: number; id: number; servant: string; method: string } {
    const { version, id, servantAt, servantEnd, functionAt, functionEnd } = this.#frame;
    return {
      version,
      id,
      servant: bytes.toString('utf8', at + servantAt, at + servantEnd),
      method: bytes.toString('utf8', at + functionAt, at + functionEnd),
    };
  }
}

class TarsServerStream extends FramedServerStream {
  readonly #request: TarsRequestHead;
  #tail: TailWriter | null = null;

  constructor(server: TarsServer, id: number, request: TarsRequestHead) {
    super(server, id, request.oneWay);
    this.#request = request;
  }

  protected ownHead(head: ResponseHead): FrameHead | null {
    return head instanceof TarsResponseHead ? head : null;
  }

  protected replyFrame(reply: LocalReply): Uint8Array {
    const { version, servant, method } = this.#request;
    const answer = toTarsReply(reply);
    if (reply.madeUp !== undefined)
      return answerFrame({ version, id: this.id, servant, method }, answer, madeUpBuffers.of(reply.madeUp));
    const own = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
    const body = answer.ret === TarsRet.SUCCESS ? (own ?? NO_BODY) : NO_BODY;
    return answerFrame({ version, id: this.id, servant, method }, answer, body);
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    const response = head as TarsResponseHead;
    this.#tail = response.tailWriter(contentLength);
    response.encode(out, this.id, this.#tail?.length ?? contentLength);
    return true;
  }

  protected override writeContent(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    if (this.#tail === null) out.write(chunk);
    else this.#tail.write(out, chunk, left);
  }
}
