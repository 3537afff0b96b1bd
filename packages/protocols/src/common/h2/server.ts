import {
  type CodecLimits,
  type Link,
  type LocalReply,
  PlainHeaders,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerCodec,
  type ServerHandler,
  type ServerStream,
} from '@weft/sdk';
import { type RenderedReply, renderLocalReply } from '../http/local-reply.ts';
import { H2Connection } from './connection.ts';
import { Flood } from './floods.ts';
import { CLIENT_PREFACE, ErrorCodeH2, MAX_STREAM_ID, writeGoaway, writeHeaderBlock, writeRstStream } from './frame.ts';
import { readRequestHead, readTrailers } from './header-validation.ts';
import { H2RequestHead } from './heads.ts';
import type { H2Options } from './options.ts';
import { SettingId, writeSettings } from './settings.ts';
import { H2Stream, NO_SINK } from './stream.ts';

/** What stands behind messages that a rule makes up; nobody changes it. */
const GRPC_OK = new PlainHeaders([['grpc-status', '0']]);
const DRAIN_PING = Buffer.from('weft-bye', 'latin1');

/** How far a polite end has come (RFC 9113 section 6.8). */
const Drain = {
  NONE: 0,
  /** GOAWAY with the highest id is out: no new streams, please; those under way still count. */
  ANNOUNCED: 1,
  /** GOAWAY with the real last id is out: later streams are ignored, the client sends them elsewhere. */
  FINAL: 2,
} as const;

/** The downstream side. */
export class H2ServerConnection extends H2Connection implements ServerCodec {
  readonly #handler: ServerHandler;
  /** Streams that are answered and whose requests are not complete, with the ticks since. */
  readonly #lingering = new Map<H2Stream, number>();
  /** What requests become; a protocol on HTTP/2 may have a head of its own. */
  protected readonly requestHead: typeof H2RequestHead = H2RequestHead;
  #drain: number = Drain.NONE;
  #drainTicks = 0;
  #finalStreamId = MAX_STREAM_ID;

  constructor(link: Link, handler: ServerHandler, limits: CodecLimits, options: H2Options) {
    super(link, limits, options, false);
    this.#handler = handler;
  }

  openStreams(): readonly ServerStream[] {
    return [...this.streams.values()] as H2ServerStream[];
  }

  resetUnfetched(): number {
    let count = 0;
    if (this.over) return count;
    for (const stream of this.streams.values()) {
      if (stream.closed || !stream.queue.unfetched()) continue;
      count++;
      this.resetByEngine(stream, ResetReason.LOCAL_RESET);
      stream.sink.onReset(ResetReason.LOCAL_RESET);
    }
    return count;
  }

  start(): void {
    writeSettings(this.link.out, [
      [SettingId.MAX_CONCURRENT_STREAMS, this.options.maxConcurrentStreams],
      [SettingId.INITIAL_WINDOW_SIZE, this.options.initialStreamWindowBytes],
      [SettingId.MAX_HEADER_LIST_SIZE, this.limits.maxHeadBytes],
    ]);
    this.data.openWindow();
    this.link.flush();
  }

  protected newStream(): H2ServerStream {
    return new H2ServerStream(this);
  }

  receivePreface(bytes: Buffer, start: number, end: number): number {
    const count = Math.min(end - start, CLIENT_PREFACE.length);
    if (bytes.compare(CLIENT_PREFACE, 0, count, start, start + count) !== 0)
      this.fail(ErrorCodeH2.PROTOCOL_ERROR, 'wrong connection preface');
    if (count < CLIENT_PREFACE.length) {
      this.need = CLIENT_PREFACE.length;
      return 0;
    }
    this.prefaceDone = true;
    return count;
  }

  isIdle(streamId: number): boolean {
    return (streamId & 1) === 0 || streamId > this.lastStreamId;
  }

