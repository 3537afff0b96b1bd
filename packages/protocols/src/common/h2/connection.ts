import { IdTable, ProtocolError } from '@weft/kit';
import { type Codec, type CodecLimits, type HeaderMap, type Link, ResetReason } from '@weft/sdk';
import { ResetStreams } from './closed-streams.ts';
import {
  handleGoaway,
  handlePing,
  handlePriority,
  handleRstStream,
  handleSettings,
  handleWindowUpdate,
} from './control-frames.ts';
import { DataReceiver } from './data-receiver.ts';
import { FLOOD_NAMES, FLOOD_WINDOW_MS, Flood, FloodGuard } from './floods.ts';
import {
  ErrorCodeH2,
  Flag,
  FRAME_HEAD_BYTES,
  FrameType,
  MAX_FRAME_BYTES,
  readLength,
  readStreamId,
  writeGoaway,
  writeHeaderBlock,
  writePing,
  writeRstStream,
} from './frame.ts';
import { contentDiffers, wholeContentEnd } from './frames-ahead.ts';
import { HeadEncoder } from './head-encoder.ts';
import { HeaderBlock } from './header-block.ts';
import { HpackDecoder } from './hpack/index.ts';
import type { H2Options } from './options.ts';
import { SendScheduler } from './send-scheduler.ts';
import { PeerSettings } from './settings.ts';
import type { H2Stream } from './stream.ts';

/** Control frames, heads and resets may wait above the high mark up to this; a peer that makes us queue more does not read. */
const MAX_CONTROL_BACKLOG_BYTES = 1024 * 1024;

const EMPTY = Buffer.alloc(0);
/** Numbers of frames stay small integers. */
const FRAME_NUMBER_MASK = 0x3fff_ffff;

/** A DATA frame that is incomplete is passed on in parts from this many bytes on; less is not worth a call of the engine. */
const CUT_THROUGH_BYTES = 1024;

/**
 * What both ends of an HTTP/2 connection share: the frame loop, header blocks, flow control, stream life and the defences.
 * `H2ServerConnection` and `H2ClientConnection` add who opens streams and what a head means.
 *
 * Errors: `fail` is a connection error (GOAWAY, then the host closes), `streamError` a stream error (RST_STREAM).
 */
export abstract class H2Connection implements Codec {
  readonly link: Link;
  readonly limits: CodecLimits;
  readonly options: H2Options;
  readonly encoder = new HeadEncoder();
  readonly decoder: HpackDecoder;
  readonly scheduler: SendScheduler;
  readonly data: DataReceiver;
  readonly peer: PeerSettings;
  readonly guard: FloodGuard;
  readonly streams = new IdTable<H2Stream>();
  readonly resetStreams = new ResetStreams();
  /** Highest stream that the peer opened (server) or that we opened (client). */
  lastStreamId = 0;
  need = 1;
  /** Content that is here as a whole, while the head before it is delivered; `contentEnd` is 0 when it is not. */
  content: Buffer = EMPTY;
  contentStart = 0;
  contentEnd = 0;
  /** A server waits for the preface of the client; a client waits for nothing. */
  prefaceDone = false;

  readonly #block: HeaderBlock;
  /** The bytes at hand, their end, and where the next frame begins in them. */
  #bytes: Buffer = EMPTY;
  #limit = 0;
  #next = 0;
  /** Only a part of the next frame is there. */
  #partial = false;
  /** Complete frames so far, a header block as one. */
  #frames = 0;
  /** Bytes of the current DATA frame that are still to come, its stream and its flags. */
  #dataLeft = 0;
  #dataStreamId = 0;
  #dataFlags = 0;
  #over = false;
  #timerArmed = false;

