import {
  type ClientCodec,
  type ClientHandler,
  type ClientStream,
  type CodecLimits,
  type Link,
  type RequestHead,
  ResetReason,
  type StreamSink,
} from '@weft/sdk';
import { H2Connection } from './connection.ts';
import { Flood } from './floods.ts';
import { CLIENT_PREFACE, ErrorCodeH2, MAX_STREAM_ID, writeGoaway } from './frame.ts';
import { sendableRequest } from './head-encoder.ts';
import { readResponseHead, readTrailers } from './header-validation.ts';
import type { H2Options } from './options.ts';
import { SettingId, writeSettings } from './settings.ts';
import { H2Stream } from './stream.ts';

const HEARTBEAT_PING = Buffer.from('weftbeat', 'latin1');

/** The upstream side. */
export class H2ClientConnection extends H2Connection implements ClientCodec {
  readonly #handler: ClientHandler;
  #nextStreamId = 1;
  /** Streams handed out whose head is not sent yet. */
  #opening = 0;
  #draining = false;
  #finished = 0;
  #heartbeats = 0;

  constructor(link: Link, handler: ClientHandler, limits: CodecLimits, options: H2Options) {
    // What a server resets we opened: our own credit bounds it.
    super(link, limits, { ...options, maxResetsPerSecond: 0x7fff_ffff }, true);
    this.#handler = handler;
    this.prefaceDone = true;
  }

  start(): void {
    this.link.out.write(CLIENT_PREFACE);
    writeSettings(this.link.out, [
      [SettingId.ENABLE_PUSH, 0],
      [SettingId.INITIAL_WINDOW_SIZE, this.options.initialStreamWindowBytes],
      [SettingId.MAX_HEADER_LIST_SIZE, this.limits.maxHeadBytes],
    ]);
    this.data.openWindow();
    this.link.flush();
  }

  receivePreface(): number {
    return 0;
  }

  get draining(): boolean {
    return this.#draining;
  }

  override receiveEnd(unconsumed: number): void {
    this.#startDraining();
    super.receiveEnd(unconsumed);
  }

  override get activeStreams(): number {
    return this.streams.size + this.#opening;
  }

  get reused(): boolean {
    return this.#finished > 0;
  }

  credit(): number {
    if (this.#draining || this.over) return 0;
    const most = Math.min(this.peer.maxStreams, this.options.maxConcurrentStreams);
    const free = most - this.streams.size - this.#opening;
    return free > 0 ? free : 0;
  }

  open(sink: StreamSink): ClientStream {
    this.#opening++;
    const stream = new H2ClientStream(this);
    stream.sink = sink;
    return stream;
  }

  /** The first frame of a stream: gives it its id, because ids must appear in order. */
  sendRequest(stream: H2ClientStream, head: RequestHead, end: boolean): void {
    this.#opening--;
    this.lastStreamId = this.#nextStreamId;
    this.#nextStreamId += 2;
    this.register(stream, this.lastStreamId);
    this.encoder.request(head);
    this.writeHead(stream, end);
    if (this.#nextStreamId > MAX_STREAM_ID) this.#startDraining();
  }

  /** Every stream was ours and is over: who answers late needs no second reset, which a host may count as an attack. */
  override ignores(): boolean {
    return true;
  }

  /** We opened it, so our own credit bounds how many there are. */
  countPeerReset(): void {}

  isIdle(streamId: number): boolean {
    return (streamId & 1) === 0 || streamId > this.lastStreamId;
  }

  onHeaders(streamId: number, endStream: boolean, wireBytes: number): void {
    const stream = this.streams.get(streamId) as H2ClientStream | undefined;
    if (stream === undefined) {
      if (this.isIdle(streamId)) this.fail(ErrorCodeH2.PROTOCOL_ERROR, 'HEADERS on a stream that was not opened');
      // We gave the stream up, perhaps long ago.
      this.#handler.onLateResponse?.();
      this.countLate();
      return;
    }
    if (stream.remoteClosed) return this.streamError(stream, ErrorCodeH2.STREAM_CLOSED);
    if (this.decoder.overflow) {
      this.giveUp(streamId, ErrorCodeH2.CANCEL);
      this.resetByPeer(stream, ResetReason.OVERFLOW);
      return;
    }
    if (stream.headReceived) this.#onTrailers(stream, endStream);
    else this.#onHead(stream, endStream, wireBytes);
  }

  #onHead(stream: H2ClientStream, endStream: boolean, wireBytes: number): void {
    const head = readResponseHead(this.decoder, wireBytes, stream.toConnect);
    if (head === null) return this.streamError(stream, ErrorCodeH2.PROTOCOL_ERROR);
    const status = head.status;
    if (status < 200) {
      if (endStream) return this.streamError(stream, ErrorCodeH2.PROTOCOL_ERROR);
      this.countFlood(Flood.USELESS);
      stream.sink.onInformational(head);
      return;
    }
    const bodyless = stream.toHead || status === 204 || status === 304;
    const expected = bodyless ? 0 : head.switchesProtocol ? -1 : head.contentLength;
    if (endStream && expected > 0) return this.streamError(stream, ErrorCodeH2.PROTOCOL_ERROR);
    // Its content is here, and is not what the head announces: who asked has nothing of it yet, and gets another answer.
    if (!endStream && expected >= 0 && this.contentDiffers(stream.id, expected))
      return this.streamError(stream, ErrorCodeH2.PROTOCOL_ERROR);
    stream.expectedBytes = expected;
    stream.headReceived = true;
    const { sink } = stream;
    if (!endStream) {
      if (this.contentEnd === 0 || sink.onWhole === undefined || !this.takeContent(stream)) {
        sink.onHead(head, false);
        return;
      }
      const last = this.remoteEnd(stream);
      sink.onWhole(head, this.content, this.contentStart, this.contentEnd);
      if (last) this.onStreamOver();
      return;
    }
    const last = this.remoteEnd(stream);
    sink.onHead(head, true);
    if (last) this.onStreamOver();
  }

  #onTrailers(stream: H2ClientStream, endStream: boolean): void {
    const trailers = endStream ? readTrailers(this.decoder) : null;
    if (trailers === null || (stream.expectedBytes >= 0 && stream.receivedBytes !== stream.expectedBytes)) {
      return this.streamError(stream, ErrorCodeH2.PROTOCOL_ERROR);
    }
    const last = this.remoteEnd(stream);
    stream.sink.onTrailers(trailers);
    if (last) this.onStreamOver();
  }

