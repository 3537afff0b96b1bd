import {
  type ConvertedRequest,
  type ConvertedResponse,
  PlainHeaders,
  PlainResponseHead,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';
import { shorter } from '../common/carry/index.ts';
import { attachmentsOf, readMessage, readOutcome, writeArguments } from '../common/dubbo/index.ts';
import { dubboRequestHead } from '../common/dubbo-request.ts';
import {
  Compression,
  decodeMessage,
  encodeMessage,
  GRPC_OK,
  GRPC_UNKNOWN,
  type GrpcStatus,
  isGrpc,
  writeStatus,
} from '../common/grpc/index.ts';
import { descriptorsOf } from '../common/parameter-types.ts';
import { type ProtoMethod, smallFirst } from '../common/proto/index.ts';
import type { ServiceTable } from '../common/services.ts';
import { describeThrowable } from '../common/values/index.ts';
import { addAttachments, addHeaders } from './attachments.ts';
import type { JavaCalls } from './proto/java-calls.ts';
import { DUBBO_OK, toGrpcStatus } from './status.ts';
import { alone, checkValue, HESSIAN, readAlone } from './to-triple.ts';
import { argumentBody, classOf, splitAnswer } from './verbatim.ts';
import { decodeRequestWrapper, encodeResponseWrapper } from './wrapper.ts';

/** `/org.example.Orders/echo`, whatever stands before. */
const PATH = /\/([\w$.]+)\/([\w$]+)(?:\?|$)/;
/** Code of an exception of the application, as Dubbo 3 marks its answer. */
const BUSINESS_EXCEPTION = '3';
const NOTHING = Buffer.alloc(0);

export interface TripleCaller {
  /** With a `.proto`; null without. */
  readonly method: ProtoMethod | null;
}

/** Calls of Triple and gRPC to a provider that speaks Dubbo 2. */
export class TripleToDubbo implements Transcoder<TripleCaller> {
  readonly #services: ServiceTable;
  readonly #java: JavaCalls;
  readonly #objects: boolean;

  /** `objects`: exceptions go back as they are; otherwise their text and class only. */
  constructor(services: ServiceTable, java: JavaCalls, objects: boolean) {
    this.#services = services;
    this.#java = java;
    this.#objects = objects;
  }

  accept(head: RequestHead): boolean {
    return head.method === 'POST' && isGrpc(head.get('content-type')) && PATH.test(head.path);
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<TripleCaller> {
    const [, interfaceName = '', name = ''] = PATH.exec(head.path) ?? [];
    const message = decodeMessage(body, Compression.ofCall(head, call));
    const method = this.#java.method(interfaceName, name);
    const { types, content } =
      method === null ? unwrapped(message, call.maxBodyBytes) : this.#spread(method, message, call.maxBodyBytes);
    const service = this.#services.target({
      interfaceName,
      version: head.get('tri-service-version') ?? '',
      group: head.get('tri-service-group') ?? '',
    });
    const timeoutMs = shorter(Math.max(0, head.timeoutMs), call.remainingMs);
    const dubbo = dubboRequestHead({
      protocol: call.protocol,
      service,
      method: method === null ? name : smallFirst(method.name),
      types,
      contentLength: content.length,
      timeoutMs,
      application: head.get('tri-consumer-appname') ?? '',
    });
    addAttachments(dubbo, head);
    return { head: dubbo, body: content, state: { method } };
  }

  response(
    { head, body }: WholeMessage<ResponseHead>,
    { method }: TripleCaller,
    call: TranscodedCall,
  ): ConvertedResponse {
    const { maxBodyBytes } = call;
    if (head.nativeStatus !== DUBBO_OK) {
      const message = readMessage(body);
      return failure(call, { code: toGrpcStatus(head.nativeStatus), message, exceptionClass: '' });
    }
    const verbatim = method === null ? splitAnswer(body, maxBodyBytes) : null;
    if (verbatim !== null && (this.#objects || !verbatim.thrown)) {
      const { value: data, map, thrown } = verbatim;
      const wrapper = encodeResponseWrapper({ serializeType: HESSIAN, data, type: classOf(data) });
      return success(call, wrapper, attachmentsOf(map), thrown);
    }
    const { kind, value, attachments } = readOutcome(body, maxBodyBytes);
    const thrown = kind === 'exception';
    if (thrown && (method !== null || !this.#objects)) {
      const { className, message } = describeThrowable(value) ?? { className: '', message: '' };
      return failure(call, { code: GRPC_UNKNOWN, message, exceptionClass: className });
    }
    if (method !== null) return success(call, this.#java.writeResult(method, value, maxBodyBytes), attachments, false);
    const data = alone(value, maxBodyBytes);
    const wrapper = encodeResponseWrapper({ serializeType: HESSIAN, data, type: classOf(data) });
    return success(call, wrapper, attachments, thrown);
  }

  #spread(method: ProtoMethod, message: Buffer, maxBodyBytes: number): Arguments {
    const { types, args } = this.#java.readArguments(method, message, maxBodyBytes);
    return { types, content: writeArguments(args, maxBodyBytes) };
  }
}

/** Descriptors of the arguments, and what a body of Dubbo has of them. */
interface Arguments {
  readonly types: string;
  readonly content: Buffer;
}

/** Arguments that came without a `.proto`: one goes over as it is, several share references from now on. */
function unwrapped(message: Buffer, maxBodyBytes: number): Arguments {
  const { serializeType, args, argTypes } = decodeRequestWrapper(message);
  const types = descriptorsOf(argTypes);
  const [only] = args;
  if (args.length !== 1 || only === undefined) {
    const values = args.map((bytes) => readAlone(serializeType, bytes, maxBodyBytes));
    return { types, content: writeArguments(values, maxBodyBytes) };
  }
  checkValue(serializeType, only);
  return { types, content: argumentBody(only) };
}

/** One message, and status 0 behind it. */
function success(
  call: TranscodedCall,
  message: Buffer,
  attachments: ReadonlyMap<string, string>,
  thrown: boolean,
): ConvertedResponse {
  const head = answerHead(call, thrown);
  if (thrown) head.set('tri-exception-code', BUSINESS_EXCEPTION);
  const trailers = new PlainHeaders();
  writeStatus(trailers, { code: GRPC_OK, message: '', exceptionClass: '' });
  addHeaders(trailers, attachments);
  return { head, body: encodeMessage(message), trailers };
}

/** A head that is all there is. */
function failure(call: TranscodedCall, status: GrpcStatus): ConvertedResponse {
  const head = answerHead(call, true);
  writeStatus(head, status);
  return { head, body: NOTHING };
}

function answerHead(call: TranscodedCall, applicationError: boolean): PlainResponseHead {
  const fields = { contentLength: -1, applicationError };
  return new PlainResponseHead(call.callerProtocol, 'http', 200, fields, [['content-type', 'application/grpc+proto']]);
}
