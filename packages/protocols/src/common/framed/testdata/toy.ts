import type { OutputBuffer } from '@weft/kit';
import {
  type ClientHandler,
  type ClientStream,
  type CodecLimits,
  Detection,
  defineProtocol,
  type Link,
  type LocalReply,
  PlainRequestHead,
  PlainResponseHead,
  type RequestHead,
  type ResponseHead,
  type ServerHandler,
  type StreamSink,
} from '@weft/sdk';
import { FramedClient } from '../client.ts';
import { FramedClientStream } from '../client-stream.ts';
import { FramedServer, FramedServerStream } from '../server.ts';
import type { FramedStream, FrameHead } from '../stream.ts';
import { readUint32, writeUint32 } from '../uint32.ts';

/** The smallest protocol that the base can carry: kind(1) | id(4) | length(4) | content. */
export const Kind = { REQUEST: 1, ONE_WAY: 2, ANSWER: 3, PING: 4, PONG: 5, BYE: 6 } as const;
const HEAD_BYTES = 9;
/** Frames up to this size are delivered whole. */
export const GATHERED_BYTES = 32;

export function toyFrame(kind: number, id: number, content: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(content as string);
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = kind;
  writeUint32(head, 1, id);
  writeUint32(head, 5, bytes.length);
  return Buffer.concat([head, bytes]);
}

/** What both sides read of a frame. */
class ToyReader {
  kind = 0;
  id = 0;
  size = 0;

  read(bytes: Buffer, at: number, end: number): number {
    if (end - at < HEAD_BYTES) return HEAD_BYTES;
    this.kind = bytes[at] as number;
    this.id = readUint32(bytes, at + 1);
    this.size = HEAD_BYTES + readUint32(bytes, at + 5);
    return end - at < this.size && this.size <= GATHERED_BYTES ? this.size : 0;
  }
}

const headOf = (frame: ToyReader): PlainRequestHead =>
  new PlainRequestHead('toy', 'toy', {
    method: 'call',
    oneWay: frame.kind === Kind.ONE_WAY,
    contentLength: frame.size - HEAD_BYTES,
  });

class ToyServer extends FramedServer {
  readonly #frame = new ToyReader();

  constructor(link: Link, handler: ServerHandler, limits: CodecLimits) {
    super('toy', link, handler, limits);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    const needed = frame.read(bytes, at, end);
    if (needed > 0) return needed;
    if (frame.kind < Kind.REQUEST || frame.kind > Kind.PONG) this.fail('no kind of frame');
    if (frame.size > this.limits.maxFrameBytes) this.fail('too large', 'protocol_limit');
    this.frameBytes = frame.size;
    this.headBytes = HEAD_BYTES;
    this.control = frame.kind === Kind.PING;
    this.unwanted = frame.kind === Kind.ANSWER || frame.kind === Kind.PONG;
    return this.control && end - at < frame.size ? frame.size : 0;
  }

  protected receiveControl(): void {
    this.sendControl(toyFrame(Kind.PONG, this.#frame.id));
  }

  protected accept(): FramedStream {
    const head = headOf(this.#frame);
    const end = head.contentLength === 0;
    const stream = new ToyServerStream(this, this.#frame.id, head.oneWay);
    return this.begin(stream, head, end);
  }

  protected sayGoaway(): void {
    this.sendControl(toyFrame(Kind.BYE, 0));
  }
}

class ToyServerStream extends FramedServerStream {
  protected ownHead(head: ResponseHead): FrameHead {
    return head;
  }

  protected replyFrame(reply: LocalReply): Buffer {
    return toyFrame(Kind.ANSWER, this.id, reply.code === 'upstream_reset' ? 'gone' : String(reply.status));
  }

  protected writeHead(out: OutputBuffer, _head: FrameHead, contentLength: number): boolean {
    out.write(toyFrame(Kind.ANSWER, this.id, Buffer.alloc(contentLength)), 0, HEAD_BYTES);
    return true;
  }
}

class ToyClient extends FramedClient {
  readonly #frame = new ToyReader();
  #target: FramedStream | null = null;

  constructor(link: Link, handler: ClientHandler, limits: CodecLimits, maxInFlight: number, firstId: number) {
    super(link, handler, limits, maxInFlight, firstId);
  }

  open(sink: StreamSink): ClientStream {
    const stream = new ToyClientStream(this, sink);
    this.add(stream);
    return stream;
  }

  protected heartbeatFrame(id: number): Buffer {
    return toyFrame(Kind.PING, id);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    const needed = frame.read(bytes, at, end);
    if (needed > 0) return needed;
    if (frame.kind < Kind.ANSWER || frame.kind > Kind.BYE) this.fail('no kind of frame');
    this.frameBytes = frame.size;
    this.headBytes = HEAD_BYTES;
    this.control = frame.kind !== Kind.ANSWER;
    this.#target = this.control ? null : this.waiting(frame.id);
    this.unwanted = !this.control && this.#target === null;
    return 0;
  }

  protected receiveControl(): void {
    if (this.#frame.kind === Kind.BYE) this.peerDrains();
    else this.handler.onHeartbeat();
  }

  protected accept(): FramedStream {
    const stream = this.#target as FramedClientStream;
    const contentLength = this.#frame.size - HEAD_BYTES;
    stream.receiveHead(new PlainResponseHead('toy', 'toy', 200, { contentLength }), contentLength === 0);
    return stream;
  }
}

class ToyClientStream extends FramedClientStream {
  protected ownHead(head: RequestHead): FrameHead | null {
    return head.family === 'toy' ? head : null;
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    const kind = (head as unknown as RequestHead).oneWay ? Kind.ONE_WAY : Kind.REQUEST;
    out.write(toyFrame(kind, this.id, Buffer.alloc(contentLength)), 0, HEAD_BYTES);
    return true;
  }
}

export interface ToyConfig {
  readonly maxInFlight?: number;
  readonly firstId?: number;
}

export const toy = defineProtocol<ToyConfig>({
  name: 'toy',
  family: 'toy',
  pooling: 'multiplex',
  schema: { type: 'object' },
  detectBytes: 0,
  detect: () => Detection.NO,
  createServer: (link, handler, _config: ToyConfig, limits) => new ToyServer(link, handler, limits),
  createClient: (link, handler, config: ToyConfig, limits) =>
    new ToyClient(link, handler, limits, config.maxInFlight ?? 8, config.firstId ?? 1),
});

/** A request of the toy protocol. */
export const call = (contentLength = 0, oneWay = false): PlainRequestHead =>
  new PlainRequestHead('toy', 'toy', { method: 'call', contentLength, oneWay });
export const answerHead = (contentLength: number): PlainResponseHead =>
  new PlainResponseHead('toy', 'toy', 200, { contentLength });
