import {
  type BoundTranscoder,
  CONVERTED_HEADER,
  type ConvertedRequest,
  type ConvertedResponse,
  type HeaderMap,
  type LocalReply,
  type MessageStream,
  PlainResponseHead,
  type RequestHead,
  type ResponseHead,
  type StreamEnd,
  type StreamedAnswer,
  type StreamedRequest,
  type TranscodedCall,
  TranscodeError,
  type WholeMessage,
} from '@weft/sdk';
import { PROCESS } from '@weft/telemetry/stats';
import type { Exchange } from './exchange.ts';
import { Flag } from './flags.ts';
import { RequestBody } from './request-body.ts';

/** Why a message could not be converted. */
interface ConversionFault {
  /** For the caller, such as `cyclic`. */
  readonly text: string;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly headers: NonNullable<LocalReply['headers']>;
  /** What the transcoder threw that is no `TranscodeError`: a defect; null otherwise. */
  readonly defect: unknown;
}

/**
 * A call that goes out in another protocol, and its answer on its way back. Requests that nobody converts have no such
 * object.
 *
 *     the whole request ─► `convert` ─► every attempt sends what came of it
 *     the whole answer  ─► `#answer` ─► the caller; what cannot be converted becomes a failure in the caller's protocol
 *
 * A direction that the transcoder takes as a stream goes through it piece by piece instead: `requestData` and `answerData` hand
 * on what came of each.
 */
export class Conversion implements TranscodedCall {
  readonly bound: BoundTranscoder;
  remainingMs = 0;
  /** What goes out as a whole; null until the request was converted, and for streams. */
  converted: ConvertedRequest | null = null;
  readonly #exchange: Exchange;
  /** A request that goes out while it comes; null for whole ones. */
  #request: StreamedRequest | null = null;
  #answer: StreamedAnswer | null = null;
  /** Bytes that both streams keep, as far as they are accounted for. */
  #keptBytes = 0;
  /** The transcoder was asked whether the request is a stream. */
  #asked = false;
  /** The engine waits for the rest of the request. */
  #gathering = false;
  #fault: ConversionFault | null = null;
  #answerHead: ResponseHead | null = null;
  #answerBody: RequestBody | null = null;

  constructor(bound: BoundTranscoder, exchange: Exchange) {
    this.bound = bound;
    this.#exchange = exchange;
  }

  /** The head that goes out; null until the request was converted, or begun to be. */
  get head(): RequestHead | null {
    return this.converted?.head ?? this.#request?.head ?? null;
  }

  /** The request is a stream that is converted while it passes. */
  get streamsRequest(): boolean {
    return this.#request !== null;
  }

  get callerProtocol(): string {
    return this.#exchange.request.protocol;
  }

  get protocol(): string {
    return this.bound.protocol;
  }

  get clusterName(): string {
    return this.#exchange.clusterName;
  }

  get maxBodyBytes(): number {
    return this.bound.maxBodyBytes;
  }

  /** What the caller is told of a failure: the reason why its call or the answer cannot be converted; '' for other failures. */
  faultText(code: string): string {
    const text = this.#fault?.text ?? '';
    return text === '' ? '' : `${code}: ${text}`;
  }

  /** What the transcoder adds to the answer of such a failure; none for other ones. */
  get faultReply(): Pick<LocalReply, 'headers'> {
    const headers = this.#fault?.headers ?? NO_HEADERS;
    return headers.length === 0 ? {} : { headers };
  }

  // ── the request ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** The rest of the request has to come first. */
  gather(): void {
    this.#gathering = true;
    this.#invite();
  }