  /** An id that GOAWAY has named may only become smaller. */
  override get lastPeerStreamId(): number {
    return Math.min(this.lastStreamId, this.#finalStreamId);
  }

  override ignores(streamId: number): boolean {
    return streamId > this.#finalStreamId || super.ignores(streamId);
  }

  onHeaders(streamId: number, endStream: boolean, wireBytes: number): void {
    const open = this.streams.get(streamId);
    if (open !== undefined) {
      this.#onTrailers(open as H2ServerStream, endStream);
      return;
    }
    if ((streamId & 1) === 0) this.fail(ErrorCodeH2.PROTOCOL_ERROR, 'a client opens odd streams');
    if (streamId <= this.lastStreamId) {
      // Trailers of a request that we gave up, perhaps so many streams ago that its id is forgotten.
      if (this.ignores(streamId)) this.countLate();
      else if (!this.resetStreams.takeLate()) this.fail(ErrorCodeH2.STREAM_CLOSED, 'HEADERS on a closed stream');
      return;
    }
    this.lastStreamId = streamId;
    if (streamId > this.#finalStreamId) {
      this.countFlood(Flood.USELESS);
      return;
    }
    if (this.streams.size - this.#lingering.size >= this.options.maxConcurrentStreams) {
      this.countFlood(Flood.USELESS);
      this.giveUp(streamId, ErrorCodeH2.REFUSED_STREAM);
      return;
    }
    if (this.decoder.overflow) {
      this.#refuse(streamId, 431, endStream);
      return;
    }
    const head = readRequestHead(this.decoder, wireBytes, this.requestHead);
    const length = head === null ? -1 : head.contentLength;
    if (head === null || (endStream && length > 0)) return this.#malformed(streamId);
    const maxBodyBytes = this.limits.maxBodyBytes;
    if (maxBodyBytes > 0 && length > maxBodyBytes) {
      this.#refuse(streamId, 413, endStream);
      return;
    }
    const expected = head.method === 'CONNECT' ? -1 : length;
    if (!endStream && expected >= 0 && this.contentDiffers(streamId, expected)) return this.#malformed(streamId);
    const stream = this.newStream();
    this.register(stream, streamId);
    stream.headReceived = true;
    stream.expectedBytes = expected;
    stream.remoteClosed = endStream;
    const handler = this.#handler;
    if (this.contentEnd > 0 && handler.onWholeRequest !== undefined && this.#takeBody(stream)) {
      stream.remoteClosed = true;
      handler.onWholeRequest(stream, head, this.content, this.contentStart, this.contentEnd);
      return;
    }
    handler.onRequest(stream, head, endStream);
  }

  /** One over the limit is refused where its frame is looked at. */
  #takeBody(stream: H2ServerStream): boolean {
    const maxBodyBytes = this.limits.maxBodyBytes;
    if (maxBodyBytes > 0 && this.contentEnd - this.contentStart > maxBodyBytes) return false;
    return this.takeContent(stream);
  }

