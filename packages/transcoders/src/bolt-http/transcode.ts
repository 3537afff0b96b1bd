import { TypedList } from '@weft/hessian';
import {
  type ConvertedRequest,
  type ConvertedResponse,
  PlainRequestHead,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';
import { BOLT_METHOD, boltToHttp, HTTP_METHOD, HTTP_SERVICE, shorter, TIMEOUT } from '../common/carry/index.ts';
import { readHttpOutcome, toHttpRequest } from '../common/http/index.ts';
import {
  fillTemplate,
  type MethodMapping,
  notListed,
  type ServiceMapping,
  type ServiceMappings,
} from '../common/mapping/index.ts';
import {
  Bolt,
  type BoltStatus,
  CODEC_HESSIAN,
  checkCalled,
  contentTypeOf,
  outcomeAnswer,
  parseServiceName,
  passedAnswer,
  REQUEST_CLASS,
  RESPONSE_CLASS,
  readCall,
  statusAnswer,
} from '../common/sofa/index.ts';
import { erasureOf, parseDescriptors, throwable } from '../common/values/index.ts';

interface Called {
  readonly method: MethodMapping;
  /** Serialization of the caller; its content is passed on as it is unless that is Hessian. */
  readonly codec: string;
}

/** A SOFARPC call as an HTTP request, and the answer back: Hessian as JSON, JSON and protobuf as they are. */
export class BoltToHttp implements Transcoder<Called> {
  readonly #mappings: ServiceMappings;

  constructor(mappings: ServiceMappings) {
    this.#mappings = mappings;
  }

  accept(head: RequestHead): boolean {
    const { service, version } = parseServiceName(head.service);
    // Who only describes a call names no class.
    return (head.get(':class') ?? REQUEST_CLASS) === REQUEST_CLASS && this.#mappings.knows(service, version);
  }

  mappingOf(head: RequestHead): number {
    const { service, version } = parseServiceName(head.service);
    return this.#mappings.indexOf(service, version);
  }

  refusalOf(head: RequestHead): TranscodeError | null {
    const { service, version } = parseServiceName(head.service);
    const method = head.get(BOLT_METHOD) ?? head.method;
    return method === '' ? null : this.#mappings.refusalOf(service, version, method);
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<Called> {
    const { service: name, version, uniqueId } = parseServiceName(head.service);
    const service = this.#mappings.find(name, version, uniqueId);
    if (service === null) throw new TranscodeError(`no mapping covers ${name}`, 404);
    const codec = head.get(':codec') ?? CODEC_HESSIAN;
    const timeoutMs = shorter(Math.max(0, head.timeoutMs), call.remainingMs);
    const converted =
      codec === CODEC_HESSIAN
        ? this.#fromHessian(service, head, body, call, timeoutMs)
        : this.#passed(service, head, body, codec, call.protocol, timeoutMs);
    const { head: http, method } = converted;
    http.set(HTTP_SERVICE, head.service);
    http.set(HTTP_METHOD, method.name);
    if (timeoutMs > 0) http.set(TIMEOUT, String(timeoutMs));
    boltToHttp(head, http);
    return { head: http, body: converted.body, state: { method, codec } };
  }

  response(
    { head, body }: WholeMessage<ResponseHead>,
    called: Called,
    { callerProtocol, maxBodyBytes }: TranscodedCall,
  ): ConvertedResponse {
    const { method, codec } = called;
    const { status } = head;
    if (codec !== CODEC_HESSIAN && status >= 200 && status < 300)
      return passedAnswer(callerProtocol, codec, RESPONSE_CLASS, body);
    const outcome = readHttpOutcome(method, head, body, maxBodyBytes);
    if (outcome.kind === 'value') return outcomeAnswer(callerProtocol, outcome.value, false, maxBodyBytes);
    const message = outcome.message === '' ? `status ${status}` : outcome.message;
    const className = method.errorByStatus.get(status);
    if (className !== undefined && codec === CODEC_HESSIAN)
      return outcomeAnswer(callerProtocol, throwable({ className, message }, [['stackTrace', NO_STACK]]), true);
    return statusAnswer(callerProtocol, BOLT_STATUS[status] ?? Bolt.SERVER_EXCEPTION, message);
  }

  #fromHessian(
    service: ServiceMapping,
    head: RequestHead,
    content: Buffer,
    { protocol, maxBodyBytes }: TranscodedCall,
    timeoutMs: number,
  ): Converted {
    const call = readCall(content, maxBodyBytes);
    checkCalled(call, head);
    const method = known(service.method(call.method, call.argTypes.map(typeName)), call.method);
    return { method, ...toHttpRequest(method, call.args, head, { protocol, timeoutMs, maxBodyBytes }) };
  }

  /** Content that is not looked into: there is nothing to fill places of a path with. */
  #passed(
    service: ServiceMapping,
    head: RequestHead,
    body: Buffer,
    codec: string,
    protocol: string,
    timeoutMs: number,
  ): Converted {
    const name = head.get(BOLT_METHOD) ?? '';
    const method = known(service.methodOf(name, -1), name);
    const path = fillTemplate(method.path, () => {
      throw new TranscodeError(
        `the path ${method.path.text} needs arguments, and serialization ${codec} is not looked into`,
      );
    });
    const http = new PlainRequestHead(
      protocol,
      'http',
      {
        method: method.httpMethod,
        authority: service.authority,
        path,
        scheme: 'http',
        contentLength: body.length,
        timeoutMs,
      },
      [['content-type', contentTypeOf(codec)]],
    );
    return { method, head: http, body };
  }
}

interface Converted {
  readonly method: MethodMapping;
  readonly head: PlainRequestHead;
  readonly body: Buffer;
}

const NO_STACK = new TypedList('[java.lang.StackTraceElement', []);

/** Every other status is SERVER_EXCEPTION. */
const BOLT_STATUS: Readonly<Record<number, BoltStatus>> = {
  400: Bolt.SERVER_DESERIAL_EXCEPTION,
  404: Bolt.NO_PROCESSOR,
  408: Bolt.TIMEOUT,
  429: Bolt.SERVER_THREADPOOL_BUSY,
  502: Bolt.ERROR_COMM,
  503: Bolt.SERVER_THREADPOOL_BUSY,
  504: Bolt.TIMEOUT,
};

function known(method: MethodMapping | null, name: string): MethodMapping {
  if (method === null) throw notListed(name);
  return method;
}

/** `[Ljava.lang.String;` is `java.lang.String[]` in mappings. */
function typeName(signature: string): string {
  if (!signature.startsWith('[')) return erasureOf(signature);
  try {
    return parseDescriptors(signature.replaceAll('.', '/'))[0] ?? signature;
  } catch {
    return signature;
  }
}
