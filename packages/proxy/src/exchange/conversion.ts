import {
  type BoundTranscoder,
  CONVERTED_HEADER,
  type ConvertedRequest,
  type ConvertedResponse,
  type HeaderMap,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  TranscodeError,
  type WholeMessage,
} from '@weft/sdk';
import type { NetContext } from '../net/index.ts';
import { RequestBody } from './request-body.ts';

/** Why a message could not be converted. */
export interface ConversionFault {
  /** For the caller, such as `cyclic`. */
  readonly text: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** What the transcoder threw that is no `TranscodeError`: a defect; null otherwise. */
  readonly defect: unknown;
}

/**
 * A call that goes out in another protocol, and its answer on its way back. Requests that nobody converts have no such
 * object. It decides nothing: when to convert, and what follows from a fault, is the exchange's.
 */
export class Conversion implements TranscodedCall {
  readonly bound: BoundTranscoder;
  readonly callerProtocol: string;
  remainingMs = 0;
  clusterName = '';
  /** What goes out; null until the request was converted. */
  converted: ConvertedRequest | null = null;
  /** The engine waits for the rest of the request. */
  gathering = false;
  fault: ConversionFault | null = null;
  readonly #context: NetContext;
  #answerHead: ResponseHead | null = null;
  #answerBody: RequestBody | null = null;

  constructor(bound: BoundTranscoder, callerProtocol: string, context: NetContext) {
    this.bound = bound;
    this.callerProtocol = callerProtocol;
    this.#context = context;
  }

  get protocol(): string {
    return this.bound.protocol;
  }

  /** Converts the request; false when that cannot be done, which `fault` explains. */
  request(head: RequestHead, body: RequestBody | null): boolean {
    try {
      const converted = this.bound.transcoder.request(wholeMessage(head, body), this);
      converted.head.set(CONVERTED_HEADER, `${this.callerProtocol}>${this.protocol}`);
      this.converted = converted;
      // It is kept for every attempt, as a body for a retry is.
      this.#context.keptBytes += converted.body.length;
      return true;
    } catch (error) {
      return this.#failed(error, 400);
    }
  }

  /** The head of the answer: it waits for the rest. */
  answerHead(head: ResponseHead): void {
    head.keep();
    this.#answerHead = head;
    this.#answerBody?.drop();
    this.#answerBody = null;
  }

  /** HTTP-like status of the host's answer. */
  get answerStatus(): number {
    return this.#answerHead?.status ?? 200;
  }

  /** More of the answer; false when it is too long. */
  answerData(chunk: Uint8Array): boolean {
    this.#answerBody ??= new RequestBody(this.#context);
    this.#answerBody.add(chunk);
    return this.#answerBody.bytes <= this.bound.maxBodyBytes || this.#tooLong('answer', 502);
  }

  answerTrailers(trailers: HeaderMap): void {
    this.#answerBody ??= new RequestBody(this.#context);
    this.#answerBody.setTrailers(trailers);
  }

  /** Converts the answer that is whole now; null when that cannot be done, which `fault` explains. */
  answer(): ConvertedResponse | null {
    const message = wholeMessage(this.#answerHead as ResponseHead, this.#answerBody);
    this.#dropAnswer();
    try {
      const { state } = this.converted as ConvertedRequest;
      return this.bound.transcoder.response(message, state, this);
    } catch (error) {
      this.#failed(error, 502);
      return null;
    }
  }

  /** The request is longer than what is converted. */
  requestTooLong(): void {
    this.#tooLong('request', 413);
  }

  /** The exchange is over. */
  end(): void {
    this.#dropAnswer();
    if (this.converted !== null) this.#context.keptBytes -= this.converted.body.length;
    this.converted = null;
  }

  #dropAnswer(): void {
    this.#answerBody?.drop();
    this.#answerBody = null;
    this.#answerHead = null;
  }

  #tooLong(what: string, status: number): false {
    this.fault = {
      text: `the ${what} is longer than ${this.bound.maxBodyBytes} bytes`,
      status,
      defect: null,
    };
    return false;
  }

  #failed(error: unknown, status: number): false {
    this.fault =
      error instanceof TranscodeError
        ? { text: error.message, status: error.status || status, defect: null }
        : { text: '', status: 500, defect: error };
    return false;
  }
}

function wholeMessage<Head extends HeaderMap>(head: Head, body: RequestBody | null): WholeMessage<Head> {
  return { head, body: body === null ? NOTHING : body.join(), trailers: body?.trailers ?? null };
}

const NOTHING = Buffer.alloc(0);
