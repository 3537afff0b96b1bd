import type { ClientStream, ConvertedRequest, HeaderMap, RequestHead, ResponseHead, StreamSink } from '@weft/sdk';
import { rewriteRequest } from '../route/index.ts';
import type { Attempt } from './attempt.ts';
import type { Conversion } from './conversion.ts';
import { Copies } from './copies.ts';
import { Flag } from './flags.ts';
import { RequestBody } from './request-body.ts';
import { ResponseSide } from './response-side.ts';
import { retryOf } from './retry.ts';

/** Content that came with the head of the exchange that is being begun: one at a time, and only while it is. */
const AT_HAND: { owner: RequestSide | null; bytes: Buffer; start: number; end: number } = {
  owner: null,
  bytes: Buffer.alloc(0),
  start: 0,
  end: 0,
};

/**
 * The way there: the bytes of the request, from the caller to whatever attempt is under way. They are passed on as they come;
 * while there is no attempt to take them, or where they may be needed again, they are kept, within bounds.
 *
 *     caller ─► onData, onTrailers ─► filters ─┬─► the attempt's stream
 *                                              └─► kept: no stream yet · for a repeat · for a conversion · for copies
 */
export abstract class RequestSide extends ResponseSide implements StreamSink {
  /** What is kept of the request; null while nothing has to be. */
  protected body: RequestBody | null = null;
  /** Rules want copies of the request; null for most. */
  #copies: Copies | null = null;
  /** The caller is kept from sending more. */
  #held = false;
  /** All content came at once: its codec has waited for it, and has bounded it. */
  #whole = false;
  /** What the route changes of the head has been changed. */
  #prepared = false;

  /** Starts the exchange; `stream.sink` is this object from now on. */
  abstract begin(): void;

  /** Starts the exchange with all of its content, `bytes[start, end)`, which goes out with the head where nobody looks at it. */
  beginWhole(bytes: Buffer, start: number, end: number): void {
    this.#whole = true;
    AT_HAND.owner = this;
    AT_HAND.bytes = bytes;
    AT_HAND.start = start;
    AT_HAND.end = end;
    let isLeft = true;
    try {
      this.begin();
    } finally {
      isLeft = AT_HAND.owner === this;
      AT_HAND.owner = null;
    }
    if (isLeft) this.onData(bytes.subarray(start, end), true);
  }

  /** The phases go on, where they waited for the rest of the request. */
  protected abstract run(): void;

  /** The head that goes out: the caller's own, but for converted calls. */
  protected outgoing(): RequestHead {
    return this.conversion?.head ?? this.request;
  }

  // ── from the caller ─────────────────────────────────────────────────────────────────────────────────────────────

  onInformational(_head: ResponseHead): void {}

  onHead(_head: ResponseHead, _end: boolean): void {}

  onData(chunk: Uint8Array, end: boolean): void {
    if (this.done) return;
    this.bytesReceived += chunk.length;
    if (end) this.requestEnded = true;
    if (this.filters !== null && !this.filters.requestData(chunk, end)) return;
    if (this.conversion?.streamsRequest === true) this.conversion.requestData(chunk, end);
    else this.passData(chunk, end);
  }

  onTrailers(trailers: HeaderMap): void {
    if (this.done) return;
    this.requestEnded = true;
    if (this.conversion?.streamsRequest === true) this.conversion.requestTrailers(trailers);
    else this.passTrailers(trailers);
  }

