import {
  type ConvertedRequest,
  type ConvertedResponse,
  type HeaderMap,
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
import { shorter, TIMEOUT, timeoutOf } from '../common/carry/index.ts';
import {
  Compression,
  decodeMessage,
  encodeMessage,
  FrameReader,
  GRPC_OK,
  type GrpcStatus,
  grpcStatusOfHttp,
  isGrpc,
  readStatus,
  statusTrailers,
  timeoutText,
} from '../common/grpc/index.ts';
import { defaultJson, isObject, jsonToMessage, messageToJson, type ProtoJson } from '../common/proto/index.ts';
import type { JsonValue } from '../common/values/index.ts';
import type { Bindings, FoundBinding, HttpBinding } from './bindings.ts';
import { copyHeaders, copyToMetadata } from './carry.ts';
import { readJson } from './json-text.ts';
import { LineReader } from './line-reader.ts';
import { EVENT_STREAM, JSON_LINES, JSON_TYPE } from './media-types.ts';
import { MessagePieces } from './message-pieces.ts';
import { decodeValue } from './path-template.ts';
import { type ErrorDocument, errorDocument, httpStatusOf } from './status.ts';
import { putQuery, putText } from './text-values.ts';

export interface HttpCaller {
  readonly binding: HttpBinding;
  /** The messages of a streamed answer go as server-sent events, and not as lines. */
  readonly events: boolean;
}

export interface JsonOptions {
  /** Whether names and parameters that are no fields are refused. */
  readonly refuseUnknown: boolean;
  /** Whether fields without a value are written. */
  readonly defaults: boolean;
}

const NOTHING = Buffer.alloc(0);

/** A request over HTTP with JSON as a call of gRPC, and its answer, or its answers, as JSON. */
export class HttpToGrpc implements Transcoder<HttpCaller> {
  readonly #bindings: Bindings;
  readonly #options: JsonOptions;

  constructor(bindings: Bindings, options: JsonOptions) {
    this.#bindings = bindings;
    this.#options = options;
  }

  accept(head: RequestHead): boolean {
    return !this.isNative(head) && head.upgrade === '' && this.#bindings.find(head.method, head.path) !== null;
  }

  isNative(head: RequestHead): boolean {
    return isGrpc(head.get('content-type'));
  }

  convertedHead(head: RequestHead, call: TranscodedCall): RequestHead | null {
    const found = this.#bindings.find(head.method, head.path);
    return found === null ? null : requestHead(head, call, found.binding, -1);
  }

  streamRequest(head: RequestHead, call: TranscodedCall): StreamedRequest<HttpCaller> | null {
    const found = this.#find(head);
    if (!found.binding.method.clientStreaming) return null;
    return {
      head: requestHead(head, call, found.binding, -1),
      messages: new JsonLinesToFrames(this.#options, found, call.maxBodyBytes),
      state: callerOf(found.binding, head),
    };
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<HttpCaller> {
    const found = this.#find(head);
    const json = this.#message(found, head.path, body, call.maxBodyBytes);
    const content = encodeMessage(jsonToMessage(found.binding.method.input, json, unknown(this.#options)));
    return {
      head: requestHead(head, call, found.binding, content.length),
      body: content,
      state: callerOf(found.binding, head),
    };
  }

  streamAnswer(answer: ResponseHead, caller: HttpCaller, call: TranscodedCall): StreamedAnswer | null {
    if (!caller.binding.method.serverStreaming || !isAnswer(answer) || answer.get('grpc-status') !== undefined)
      return null;
    const messages = new FramesToJson(this.#options, caller, Compression.ofAnswer(answer, call), call.maxBodyBytes);
    return {
      head: streamHead(answer, caller, call),
      messages,
      fail: (status, message) => messages.failure({ code: grpcStatusOfHttp(status), message, exceptionClass: '' }),
    };
  }

  response(message: WholeMessage<ResponseHead>, caller: HttpCaller, call: TranscodedCall): ConvertedResponse {
    const { head, body, trailers } = message;
    const { binding } = caller;
    const status = readStatus(trailers ?? head) ?? withoutStatus(head);
    if (status.code !== GRPC_OK) return errorResponse(call, status);
    if (binding.method.serverStreaming) {
      const messages = new FramesToJson(this.#options, caller, Compression.ofAnswer(head, call), call.maxBodyBytes);
      const first = messages.data(body);
      if (messages.fault !== null) throw messages.fault;
      const { body: last } = messages.end(trailers ?? head);
      return { head: streamHead(head, caller, call), body: Buffer.concat([first, last]) };
    }
    const content = decodeMessage(body, Compression.ofAnswer(head, call));
    const text = Buffer.from(JSON.stringify(answerJson(binding, content, this.#options.defaults, call.maxBodyBytes)));
    const answer = new PlainResponseHead(call.callerProtocol, 'http', 200, { contentLength: text.length });
    answer.add('content-type', JSON_TYPE);
    copyHeaders(head, answer);
    return { head: answer, body: text };
  }

  #find(head: RequestHead): FoundBinding {
    const found = this.#bindings.find(head.method, head.path);
    if (found === null) throw new TranscodeError('no method has this path', 404);
    const encoding = head.get('content-encoding') ?? 'identity';
    if (encoding !== 'identity')
      throw new TranscodeError(`a body encoded with ${encoding.slice(0, 32)} is not converted`, 415);
    return found;
  }

  /** Body, path and query as one message. */
  #message(found: FoundBinding, target: string, body: Buffer, maxBodyBytes: number): JsonValue {
    const { binding } = found;
    // Without a body the message is empty; `null` is a body that is no message.
    const content = body.length === 0 || binding.body === 'nothing' ? undefined : readJson(body, maxBodyBytes);
    if (binding.body === 'message' && found.pathValues.length === 0) return content === undefined ? new Map() : content;
    if (binding.body === 'message' && content !== undefined && !(content instanceof Map))
      throw new TranscodeError(`${binding.method.input.name}: an object expected`);
    const message = binding.body === 'message' && content instanceof Map ? content : new Map<string, JsonValue>();
    if (typeof binding.body === 'object' && content !== undefined) message.set(binding.body.javaName, content);
    const query = target.indexOf('?');
    if (binding.body !== 'message' && query >= 0)
      putQuery(message, binding.method.input, target.slice(query + 1), this.#options.refuseUnknown);
    // What stands in the path counts more than what stands elsewhere: rules and routes have seen it.
    putPath(message, found);
    return message;
  }
}

function unknown({ refuseUnknown }: JsonOptions): 'refuse' | 'ignore' {
  return refuseUnknown ? 'refuse' : 'ignore';
}

function putPath(message: Map<string, JsonValue>, { binding, pathValues }: FoundBinding): void {
  const { template, variables } = binding;
  template.variables.forEach((variable, index) => {
    const fields = variables[index] ?? [];
    const [first] = fields;
    // A list would get one more item: it is what the path says, and nothing else.
    if (fields.length === 1 && first !== undefined) {
      message.delete(first.name);
      message.delete(first.javaName);
    }
    putText(message, fields, decodeValue(pathValues[index] as string, variable));
  });
}

function callerOf(binding: HttpBinding, head: RequestHead): HttpCaller {
  return { binding, events: (head.get('accept') ?? '').toLowerCase().includes(EVENT_STREAM) };
}

function requestHead(
  head: RequestHead,
  call: TranscodedCall,
  { service, method }: HttpBinding,
  contentLength: number,
): PlainRequestHead {
  const timeoutMs = shorter(timeoutOf(head.get(TIMEOUT)), call.remainingMs);
  const grpc = new PlainRequestHead(call.protocol, 'http', {
    method: 'POST',
    authority: head.authority,
    path: `/${service}/${method.name}`,
    scheme: head.scheme,
    contentLength,
    timeoutMs,
    idempotent: head.idempotent,
  });
  grpc.add('content-type', 'application/grpc');
  grpc.add('te', 'trailers');
  grpc.add('grpc-accept-encoding', 'identity');
  if (timeoutMs > 0) grpc.add('grpc-timeout', timeoutText(timeoutMs));
  copyToMetadata(head, grpc);
  return grpc;
}

/** Whether it is an answer of gRPC at all. */
function isAnswer(head: ResponseHead): boolean {
  return head.status === 200 && isGrpc(head.get('content-type'));
}

function withoutStatus(head: ResponseHead): GrpcStatus {
  const message = isAnswer(head) ? 'the answer has no status of gRPC' : `HTTP status ${head.status}`;
  return { code: grpcStatusOfHttp(isAnswer(head) ? 500 : head.status), message, exceptionClass: '' };
}

function errorResponse(call: TranscodedCall, status: GrpcStatus): ConvertedResponse {
  const body = Buffer.from(JSON.stringify(errorDocument(status)));
  const fields = { contentLength: body.length };
  const head = new PlainResponseHead(call.callerProtocol, 'http', httpStatusOf(status.code), fields, [
    ['content-type', JSON_TYPE],
  ]);
  return { head, body };
}

function streamHead(answer: ResponseHead, { events }: HttpCaller, call: TranscodedCall): PlainResponseHead {
  const head = new PlainResponseHead(call.callerProtocol, 'http', 200, {}, [
    ['content-type', events ? EVENT_STREAM : JSON_LINES],
    ['cache-control', 'no-cache'],
  ]);
  copyHeaders(answer, head);
  return head;
}

function answerJson(
  { method, responseBody }: HttpBinding,
  message: Buffer,
  defaults: boolean,
  maxBodyBytes: number,
): ProtoJson {
  const json = messageToJson(method.output, message, defaults, maxBodyBytes);
  return responseBody !== null && isObject(json) ? (json[responseBody.javaName] ?? defaultJson(responseBody)) : json;
}

/** A request of many messages: a line of JSON for each. */
class JsonLinesToFrames extends MessagePieces {
  readonly #lines = new LineReader(false);
  readonly #options: JsonOptions;
  readonly #found: FoundBinding;
  readonly #maxBodyBytes: number;
  #first = true;

  constructor(options: JsonOptions, found: FoundBinding, maxBodyBytes: number) {
    super();
    this.#maxBodyBytes = maxBodyBytes;
    this.#options = options;
    this.#found = found;
  }

  override get keptBytes(): number {
    return this.#lines.keptBytes;
  }

  protected override convert(chunk: Uint8Array, out: Buffer[]): void {
    for (const line of this.#lines.read(chunk)) this.#line(line, out);
  }

  override end(): StreamEnd {
    const frames: Buffer[] = [];
    this.#line(this.#lines.end(), frames);
    return { body: frames[0] ?? NOTHING };
  }

  #line(line: Buffer, frames: Buffer[]): void {
    if (line.length === 0) return;
    const json = readJson(line, this.#maxBodyBytes);
    // The path belongs to the call, and is told with its first message.
    if (this.#first && json instanceof Map) putPath(json, this.#found);
    this.#first = false;
    frames.push(encodeMessage(jsonToMessage(this.#found.binding.method.input, json, unknown(this.#options))));
  }
}

/** An answer of many messages: a line of JSON, or an event, for each. */
class FramesToJson extends MessagePieces {
  readonly #frames: FrameReader;
  readonly #options: JsonOptions;
  readonly #caller: HttpCaller;
  readonly #maxBodyBytes: number;

  constructor(options: JsonOptions, caller: HttpCaller, compression: Compression, maxBodyBytes: number) {
    super();
    this.#maxBodyBytes = maxBodyBytes;
    this.#frames = new FrameReader(compression, maxBodyBytes, 0);
    this.#options = options;
    this.#caller = caller;
  }

  override get keptBytes(): number {
    return this.#frames.keptBytes;
  }

  protected override convert(chunk: Uint8Array, out: Buffer[]): void {
    for (const message of this.#frames.read(chunk)) {
      const { binding } = this.#caller;
      const json = JSON.stringify(answerJson(binding, message, this.#options.defaults, this.#maxBodyBytes));
      out.push(Buffer.from(this.#caller.events ? `data: ${json}\n\n` : `${json}\n`));
    }
  }

  override end(trailers: HeaderMap | null): StreamEnd {
    const status = trailers === null ? null : readStatus(trailers);
    if (status !== null && status.code !== GRPC_OK) return this.failure(status);
    if (status === null)
      return this.failure({ code: 2, message: 'the stream ended without a status', exceptionClass: '' });
    this.#frames.end();
    // Whoever reads events would connect again at an end that nobody announced.
    return {
      body: this.#caller.events ? Buffer.from('event: end\ndata: {}\n\n') : NOTHING,
      trailers: statusTrailers(status),
    };
  }

  /** The stream ends with an error, which is told behind the messages that came. */
  failure(status: GrpcStatus): StreamEnd {
    const document: ErrorDocument = errorDocument(status);
    const text = this.#caller.events
      ? `event: error\ndata: ${JSON.stringify(document)}\n\n`
      : `${JSON.stringify({ error: document })}\n`;
    return { body: Buffer.from(text), trailers: statusTrailers(status) };
  }
}