  acceptBody(): boolean {
    return true;
  }

  onHalfClosedLocal(): void {}

  onStreamOver(stream?: H2Stream): void {
    if (stream !== undefined && stream.id === 0) this.#opening--;
    else this.#finished++;
    if (!this.#draining) this.#handler.onCredit();
    else if (this.activeStreams === 0 && !this.over) this.link.close();
  }

  /** MAX_CONCURRENT_STREAMS may have risen. */
  onPeerSettings(): void {
    if (this.credit() > 0) this.#handler.onCredit();
  }

  /** Streams above the id were not processed (RFC 9113 section 6.8). */
  onPeerGoaway(lastStreamId: number): void {
    this.#startDraining();
    for (const stream of this.streams.values()) {
      if (stream.id > lastStreamId && !stream.closed) this.resetByPeer(stream, ResetReason.REFUSED);
    }
    if (this.activeStreams === 0 && !this.over) this.link.close();
  }

  #startDraining(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#handler.onDraining();
  }

  goaway(): void {
    if (this.over) return;
    if (!this.#draining) {
      writeGoaway(this.link.out, 0, ErrorCodeH2.NO_ERROR);
      this.link.flush();
    }
    this.#startDraining();
    if (this.activeStreams === 0) this.link.close();
  }

  heartbeat(): boolean {
    if (this.over) return false;
    this.#heartbeats++;
    this.sendPing(HEARTBEAT_PING);
    return true;
  }

  onPingAck(): void {
    if (this.#heartbeats === 0) return;
    this.#heartbeats--;
    this.#handler.onHeartbeat();
  }

  onWindowTimer(): void {}

  codeOf(reason: ResetReason): number {
    return reason === ResetReason.PROTOCOL_ERROR ? ErrorCodeH2.PROTOCOL_ERROR : ErrorCodeH2.CANCEL;
  }
}

export class H2ClientStream extends H2Stream implements ClientStream {
  /** The request was HEAD: the answer has no body whatever it announces. */
  toHead = false;
  toConnect = false;

  sendHead(head: RequestHead, end: boolean): void {
    if (this.closed || this.headSent) return;
    const connection = this.connection as H2ClientConnection;
    const upgrade = head.upgrade;
    if (connection.over || connection.draining) {
      // Between `open` and here the connection turned away.
      connection.resetByPeer(this, connection.over ? ResetReason.CONNECTION_LOST : ResetReason.REFUSED);
      return;
    }
    if ((upgrade !== '' && upgrade !== 'connect') || !sendableRequest(head)) {
      // HTTP/2 cannot carry an upgrade (RFC 9113 section 8.6), and extended CONNECT is not offered.
      connection.resetByPeer(this, ResetReason.LOCAL_RESET);
      return;
    }
    this.headSent = true;
    this.ending = end;
    this.toHead = head.method === 'HEAD';
    this.toConnect = upgrade === 'connect';
    connection.sendRequest(this, head, end);
  }

  sendWhole(head: RequestHead, bytes: Buffer, start: number, end: number): void {
    if (this.closed || this.headSent) return;
    this.sendHead(head, false);
    this.sendPart(bytes, start, end, true);
  }
}