  /** @internal Sends more of the request, or keeps it. */
  passData(chunk: Uint8Array, end: boolean): void {
    if (this.#copies !== null) this.#copies.sendData(chunk);
    const stream = this.upstream?.stream;
    if (stream === null || stream === undefined) {
      this.#keep(chunk);
      if (end) this.#gathered();
      return;
    }
    if (this.body !== null) this.#keepForRepeat(this.body, chunk);
    stream.sendData(chunk, end);
    if (end) this.#sent();
    else if (stream.bufferedBytes > this.#upstreamMark()) this.#push(stream);
  }

  /** @internal */
  passTrailers(trailers: HeaderMap): void {
    if (this.done) return;
    this.#copies?.sendTrailers(trailers);
    const stream = this.upstream?.stream;
    if (stream === null || stream === undefined) {
      this.body ??= new RequestBody(this.context);
      this.body.setTrailers(trailers);
      this.#gathered();
      return;
    }
    this.body?.setTrailers(trailers);
    stream.sendTrailers(trailers);
    this.#sent();
  }

  /** What came of a request before it was known to be a stream that is converted goes through the conversion. */
  protected convertKept(conversion: Conversion): void {
    const { body } = this;
    this.body = null;
    if (body === null || body.empty) {
      if (this.requestEnded) conversion.requestData(NOTHING, true);
      return;
    }
    const { trailers } = body;
    if (body.bytes > 0) conversion.requestData(body.join(), this.requestEnded && trailers === null);
    if (trailers !== null && !this.done) conversion.requestTrailers(trailers);
    body.drop();
  }

  /** The request is here as a whole, before an attempt could take it. */
  #gathered(): void {
    if (!this.done && this.conversion?.gathered() === true) this.run();
  }

  /** Holds the request: the head is copied, the body waits. */
  protected hold(): void {
    if (this.#held || this.done) return;
    this.#held = true;
    this.request.keep();
    this.stream.pause();
  }

  /** Lets the caller send again. */
  protected unhold(): void {
    if (!this.#held || this.done) return;
    this.#held = false;
    this.stream.resume();
  }

  /** Keeps what no attempt can take yet. */
  #keep(chunk: Uint8Array): void {
    this.body ??= new RequestBody(this.context);
    this.body.add(chunk);
    const { bytes } = this.body;
    if (this.conversion !== null && !this.conversion.streamsRequest) this.conversion.admits(bytes);
    else if (bytes > this.plane.streamBufferBytes && !this.#whole)
      this.fail('body_too_large', 413, Flag.ReqEntityTooLarge);
  }

  /** Keeps what is sent, while all of it fits. */
  #keepForRepeat(body: RequestBody, chunk: Uint8Array): void {
    if (!body.complete) return;
    if (body.bytes + chunk.length > this.plane.retryBufferBytes) {
      body.drop();
      body.markIncomplete();
    } else {
      body.add(chunk);
    }
  }

  protected dropBody(): void {
    this.body?.drop();
    this.body = null;
  }

  protected override releaseRequest(): void {
    this.body?.drop();
    this.#copies?.end();
  }

  // ── to the host ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal The attempt has its stream: send what there is. */
  attemptReady(attempt: Attempt, stream: ClientStream): void {
    const { route } = this;
    const converted = this.conversion?.converted ?? null;
    const request = this.outgoing();
    if (!this.#prepared) {
      this.#prepared = true;
      if (route !== null && !route.requestMutation.empty) route.requestMutation.apply(request, this);
      if (route !== null) rewriteRequest(route, request, attempt.host.program.hostname);
    }
    if (this.sentAt === 0) this.sentAt = this.context.now;
    attempt.sent = true;
    if (this.#copies === null && this.ruleDecision !== null && this.ruleDecision.copies.length > 0)
      this.#takeCopies(request, converted);
    if (converted === null) this.#send(attempt, stream, request);
    else this.#sendConverted(attempt, stream, converted);
  }

  #send(attempt: Attempt, stream: ClientStream, request: RequestHead): void {
    const { body } = this;
    if (AT_HAND.owner === this && stream.sendWhole !== undefined && this.#isUnseen()) {
      const { bytes, start, end } = AT_HAND;
      AT_HAND.owner = null;
      this.requestEnded = true;
      this.bytesReceived += end - start;
      stream.sendWhole(request, bytes, start, end);
      if (!this.#isOver(attempt)) this.#sent();
      return;
    }
    const nothingElse = body === null || body.empty;
    stream.sendHead(request, this.requestEnded && nothingElse);
    if (this.#isOver(attempt)) return;
    if (body !== null && !nothingElse) {
      body.replay(stream, this.requestEnded);
      if (this.#isOver(attempt)) return;
      if (retryOf(this.route) === null) {
        this.dropBody();
      } else if (body.bytes > this.plane.retryBufferBytes) {
        // It may wait for a connection as a whole, but it is not kept for a repeat.
        body.drop();
        body.markIncomplete();
      }
    }
    if (this.requestEnded) this.#sent();
    if (this.#held && !this.done) {
      this.#held = false;
      if (stream.bufferedBytes <= this.#upstreamMark()) this.stream.resume();
    }
  }

  /** Nobody wants the bytes of the request but the host. */
  #isUnseen(): boolean {
    return (
      this.body === null && this.filters === null && this.#copies === null && this.conversion === null && !this.#held
    );
  }

  #sendConverted(attempt: Attempt, stream: ClientStream, { head, body, trailers }: ConvertedRequest): void {
    stream.sendHead(head, body.length === 0 && trailers === undefined);
    if (body.length > 0) stream.sendData(body, trailers === undefined);
    if (trailers !== undefined) stream.sendTrailers(trailers);
    if (!this.done && this.upstream === attempt) this.#sent();
    // Nothing more comes of the request; that its caller goes away must be seen.
    this.unhold();
  }

  /** What was just sent has ended the attempt, or the request. */
  #isOver(attempt: Attempt): boolean {
    return this.done || this.upstream !== attempt || attempt.stream === null;
  }

  /** What is here of the request is copied; what comes later will be. A tunnel is no request. */
  #takeCopies(request: RequestHead, converted: ConvertedRequest | null): void {
    if (this.tunnel || request.upgrade !== '') return;
    this.#copies = new Copies(this.plane, this.ruleDecision?.copies ?? [], request);
    if (converted !== null) this.#copies.sendData(converted.body);
    else this.body?.replay(this.#copies, this.requestEnded);
  }

  /** The request is on its way as a whole. */
  #sent(): void {
    this.#copies?.send();
    if (this.outgoing().oneWay) {
      if (!this.request.oneWay) {
        // The host of a converted call says nothing, and the caller waits.
        this.answer({ status: 200, code: 'direct_response', body: '' });
        return;
      }
      if (this.status === 0) this.status = 200;
      this.finish(true);
    } else if (this.tunnel && this.responseEnded) {
      this.finish(true);
    }
  }

  /** Writes what waits for the host; the caller waits only when the host does not take it. */
  #push(stream: ClientStream): void {
    this.upstream?.connection?.connection.flushNow();
    if (!this.done && stream.bufferedBytes > this.#upstreamMark()) this.stream.pause();
  }

  /** Unsent bytes of the request over which the downstream pauses: the high mark of the upstream codec. */
  #upstreamMark(): number {
    return this.upstream?.connection?.pool.settings.limits.highWaterBytes ?? this.downstreamMark;
  }

  /** @internal The upstream can take more of the request. */
  requestMayFlow(): void {
    if (!this.done) this.stream.resume();
  }
}

const NOTHING = Buffer.alloc(0);
