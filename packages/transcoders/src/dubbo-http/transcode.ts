import {
  type ConvertedRequest,
  type ConvertedResponse,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';
import { attachmentsToHttp, shorter, TIMEOUT, timeoutOf } from '../common/carry/index.ts';
import {
  exceptionAnswer,
  GENERIC_METHOD,
  readArguments,
  readGeneric,
  statusAnswer,
  valueAnswer,
} from '../common/dubbo/index.ts';
import { readHttpOutcome, toHttpRequest } from '../common/http/index.ts';
import { type MethodMapping, notListed, type ServiceMappings } from '../common/mapping/index.ts';
import { ANY, parseDescriptors, throwable } from '../common/values/index.ts';

/** What the answer needs to know of the call. */
interface Called {
  readonly method: MethodMapping;
}

/** Hessian 2, by either library. */
const HESSIAN: ReadonlySet<string> = new Set(['2', '10']);
const RPC_EXCEPTION = 'org.apache.dubbo.rpc.RpcException';
/** Code of an RpcException. */
const FORBIDDEN = 4;
const RUNTIME_EXCEPTION = 'java.lang.RuntimeException';

/** A Dubbo call as an HTTP request with JSON, and the answer back. */
export class DubboToHttp implements Transcoder<Called> {
  readonly #mappings: ServiceMappings;

  constructor(mappings: ServiceMappings) {
    this.#mappings = mappings;
  }

  accept(head: RequestHead): boolean {
    return this.#mappings.knows(head.get('service') ?? '', head.get('version') ?? '');
  }

  mappingOf(head: RequestHead): number {
    return this.#mappings.indexOf(head.get('service') ?? '', head.get('version') ?? '');
  }

  refusalOf(head: RequestHead): TranscodeError | null {
    const method = head.get('method') ?? head.method;
    // What a generic call calls is in its arguments.
    if (method === GENERIC_METHOD) return null;
    return this.#mappings.refusalOf(head.get('service') ?? '', head.get('version') ?? '', method);
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<Called> {
    const serialization = head.get(':serialization') ?? '2';
    if (!HESSIAN.has(serialization))
      throw new TranscodeError(`serialization ${serialization} is not converted, only Hessian 2`);
    const interfaceName = head.get('service') ?? '';
    let typeNames = typesOf(head);
    const read = readArguments(body, typeNames.length, call.maxBodyBytes);
    let { args } = read;
    const attachments = attachmentsOf(head, read.attachments);
    const service = this.#mappings.find(interfaceName, head.get('version') ?? '', attachments.get('group') ?? '');
    if (service === null) throw new TranscodeError(`no mapping covers ${interfaceName}`, 404);
    let name = head.get('method') ?? head.method;
    const generic = name === GENERIC_METHOD ? readGeneric(args) : null;
    if (generic !== null) {
      if (!GENERIC_KINDS.has(attachments.get('generic') ?? 'true'))
        throw new TranscodeError(`generic calls with ${attachments.get('generic')} are not converted`);
      name = generic.method;
      typeNames = [...generic.typeNames];
      args = [...generic.args];
    }
    const untyped = generic !== null && typeNames.length === 0;
    const method = untyped ? service.methodOf(name, args.length) : service.method(name, typeNames);
    if (method === null) throw notListed(name);
    const timeoutMs = shorter(timeoutOf(attachments.get('timeout')), call.remainingMs);
    const converted = toHttpRequest(method, args, attachments, {
      protocol: call.protocol,
      timeoutMs,
      maxBodyBytes: call.maxBodyBytes,
    });
    const version = head.get('version');
    if (version) converted.head.set('x-dubbo-version', version);
    const group = attachments.get('group');
    if (group) converted.head.set('x-dubbo-group', group);
    if (timeoutMs > 0) converted.head.set(TIMEOUT, String(timeoutMs));
    attachmentsToHttp(attachments, converted.head);
    // Who calls without the class of the result gets it as maps.
    return { ...converted, state: { method: generic === null ? method : { ...method, resultType: ANY } } };
  }

  response({ head, body }: WholeMessage<ResponseHead>, { method }: Called, call: TranscodedCall): ConvertedResponse {
    const { maxBodyBytes } = call;
    const outcome = readHttpOutcome(method, head, body, maxBodyBytes);
    if (outcome.kind === 'value') return valueAnswer(outcome.value, maxBodyBytes);
    const { status } = outcome;
    const message = outcome.message === '' ? `status ${status}` : outcome.message;
    const className = method.errorByStatus.get(status);
    if (className !== undefined) return exceptionAnswer(throwable({ className, message }));
    if (status === 401 || status === 403)
      return exceptionAnswer(throwable({ className: RPC_EXCEPTION, message }, [['code', FORBIDDEN]]));
    const native = DUBBO_STATUS[status];
    if (native !== undefined) return statusAnswer(native, `${status}|${message}`);
    return exceptionAnswer(throwable({ className: RUNTIME_EXCEPTION, message }));
  }
}

const GENERIC_KINDS: ReadonlySet<string> = new Set(['true', 'raw.return']);

/** Every other status is what the method threw. */
const DUBBO_STATUS: Readonly<Record<number, number>> = {
  400: 40,
  404: 60,
  405: 60,
  408: 31,
  422: 40,
  429: 100,
  502: 80,
  503: 80,
  504: 31,
};

function typesOf(head: RequestHead): string[] {
  const types = head.get(':types') ?? '';
  try {
    return parseDescriptors(types);
  } catch {
    throw new TranscodeError(`the types of the parameters cannot be read: ${types.slice(0, 64)}`);
  }
}

/** Those of the body, and over them what filters and the codec say. */
function attachmentsOf(head: RequestHead, inBody: Map<string, string>): Map<string, string> {
  head.forEach((name, value) => inBody.set(name, value));
  return inBody;
}
