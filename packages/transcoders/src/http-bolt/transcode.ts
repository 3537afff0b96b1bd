import { ConfigError } from '@weft/kit';
import {
  type ConvertedRequest,
  type ConvertedResponse,
  type HeaderMap,
  PlainRequestHead,
  PlainResponseHead,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';
import {
  BOLT_METHOD,
  BOLT_SERVICE,
  BOLT_TARGET_SERVICE,
  HTTP_METHOD,
  HTTP_SERVICE,
  HTTP_TARGET_APP,
  httpToBolt,
  shorter,
  TIMEOUT,
  timeoutOf,
} from '../common/carry/index.ts';
import {
  bindArguments,
  errorResponse,
  type FoundMethod,
  MethodFinder,
  valueResponse,
  wantsText,
} from '../common/http/index.ts';
import { notListed, type ServiceMapping, type ServiceMappings } from '../common/mapping/index.ts';
import {
  CODEC_HESSIAN,
  CODEC_JSON,
  codecOf,
  contentTypeOf,
  formatServiceName,
  parseServiceName,
  REQUEST_CLASS,
  readOutcome,
  writeCall,
} from '../common/sofa/index.ts';
import { describeThrowable, descriptorOf, type Thrown } from '../common/values/index.ts';

interface Called {
  readonly service: ServiceMapping;
  readonly statusByError: ReadonlyMap<string, number>;
  readonly asText: boolean;
  /** Serialization of the call. */
  readonly codec: string;
}

const NO_ERRORS: ReadonlyMap<string, number> = new Map();
/** Status of HTTP by that of Bolt; every other is 500. */
const HTTP_STATUS: Readonly<Record<number, number>> = { 4: 503, 6: 404, 7: 504, 16: 502 };

/**
 * An HTTP request as a SOFARPC call, and the answer back. Methods of a mapping are called with Hessian; a request that names
 * its service in a header goes out with its body as it is, JSON or protobuf.
 */
export class HttpToBolt implements Transcoder<Called> {
  readonly #mappings: ServiceMappings;
  readonly #finder: MethodFinder;

  constructor(mappings: ServiceMappings) {
    this.#mappings = mappings;
    checkTypes(mappings);
    this.#finder = new MethodFinder(mappings.services);
  }

  accept(head: RequestHead): boolean {
    if (head.upgrade !== '' || (head.get('content-type') ?? '').startsWith('application/grpc')) return false;
    if (this.#finder.find(head) !== null) return true;
    const { service, version } = parseServiceName(this.#serviceOf(head));
    return service !== '' && this.#mappings.knows(service, version);
  }

  mappingOf(head: RequestHead): number {
    const found = this.#finder.find(head);
    if (found !== null) return this.#mappings.services.indexOf(found.method.service);
    const { service, version } = parseServiceName(this.#serviceOf(head));
    return this.#mappings.indexOf(service, version);
  }

  refusalOf(head: RequestHead): TranscodeError | null {
    try {
      if (this.#finder.find(head) === null) this.#passedTo(head);
      return null;
    } catch (error) {
      if (error instanceof TranscodeError) return error;
      throw error;
    }
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<Called> {
    const encoding = head.get('content-encoding') ?? 'identity';
    if (encoding !== 'identity')
      throw new TranscodeError(`a body encoded with ${encoding.slice(0, 32)} is not converted`, 415);
    const found = this.#finder.find(head);
    return found === null ? this.#passed(head, body, call) : this.#called(found, head, body, call);
  }

  response(
    { head, body }: WholeMessage<ResponseHead>,
    called: Called,
    { callerProtocol, maxBodyBytes }: TranscodedCall,
  ): ConvertedResponse {
    const codec = head.get(':codec') ?? called.codec;
    const status = HTTP_STATUS[head.nativeStatus] ?? 500;
    if (head.nativeStatus !== 0)
      return errorResponse(callerProtocol, status, {
        className: '',
        message: messageOf(codec, head.nativeStatus, body),
      });
    if (codec !== CODEC_HESSIAN) return passed(callerProtocol, head, codec, body);
    const outcome = readOutcome(body, maxBodyBytes);
    if (outcome.kind === 'value')
      return valueResponse(callerProtocol, called.service, outcome.value, called.asText, maxBodyBytes);
    const thrown: Thrown =
      outcome.kind === 'error'
        ? { className: '', message: outcome.message }
        : (describeThrowable(outcome.value) ?? { className: '', message: '' });
    return errorResponse(callerProtocol, called.statusByError.get(thrown.className) ?? 500, thrown);
  }

  /** A method of a mapping. */
  #called(found: FoundMethod, head: RequestHead, body: Buffer, call: TranscodedCall): ConvertedRequest<Called> {
    const { method } = found;
    const { service } = method;
    const { typeNames } = method;
    if (typeNames === null)
      throw new TranscodeError(
        `the types of the parameters of ${method.name} are not known: the mapping must name them`,
        501,
      );
    const name = nameOf(service);
    const targetApp = head.get(HTTP_TARGET_APP) ?? '';
    const argTypes = typeNames.map(signatureOf);
    const args = bindArguments(found, head, body, call.maxBodyBytes);
    const content = writeCall({ service: name, method: method.name, argTypes, args, targetApp }, [], call.maxBodyBytes);
    const bolt = boltHead(name, method.name, CODEC_HESSIAN, content.length, head, call, method.oneWay);
    return {
      head: bolt,
      body: content,
      state: { service, statusByError: method.statusByError, asText: wantsText(method, head), codec: CODEC_HESSIAN },
    };
  }

  /** Where mappings say what is called, `service` is a header like others. */
  #serviceOf(head: HeaderMap): string {
    return head.get(HTTP_SERVICE) ?? (this.#mappings.open ? head.get(BOLT_SERVICE) : undefined) ?? '';
  }

  /** The service is in a header, the body is for it. */
  #passed(head: RequestHead, body: Buffer, call: TranscodedCall): ConvertedRequest<Called> {
    const { named, service, method, codec } = this.#passedTo(head);
    const name = this.#mappings.open ? named : nameOf(service);
    const bolt = boltHead(name, method, codec, body.length, head, call, false);
    return { head: bolt, body, state: { service, statusByError: NO_ERRORS, asText: false, codec } };
  }

  /** @throws TranscodeError for what can be called by no such request */
  #passedTo(head: RequestHead) {
    const named = this.#serviceOf(head);
    const { service: interfaceName, version, uniqueId } = parseServiceName(named);
    const service = this.#mappings.find(interfaceName, version, uniqueId);
    if (service === null) throw new TranscodeError('the header x-sofa-service names no service', 404);
    const contentType = head.get('content-type');
    const codec = contentType === undefined ? CODEC_JSON : codecOf(contentType);
    if (codec === null)
      throw new TranscodeError(`content of type ${(contentType as string).slice(0, 64)} has no form in Bolt`, 415);
    const method = head.get(HTTP_METHOD) ?? head.method;
    if (!service.opensUnlisted && !service.lists(method)) throw notListed(method);
    return { named, service, method, codec };
  }
}

function boltHead(
  service: string,
  method: string,
  codec: string,
  contentLength: number,
  http: RequestHead,
  call: TranscodedCall,
  oneWay: boolean,
): PlainRequestHead {
  const timeoutMs = shorter(timeoutOf(http.get(TIMEOUT)), call.remainingMs);
  const bolt = new PlainRequestHead(
    call.protocol,
    'bolt',
    { contentLength, oneWay, timeoutMs, idempotent: http.idempotent },
    [
      [':class', REQUEST_CLASS],
      [':codec', codec],
      [BOLT_SERVICE, service],
      [BOLT_TARGET_SERVICE, service],
      [BOLT_METHOD, method],
      ['protocol', 'bolt'],
      ['type', oneWay ? 'oneway' : 'sync'],
      ['sofa_head_generic_type', '0'],
    ],
  );
  httpToBolt(http, bolt);
  return bolt;
}

/** SOFARPC finds a method by the types of its parameters. */
function checkTypes({ services }: ServiceMappings): void {
  for (const [index, { methods }] of services.entries())
    for (const { name, typeNames } of methods)
      if (typeNames === null)
        throw new ConfigError([
          {
            file: '',
            path: `mappings[${index}].methods[${JSON.stringify(name)}]`,
            value: JSON.stringify(name),
            message: 'SOFARPC finds a method by the types of its parameters, and this one has none',
            expected: `the types in the name, such as "${name}(java.lang.String)"`,
          },
        ]);
}

/** What a mapping calls: its version and group, not those of the caller. */
function nameOf({ document: { service, version, group } }: ServiceMapping): string {
  return formatServiceName({ service, version, uniqueId: group });
}

/** As `Class.getName` has it: `[Ljava.lang.String;` for an array. */
function signatureOf(typeName: string): string {
  return typeName.endsWith('[]') ? descriptorOf(typeName).replaceAll('/', '.') : typeName;
}

function passed(protocol: string, head: ResponseHead, codec: string, body: Buffer): ConvertedResponse {
  const failed = head.applicationError;
  const status = failed ? 500 : 200;
  const http = new PlainResponseHead(protocol, 'http', status, { contentLength: body.length }, [
    ['content-type', contentTypeOf(codec)],
  ]);
  return { head: http, body };
}

/** What a Java server says of an error that is not the application's; by number where it says nothing. */
function messageOf(codec: string, status: number, body: Buffer): string {
  if (codec === CODEC_HESSIAN && body.length > 0) {
    try {
      const outcome = readOutcome(body);
      if (outcome.kind === 'error' && outcome.message !== '') return outcome.message;
    } catch (error) {
      if (!(error instanceof TranscodeError)) throw error;
    }
  }
  return `status ${status} of Bolt`;
}
