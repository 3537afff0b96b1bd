import { ProtocolError } from '@weft/kit';
import {
  type ClientCodec,
  type ClientHandler,
  type ClientStream,
  type CodecLimits,
  type HeaderMap,
  type Link,
  type RequestHead,
  ResetReason,
  type StreamSink,
} from '@weft/sdk';
import { BodyDecoder, type BodyTarget, tellsMore } from './body-decoder.ts';
import { BodyEncoder, Written } from './body-encoder.ts';
import { type ClientStreamOwner, Http1ClientStream } from './client-stream.ts';
import { decodeResponseHead } from './decode.ts';
import { writeRequestFraming, writeRequestHead } from './encode.ts';
import { ForeignHead } from './foreign-head.ts';
import { EMPTY_BYTES, Framing, MAX_INTERIM_RESPONSES } from './frame.ts';
import { isGoodbye } from './goodbye.ts';
import { Http1RequestHead, Http1ResponseHead } from './head.ts';
import { ReadGate } from './read-gate.ts';
import { FAILED, giveScan, type HeadScan, MORE, takeScan } from './scan.ts';

/** What the next bytes are. */
const Reading = {
  /** Nothing may come. */
  IDLE: 0,
  HEAD: 1,
  BODY: 2,
  TUNNEL: 3,
  CLOSED: 4,
} as const;

const foreign = new ForeignHead();
/** Looks at content before it is passed on. */
const ahead = new BodyDecoder();

/**
 * The upstream side of an HTTP/1.1 connection: one exchange at a time.
 *
 * Whatever the host sends that is not part of the answer to the request at hand ends the connection; it is never taken
 * for the answer to the next one.
 */
export class Http1ClientCodec implements ClientCodec, ClientStreamOwner, BodyTarget {
  readonly link: Link;
  need = 1;
  readonly #handler: ClientHandler;
  readonly #limits: CodecLimits;
  readonly #decoder = new BodyDecoder();
  readonly #encoder = new BodyEncoder();
  #reading: number = Reading.IDLE;
  #stream: Http1ClientStream | null = null;
  #lastId = 0;
  #seen = 0;
  /** End of the bytes at hand while `receive` runs. */
  #receivedEnd = 0;
  readonly #gate: ReadGate;
  #choked = false;
  #finished = 0;
  /** No further exchange on this connection. */
  #closing = false;

  // The exchange at hand.
  #requestSent = false;
  #requestDone = true;
  #headRequest = false;
  /** Protocol asked for, '' none. */
  #upgrade = '';
  #interims = 0;
  #surplus = false;

  constructor(link: Link, handler: ClientHandler, limits: CodecLimits) {
    this.link = link;
    this.#handler = handler;
    this.#limits = limits;
    this.#gate = new ReadGate(link);
  }

  get activeStreams(): number {
    return this.#stream === null ? 0 : 1;
  }

  get reused(): boolean {
    return this.#finished > 0;
  }

  start(): void {}

  credit(): number {
    return this.#stream === null && this.#reading === Reading.IDLE && !this.#closing ? 1 : 0;
  }

  heartbeat(): boolean {
    return false;
  }

