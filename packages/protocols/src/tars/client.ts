import type { OutputBuffer } from '@weft/kit';
import type { ClientHandler, ClientStream, CodecLimits, Link, RequestHead, StreamSink } from '@weft/sdk';
import { FramedClient } from '../common/framed/client.ts';
import { FramedClientStream } from '../common/framed/client-stream.ts';
import type { FramedStream, FrameHead } from '../common/framed/stream.ts';
import type { TailWriter } from '../common/framed/tail.ts';
import type { TarsOptions } from './config.ts';
import { FrameReader } from './decode.ts';
import { TarsRequestHead, TarsResponseHead } from './head.ts';
import { PING, pingFrame } from './heartbeat.ts';

const NO_PING = -1;

/** The upstream side. */
export class TarsClient extends FramedClient {
  readonly #frame: FrameReader;
  /** Whom the answer at hand belongs to. */
  #target: FramedClientStream | null = null;
  /** Servant of the last request: pings go to it. */
  servant = PING;
  #pingId = NO_PING;

  constructor(link: Link, handler: ClientHandler, options: TarsOptions, limits: CodecLimits, firstId = 1) {
    super(link, handler, limits, options.maxInFlight, firstId);
    this.#frame = new FrameReader(limits, options);
  }

  open(sink: StreamSink): ClientStream {
    const stream = new TarsClientStream(this, sink);
    this.add(stream);
    return stream;
  }

  protected heartbeatFrame(id: number): Buffer {
    this.#pingId = id;
    return pingFrame(id, this.servant);
  }

  protected readFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.#frame;
    let needed = frame.readLength(bytes, at, end);
    if (needed === 0) needed = frame.readHead(bytes, at, end, true);
    if (needed < 0) this.fail(frame.problem, frame.refusal);
    if (needed > 0) return needed;
    this.frameBytes = frame.frameBytes;
    this.headBytes = frame.headBytes;
    this.#target = frame.id === this.#pingId ? null : this.waiting(frame.id);
    // Servers push with the id 0: nobody waits for it here.
    this.unwanted = this.#target === null;
    return 0;
  }

  protected receiveControl(): void {}

  /** Whatever a server says to a ping, it is alive. */
  protected override dropped(): void {
    if (this.#frame.id !== this.#pingId) {
      super.dropped();
      return;
    }
    this.#pingId = NO_PING;
    this.handler.onHeartbeat();
  }

  protected accept(bytes: Buffer, at: number): FramedStream | null {
    const stream = this.#target as FramedClientStream;
    this.#target = null;
    const head = new TarsResponseHead(bytes, at, this.#frame);
    stream.receiveHead(head, head.contentLength === 0);
    return stream;
  }
}

class TarsClientStream extends FramedClientStream {
  declare readonly connection: TarsClient;
  #tail: TailWriter | null = null;

  protected ownHead(head: RequestHead): FrameHead | null {
    return head instanceof TarsRequestHead ? head : null;
  }

  protected writeHead(out: OutputBuffer, head: FrameHead, contentLength: number): boolean {
    const request = head as TarsRequestHead;
    this.connection.servant = request.servant;
    this.#tail = request.tailWriter(contentLength);
    request.encode(out, this.id, this.#tail?.length ?? contentLength);
    return true;
  }

  protected override writeContent(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    if (this.#tail === null) out.write(chunk);
    else this.#tail.write(out, chunk, left);
  }
}
