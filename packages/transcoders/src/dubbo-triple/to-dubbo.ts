import {
  type ConvertedRequest,
  type ConvertedResponse,
  PlainHeaders,
  PlainRequestHead,
  PlainResponseHead,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';
import { readMessage, readOutcome, writeArguments } from '../common/dubbo/index.ts';
import type { ServiceTable } from '../common/services.ts';
import { describeThrowable } from '../common/values/index.ts';
import { addAttachments, addHeaders } from './attachments.ts';
import { decodeMessage, encodeMessage, type GrpcStatus, isGrpc, writeStatus } from './grpc.ts';
import { classOf, descriptorsOf } from './java-types.ts';
import { DUBBO_OK, GRPC_OK, GRPC_UNKNOWN, toGrpcStatus } from './status.ts';
import { alone, HESSIAN, readAlone } from './to-triple.ts';
import { decodeRequestWrapper, encodeResponseWrapper } from './wrapper.ts';

/** `/org.example.Orders/echo`, whatever stands before. */
const PATH = /\/([\w$.]+)\/([\w$]+)(?:\?|$)/;
/** Code of an exception of the application, as Dubbo 3 marks its answer. */
const BUSINESS_EXCEPTION = '3';
const NOTHING = Buffer.alloc(0);

/** Calls of Triple to a provider that speaks Dubbo 2. */
export class TripleToDubbo implements Transcoder<null> {
  readonly #services: ServiceTable;
  readonly #objects: boolean;

  /** `objects`: exceptions go back as they are; otherwise their text and class only. */
  constructor(services: ServiceTable, objects: boolean) {
    this.#services = services;
    this.#objects = objects;
  }

  accept(head: RequestHead): boolean {
    return head.method === 'POST' && isGrpc(head.get('content-type')) && PATH.test(head.path);
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<null> {
    const [, interfaceName = '', method = ''] = PATH.exec(head.path) ?? [];
    const { serializeType, args, argTypes } = decodeRequestWrapper(decodeMessage(body));
    const content = writeArguments(args.map((bytes) => readAlone(serializeType, bytes)));
    const service = this.#services.target({
      interfaceName,
      version: head.get('tri-service-version') ?? '',
      group: head.get('tri-service-group') ?? '',
    });
    const timeoutMs = call.remainingMs || Math.max(0, head.timeoutMs);
    const dubbo = new PlainRequestHead(call.protocol, 'dubbo', {
      method,
      service: service.interfaceName,
      contentLength: content.length,
      timeoutMs,
    });
    dubbo.set('service', service.interfaceName);
    dubbo.set('version', service.version);
    dubbo.set(':types', descriptorsOf(argTypes));
    addAttachments(dubbo, head);
    dubbo.set('path', service.interfaceName);
    dubbo.set('interface', service.interfaceName);
    if (service.group !== '') dubbo.set('group', service.group);
    if (timeoutMs > 0) dubbo.set('timeout', String(Math.ceil(timeoutMs)));
    const application = head.get('tri-consumer-appname');
    if (application !== undefined) dubbo.set('remote.application', application);
    return { head: dubbo, body: content, state: null };
  }

  response({ head, body }: WholeMessage<ResponseHead>, _state: null, call: TranscodedCall): ConvertedResponse {
    if (head.nativeStatus !== DUBBO_OK) {
      const message = readMessage(body);
      return failure(call, { code: toGrpcStatus(head.nativeStatus), message, exceptionClass: '' });
    }
    const { kind, value, attachments } = readOutcome(body);
    const thrown = kind === 'exception';
    if (thrown && !this.#objects) {
      const { className, message } = describeThrowable(value) ?? { className: '', message: '' };
      return failure(call, { code: GRPC_UNKNOWN, message, exceptionClass: className });
    }
    const triple = answerHead(call, thrown);
    if (thrown) triple.set('tri-exception-code', BUSINESS_EXCEPTION);
    const data = alone(value);
    const trailers = new PlainHeaders();
    writeStatus(trailers, { code: GRPC_OK, message: '', exceptionClass: '' });
    addHeaders(trailers, attachments);
    const wrapper = encodeResponseWrapper({ serializeType: HESSIAN, data, type: classOf(value) });
    return { head: triple, body: encodeMessage(wrapper), trailers };
  }
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