  open(sink: StreamSink): ClientStream {
    const stream = new Http1ClientStream(this, sink, ++this.#lastId);
    this.#stream = stream;
    this.#requestSent = false;
    this.#requestDone = false;
    this.#upgrade = '';
    this.#interims = 0;
    return stream;
  }

  sendHead(head: RequestHead, end: boolean): void {
    const stream = this.#stream;
    if (stream === null || this.#requestSent) return;
    const contentLength = head.contentLength;
    const upgrade = head.upgrade;
    let framing: Framing;
    if (upgrade !== '') framing = Framing.NONE;
    else if (end) framing = Framing.NONE;
    else if (contentLength >= 0) framing = Framing.LENGTH;
    else framing = Framing.CHUNKED;
    // A length without its body, or with a tunnel behind it, would take the next request for the body.
    if ((framing === Framing.NONE && contentLength > 0) || !this.#writeHead(head, framing, upgrade !== '')) {
      this.#refuse(stream);
      return;
    }
    this.#requestSent = true;
    this.#headRequest = head.method === 'HEAD';
    this.#upgrade = upgrade;
    this.#requestDone = end && upgrade === '';
    this.#encoder.start(framing, contentLength < 0 ? 0 : contentLength);
    this.#reading = Reading.HEAD;
    this.link.flush();
  }

  #writeHead(head: RequestHead, framing: Framing, switching: boolean): boolean {
    const out = this.link.out;
    if (head instanceof Http1RequestHead) return writeRequestHead(out, head, framing, switching);
    if (switching && head.upgrade !== 'connect') return false;
    if (!foreign.request(head, framing !== Framing.NONE)) return false;
    out.writeLatin1(foreign.lines);
    writeRequestFraming(out, framing, head.contentLength, switching ? '' : head.method);
    out.writeLatin1('\r\n');
    return true;
  }

  /** The head would not arrive as what it is. Nothing was written, so the connection stays good. */
  #refuse(stream: Http1ClientStream): void {
    stream.codec = null;
    this.#stream = null;
    this.#reading = Reading.IDLE;
    this.#requestDone = true;
    stream.sink.onReset(ResetReason.LOCAL_RESET);
    if (this.credit() > 0) this.#handler.onCredit();
  }

