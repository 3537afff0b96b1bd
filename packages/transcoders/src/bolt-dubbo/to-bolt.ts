import {
  type ConvertedRequest,
  type ConvertedResponse,
  PlainHeaders,
  PlainRequestHead,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';
import { BOLT_METHOD, BOLT_SERVICE, BOLT_TARGET_SERVICE, shorter, timeoutOf } from '../common/carry/index.ts';
import {
  exceptionAnswer,
  GENERIC_METHOD,
  GENERIC_TYPES,
  readArguments,
  statusAnswer,
  valueAnswer,
} from '../common/dubbo/index.ts';
import { classNamesOf, descriptorsOf } from '../common/parameter-types.ts';
import type { ServiceTable } from '../common/services.ts';
import {
  CODEC_HESSIAN,
  formatServiceName,
  REQUEST_CLASS,
  readOutcome,
  type SofaOutcome,
  writeCall,
} from '../common/sofa/index.ts';
import { inDialect } from '../common/values/index.ts';
import { dubboToBolt } from './carry.ts';
import { generalized, plainCallOf } from './generic.ts';
import { toDubboStatus } from './status.ts';

const HESSIAN2 = '2';
const BOLT_SUCCESS = 0;
const SERVICE_ERROR = 70;

export interface DubboCaller {
  /** It called through `$invoke`, and expects maps in place of objects. */
  readonly generic: boolean;
}

/** Calls of Dubbo 2 to a provider that speaks SOFARPC over Bolt. */
export class DubboToBolt implements Transcoder<DubboCaller> {
  readonly #services: ServiceTable;

  constructor(services: ServiceTable) {
    this.#services = services;
  }

  /** Only what is in Hessian 2 can be looked into. Who only describes a call names no serialization. */
  accept(head: RequestHead): boolean {
    const serialization = head.get(':serialization') ?? HESSIAN2;
    return serialization === HESSIAN2 && head.method !== '' && (head.get('service') ?? '') !== '';
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<DubboCaller> {
    const types = head.get(':types') ?? '';
    const argTypes = classNamesOf(types);
    const { args, attachments } = readArguments(body, argTypes.length, call.maxBodyBytes);
    const generic = head.get('method') === GENERIC_METHOD && types === GENERIC_TYPES;
    const plain = generic ? plainCallOf(args) : { method: head.method, typeNames: argTypes, args };
    const target = this.#services.target({
      interfaceName: head.get('service') ?? '',
      version: head.get('version') ?? '',
      group: attachments.get('group') ?? '',
    });
    const service = formatServiceName({
      service: target.interfaceName,
      version: target.version,
      uniqueId: target.group,
    });
    const carried = new PlainHeaders();
    const props = dubboToBolt(attachments, carried);
    const content = writeCall(
      {
        service,
        method: plain.method,
        targetApp: '',
        argTypes: generic ? classNamesOf(descriptorsOf(plain.typeNames)) : plain.typeNames,
        args: plain.args.map((arg) => inDialect(arg, 'sofa')),
      },
      props,
      call.maxBodyBytes,
    );
    const bolt = new PlainRequestHead(
      call.protocol,
      'bolt',
      {
        service,
        oneWay: head.oneWay,
        contentLength: content.length,
        timeoutMs: shorter(timeoutOf(attachments.get('timeout')), call.remainingMs),
        idempotent: head.idempotent,
      },
      [
        [':class', REQUEST_CLASS],
        [':codec', CODEC_HESSIAN],
        [BOLT_TARGET_SERVICE, service],
        [BOLT_SERVICE, service],
        [BOLT_METHOD, plain.method],
        ['protocol', 'bolt'],
        ['type', head.oneWay ? 'oneway' : 'sync'],
      ],
    );
    const application = attachments.get('remote.application') ?? '';
    if (application !== '') bolt.add('app', application);
    carried.forEach((name, value) => {
      bolt.set(name, value);
    });
    return { head: bolt, body: content, state: { generic } };
  }

  response(
    { head, body }: WholeMessage<ResponseHead>,
    { generic }: DubboCaller,
    { maxBodyBytes }: TranscodedCall,
  ): ConvertedResponse {
    const { nativeStatus } = head;
    if (nativeStatus !== BOLT_SUCCESS) return statusAnswer(toDubboStatus(nativeStatus), messageOf(nativeStatus, body));
    const outcome = readOutcome(body, maxBodyBytes);
    if (outcome.kind === 'error') return statusAnswer(SERVICE_ERROR, outcome.message);
    const value = inDialect(outcome.value, 'dubbo');
    if (outcome.kind === 'exception') return exceptionAnswer(value, maxBodyBytes);
    return valueAnswer(generic ? generalized(value) : value, maxBodyBytes);
  }
}

/** What a Java server says of an error that is not the application's; the number where it says nothing. */
function messageOf(status: number, body: Buffer): string {
  let outcome: SofaOutcome | null = null;
  try {
    outcome = body.length === 0 ? null : readOutcome(body);
  } catch (error) {
    if (!(error instanceof TranscodeError)) throw error;
  }
  return outcome?.kind === 'error' && outcome.message !== '' ? outcome.message : `status ${status} of Bolt`;
}