  #onTrailers(stream: H2ServerStream, endStream: boolean): void {
    if (stream.remoteClosed) return this.streamError(stream, ErrorCodeH2.STREAM_CLOSED);
    const trailers = endStream && !this.decoder.overflow ? readTrailers(this.decoder) : null;
    if (trailers === null || (stream.expectedBytes >= 0 && stream.receivedBytes !== stream.expectedBytes)) {
      return this.streamError(stream, ErrorCodeH2.PROTOCOL_ERROR);
    }
    const last = this.remoteEnd(stream);
    stream.sink.onTrailers(trailers);
    if (last) this.onStreamOver(stream);
  }

  /** Of a request that is none the engine sees nothing, and no host (RFC 9113 section 8.1.1). */
  #malformed(streamId: number): void {
    this.giveUp(streamId, ErrorCodeH2.PROTOCOL_ERROR);
    this.countFlood(Flood.RESETS);
  }

  /** Answers a request that the engine never sees. */
  #refuse(streamId: number, status: number, endStream: boolean): void {
    this.countFlood(Flood.USELESS);
    const hpack = this.encoder.hpack;
    hpack.begin();
    hpack.pair(':status', String(status));
    hpack.pair('content-length', '0');
    writeHeaderBlock(this.link.out, streamId, hpack.block, hpack.length, true);
    this.link.flush();
    if (!endStream) this.giveUp(streamId, ErrorCodeH2.NO_ERROR);
  }

  acceptBody(stream: H2Stream): boolean {
    const maxBodyBytes = this.limits.maxBodyBytes;
    const tooLarge = maxBodyBytes > 0 && stream.receivedBytes > maxBodyBytes;
    if (stream.localClosed && tooLarge) {
      this.#stopRequest(stream);
      return false;
    }
    if (!tooLarge) return true;
    this.closeStream(stream);
    if (stream.headSent) this.giveUp(stream.id, ErrorCodeH2.CANCEL);
    else this.#refuse(stream.id, 413, false);
    stream.sink.onReset(ResetReason.OVERFLOW);
    this.onStreamOver();
    return false;
  }

  /**
   * The answer is complete and the request is not. Most requests end by themselves a moment later, and some clients take
   * a reset for a failure although the answer is there (curl 7.88 does). So the rest is read and dropped, within the
   * credit that the client has left; one that has not ended a second or two later is told to stop with NO_ERROR
   * (RFC 9113 section 8.1).
   */
  onHalfClosedLocal(stream: H2Stream): void {
    // The engine has nothing to do with it any more.
    stream.sink = NO_SINK;
    stream.paused = true;
    if (this.#lingering.size >= this.options.maxConcurrentStreams) {
      this.#stopRequest(stream);
      return;
    }
    this.#lingering.set(stream, 0);
    this.armTimer();
  }

  #stopRequest(stream: H2Stream): void {
    writeRstStream(this.link.out, stream.id, ErrorCodeH2.NO_ERROR);
    this.link.flush();
    this.resetStreams.add(stream.id);
    this.resetStreams.expectLate();
    this.finish(stream);
  }

  #tickLingering(): void {
    for (const [stream, ticks] of this.#lingering) {
      // The first tick may come early, because the timer was running.
      if (ticks >= 1) this.#stopRequest(stream);
      else this.#lingering.set(stream, ticks + 1);
    }
    if (this.#lingering.size > 0) this.armTimer();
  }

  override resetByEngine(stream: H2Stream, reason: ResetReason): void {
    if (stream.localClosed && !this.over) this.#stopRequest(stream);
    else super.resetByEngine(stream, reason);
  }

  onStreamOver(stream?: H2Stream): void {
    if (this.#lingering.size > 0 && stream?.localClosed === true) this.#lingering.delete(stream);
    if (this.#drain === Drain.FINAL && this.streams.size === 0) this.link.close();
  }

  countPeerReset(stream: H2Stream): void {
    // A stream that we have answered in full was no waste of ours.
    this.countFlood(stream.localClosed ? Flood.USELESS : Flood.RESETS);
  }

  /** A client's GOAWAY is about streams that we would open; there are none. */
  onPeerGoaway(): void {}

  onPeerSettings(): void {}

  goaway(): void {
    if (this.#drain !== Drain.NONE || this.over) return;
    this.#drain = Drain.ANNOUNCED;
    writeGoaway(this.link.out, MAX_STREAM_ID, ErrorCodeH2.NO_ERROR);
    // When the answer is here, so is everything that the client sent before it read the GOAWAY.
    this.sendPing(DRAIN_PING);
    this.armTimer();
  }

  onPingAck(): void {
    if (this.#drain === Drain.ANNOUNCED) this.#finalGoaway();
  }

  onWindowTimer(): void {
    if (this.#lingering.size > 0) this.#tickLingering();
    if (this.#drain !== Drain.ANNOUNCED) return;
    // The first tick may come early, because the timer was running.
    if (++this.#drainTicks >= 2) this.#finalGoaway();
    else this.armTimer();
  }

  #finalGoaway(): void {
    this.#drain = Drain.FINAL;
    this.#finalStreamId = this.lastStreamId;
    writeGoaway(this.link.out, this.lastStreamId, ErrorCodeH2.NO_ERROR);
    this.link.flush();
    this.onStreamOver();
  }

  /** What a client should make of a stream that the engine gives up. */
  codeOf(reason: ResetReason): number {
    switch (reason) {
      case ResetReason.REFUSED:
        return ErrorCodeH2.REFUSED_STREAM;
      case ResetReason.LOCAL_RESET:
        return ErrorCodeH2.CANCEL;
      case ResetReason.OVERFLOW:
        return ErrorCodeH2.ENHANCE_YOUR_CALM;
      default:
        return ErrorCodeH2.INTERNAL_ERROR;
    }
  }
}

export class H2ServerStream extends H2Stream implements ServerStream {
  override resume(): void {
    // Of a request that is answered no more is wanted.
    if (!this.localClosed) super.resume();
  }

  sendInformational(head: ResponseHead): void {
    if (this.closed || this.headSent || head.status === 101) return;
    const connection = this.connection;
    connection.encoder.response(head);
    connection.writeHead(this, false);
  }

  sendHead(head: ResponseHead, end: boolean): void {
    if (this.closed || this.headSent) return;
    if (head.status === 101) {
      // Nothing that HTTP/2 could say (RFC 9113 section 8.6).
      this.connection.resetByEngine(this, ResetReason.PROTOCOL_ERROR);
      return;
    }
    this.headSent = true;
    this.ending = end;
    const connection = this.connection;
    connection.encoder.response(head);
    connection.writeHead(this, end);
  }

  sendWhole(head: ResponseHead, bytes: Buffer, start: number, end: number): void {
    if (this.closed || this.headSent) return;
    this.sendHead(head, false);
    this.sendPart(bytes, start, end, true);
  }

  sendLocalReply(request: RequestHead, reply: LocalReply): void {
    if (this.closed) return;
    const connection = this.connection;
    const contentType = request.get('content-type');
    const rendered = renderLocalReply(contentType, reply);
    const hpack = connection.encoder.hpack;
    const grpc = rendered.headers.length > 0 && rendered.headers[1]?.[0] === 'grpc-status';
    if (this.headSent) {
      if (grpc && !this.ending) this.#endWith(rendered);
      else connection.resetByEngine(this, ResetReason.LOCAL_RESET);
      return;
    }
    if (grpc && rendered.body.length > 0) {
      this.#sendMessages(rendered);
      return;
    }
    hpack.begin();
    hpack.pair(':status', String(rendered.status));
    if (!grpc && rendered.status >= 200 && rendered.status !== 204)
      hpack.pair('content-length', String(rendered.body.length));
    for (const [name, value] of rendered.headers) hpack.pair(name, value);
    const withBody =
      rendered.body.length > 0 && request.method !== 'HEAD' && rendered.status !== 204 && rendered.status !== 304;
    this.headSent = true;
    this.ending = !withBody;
    connection.writeHead(this, !withBody);
    if (withBody) this.sendData(rendered.body, true);
    if (reply.close === true) connection.goaway();
  }

  /** A success with messages: the status goes behind them. */
  #sendMessages({ status, headers, body }: RenderedReply): void {
    const { connection } = this;
    const { hpack } = connection.encoder;
    hpack.begin();
    hpack.pair(':status', String(status));
    for (const [name, value] of headers) if (name !== 'grpc-status') hpack.pair(name, value);
    this.headSent = true;
    connection.writeHead(this, false);
    this.sendData(body, false);
    this.sendTrailers(GRPC_OK);
  }

  /** A status in trailers behind messages that have been sent; those that wait for credit are not sent any more. */
  #endWith({ headers }: RenderedReply): void {
    const { connection } = this;
    const { hpack } = connection.encoder;
    this.queue.clear();
    hpack.begin();
    for (const [name, value] of headers) if (name !== 'content-type') hpack.pair(name, value);
    connection.writeHead(this, true);
  }
}