  /** Whoever waits to be asked for the body would wait for good: this side reads it. */
  #invite(): void {
    const { request, stream } = this.#exchange;
    request.keep();
    if (request.expectsContinue) stream.sendInformational(new PlainResponseHead(request.protocol, request.family, 100));
  }

  /** The request is here as a whole; true when it was waited for. */
  gathered(): boolean {
    const waited = this.#gathering;
    this.#gathering = false;
    return waited;
  }

  /** Whether so much of a request may be kept, that is here or announced (-1: nobody knows); when not, the caller was told. */
  admits(bytes: number): boolean {
    return bytes <= this.bound.maxBodyBytes || this.#tooLong('request', 'transcode_request');
  }

  /**
   * Begins a request that is a stream; false for one that has to be converted as a whole, or when the caller was told why it
   * cannot be converted.
   * @param remainingMs time left until the deadline of the call; 0 while there is none
   */
  begin(remainingMs: number): boolean {
    const { transcoder } = this.bound;
    if (this.#asked || transcoder.streamRequest === undefined) return false;
    this.#asked = true;
    const { request, plane } = this.#exchange;
    this.remainingMs = remainingMs;
    try {
      this.#request = transcoder.streamRequest(request, this);
    } catch (error) {
      return this.#failed(error, 400, 'transcode_request');
    }
    if (this.#request === null) return false;
    this.#mark(this.#request.head);
    this.#invite();
    plane.process[PROCESS.conversions]!++;
    return true;
  }

  /**
   * Converts the request; false when that cannot be done, which the caller was told then.
   * @param remainingMs as for `begin`
   */
  convert(body: RequestBody | null, remainingMs: number): boolean {
    const { request, context, plane } = this.#exchange;
    this.remainingMs = remainingMs;
    try {
      const converted = this.bound.transcoder.request(wholeMessage(request, body), this);
      this.#mark(converted.head);
      this.converted = converted;
      // It is kept for every attempt, as a body for a retry is.
      context.keptBytes += converted.body.length;
    } catch (error) {
      return this.#failed(error, 400, 'transcode_request');
    }
    plane.process[PROCESS.conversions]!++;
    return true;
  }

  #mark(head: RequestHead): void {
    head.set(CONVERTED_HEADER, `${this.callerProtocol}>${this.protocol}`);
  }

  /** More of a request that is a stream. */
  requestData(chunk: Uint8Array, end: boolean): void {
    const { messages } = this.#request as StreamedRequest;
    const piece = this.#piece(messages, chunk, 'transcode_request');
    if (piece === null) return;
    if (end) this.#endRequest(messages, piece, null);
    else if (piece.length > 0) this.#pass(piece, 'transcode_request');
  }

  /** The end of a request that is a stream. */
  requestTrailers(trailers: HeaderMap): void {
    this.#endRequest((this.#request as StreamedRequest).messages, NOTHING, trailers);
  }

  #endRequest(messages: MessageStream, piece: Uint8Array, received: HeaderMap | null): void {
    const end = this.#end(messages, received, 'transcode_request');
    if (end === null) return;
    const exchange = this.#exchange;
    exchange.passData(joined(piece, end.body), end.trailers === undefined);
    if (end.trailers !== undefined) exchange.passTrailers(end.trailers);
  }

  // ── the answer ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** The head of the answer: it waits for the rest, or goes on and is true. */
  answerHead(head: ResponseHead, end: boolean): boolean {
    const exchange = this.#exchange;
    const { transcoder } = this.bound;
    if (transcoder.streamAnswer !== undefined && !exchange.request.oneWay) {
      try {
        this.#answer = transcoder.streamAnswer(head, this.#state, this);
      } catch (error) {
        return this.#failed(error, 502, 'transcode_response');
      }
      if (this.#answer !== null) {
        if (exchange.sendHead(this.#answer.head, false) && end) this.#endAnswer(this.#answer.messages, NOTHING, null);
        return true;
      }
    }
    if (!end && head.contentLength > this.bound.maxBodyBytes) return this.#tooLong('answer', 'transcode_response');
    head.keep();
    this.#answerHead = head;
    this.#answerBody?.drop();
    this.#answerBody = null;
    if (end) this.#answerWhole();
    return false;
  }

  answerData(chunk: Uint8Array, end: boolean): void {
    if (this.#answer !== null) {
      const { messages } = this.#answer;
      const piece = this.#piece(messages, chunk, 'transcode_response');
      if (piece === null) return;
      if (end) this.#endAnswer(messages, piece, null);
      else if (piece.length > 0) this.#pass(piece, 'transcode_response');
      return;
    }
    this.#answerBody ??= new RequestBody(this.#exchange.context);
    this.#answerBody.add(chunk);
    if (this.#answerBody.bytes > this.bound.maxBodyBytes) this.#tooLong('answer', 'transcode_response');
    else if (end) this.#answerWhole();
  }

  answerTrailers(trailers: HeaderMap): void {
    if (this.#answer !== null) {
      this.#endAnswer(this.#answer.messages, NOTHING, trailers);
      return;
    }
    this.#answerBody ??= new RequestBody(this.#exchange.context);
    this.#answerBody.setTrailers(trailers);
    this.#answerWhole();
  }

  #endAnswer(messages: MessageStream, piece: Uint8Array, received: HeaderMap | null): void {
    const end = this.#end(messages, received, 'transcode_response');
    if (end === null) return;
    this.#answer = null;
    this.#send(joined(piece, end.body), end.trailers);
  }

  /** The answer of the host is whole: the caller gets it in its own protocol. */
  #answerWhole(): void {
    const exchange = this.#exchange;
    if (exchange.request.oneWay) {
      // Nobody waits for it.
      exchange.status = this.#answerHead?.status ?? 200;
      exchange.responseEnd();
      return;
    }
    const answer = this.#convertAnswer();
    if (answer === null) return;
    const { head, body, trailers } = answer;
    const more = body.length > 0 || trailers !== undefined;
    if (exchange.sendHead(head, !more) && more) this.#send(body, trailers);
  }

  /** The rest of an answer. */
  #send(body: Uint8Array, trailers: HeaderMap | undefined): void {
    const exchange = this.#exchange;
    if (body.length > 0 || trailers === undefined) exchange.sendData(body, trailers === undefined);
    if (!exchange.done && trailers !== undefined) exchange.sendTrailers(trailers);
  }

  /**
   * Tells the caller that the answer breaks off; false where there is no way to: no answer has begun, it is over, or its
   * protocol has no words for it.
   */
  breakOff(status: number, text: string): boolean {
    const answer = this.#answer;
    if (answer === null) return false;
    this.#answer = null;
    let end: StreamEnd;
    try {
      end = answer.fail(status, text);
    } catch (error) {
      this.#noteDefect(error);
      return false;
    }
    const { stream } = this.#exchange;
    if (end.body.length > 0 || end.trailers === undefined) stream.sendData(end.body, end.trailers === undefined);
    if (end.trailers !== undefined) stream.sendTrailers(end.trailers);
    return true;
  }

  #convertAnswer(): ConvertedResponse | null {
    const message = wholeMessage(this.#answerHead as ResponseHead, this.#answerBody);
    this.#dropAnswer();
    try {
      return this.bound.transcoder.response(message, this.#state, this);
    } catch (error) {
      this.#failed(error, 502, 'transcode_response');
      return null;
    }
  }

  get #state(): unknown {
    return (this.converted ?? this.#request)?.state;
  }

  /** The exchange is over. */
  end(): void {
    this.#dropAnswer();
    this.#answer = null;
    this.#exchange.context.keptBytes -= this.#keptBytes;
    this.#keptBytes = 0;
    if (this.converted !== null) this.#exchange.context.keptBytes -= this.converted.body.length;
    this.converted = null;
  }

  #dropAnswer(): void {
    this.#answerBody?.drop();
    this.#answerBody = null;
    this.#answerHead = null;
  }

  // ── streams ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What comes of a piece of a stream; null when the call has failed. */
  #piece(messages: MessageStream, chunk: Uint8Array, code: FaultCode): Uint8Array | null {
    const before = messages.keptBytes;
    let piece: Uint8Array;
    try {
      piece = messages.data(chunk);
    } catch (error) {
      this.#failed(error, code === 'transcode_request' ? 400 : 502, code);
      return null;
    }
    const { keptBytes, fault } = messages;
    this.#keptBytes += keptBytes - before;
    this.#exchange.context.keptBytes += keptBytes - before;
    if (fault === null && keptBytes <= this.bound.maxBodyBytes) return piece;
    // What came before it is good.
    if (piece.length > 0) this.#pass(piece, code);
    if (fault === null) this.#tooLong('message', code);
    else this.#failed(fault, code === 'transcode_request' ? 400 : 502, code);
    return null;
  }

  #pass(piece: Uint8Array, code: FaultCode): void {
    if (code === 'transcode_request') this.#exchange.passData(piece, false);
    else this.#exchange.sendData(piece, false);
  }

  #end(messages: MessageStream, trailers: HeaderMap | null, code: FaultCode): StreamEnd | null {
    try {
      return messages.end(trailers);
    } catch (error) {
      this.#failed(error, code === 'transcode_request' ? 400 : 502, code);
      return null;
    }
  }

  // ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #tooLong(what: string, code: FaultCode): false {
    const status = code === 'transcode_request' ? 413 : 502;
    const text = `the ${what} is longer than ${this.bound.maxBodyBytes} bytes`;
    return this.#fail({ text, status, headers: NO_HEADERS, defect: null }, code);
  }

  #failed(error: unknown, status: number, code: FaultCode): false {
    if (!(error instanceof TranscodeError))
      return this.#fail({ text: '', status: 500, headers: NO_HEADERS, defect: error }, code);
    const { message: text, headers } = error;
    return this.#fail({ text, status: error.status || status, headers, defect: null }, code);
  }

  /** Tells the caller, in its own protocol, that its call or the answer cannot be converted. */
  #fail(fault: ConversionFault, code: FaultCode): false {
    const exchange = this.#exchange;
    const { plane } = exchange;
    this.#fault = fault;
    if (fault.defect !== null) this.#noteDefect(fault.defect);
    plane.process[PROCESS.conversion_failures]!++;
    exchange.failureDetail = this.faultText(code) || code;
    exchange.fail(code, fault.status, Flag.DownStreamTerminate | Flag.TranscodeFailed);
    return false;
  }

  #noteDefect(error: unknown): void {
    const { plane } = this.#exchange;
    plane.process[PROCESS.extension_faults]!++;
    plane.onFilterFault(this.bound.name, error);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (second.length === 0) return first;
  return first.length === 0 ? second : Buffer.concat([first, second]);
}

type FaultCode = 'transcode_request' | 'transcode_response';

function wholeMessage<Head extends HeaderMap>(head: Head, body: RequestBody | null): WholeMessage<Head> {
  return { head, body: body === null ? NOTHING : body.join(), trailers: body?.trailers ?? null };
}

const NOTHING = Buffer.alloc(0);
const NO_HEADERS: NonNullable<LocalReply['headers']> = [];
