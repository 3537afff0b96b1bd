import { ProtocolError } from '@weft/kit';
import {
  type CodecLimits,
  type HeaderMap,
  type Link,
  type LocalReply,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerCodec,
  type ServerHandler,
  type ServerStream,
} from '@weft/sdk';
import { renderLocalReply } from '../common/http/local-reply.ts';
import { AnswerWriter } from './answer-writer.ts';
import { BodyDecoder, type BodyTarget, tellsMore } from './body-decoder.ts';
import { Written } from './body-encoder.ts';
import { decodeRequestHead } from './decode.ts';
import { writeRefusal } from './encode.ts';
import { EMPTY_BYTES, Framing, MAX_DISCARDED_BYTES } from './frame.ts';
import { Http1RequestHead } from './head.ts';
import { type IdleState, isIdleState } from './idle-state.ts';
import { ReadGate } from './read-gate.ts';
import { RequestRest } from './request-rest.ts';
import { FAILED, giveScan, MORE, takeScan } from './scan.ts';
import { Http1ServerStream, type ServerStreamOwner } from './server-stream.ts';
import { upgradeOf } from './upgrade.ts';

/** What the next bytes are. */
const Reading = {
  HEAD: 0,
  BODY: 1,
  /** The request is complete; what follows is the next one and waits until this one is answered. */
  WAIT: 2,
  TUNNEL: 3,
  /** The answer is complete, the request is not: its rest is read and dropped. */
  DISCARD: 4,
  CLOSED: 5,
} as const;

/**
 * The downstream side of an HTTP/1.x connection. Requests are answered one at a time and in order (RFC 9112 section 9.3);
 * a pipelined one stays unread until the one before it is over.
 */
export class Http1ServerCodec implements ServerCodec, ServerStreamOwner, BodyTarget {
  readonly link: Link;
  need = 1;
  readonly #handler: ServerHandler;
  readonly #limits: CodecLimits;
  readonly #decoder = new BodyDecoder();
  readonly #answer = new AnswerWriter();
  #reading: number = Reading.HEAD;
  #stream: Http1ServerStream | null = null;
  #lastId = 0;
  /** Bytes of an incomplete head looked at already. */
  #seen = 0;
  readonly #gate: ReadGate;
  /** A reader was told to wait for `onWritable`. */
  #choked = false;

  // The exchange at hand.
  #requestDone = true;
  #upgrade = '';
  /** The client waits for 100 and did not get it; whether it will send the body is unknown. */
  #continueDue = false;
  readonly #rest: RequestRest;
  #draining = false;
  #peerEnded = false;

  constructor(link: Link, handler: ServerHandler, limits: CodecLimits) {
    this.link = link;
    this.#handler = handler;
    this.#limits = limits;
    this.#gate = new ReadGate(link);
    this.#rest = new RequestRest(link);
  }

  get activeStreams(): number {
    return this.#stream === null ? 0 : 1;
  }

  get pendingHead(): number {
    return this.#seen > 0 ? this.#lastId + 1 : 0;
  }

