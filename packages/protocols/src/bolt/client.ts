import type { OutputBuffer } from '@weft/kit';
import type { ClientHandler, ClientStream, CodecLimits, Link, RequestHead, StreamSink } from '@weft/sdk';
import { FramedClient } from '../common/framed/client.ts';
import { FramedClientStream } from '../common/framed/client-stream.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import type { BoltOptions } from './config.ts';
import { crcBehindContent, crcBehindHead, NO_CRC } from './crc.ts';
import { FrameReader } from './decode.ts';
import { boltRequestHead } from './foreign-head.ts';
import { CMD_GOAWAY, PROTO_V1, protocolName, TYPE_ONE_WAY, TYPE_RESPONSE } from './frame.ts';
import { BoltRequestHead, BoltResponseHead } from './head.ts';
import { answerFrame, heartbeatAck, heartbeatFrame } from './heartbeat.ts';
import { BoltStatus } from './status.ts';

/** The upstream side. */
export class BoltClient extends FramedClient {
  readonly proto: number;
  readonly #frame: FrameReader;
  /** Whom the answer at hand belongs to. */
  #target: FramedClientStream | null = null;

  constructor(
    link: Link,
    handler: ClientHandler,
    proto: number,
    options: BoltOptions,
    limits: CodecLimits,
    firstId = 1,
  ) {
    super(link, handler, limits, options.maxInFlight, firstId);
    this.proto = proto;
    this.#frame = new FrameReader(limits, options);
  }

  open(sink: StreamSink): ClientStream {
    const stream = new BoltClientStream(this, sink);
    this.add(stream);
    return stream;
  }

  protected heartbeatFrame(id: number): Buffer {
    return heartbeatFrame(this.proto, id);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    let needed = frame.readFixed(bytes, at, end);
    if (needed === 0) {
      this.#target = frame.answer ? this.waiting(frame.id) : null;
      this.unwanted = frame.answer && this.#target === null;
      if (!this.unwanted) needed = frame.readRest(bytes, at, end);
    }
    if (needed < 0) this.fail(frame.problem, frame.refusal);
    this.frameBytes = frame.frameBytes;
    this.headBytes = frame.headBytes;
    this.tailBytes = frame.tailBytes;
    this.control = frame.control;
    return needed;
  }

  protected receiveControl(): void {
    const frame = this.#frame;
    if (frame.command === CMD_GOAWAY) this.peerDrains();
    else if (frame.type === TYPE_RESPONSE) this.handler.onHeartbeat();
    else this.sendControl(heartbeatAck(frame));
  }

  protected accept(bytes: Buffer, at: number): FramedStream | null {
    const frame = this.#frame;
    if (frame.type !== TYPE_RESPONSE) {
      // A server that calls its client: nobody here serves it.
      if (frame.type !== TYPE_ONE_WAY) this.sendControl(answerFrame(frame, BoltStatus.NO_PROCESSOR));
      return null;
    }
    const stream = this.#target as FramedClientStream;
    this.#target = null;
    const { proto, contentLength, opaque } = frame;
    const name = protocolName(this.proto);
    const head = new BoltResponseHead(name, bytes, at, proto, TYPE_RESPONSE, contentLength, opaque);
    stream.receiveHead(head, frame.ends);
    return stream;
  }

  protected override contentPasses(chunk: Buffer): void {
    this.#frame.addToCrc(chunk);
  }

  protected override tailProblem(bytes: Buffer, at: number): string {
    return this.#frame.crcProblem(bytes, at);
  }
}

class BoltClientStream extends FramedClientStream {
  declare readonly connection: BoltClient;
  #crc = NO_CRC;

  protected ownHead(head: RequestHead): FrameHead | null {
    return head instanceof BoltRequestHead ? head : boltRequestHead(head, this.connection.proto);
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    const request = head as BoltRequestHead;
    const written = request.encode(out, request.proto, 1, 0, this.id, contentLength);
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
    const own = head as BoltRequestHead;
    const { proto } = own;
    if (proto === PROTO_V1 && own.encodeWhole(out, proto, this.id, bytes, start, end)) return true;
    return super.writeWhole(out, head, bytes, start, end);
  }

  protected override writeContent(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    out.write(chunk);
    if (this.#crc !== NO_CRC) this.#crc = crcBehindContent(out, chunk, this.#crc, left);
  }
}