  constructor(link: Link, limits: CodecLimits, options: H2Options, peerIsServer: boolean) {
    this.link = link;
    this.limits = limits;
    this.options = options;
    this.decoder = new HpackDecoder(limits.maxHeadBytes, limits.maxHeaderCount);
    this.scheduler = new SendScheduler(this, link, limits);
    this.data = new DataReceiver(this);
    this.peer = new PeerSettings(peerIsServer);
    this.guard = new FloodGuard(options.maxResetsPerSecond);
    this.#block = new HeaderBlock(limits.maxHeadBytes);
  }

  // ---- what the sides differ in

  /** Nobody opened this stream so far (RFC 9113 section 5.1, "idle"). */
  abstract isIdle(streamId: number): boolean;
  /** A complete header block, decoded; `wireBytes` is its size. */
  abstract onHeaders(streamId: number, endStream: boolean, wireBytes: number): void;
  /** Takes the connection preface and sets `prefaceDone`, or sets `need`. Returns the bytes consumed. */
  abstract receivePreface(bytes: Buffer, start: number, end: number): number;
  abstract onPeerGoaway(lastStreamId: number): void;
  /** The peer reset this open stream, which is over by now. */
  abstract countPeerReset(stream: H2Stream): void;
  /** SETTINGS were applied. */
  abstract onPeerSettings(): void;
  abstract onPingAck(): void;
  /** A stream is over and out of `streams`. */
  abstract onStreamOver(stream: H2Stream): void;
  abstract onWindowTimer(): void;
  /** END_STREAM of ours is written while the peer still sends. */
  abstract onHalfClosedLocal(stream: H2Stream): void;
  /** False when the body is over a limit; the stream has been ended then. */
  abstract acceptBody(stream: H2Stream): boolean;
  abstract goaway(): void;
  abstract codeOf(reason: ResetReason): number;

  get activeStreams(): number {
    return this.streams.size;
  }

  /** The connection failed or is gone. */
  get over(): boolean {
    return this.#over;
  }

  // ---- Codec