  /** 408 (RFC 9110 section 15.5.9). */
  headTimedOut(): void {
    if (this.#reading === Reading.HEAD) writeRefusal(this.link.out, 408);
    this.#close();
  }

  openStreams(): readonly ServerStream[] {
    return this.#stream === null ? [] : [this.#stream];
  }

  start(restored?: unknown): void {
    if (isIdleState(restored)) this.#lastId = restored.lastId;
  }

  exportState(): unknown {
    if (this.#stream !== null || this.#reading !== Reading.HEAD || this.#draining || this.#peerEnded) return undefined;
    return { lastId: this.#lastId } satisfies IdleState;
  }

  receive(bytes: Buffer, start: number, end: number): number {
    this.#gate.enter();
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
        case Reading.BODY:
        case Reading.DISCARD: {
          const behind = this.#decoder.decode(bytes, at, end, this);
          if (this.#isClosed()) at = end;
          else if (behind === FAILED) return this.#refuse(this.#decoder.failedStatus, this.#decoder.failedReason);
          else if (behind === at) {
            this.need = end - at + 1;
            break loop;
          } else at = behind;
          break;
        }
        case Reading.WAIT:
          this.need = end - at + 1;
          this.#gate.pause();
          break loop;
        case Reading.TUNNEL:
          this.#stream?.sink.onData(bytes.subarray(at, end), false);
          at = end;
          break;
        default:
          at = end;
      }
    }
    if (this.#peerEnded && (at === end || this.#reading === Reading.HEAD)) this.#endOfInput();
    this.#gate.leave();
    return at - start;
  }

  #receiveHead(bytes: Buffer, start: number, end: number): number {
    const { maxHeadBytes: maxBytes, maxBodyBytes, maxHeaderCount } = this.#limits;
    if (this.#seen > 0 && end - start < maxBytes && !tellsMore(bytes, start + this.#seen, end)) {
      this.#seen = end - start;
      return MORE;
    }
    const scan = takeScan();
    const taken = decodeRequestHead(scan, bytes, start, end, maxBytes, maxHeaderCount);
    if (taken === MORE) {
      giveScan(scan);
      this.#seen = end - start;
      return MORE;
    }
    this.#seen = 0;
    if (taken === FAILED) return this.#refuse(scan.failedStatus, scan.failedReason);
    const length = scan.contentLength;
    if (maxBodyBytes > 0 && length > maxBodyBytes) return this.#refuse(413, 'the body is too large');

    const base = start + taken - scan.headLength;
    const body = scan.chunked || length > 0;
    const head = new Http1RequestHead(bytes, base, scan, upgradeOf(scan, bytes, base, body));
    const stream = new Http1ServerStream(this, ++this.#lastId);
    this.#stream = stream;
    const closeAfter = this.#draining || scan.close || (scan.minorVersion === 0 && !scan.keepAlive);
    this.#answer.begin(scan.minorVersion, head.method === 'HEAD', closeAfter);
    this.#upgrade = head.upgrade;
    this.#continueDue = head.expectsContinue;
    this.#rest.begin();
    if (body) {
      this.#requestDone = false;
      this.#reading = Reading.BODY;
      const framing = scan.chunked ? Framing.CHUNKED : Framing.LENGTH;
      this.#decoder.start(framing, length, maxBodyBytes, maxBytes, maxHeaderCount);
    } else {
      // The direction of an upgrade stays open: if it succeeds, what follows is the tunnel.
      this.#requestDone = head.upgrade === '';
      this.#reading = Reading.WAIT;
    }
    this.#handler.onRequest(stream, head, this.#requestDone);
    head.release();
    giveScan(scan);
    return taken;
  }

  onBodyData(chunk: Buffer, end: boolean): void {
    if (this.#reading === Reading.DISCARD) {
      this.#dropped(chunk.length, end);
      return;
    }
    if (this.#reading !== Reading.BODY) return;
    if (chunk.length > 0) this.#continueDue = false;
    const stream = this.#stream;
    if (end) {
      this.#requestDone = true;
      this.#reading = Reading.WAIT;
    }
    if (this.#answer.done && !end) this.#countDiscarded(chunk.length);
    // The count may have ended the stream.
    if (stream === null || stream.codec === null) return;
    stream.sink.onData(chunk, end);
    if (end) this.#finishIfDone(stream);
  }

  onBodyTrailers(trailers: HeaderMap): void {
    if (this.#reading === Reading.DISCARD) {
      this.#dropped(0, true);
      return;
    }
    if (this.#reading !== Reading.BODY) return;
    const stream = this.#stream;
    this.#requestDone = true;
    this.#reading = Reading.WAIT;
    stream?.sink.onTrailers(trailers);
    if (stream !== null) this.#finishIfDone(stream);
  }

  receiveEnd(unconsumed: number): void {
    this.#peerEnded = true;
    const stream = this.#stream;
    if (this.#reading === Reading.TUNNEL) {
      this.#requestDone = true;
      this.#reading = Reading.CLOSED;
      stream?.sink.onData(EMPTY_BYTES, true);
      if (stream !== null) this.#finishIfDone(stream);
      return;
    }
    // Requests that came before the FIN and wait for their turn are answered first.
    if (this.#reading === Reading.WAIT && this.#requestDone && unconsumed > 0) return;
    this.#endOfInput();
  }

  /** Nothing comes any more. Half-closed behind a complete request, the answer is still wanted (RFC 9112 section 9.6). */
  #endOfInput(): void {
    const stream = this.#stream;
    if (stream !== null && this.#requestDone) {
      this.#answer.closeAfter = true;
      return;
    }
    if (stream !== null) this.#fail(stream, ResetReason.REMOTE_RESET);
    if (this.#reading !== Reading.CLOSED) this.#close();
  }

  connectionClosed(reason: ResetReason): void {
    this.#reading = Reading.CLOSED;
    const stream = this.#stream;
    if (stream !== null) this.#fail(stream, reason);
  }

  onDrained(): void {
    if (!this.#choked) return;
    this.#choked = false;
    this.#stream?.sink.onWritable();
  }

  onTimer(): void {
    // The answer is complete, and the client goes on sending.
    this.#close();
  }

  goaway(): void {
    this.#draining = true;
    this.#answer.closeAfter = true;
    if (this.#stream === null && this.#reading === Reading.HEAD && this.#seen === 0) this.#close();
  }

  sendInformational(head: ResponseHead): void {
    if (this.#answer.headSent || head.status === 101) return;
    if (head.status === 100) this.#continueDue = false;
    if (this.#answer.informational(this.link.out, head)) this.link.flush();
  }

  sendHead(head: ResponseHead, end: boolean): void {
    const stream = this.#stream;
    const answer = this.#answer;
    if (stream === null || answer.headSent) return;
    const status = head.status;
    if (this.#upgrade !== '') {
      const switched = this.#upgrade === 'connect' ? status >= 200 && status < 300 : status === 101;
      if (switched) {
        this.#switch(stream, head, end);
        return;
      }
    }
    // Whether the body comes after all cannot be known, so what would follow cannot be told apart from it.
    if (this.#continueDue && !this.#requestDone) answer.closeAfter = true;
    if (status < 200 || !answer.head(this.link.out, head, end)) {
      this.#abort(stream);
      return;
    }
    this.#refusedUpgrade(stream);
    if (end) this.#written(answer.data(this.link.out, EMPTY_BYTES, true));
    this.link.flush();
  }

  /** 101, or 2xx to CONNECT: both directions are bytes from now on. */
  #switch(stream: Http1ServerStream, head: ResponseHead, end: boolean): void {
    const upgrade = head.status === 101 ? (head.get('upgrade') ?? this.#upgrade) : '';
    if (!this.#answer.switching(this.link.out, head, upgrade)) {
      this.#abort(stream);
      return;
    }
    this.#reading = Reading.TUNNEL;
    this.link.flush();
    this.#wakeReader();
    if (end) this.sendData(EMPTY_BYTES, true);
  }

  /** The answer is not the switch that was asked for: the request is over, and the connection goes on as HTTP. */
  #refusedUpgrade(stream: Http1ServerStream): void {
    if (this.#upgrade === '') return;
    this.#upgrade = '';
    this.#requestDone = true;
    stream.sink.onData(EMPTY_BYTES, true);
  }

  sendData(chunk: Uint8Array, end: boolean): void {
    const answer = this.#answer;
    if (!answer.headSent || answer.done) return;
    this.#written(answer.data(this.link.out, chunk, end));
    this.link.flush();
    if (this.link.pendingBytes > this.#limits.highWaterBytes) this.#choked = true;
  }

  sendTrailers(trailers: HeaderMap): void {
    const answer = this.#answer;
    if (!answer.headSent || answer.done) return;
    this.#written(answer.trailers(this.link.out, trailers));
    this.link.flush();
  }

  sendLocalReply(request: RequestHead, reply: LocalReply): void {
    const stream = this.#stream;
    if (stream === null) return;
    if (this.#answer.headSent) {
      this.resetStream(ResetReason.LOCAL_RESET);
      return;
    }
    const rendered = renderLocalReply(request.get('content-type'), reply);
    const status = rendered.status;
    // A CONNECT that is answered with success, but not by a tunnel, would leave both ends with different ideas.
    if (reply.close === true || this.#upgrade === 'connect' || status < 200) this.#answer.closeAfter = true;
    if (
      !this.#requestDone &&
      this.#upgrade === '' &&
      (this.#continueDue || this.#decoder.remainingLength > MAX_DISCARDED_BYTES)
    )
      this.#answer.closeAfter = true;
    this.#answer.reply(this.link.out, rendered);
    if (this.#upgrade !== '') {
      this.#upgrade = '';
      this.#requestDone = true;
    }
    this.#over(stream);
    this.link.flush();
  }

  /** Gives the stream up. Behind a complete answer only the rest of the request is dropped. */
  resetStream(_reason: ResetReason): void {
    const stream = this.#stream;
    if (stream === null) return;
    if (this.#answer.done) {
      this.#over(stream);
      return;
    }
    this.#detach(stream);
    this.#reading = Reading.CLOSED;
    this.link.reset();
  }

  pauseStream(): void {
    this.#gate.pause();
  }

  resumeStream(): void {
    // A pipelined request keeps waiting.
    if (this.#reading === Reading.WAIT && this.need > 1) return;
    this.#wakeReader();
  }

  #written(written: Written): void {
    if (written === Written.OK) return;
    const stream = this.#stream;
    if (stream === null) return;
    if (written === Written.MISMATCH) {
      // The client must see that the answer is broken: nothing may look like its regular end.
      this.#fail(stream, ResetReason.PROTOCOL_ERROR);
      this.#reading = Reading.CLOSED;
      this.link.reset();
      return;
    }
    this.#answer.done = true;
    if (this.#answer.framing === Framing.TUNNEL && !this.#requestDone) this.link.shutdownWrite();
    else this.#finishIfDone(stream);
    if (this.#requestDone || this.#answer.framing === Framing.TUNNEL) return;
    // An early answer: the engine may go on taking the request, within bounds.
    this.#awaitRest();
  }

  /** The engine sent a head that cannot be put on the wire. */
  #abort(stream: Http1ServerStream): void {
    writeRefusal(this.link.out, 502);
    this.#answer.seal();
    this.#fail(stream, ResetReason.PROTOCOL_ERROR);
    this.#reading = Reading.CLOSED;
    this.link.close();
  }

  #finishIfDone(stream: Http1ServerStream): void {
    if (this.#requestDone && this.#answer.done && stream.codec !== null) this.#over(stream);
  }

  /** The stream is over for the engine; the connection goes on with the next request, the rest of this one, or ends. */
  #over(stream: Http1ServerStream): void {
    this.#detach(stream);
    if (!this.#requestDone) {
      this.#reading = Reading.DISCARD;
      this.#awaitRest();
      return;
    }
    this.#rest.end();
    if (this.#answer.closeAfter) {
      this.#close();
      return;
    }
    this.#reading = Reading.HEAD;
    this.#wakeReader();
  }

  #detach(stream: Http1ServerStream): void {
    stream.codec = null;
    this.#stream = null;
    this.#choked = false;
  }

  #fail(stream: Http1ServerStream, reason: ResetReason): void {
    this.#detach(stream);
    stream.sink.onReset(reason);
  }

  #awaitRest(): void {
    this.#rest.await(this.#answer.closeAfter);
    this.#wakeReader();
  }

  /** A callback may have ended the connection; the checker must not think that the field is what it was. */
  #isClosed(): boolean {
    return this.#reading === Reading.CLOSED;
  }

  #close(): void {
    this.#reading = Reading.CLOSED;
    this.link.close();
  }

  #wakeReader(): void {
    this.need = 1;
    this.#gate.wake();
  }

  #dropped(count: number, end: boolean): void {
    if (this.#rest.admits(count) && !end) return;
    if (!end || this.#answer.closeAfter) this.#close();
    else {
      this.#requestDone = true;
      this.#reading = Reading.HEAD;
      this.#rest.end();
    }
  }

  /** The answer is complete and the engine still takes the request; it may not do so for ever. */
  #countDiscarded(count: number): void {
    const stream = this.#stream;
    if (this.#rest.admits(count) || stream === null) return;
    this.#fail(stream, ResetReason.LOCAL_RESET);
    this.#close();
  }

  /** Answers a request that cannot be understood, if it still can be answered, and ends the connection. */
  #refuse(status: number, reason: string): never {
    this.#gate.abandon();
    const stream = this.#stream;
    if (this.#reading !== Reading.DISCARD && (stream === null || !this.#answer.headSent))
      writeRefusal(this.link.out, status);
    this.#reading = Reading.CLOSED;
    // What the engine might still send must not follow the refusal.
    this.#answer.seal();
    const code =
      status === 413 ? 'body_too_large' : status === 431 || status === 414 ? 'protocol_limit' : 'protocol_malformed';
    throw new ProtocolError(reason, { code, origin: 'downstream' });
  }
}
