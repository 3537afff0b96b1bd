import {
  type BoundTranscoder,
  CONVERTED_HEADER,
  type ConvertedRequest,
  type ConvertedResponse,
  type HeaderMap,
  PlainResponseHead,
  type ResponseHead,
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
  /** What the transcoder threw that is no `TranscodeError`: a defect; null otherwise. */
  readonly defect: unknown;
}

/**
 * A call that goes out in another protocol, and its answer on its way back. Requests that nobody converts have no such
 * object.
 *
 *     the whole request ─► `convert` ─► every attempt sends what came of it
 *     the whole answer  ─► `#answer` ─► the caller; what cannot be converted becomes a failure in the caller's protocol
 */
export class Conversion implements TranscodedCall {
  readonly bound: BoundTranscoder;
  remainingMs = 0;
  /** What goes out; null until the request was converted. */
  converted: ConvertedRequest | null = null;
  readonly #exchange: Exchange;
  /** The engine waits for the rest of the request. */
  #gathering = false;
  #fault: ConversionFault | null = null;
  #answerHead: ResponseHead | null = null;
  #answerBody: RequestBody | null = null;

  constructor(bound: BoundTranscoder, exchange: Exchange) {
    this.bound = bound;
    this.#exchange = exchange;
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

  /** What the caller is told of a failure: the reason why its call or the answer cannot be converted; '' for other failures. */
  faultText(code: string): string {
    const text = this.#fault?.text ?? '';
    return text === '' ? '' : `${code}: ${text}`;
  }

  // ── the request ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** The rest of the request has to come first. */
  gather(): void {
    this.#gathering = true;
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

  /** Whether so much of a request may be kept; when not, the caller was told. */
  admits(bytes: number): boolean {
    return bytes <= this.bound.maxBodyBytes || this.#tooLong('request', 413, 'transcode_request');
  }

  /**
   * Converts the request; false when that cannot be done, which the caller was told then.
   * @param remainingMs time left until the deadline of the call; 0 while there is none
   */
  convert(body: RequestBody | null, remainingMs: number): boolean {
    const { request, context, plane } = this.#exchange;
    this.remainingMs = remainingMs;
    try {
      const converted = this.bound.transcoder.request(wholeMessage(request, body), this);
      converted.head.set(CONVERTED_HEADER, `${this.callerProtocol}>${this.protocol}`);
      this.converted = converted;
      // It is kept for every attempt, as a body for a retry is.
      context.keptBytes += converted.body.length;
    } catch (error) {
      return this.#failed(error, 400, 'transcode_request');
    }
    plane.process[PROCESS.conversions]!++;
    return true;
  }

  // ── the answer ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** The head of the answer: it waits for the rest. */
  answerHead(head: ResponseHead, end: boolean): void {
    head.keep();
    this.#answerHead = head;
    this.#answerBody?.drop();
    this.#answerBody = null;
    if (end) this.#answer();
  }

  answerData(chunk: Uint8Array, end: boolean): void {
    this.#answerBody ??= new RequestBody(this.#exchange.context);
    this.#answerBody.add(chunk);
    if (this.#answerBody.bytes > this.bound.maxBodyBytes) this.#tooLong('answer', 502, 'transcode_response');
    else if (end) this.#answer();
  }

  answerTrailers(trailers: HeaderMap): void {
    this.#answerBody ??= new RequestBody(this.#exchange.context);
    this.#answerBody.setTrailers(trailers);
    this.#answer();
  }

  /** The answer of the host is whole: the caller gets it in its own protocol. */
  #answer(): void {
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
    if (!exchange.sendHead(head, !more) || !more) return;
    if (body.length > 0) exchange.sendData(body, trailers === undefined);
    if (!exchange.done && trailers !== undefined) exchange.sendTrailers(trailers);
  }

  #convertAnswer(): ConvertedResponse | null {
    const message = wholeMessage(this.#answerHead as ResponseHead, this.#answerBody);
    this.#dropAnswer();
    try {
      const { state } = this.converted as ConvertedRequest;
      return this.bound.transcoder.response(message, state, this);
    } catch (error) {
      this.#failed(error, 502, 'transcode_response');
      return null;
    }
  }

  /** The exchange is over. */
  end(): void {
    this.#dropAnswer();
    if (this.converted !== null) this.#exchange.context.keptBytes -= this.converted.body.length;
    this.converted = null;
  }

  #dropAnswer(): void {
    this.#answerBody?.drop();
    this.#answerBody = null;
    this.#answerHead = null;
  }

  // ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #tooLong(what: string, status: number, code: FaultCode): false {
    const text = `the ${what} is longer than ${this.bound.maxBodyBytes} bytes`;
    return this.#fail({ text, status, defect: null }, code);
  }

  #failed(error: unknown, status: number, code: FaultCode): false {
    const told = error instanceof TranscodeError;
    return this.#fail(
      told
        ? { text: error.message, status: error.status || status, defect: null }
        : { text: '', status: 500, defect: error },
      code,
    );
  }

  /** Tells the caller, in its own protocol, that its call or the answer cannot be converted. */
  #fail(fault: ConversionFault, code: FaultCode): false {
    const exchange = this.#exchange;
    const { plane } = exchange;
    this.#fault = fault;
    if (fault.defect !== null) {
      plane.process[PROCESS.extension_faults]!++;
      plane.onFilterFault(this.bound.name, fault.defect);
    }
    plane.process[PROCESS.conversion_failures]!++;
    exchange.failureDetail = this.faultText(code) || code;
    exchange.fail(code, fault.status, Flag.DownStreamTerminate | Flag.TranscodeFailed);
    return false;
  }
}

type FaultCode = 'transcode_request' | 'transcode_response';

function wholeMessage<Head extends HeaderMap>(head: Head, body: RequestBody | null): WholeMessage<Head> {
  return { head, body: body === null ? NOTHING : body.join(), trailers: body?.trailers ?? null };
}

const NOTHING = Buffer.alloc(0);
