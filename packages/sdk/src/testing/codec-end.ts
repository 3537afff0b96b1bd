import {
  type ClientCodec,
  type ClientHandler,
  type ClientStream,
  type Codec,
  type CodecLimits,
  DEFAULT_CODEC_LIMITS,
  type Protocol,
  type RequestHead,
  ResetReason,
  type ServerCodec,
  type ServerHandler,
  type ServerStream,
} from '../protocol/index.ts';
import { CodecFeeder, MemoryLink } from './memory-link.ts';
import { RecordingSink } from './recording-sink.ts';

/** A codec on a link in memory, with the bytes it did not consume yet. */
abstract class CodecEnd<C extends Codec> {
  readonly link = new MemoryLink();
  abstract readonly codec: C;
  #feeder: CodecFeeder | null = null;
  finReceived = false;
  /** `connectionClosed` was called. */
  dead = false;

  get unconsumedBytes(): number {
    return this.#feeder?.unconsumedBytes ?? 0;
  }

  feed(bytes: Uint8Array, chunkBytes: number = bytes.length): void {
    this.#feeder ??= new CodecFeeder(this.codec, this.link);
    for (let at = 0; at < bytes.length && !this.dead; at += chunkBytes)
      this.#feeder.feed(bytes.subarray(at, at + chunkBytes));
  }

  /** Offers held bytes again, as a host does when the codec resumes reading. */
  offer(): void {
    if (!this.dead) this.#feeder?.offer();
  }

  finish(): void {
    if (this.finReceived || this.dead) return;
    this.finReceived = true;
    this.codec.receiveEnd(this.unconsumedBytes);
  }

  lose(reason: ResetReason = ResetReason.CONNECTION_LOST): void {
    if (this.dead) return;
    this.dead = true;
    this.codec.connectionClosed(reason);
  }
}

export interface IncomingRequest {
  readonly stream: ServerStream;
  readonly head: RequestHead;
  readonly sink: RecordingSink;
  /** The head closed the request. */
  readonly headOnly: boolean;
}

/** The downstream side under test. */
export class ServerEnd extends CodecEnd<ServerCodec> implements ServerHandler {
  readonly codec: ServerCodec;
  readonly requests: IncomingRequest[] = [];
  #handle: ((request: IncomingRequest) => void) | null = null;

  constructor(protocol: Protocol, config: unknown, limits: Partial<CodecLimits> = {}, restored?: unknown) {
    super();
    this.codec = protocol.createServer(this.link, this, config as never, { ...DEFAULT_CODEC_LIMITS, ...limits });
    this.codec.start(restored);
  }

  onRequest(stream: ServerStream, head: RequestHead, end: boolean): void {
    const sink = new RecordingSink();
    stream.sink = sink;
    head.keep();
    if (end) sink.ends++;
    const request = { stream, head, sink, headOnly: end };
    this.requests.push(request);
    this.#handle?.(request);
  }

  /** Runs `handle` inside the codec's callback; at once for a request that began with the connection. */
  handle(handle: (request: IncomingRequest) => void): void {
    this.#handle = handle;
    for (const request of this.requests) handle(request);
  }
}

/** The upstream side under test. */
export class ClientEnd extends CodecEnd<ClientCodec> implements ClientHandler {
  readonly codec: ClientCodec;
  credits = 0;
  drainings = 0;
  heartbeats = 0;

  constructor(protocol: Protocol, config: unknown, limits: Partial<CodecLimits> = {}) {
    super();
    this.codec = protocol.createClient(this.link, this, config as never, { ...DEFAULT_CODEC_LIMITS, ...limits });
    this.codec.start();
  }

  onCredit(): void {
    this.credits++;
  }

  onDraining(): void {
    this.drainings++;
  }

  onHeartbeat(): void {
    this.heartbeats++;
  }

  /** Opens a stream and sends a request on it. */
  call(
    head: RequestHead,
    body: Uint8Array | null,
    sink: RecordingSink = new RecordingSink(),
  ): { readonly stream: ClientStream; readonly sink: RecordingSink } {
    const stream = this.codec.open(sink);
    stream.sendHead(head, body === null);
    if (body !== null) stream.sendData(body, true);
    return { stream, sink };
  }
}

/** Carries bytes, FIN and RST between two codecs until both are quiet. `chunkBytes` is how many arrive at once. */
export function pump(
  left: ClientEnd | ServerEnd,
  right: ClientEnd | ServerEnd,
  chunkBytes: number = Number.POSITIVE_INFINITY,
): void {
  let moved = true;
  while (moved) {
    moved = carry(left, right, chunkBytes);
    moved = carry(right, left, chunkBytes) || moved;
    left.offer();
    right.offer();
  }
}

function carry(from: ClientEnd | ServerEnd, to: ClientEnd | ServerEnd, chunkBytes: number): boolean {
  const bytes = from.link.takeBytes();
  let moved = false;
  if (bytes.length > 0) {
    moved = true;
    if (!to.dead) to.feed(bytes, Math.min(chunkBytes, bytes.length));
    if (!from.dead) from.codec.onDrained();
  }
  if (from.link.wasReset) {
    if (!from.dead || !to.dead) moved = true;
    from.lose();
    to.lose(ResetReason.REMOTE_RESET);
  } else if ((from.link.closed || from.link.writeShutDown) && !to.finReceived && !to.dead) {
    moved = true;
    to.finish();
  }
  if (from.link.closed && to.link.closed && !(from.dead && to.dead)) {
    moved = true;
    from.lose();
    to.lose();
  }
  return moved;
}
