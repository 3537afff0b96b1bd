import { HessianObject } from '@weft/hessian';
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
import { httpToAttachments, shorter, TIMEOUT, timeoutOf } from '../common/carry/index.ts';
import {
  GENERIC_METHOD,
  GENERIC_TYPES,
  readMessage,
  readOutcome,
  withoutClasses,
  writeArguments,
  writeGeneric,
} from '../common/dubbo/index.ts';
import {
  bindArguments,
  errorResponse,
  type FoundMethod,
  MethodFinder,
  valueResponse,
  wantsText,
} from '../common/http/index.ts';
import type { MethodMapping, ServiceMappings } from '../common/mapping/index.ts';
import { describeThrowable, descriptorOf, type Thrown } from '../common/values/index.ts';

interface Called {
  readonly method: MethodMapping;
  readonly generic: boolean;
  readonly asText: boolean;
}

const STATUS_OK = 20;
/** Status of HTTP by that of Dubbo. */
const HTTP_STATUS: Readonly<Record<number, number>> = {
  30: 504,
  31: 504,
  35: 502,
  40: 400,
  50: 502,
  60: 404,
  70: 500,
  80: 503,
  100: 429,
};
/** `/<interface>/<method>` */
const DEFAULT_PATH = /^\/([\w$.-]+)\/([\w$]+)$/;

/** An HTTP request with JSON as a Dubbo call, and the answer back. */
export class HttpToDubbo implements Transcoder<Called> {
  readonly #mappings: ServiceMappings;
  readonly #finder: MethodFinder;

  constructor(mappings: ServiceMappings) {
    this.#mappings = mappings;
    this.#finder = new MethodFinder(mappings.services);
  }

  accept(head: RequestHead): boolean {
    if (head.upgrade !== '' || (head.get('content-type') ?? '').startsWith('application/grpc')) return false;
    return this.#find(head) !== null;
  }

  mappingOf(head: RequestHead): number {
    const service = this.#find(head)?.method.service;
    return service === undefined ? -1 : this.#mappings.services.indexOf(service);
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<Called> {
    const found = this.#find(head);
    if (found === null) throw new TranscodeError('no method has this path', 404);
    const encoding = head.get('content-encoding') ?? 'identity';
    if (encoding !== 'identity')
      throw new TranscodeError(`a body encoded with ${encoding.slice(0, 32)} is not converted`, 415);
    const { method } = found;
    const { service, version, group } = method.service.document;
    const generic = method.typeNames === null;
    const args = bindArguments(found, head, body, call.maxBodyBytes);
    const content = writeArguments(generic ? writeGeneric(method.name, args) : args, call.maxBodyBytes);
    const timeoutMs = shorter(timeoutOf(head.get(TIMEOUT)), call.remainingMs);
    const dubbo = new PlainRequestHead(call.protocol, 'dubbo', {
      method: generic ? GENERIC_METHOD : method.name,
      contentLength: content.length,
      oneWay: method.oneWay,
      timeoutMs,
      idempotent: head.idempotent,
    });
    dubbo.add('service', service);
    dubbo.add(':types', generic ? GENERIC_TYPES : (method.typeNames ?? []).map(descriptorOf).join(''));
    dubbo.add('path', service);
    dubbo.add('interface', service);
    // A mapping decides alone what is called; only where there is none may the caller say.
    const { open } = this.#mappings;
    const usedVersion = open ? (head.get('x-dubbo-version') ?? '') : version;
    if (usedVersion !== '') dubbo.add('version', usedVersion);
    const usedGroup = open ? (head.get('x-dubbo-group') ?? '') : group;
    if (usedGroup !== '') dubbo.add('group', usedGroup);
    if (generic) dubbo.add('generic', 'true');
    if (timeoutMs > 0) dubbo.add('timeout', String(timeoutMs));
    httpToAttachments(head, dubbo);
    return { head: dubbo, body: content, state: { method, generic, asText: wantsText(method, head) } };
  }

  response({ head, body }: WholeMessage<ResponseHead>, called: Called, call: TranscodedCall): ConvertedResponse {
    const { method, generic, asText } = called;
    const { callerProtocol } = call;
    if (head.nativeStatus !== STATUS_OK) {
      const message = readMessage(body);
      return errorResponse(callerProtocol, HTTP_STATUS[head.nativeStatus] ?? 500, { className: '', message });
    }
    const outcome = readOutcome(body, call.maxBodyBytes);
    if (outcome.kind === 'value')
      return valueResponse(
        callerProtocol,
        method.service,
        generic ? withoutClasses(outcome.value) : outcome.value,
        asText,
        call.maxBodyBytes,
      );
    const thrown = thrownOf(outcome.value);
    return errorResponse(callerProtocol, method.statusByError.get(thrown.className) ?? 500, thrown);
  }

  #find(head: RequestHead): FoundMethod | null {
    if (!this.#mappings.open) return this.#finder.find(head);
    const path = DEFAULT_PATH.exec(head.path.split('?')[0] as string);
    if (path === null || head.method !== 'POST') return null;
    const method = this.#mappings.unnamed(path[1] as string)?.byDefaults(path[2] as string) ?? null;
    return method === null ? null : { method, pathValues: [] };
  }
}

/** The exception of a generic call stands for the one that was thrown. */
function thrownOf(value: unknown): Thrown {
  if (value instanceof HessianObject && value.className.endsWith('.GenericException')) {
    const className = value.fields.get('exceptionClass');
    const message = value.fields.get('exceptionMessage');
    if (typeof className === 'string') return { className, message: typeof message === 'string' ? message : '' };
  }
  return describeThrowable(value) ?? { className: '', message: 'the method threw what is no exception' };
}
