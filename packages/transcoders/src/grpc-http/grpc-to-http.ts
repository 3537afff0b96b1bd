import {
  type ConvertedRequest,
  type ConvertedResponse,
  DEFAULT_CODEC_LIMITS,
  PlainRequestHead,
  PlainResponseHead,
  type RequestHead,
  type ResponseHead,
  type StreamEnd,
  type StreamedAnswer,
  type StreamedRequest,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';
import { shorter, TIMEOUT } from '../common/carry/index.ts';
import {
  ACCEPTED_ENCODINGS,
  Compression,
  decodeMessage,
  encodeMessage,
  FrameReader,
  GRPC_OK,
  type GrpcStatus,
  grpcStatusOfHttp,
  isGrpc,
  statusTrailers,
  writeStatus,
} from '../common/grpc/index.ts';
import { isObject, jsonToMessage, messageToJson, type ProtoJson, type ProtoMethod } from '../common/proto/index.ts';
import type { JsonValue } from '../common/values/index.ts';
import type { Bindings, HttpBinding } from './bindings.ts';
import { copyHeaders } from './carry.ts';
import { readJson } from './json-text.ts';
import { LineReader } from './line-reader.ts';
import { EVENT_STREAM, formOf, JSON_LINES, JSON_TYPE } from './media-types.ts';
import { MessagePieces } from './message-pieces.ts';
import { readError, statusOfAnswer } from './status.ts';
import { queryOf, takeText, tooLong } from './text-values.ts';

export interface GrpcCaller {
  readonly method: ProtoMethod;
  /** The binding that the call goes by. */
  readonly binding: HttpBinding;
}

const NOTHING = Buffer.alloc(0);
/** A longer one no host would read; it is the caller's, who is to be told. */
const MAX_TARGET_LENGTH = DEFAULT_CODEC_LIMITS.maxHeadBytes;
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);
const OK: GrpcStatus = { code: GRPC_OK, message: '', exceptionClass: '' };

/** A call of gRPC as a request over HTTP with JSON, and the answer, or the answers, as messages. */
export class GrpcToHttp implements Transcoder<GrpcCaller> {
  readonly #bindings: Bindings;
  readonly #defaults: boolean;

  constructor(bindings: Bindings, defaults: boolean) {
    this.#bindings = bindings;
    this.#defaults = defaults;
  }

  accept(head: RequestHead): boolean {
    return head.method === 'POST' && !this.isNative(head) && this.#bindings.of(head.path) !== null;
  }

  isNative(head: RequestHead): boolean {
    return !isGrpc(head.get('content-type'));
  }

