import type {
  ConvertedRequest,
  ConvertedResponse,
  RequestHead,
  ResponseHead,
  TranscodedCall,
  Transcoder,
  WholeMessage,
} from '@weft/sdk';
import { shorter } from '../common/carry/index.ts';
import { readMessage, readOutcome, writeArguments } from '../common/dubbo/index.ts';
import { dubboRequestHead } from '../common/dubbo-request.ts';
import { descriptorsOf } from '../common/parameter-types.ts';
import type { ServiceTable } from '../common/services.ts';
import {
  CODEC_HESSIAN,
  checkCalled,
  outcomeAnswer,
  parseServiceName,
  REQUEST_CLASS,
  readCall,
  statusAnswer,
} from '../common/sofa/index.ts';
import { inDialect } from '../common/values/index.ts';
import { boltToDubbo } from './carry.ts';
import { DUBBO_OK, toBoltStatus } from './status.ts';

/** Calls of SOFARPC to a provider that speaks Dubbo 2. */
export class BoltToDubbo implements Transcoder<null> {
  readonly #services: ServiceTable;

  constructor(services: ServiceTable) {
    this.#services = services;
  }

  /** Only what is in Hessian can be looked into. Who only describes a call names neither codec nor class. */
  accept(head: RequestHead): boolean {
    return (
      (head.get(':codec') ?? CODEC_HESSIAN) === CODEC_HESSIAN && (head.get(':class') ?? REQUEST_CLASS) === REQUEST_CLASS
    );
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<null> {
    const sofa = readCall(body, call.maxBodyBytes);
    checkCalled(sofa, head);
    const name = parseServiceName(sofa.service);
    const content = writeArguments(
      sofa.args.map((arg) => inDialect(arg, 'dubbo')),
      call.maxBodyBytes,
    );
    const dubbo = dubboRequestHead({
      protocol: call.protocol,
      service: this.#services.target({ interfaceName: name.service, version: name.version, group: name.uniqueId }),
      method: sofa.method,
      types: descriptorsOf(sofa.argTypes),
      contentLength: content.length,
      timeoutMs: shorter(Math.max(0, head.timeoutMs), call.remainingMs),
      application: head.get('app') ?? '',
      oneWay: head.oneWay,
    });
    boltToDubbo(head, dubbo);
    return { head: dubbo, body: content, state: null };
  }

  response({ head, body }: WholeMessage<ResponseHead>, _state: null, call: TranscodedCall): ConvertedResponse {
    const { callerProtocol: protocol, maxBodyBytes } = call;
    if (head.nativeStatus !== DUBBO_OK)
      return statusAnswer(protocol, toBoltStatus(head.nativeStatus), readMessage(body));
    const { kind, value } = readOutcome(body, maxBodyBytes);
    return outcomeAnswer(protocol, inDialect(value, 'sofa'), kind === 'exception', maxBodyBytes);
  }
}