  receive(bytes: Buffer, start: number, end: number): number {
    if (this.#over) return end - start;
    let at = start;
    this.#bytes = bytes;
    this.#limit = end;
    if (!this.prefaceDone) {
      at += this.receivePreface(bytes, start, end);
      if (!this.prefaceDone) return 0;
    }
    if (this.#dataLeft > 0) {
      at += this.#moreData(bytes, at, end);
      if (this.#over) return end - start;
    }
    while (end - at >= FRAME_HEAD_BYTES) {
      const length = readLength(bytes, at);
      if (length > MAX_FRAME_BYTES) this.#failOversized(bytes, at);
      const payload = at + FRAME_HEAD_BYTES;
      const streamId = readStreamId(bytes, at);
      if (end - payload < length) {
        if (
          end - payload >= CUT_THROUGH_BYTES &&
          bytes[at + 3] === FrameType.DATA &&
          ((bytes[at + 4] as number) & Flag.PADDED) === 0
        ) {
          this.#partial = false;
          this.#beginData(bytes, payload, end, bytes[at + 4] as number, streamId, length);
          return end - start;
        }
        this.need = FRAME_HEAD_BYTES + length;
        this.#partial = true;
        return at - start;
      }
      this.#next = payload + length;
      this.#onFrame(
        bytes,
        bytes[payload - 6] as number,
        bytes[payload - 5] as number,
        streamId,
        payload,
        payload + length,
      );
      at = this.#next;
      if (this.#block.streamId === 0) this.#frames = (this.#frames + 1) & FRAME_NUMBER_MASK;
      // A callback may have closed the connection.
      if (this.#over) return end - start;
    }
    this.need = this.#dataLeft > 0 ? 1 : FRAME_HEAD_BYTES;
    this.#partial = at < end;
    return at - start;
  }

  receiveEnd(_unconsumed: number): void {
    // The peer sends no more, so no stream can go on: HTTP/2 knows no half-closed connection.
    if (!this.#over) this.link.close();
  }

  connectionClosed(reason: ResetReason): void {
    this.#over = true;
    for (const stream of this.streams.values()) {
      if (stream.closed) continue;
      this.closeStream(stream);
      stream.sink.onReset(reason);
    }
  }

  onDrained(): void {
    this.scheduler.pump();
  }

  onTimer(): void {
    this.#timerArmed = false;
    if (this.#over) return;
    if (this.guard.reset()) this.armTimer();
    this.onWindowTimer();
  }

  armTimer(): void {
    if (this.#timerArmed) return;
    this.#timerArmed = true;
    this.link.setTimer(FLOOD_WINDOW_MS);
  }

  // ---- errors and defences

  /** Frames of this stream have no effect: we reset it, or said that we would not look at it (RFC 9113 section 6.8). */
  ignores(streamId: number): boolean {
    return this.resetStreams.has(streamId);
  }

  /** A connection error: GOAWAY with what was processed, then the host closes. */
  fail(code: number, message: string): never {
    this.#over = true;
    writeGoaway(this.link.out, this.lastPeerStreamId, code, message);
    this.link.flush();
    const limit = code === ErrorCodeH2.ENHANCE_YOUR_CALM;
    throw new ProtocolError(`HTTP/2: ${message}`, limit ? { code: 'protocol_limit' } : {});
  }

  #failOversized(bytes: Buffer, at: number): never {
    const http1 = !this.peer.received && bytes.toString('latin1', at, at + 5) === 'HTTP/';
    this.fail(
      ErrorCodeH2.FRAME_SIZE_ERROR,
      http1
        ? 'the peer answers in HTTP/1; is it a host of HTTP/1.1, then give its route `upstream_protocol: Http1`'
        : 'frame over the announced size',
    );
  }

  /**
   * Number of the frame, or of the header block, that has arrived in part; -1 for the preface. DATA that is passed on as it
   * comes is none.
   */
  get pendingHead(): number {
    if (!this.prefaceDone) return this.need > 1 ? -1 : 0;
    return this.#partial || this.#block.streamId !== 0 ? this.#frames + 1 : 0;
  }

  /** Ends the connection: nothing behind an incomplete frame or block can be read, so no other stream goes on either. */
  headTimedOut(): void {
    if (this.#over) return;
    this.#over = true;
    writeGoaway(this.link.out, this.lastPeerStreamId, ErrorCodeH2.ENHANCE_YOUR_CALM, 'a frame that takes too long');
    this.link.close();
  }

  /** For GOAWAY: the last stream of the peer that we looked at. */
  get lastPeerStreamId(): number {
    return 0;
  }

  /** A stream error on a stream that the engine knows. */
  streamError(stream: H2Stream, code: number): void {
    this.giveUp(stream.id, code);
    this.closeStream(stream);
    stream.sink.onReset(ResetReason.PROTOCOL_ERROR);
    this.onStreamOver(stream);
    this.countFlood(Flood.RESETS);
  }

  /** RST_STREAM; frames that arrive for it from now on are ignored. */
  sendReset(streamId: number, code: number): void {
    this.checkBacklog();
    writeRstStream(this.link.out, streamId, code);
    this.link.flush();
    this.resetStreams.add(streamId);
  }

  /** `sendReset` of a stream whose peer does not know yet that it is over: what may be under way for it is no flood. */
  giveUp(streamId: number, code: number): void {
    this.sendReset(streamId, code);
    this.resetStreams.expectLate();
  }

  /** A frame of a stream that is closed; `kind` is what it counts as unless it was under way when we gave a stream up. */
  countLate(kind: Flood = Flood.USELESS): void {
    const late = this.resetStreams;
    if (!(kind === Flood.USELESS ? late.takeLate() : late.takeLateUpdate())) this.countFlood(kind);
  }

  countFlood(kind: Flood): void {
    this.armTimer();
    if (!this.guard.count(kind)) this.fail(ErrorCodeH2.ENHANCE_YOUR_CALM, `too many ${FLOOD_NAMES[kind]} frames`);
  }

  /** Before we answer by ourselves: does the peer read at all? */
  checkBacklog(): void {
    if (this.link.pendingBytes > this.limits.highWaterBytes + MAX_CONTROL_BACKLOG_BYTES) {
      this.fail(ErrorCodeH2.ENHANCE_YOUR_CALM, 'answers are not read');
    }
  }

  // ---- stream life

  protected register(stream: H2Stream, id: number): void {
    stream.id = id;
    stream.sendWindow = this.peer.initialWindowBytes;
    stream.recvWindow = this.options.initialStreamWindowBytes;
    this.streams.set(stream);
    this.guard.useful++;
  }

  /** Our END_STREAM is written. */
  localEnd(stream: H2Stream): void {
    stream.ending = true;
    stream.localClosed = true;
    if (stream.remoteClosed) this.finish(stream);
    else this.onHalfClosedLocal(stream);
  }

  /** Both directions are closed, or the stream is given up. */
  finish(stream: H2Stream): void {
    if (stream.closed) return;
    this.closeStream(stream);
    this.onStreamOver(stream);
  }

  protected closeStream(stream: H2Stream): void {
    stream.closed = true;
    stream.queue.clear();
    stream.pendingTrailers = null;
    this.streams.delete(stream.id);
  }

  resetByEngine(stream: H2Stream, reason: ResetReason): void {
    if (stream.id !== 0 && !this.#over) {
      writeRstStream(this.link.out, stream.id, this.codeOf(reason));
      this.link.flush();
      this.resetStreams.add(stream.id);
      this.resetStreams.expectLate();
    }
    this.finish(stream);
  }

  /** The peer reset a stream. */
  resetByPeer(stream: H2Stream, reason: ResetReason): void {
    this.closeStream(stream);
    stream.sink.onReset(reason);
    this.onStreamOver(stream);
  }

  writeHead(stream: H2Stream, endStream: boolean): void {
    const hpack = this.encoder.hpack;
    writeHeaderBlock(this.link.out, stream.id, hpack.block, hpack.length, endStream);
    this.link.flush();
    if (endStream) this.localEnd(stream);
  }

  writeTrailers(stream: H2Stream, trailers: HeaderMap): void {
    this.encoder.trailers(trailers);
    this.writeHead(stream, true);
  }

  protected sendPing(opaque: Uint8Array): void {
    writePing(this.link.out, false, opaque, 0);
    this.link.flush();
  }

  // ---- frames

  /**
   * Passes on what is there of a DATA frame instead of having the host keep it: the first part goes as a frame of its own
   * without END_STREAM, and so do the next ones; the last has the flags.
   */
  #beginData(bytes: Buffer, start: number, end: number, flags: number, streamId: number, length: number): void {
    this.#dataLeft = length - (end - start);
    this.#dataStreamId = streamId;
    this.#dataFlags = flags;
    this.need = 1;
    this.#onFrame(bytes, FrameType.DATA, 0, streamId, start, end);
  }

  #moreData(bytes: Buffer, start: number, end: number): number {
    const count = Math.min(this.#dataLeft, end - start);
    this.#dataLeft -= count;
    this.#onFrame(
      bytes,
      FrameType.DATA,
      this.#dataLeft === 0 ? this.#dataFlags : 0,
      this.#dataStreamId,
      start,
      start + count,
    );
    return count;
  }

  #onFrame(bytes: Buffer, type: number, flags: number, streamId: number, start: number, end: number): void {
    if (this.#block.streamId !== 0) {
      if (type !== FrameType.CONTINUATION || streamId !== this.#block.streamId)
        this.fail(ErrorCodeH2.PROTOCOL_ERROR, 'CONTINUATION expected');
      const code = this.#block.append(bytes, start, end);
      if (code !== ErrorCodeH2.NO_ERROR) this.fail(code, 'header block too long');
      if ((flags & Flag.END_HEADERS) === 0) return;
      const block = this.#block;
      const endStream = block.endStream;
      const joined = block.take();
      this.#onBlock(joined, 0, joined.length, streamId, endStream);
      return;
    }
    if (!this.peer.received && type !== FrameType.SETTINGS)
      this.fail(ErrorCodeH2.PROTOCOL_ERROR, 'the first frame must be SETTINGS');
    switch (type) {
      case FrameType.DATA:
        this.data.onData(bytes, flags, streamId, start, end);
        break;
      case FrameType.HEADERS:
        this.#onHeadersFrame(bytes, flags, streamId, start, end);
        break;
      case FrameType.WINDOW_UPDATE:
        handleWindowUpdate(this, bytes, streamId, start, end);
        break;
      case FrameType.SETTINGS:
        handleSettings(this, bytes, flags, streamId, start, end);
        break;
      case FrameType.PING:
        handlePing(this, bytes, flags, streamId, start, end);
        break;
      case FrameType.RST_STREAM:
        handleRstStream(this, bytes, streamId, start, end);
        break;
      case FrameType.GOAWAY:
        handleGoaway(this, bytes, streamId, start, end);
        break;
      case FrameType.PRIORITY:
        handlePriority(this, bytes, streamId, start, end);
        break;
      case FrameType.PUSH_PROMISE:
        this.fail(ErrorCodeH2.PROTOCOL_ERROR, 'PUSH_PROMISE is not allowed');
        break;
      case FrameType.CONTINUATION:
        this.fail(ErrorCodeH2.PROTOCOL_ERROR, 'CONTINUATION without HEADERS');
        break;
      default:
        // Extensions are ignored (RFC 9113 section 5.5).
        this.countFlood(Flood.USELESS);
    }
  }

  #onHeadersFrame(bytes: Buffer, flags: number, streamId: number, from: number, to: number): void {
    const block = this.#block;
    block.locate(this, bytes, flags, streamId, from, to);
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) === 0) {
      block.begin(streamId, endStream, bytes);
      return;
    }
    if (!endStream) {
      this.content = bytes;
      this.contentStart = this.#next + FRAME_HEAD_BYTES;
      this.contentEnd = wholeContentEnd(bytes, this.#next, this.#limit, streamId);
    }
    this.#onBlock(bytes, block.start, block.end, streamId, endStream);
    this.contentEnd = 0;
  }

  /** Whether what is here behind the head at hand shows already that its content is not as long as the head says. */
  protected contentDiffers(streamId: number, expectedBytes: number): boolean {
    if (this.contentEnd > 0) return this.contentEnd - this.contentStart !== expectedBytes;
    return contentDiffers(this.#bytes, this.#next, this.#limit, streamId, expectedBytes);
  }

  /** Whether the content that stands behind the head at hand goes to `stream` with it; then it is taken, and counted. */
  protected takeContent(stream: H2Stream): boolean {
    if (!this.data.takeWhole(stream, this.contentEnd - this.contentStart)) return false;
    this.#next = this.contentEnd;
    return true;
  }

  #onBlock(bytes: Buffer, start: number, end: number, streamId: number, endStream: boolean): void {
    this.checkBacklog();
    if (!this.decoder.decode(bytes, start, end)) this.fail(ErrorCodeH2.COMPRESSION_ERROR, this.decoder.error);
    this.onHeaders(streamId, endStream, end - start + FRAME_HEAD_BYTES);
  }

  /** END_STREAM came. True when that was the last of the stream: call `onStreamOver` behind the delivery. */
  remoteEnd(stream: H2Stream): boolean {
    stream.remoteClosed = true;
    // Closed before the delivery: what the engine does to the stream in it has no effect any more.
    if (stream.localClosed) this.closeStream(stream);
    return stream.localClosed;
  }
}