  streamRequest(head: RequestHead, call: TranscodedCall): StreamedRequest<GrpcCaller> | null {
    const bindings = this.#of(head);
    const { method } = bindings[0] as HttpBinding;
    if (!method.clientStreaming) return null;
    // The path is written before the first message is there: it has no variables.
    const binding = bindings.find(
      ({ body, template, httpMethod }) =>
        body === 'message' && template.variables.length === 0 && httpMethod !== '*' && template.expand([]) !== null,
    ) as HttpBinding;
    const path = binding.template.expand([]) ?? head.path;
    const request = requestHead(head, call, binding, path, -1);
    request.add('content-type', JSON_LINES);
    const messages = new FramesToJsonLines(method, this.#defaults, Compression.ofCall(head, call), call.maxBodyBytes);
    return { head: request, messages, state: { method, binding } };
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<GrpcCaller> {
    const bindings = this.#of(head);
    const { method } = bindings[0] as HttpBinding;
    const message = decodeMessage(body, Compression.ofCall(head, call));
    for (const binding of bindings) {
      if (binding.httpMethod === '*') continue;
      // Each takes what it needs out of the message.
      const json = messageToJson(method.input, message, this.#defaults, call.maxBodyBytes);
      const path = pathOf(binding, json);
      if (path === null) continue;
      const content = takeBody(binding, json);
      const query = binding.body !== 'message' && isObject(json) ? queryOf(json, MAX_TARGET_LENGTH) : '';
      const target = query === '' ? path : `${path}?${query}`;
      if (target.length > MAX_TARGET_LENGTH) tooLong(MAX_TARGET_LENGTH);
      const request = requestHead(head, call, binding, target, content.length);
      if (content.length > 0) request.add('content-type', JSON_TYPE);
      return { head: request, body: content, state: { method, binding } };
    }
    throw new TranscodeError(`${method.name}: no path of google.api.http fits the message`);
  }

  streamAnswer(answer: ResponseHead, caller: GrpcCaller, call: TranscodedCall): StreamedAnswer | null {
    const form = formOf(answer.get('content-type'));
    if (!caller.method.serverStreaming || !isSuccess(answer) || form === 'whole') return null;
    return {
      head: answerHead(answer, call),
      messages: new TextToFrames(caller, form === 'events', call.maxBodyBytes),
      fail: (status, message) => end({ code: grpcStatusOfHttp(status), message, exceptionClass: '' }),
    };
  }

  response({ head, body }: WholeMessage<ResponseHead>, caller: GrpcCaller, call: TranscodedCall): ConvertedResponse {
    if (!isSuccess(head)) return failure(call, statusOfAnswer(head.status, body));
    const { method, binding } = caller;
    const json = body.length === 0 ? null : readJson(body, call.maxBodyBytes);
    if (!method.serverStreaming) {
      const message = json === null ? NOTHING : answerMessage(binding, json);
      return { head: answerHead(head, call), body: encodeMessage(message), trailers: statusTrailers(OK) };
    }
    const list = json === null ? [] : Array.isArray(json) ? json : [json];
    const frames = list.map((item) => encodeMessage(answerMessage(binding, item)));
    return { head: answerHead(head, call), body: Buffer.concat(frames), trailers: statusTrailers(OK) };
  }

  #of(head: RequestHead): readonly HttpBinding[] {
    const bindings = this.#bindings.of(head.path);
    if (bindings === null) throw new TranscodeError('no method has this path', 501);
    return bindings;
  }
}

/** The path of a request, whose values are taken out of the message; null where one is missing or does not fit. */
function pathOf({ template, variables }: HttpBinding, json: ProtoJson): string | null {
  const values: string[] = [];
  for (const fields of variables) {
    const value = takeText(json, fields);
    if (value === null) return null;
    values.push(value);
  }
  return template.expand(values);
}

function takeBody({ body }: HttpBinding, json: ProtoJson): Buffer {
  if (body === 'message') return Buffer.from(JSON.stringify(json));
  if (body === 'nothing' || !isObject(json)) return NOTHING;
  const value = json[body.javaName];
  delete json[body.javaName];
  return value === undefined ? NOTHING : Buffer.from(JSON.stringify(value));
}

function requestHead(
  head: RequestHead,
  call: TranscodedCall,
  { httpMethod, method }: HttpBinding,
  path: string,
  contentLength: number,
): PlainRequestHead {
  const timeoutMs = shorter(Math.max(0, head.timeoutMs), call.remainingMs);
  const request = new PlainRequestHead(call.protocol, 'http', {
    method: httpMethod,
    authority: head.authority,
    path,
    scheme: head.scheme,
    contentLength,
    timeoutMs,
    idempotent: IDEMPOTENT.has(httpMethod),
  });
  request.add('accept', method.serverStreaming ? `${EVENT_STREAM}, ${JSON_LINES}, ${JSON_TYPE}` : JSON_TYPE);
  if (timeoutMs > 0) request.add(TIMEOUT, String(timeoutMs));
  copyHeaders(head, request);
  return request;
}

function isSuccess({ status }: ResponseHead): boolean {
  return status >= 200 && status < 300;
}

/** Providers add fields as they please: what a message has no field for is left out. */
function answerMessage({ method, responseBody }: HttpBinding, json: JsonValue): Buffer {
  const whole = responseBody === null ? json : new Map([[responseBody.javaName, json]]);
  return jsonToMessage(method.output, whole, 'ignore');
}

function answerHead(answer: ResponseHead, call: TranscodedCall): PlainResponseHead {
  const head = new PlainResponseHead(call.callerProtocol, 'http', 200, {}, [
    ['content-type', 'application/grpc'],
    ['grpc-accept-encoding', ACCEPTED_ENCODINGS],
  ]);
  copyHeaders(answer, head);
  return head;
}

/** A head that is all there is. */
function failure(call: TranscodedCall, status: GrpcStatus): ConvertedResponse {
  const head = new PlainResponseHead(call.callerProtocol, 'http', 200, { applicationError: true }, [
    ['content-type', 'application/grpc'],
  ]);
  writeStatus(head, status);
  return { head, body: NOTHING };
}

function end(status: GrpcStatus): StreamEnd {
  return { body: NOTHING, trailers: statusTrailers(status) };
}

/** A request of many messages: a line of JSON for each. */
class FramesToJsonLines extends MessagePieces {
  readonly #frames: FrameReader;
  readonly #method: ProtoMethod;
  readonly #defaults: boolean;
  readonly #maxBodyBytes: number;

  constructor(method: ProtoMethod, defaults: boolean, compression: Compression, maxBodyBytes: number) {
    super();
    this.#maxBodyBytes = maxBodyBytes;
    this.#frames = new FrameReader(compression, maxBodyBytes, 413);
    this.#method = method;
    this.#defaults = defaults;
  }

  override get keptBytes(): number {
    return this.#frames.keptBytes;
  }

  protected override convert(chunk: Uint8Array, out: Buffer[]): void {
    for (const message of this.#frames.read(chunk)) {
      const json = messageToJson(this.#method.input, message, this.#defaults, this.#maxBodyBytes);
      out.push(Buffer.from(`${JSON.stringify(json)}\n`));
    }
  }

  override end(): StreamEnd {
    this.#frames.end();
    return { body: NOTHING };
  }
}

/** The mark of the byte order in UTF-8. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** An answer of many messages: a line of JSON, or an event, for each. */
class TextToFrames extends MessagePieces {
  readonly #lines: LineReader;
  readonly #caller: GrpcCaller;
  readonly #events: boolean;
  readonly #maxBodyBytes: number;
  /** What an event has said so far. */
  #event = 'message';
  #data: string[] = [];
  #dataBytes = 0;
  /** No line was there yet: the first one may begin with a mark of the byte order. */
  #first = true;
  /** The error that the stream has ended with; what comes behind it does not count. */
  #error: GrpcStatus | null = null;

  constructor(caller: GrpcCaller, events: boolean, maxBodyBytes: number) {
    super();
    this.#maxBodyBytes = maxBodyBytes;
    this.#caller = caller;
    this.#events = events;
    this.#lines = new LineReader(events);
  }

  override get keptBytes(): number {
    return this.#lines.keptBytes + this.#dataBytes;
  }

  protected override convert(chunk: Uint8Array, out: Buffer[]): void {
    for (const line of this.#lines.read(chunk)) {
      const text = this.#first && line.subarray(0, MARK.length).equals(MARK) ? line.subarray(MARK.length) : line;
      this.#first = false;
      if (this.#events) this.#eventLine(text.toString(), out);
      else this.#message('message', text, out);
    }
  }

  override end(): StreamEnd {
    const frames: Buffer[] = [];
    const rest = this.#lines.end();
    // An event that no empty line has ended is none (HTML, server-sent events, section 9.2.6).
    if (!this.#events) this.#message('message', rest, frames);
    return { body: frames[0] ?? NOTHING, trailers: statusTrailers(this.#error ?? OK) };
  }

  /** `data: {…}`; an empty line ends the event. */
  #eventLine(line: string, frames: Buffer[]): void {
    if (line === '') {
      const [event, data] = [this.#event, this.#data.join('\n')];
      this.#event = 'message';
      this.#data = [];
      this.#dataBytes = 0;
      if (data !== '') this.#message(event, Buffer.from(data), frames);
      return;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.#event = value === '' ? 'message' : value;
    else if (name === 'data') {
      this.#data.push(value);
      this.#dataBytes += line.length;
    }
  }

  #message(event: string, text: Buffer, frames: Buffer[]): void {
    if (text.length === 0 || this.#error !== null || event === 'end') return;
    const json = readJson(text, this.#maxBodyBytes);
    this.#error = this.#errorOf(event, json);
    if (this.#error === null && event === 'message')
      frames.push(encodeMessage(answerMessage(this.#caller.binding, json)));
  }

  /** `event: error`, or a line `{"error": {"code": 5, …}}`. */
  #errorOf(event: string, json: JsonValue): GrpcStatus | null {
    if (!(json instanceof Map)) return event === 'error' ? UNKNOWN : null;
    if (this.#events) return event === 'error' ? (statusOf(json) ?? UNKNOWN) : null;
    const error = json.size === 1 ? json.get('error') : undefined;
    return error instanceof Map ? statusOf(error) : null;
  }
}

const UNKNOWN: GrpcStatus = { code: 2, message: '', exceptionClass: '' };

function statusOf(document: ReadonlyMap<string, JsonValue>): GrpcStatus | null {
  const [code, message] = [document.get('code'), document.get('message')];
  return readError({
    code: typeof code === 'number' ? code : null,
    message: typeof message === 'string' ? message : '',
  });
}