  sendData(chunk: Uint8Array, end: boolean): void {
    if (!this.#requestSent || this.#requestDone) return;
    if (this.#upgrade !== '' && this.#encoder.framing !== Framing.TUNNEL) {
      // Bytes for a tunnel that is not there yet: a host that refuses it would read them as a request.
      if (chunk.length > 0) this.#break(ResetReason.LOCAL_RESET);
      return;
    }
    this.#written(this.#encoder.data(this.link.out, chunk, end));
    this.link.flush();
    if (this.link.pendingBytes > this.#limits.highWaterBytes) this.#choked = true;
  }

  sendTrailers(trailers: HeaderMap): void {
    if (!this.#requestSent || this.#requestDone || this.#upgrade !== '') return;
    this.#written(this.#encoder.trailers(this.link.out, trailers));
    this.link.flush();
  }

  #written(written: Written): void {
    if (written === Written.OK) return;
    if (written === Written.MISMATCH) {
      this.#break(ResetReason.LOCAL_RESET);
      return;
    }
    this.#requestDone = true;
    if (this.#encoder.framing !== Framing.TUNNEL) return;
    if (this.#reading === Reading.CLOSED) this.#finish();
    else this.link.shutdownWrite();
  }

  receive(bytes: Buffer, start: number, end: number): number {
    this.#gate.enter();
    this.#receivedEnd = end;
    this.need = 1;
    let at = start;
    loop: while (at < end) {
      switch (this.#reading) {
        case Reading.HEAD: {
          const taken = this.#receiveHead(bytes, at, end);
          if (taken === MORE) {
            this.need = end - at + 1;
            break loop;
          }
          at += taken;
          break;
        }
        case Reading.BODY: {
          const behind = this.#decoder.decode(bytes, at, end, this);
          if (this.#isClosed()) at = end;
          else if (behind === FAILED) this.#malformed(this.#decoder.failedStatus, this.#decoder.failedReason);
          else if (behind === at) {
            this.need = end - at + 1;
            break loop;
          } else at = behind;
          break;
        }
        case Reading.TUNNEL:
          this.#stream?.sink.onData(bytes.subarray(at, end), false);
          at = end;
          break;
        case Reading.IDLE:
          if (!isGoodbye(bytes, at, end)) this.#malformed(400, 'bytes that no request asked for');
          this.#drain();
          this.#reading = Reading.CLOSED;
          this.link.close();
          break;
        default:
          at = end;
      }
    }
    this.#gate.leave();
    return at - start;
  }

  #receiveHead(bytes: Buffer, start: number, end: number): number {
    const maxBytes = this.#limits.maxHeadBytes;
    if (this.#seen > 0 && end - start < maxBytes && !tellsMore(bytes, start + this.#seen, end)) {
      this.#seen = end - start;
      return MORE;
    }
    const scan = takeScan();
    const taken = decodeResponseHead(scan, bytes, start, end, maxBytes, this.#limits.maxHeaderCount);
    if (taken === MORE) {
      giveScan(scan);
      this.#seen = end - start;
      return MORE;
    }
    this.#seen = 0;
    if (taken === FAILED) this.#malformed(scan.failedStatus, scan.failedReason);
    this.#deliverHead(scan, bytes, start, taken);
    giveScan(scan);
    return taken;
  }

  #deliverHead(scan: HeadScan, bytes: Buffer, start: number, taken: number): void {
    const stream = this.#stream as Http1ClientStream;
    const { status, contentLength } = scan;
    if (status < 200 && status !== 101) {
      if (++this.#interims > MAX_INTERIM_RESPONSES) this.#malformed(400, 'too many interim responses');
      if (scan.minorVersion === 0) this.#malformed(400, 'an interim response in HTTP/1.0');
      const interim = new Http1ResponseHead(bytes, start, scan, false);
      stream.sink.onInformational(interim);
      interim.release();
      return;
    }
    const connected = this.#upgrade === 'connect' && status >= 200 && status < 300;
    const switched = status === 101 && this.#upgrade !== '' && this.#upgrade !== 'connect' && scan.upgradeAt >= 0;
    if (status === 101 && !switched) this.#malformed(400, 'a switch of protocols that no request asked for');
    const head = new Http1ResponseHead(bytes, start, scan, connected || switched);
    if (connected || switched) {
      this.#closing = true;
      this.#encoder.start(Framing.TUNNEL, 0);
      this.#reading = Reading.TUNNEL;
      stream.sink.onHead(head, false);
      head.release();
      return;
    }
    // The switch was refused: the request had no body, so it is complete.
    if (this.#upgrade !== '') {
      this.#upgrade = '';
      this.#requestDone = true;
    }
    if (scan.close || (scan.minorVersion === 0 && !scan.keepAlive)) this.#drain();
    const bodiless = this.#headRequest || status === 204 || status === 304;
    // A 204 that announces a body probably has one on its way.
    if (status === 204 && (scan.chunked || contentLength > 0)) this.#drain();
    if (bodiless || contentLength === 0) {
      this.#responseComplete(start + taken);
      stream.sink.onHead(head, true);
      head.release();
      this.#afterResponse(stream);
      return;
    }
    const framing = scan.chunked ? Framing.CHUNKED : contentLength > 0 ? Framing.LENGTH : Framing.UNTIL_CLOSE;
    if (framing === Framing.UNTIL_CLOSE) this.#drain();
    if (framing === Framing.CHUNKED) this.#lookAhead(bytes, start + taken);
    this.#reading = Reading.BODY;
    this.#decoder.start(framing, contentLength, 0, this.#limits.maxHeadBytes, this.#limits.maxHeaderCount);
    stream.sink.onHead(head, false);
    head.release();
  }

  /** Chunks that are here with the head and malformed: who asked has nothing of the answer yet, and gets another one. */
  #lookAhead(bytes: Buffer, at: number): void {
    if (at === this.#receivedEnd) return;
    const { maxHeadBytes, maxHeaderCount } = this.#limits;
    ahead.start(Framing.CHUNKED, 0, 0, maxHeadBytes, maxHeaderCount);
    if (ahead.decode(bytes, at, this.#receivedEnd, null) === FAILED)
      this.#malformed(ahead.failedStatus, ahead.failedReason);
  }

  onBodyData(chunk: Buffer, end: boolean): void {
    const stream = this.#stream;
    if (stream === null || this.#reading !== Reading.BODY) return;
    if (end) this.#responseComplete(this.#decoder.messageEnd);
    stream.sink.onData(chunk, end);
    if (end) this.#afterResponse(stream);
  }

  onBodyTrailers(trailers: HeaderMap): void {
    const stream = this.#stream;
    if (stream === null || this.#reading !== Reading.BODY) return;
    this.#responseComplete(this.#decoder.messageEnd);
    stream.sink.onTrailers(trailers);
    this.#afterResponse(stream);
  }

  /** Decides about the connection before anyone hears that the exchange is over, and might begin the next one. */
  #responseComplete(messageEnd: number): void {
    this.#surplus = messageEnd < this.#receivedEnd;
    // Bytes behind the answer, or a host that answered before it had the whole request: not to be trusted with another.
    if (this.#surplus || !this.#requestDone) this.#drain();
    this.#reading = this.#closing ? Reading.CLOSED : Reading.IDLE;
  }

  #afterResponse(stream: Http1ClientStream): void {
    if (stream.codec === null) return;
    stream.codec = null;
    this.#stream = null;
    this.#choked = false;
    this.#requestDone = true;
    this.#finished++;
    this.#gate.wake();
    if (this.#closing) {
      this.link.close();
      if (this.#surplus) {
        this.#gate.abandon();
        throw new ProtocolError('bytes behind the response', { origin: 'upstream' });
      }
      return;
    }
    this.#handler.onCredit();
  }

  receiveEnd(_unconsumed: number): void {
    const stream = this.#stream;
    this.#closing = true;
    if (stream !== null && this.#reading === Reading.TUNNEL) {
      this.#reading = Reading.CLOSED;
      stream.sink.onData(EMPTY_BYTES, true);
      if (this.#requestDone && this.#stream === stream) this.#finish();
      return;
    }
    if (stream !== null && this.#reading === Reading.BODY && this.#decoder.untilClose) {
      this.#decoder.finish();
      this.#reading = Reading.CLOSED;
      stream.sink.onData(EMPTY_BYTES, true);
      this.#surplus = false;
      this.#afterResponse(stream);
      return;
    }
    if (stream !== null) this.#fail(stream, ResetReason.CONNECTION_LOST);
    this.#reading = Reading.CLOSED;
    this.link.close();
  }

  connectionClosed(reason: ResetReason): void {
    this.#closing = true;
    this.#reading = Reading.CLOSED;
    const stream = this.#stream;
    if (stream !== null) this.#fail(stream, reason);
  }

  onDrained(): void {
    if (!this.#choked) return;
    this.#choked = false;
    this.#stream?.sink.onWritable();
  }

  onTimer(): void {}

  goaway(): void {
    this.#closing = true;
    if (this.#stream !== null) return;
    this.#reading = Reading.CLOSED;
    this.link.close();
  }

  /** One stream cannot be given up alone: its answer would still come, and nothing tells whose it is. */
  resetStream(_reason: ResetReason): void {
    const stream = this.#stream;
    // Behind a complete answer there is nothing left to give up.
    if (stream === null || (this.#requestSent && this.#reading === Reading.IDLE)) return;
    stream.codec = null;
    this.#stream = null;
    if (!this.#requestSent) {
      this.#requestDone = true;
      if (this.credit() > 0) this.#handler.onCredit();
      return;
    }
    this.#closing = true;
    this.#reading = Reading.CLOSED;
    this.link.reset();
  }

  pauseStream(): void {
    this.#gate.pause();
  }

  resumeStream(): void {
    this.#gate.wake();
  }

  /** The tunnel is closed in both directions. */
  #finish(): void {
    const stream = this.#stream;
    if (stream === null) return;
    stream.codec = null;
    this.#stream = null;
    this.link.close();
  }

  /** The request cannot be completed; half of it must not stay behind on the connection. */
  #break(reason: ResetReason): void {
    const stream = this.#stream;
    this.#closing = true;
    this.#reading = Reading.CLOSED;
    this.link.reset();
    if (stream !== null) this.#fail(stream, reason);
  }

  #fail(stream: Http1ClientStream, reason: ResetReason): void {
    stream.codec = null;
    this.#stream = null;
    this.#choked = false;
    stream.sink.onReset(reason);
  }

  #drain(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#handler.onDraining();
  }

  /** A callback may have ended the connection; the checker must not think that the field is what it was. */
  #isClosed(): boolean {
    return this.#reading === Reading.CLOSED;
  }

  #malformed(status: number, reason: string): never {
    this.#gate.abandon();
    this.#closing = true;
    this.#reading = Reading.CLOSED;
    throw new ProtocolError(reason, {
      code: status === 431 ? 'protocol_limit' : 'protocol_malformed',
      origin: 'upstream',
    });
  }
}
