import { PlainRequestHead } from '@weft/sdk';
import type { ServiceMapping } from '../mapping/index.ts';
import {
  Bolt,
  type BoltStatus,
  formatServiceName,
  outcomeAnswer,
  parseServiceName,
  REQUEST_CLASS,
  readCall,
  readOutcome,
  statusAnswer,
  writeCall,
} from '../sofa/index.ts';
import { describeThrowable, descriptorOf, throwable } from '../values/index.ts';
import { headersOf, type Side } from './side.ts';
import { serviceName, told, typedCall, typedResult } from './typed-call.ts';

/** Told as the service, or as the method. */
const HIDDEN: ReadonlySet<string> = new Set([
  'service',
  'sofa_head_target_service',
  'sofa_head_method_name',
  'sofa_head_response_error',
]);

/** SOFARPC over Bolt with Hessian. */
export const bolt = (service: ServiceMapping): Side => ({
  request(sample) {
    const { interfaceName, version, group, method, types, args } = typedCall(sample, service);
    const name = formatServiceName({ service: interfaceName, version, uniqueId: group });
    const argTypes = types.map((type) => (type.endsWith('[]') ? descriptorOf(type).replaceAll('/', '.') : type));
    const body = writeCall({ service: name, method, argTypes, args, targetApp: '' });
    const head = new PlainRequestHead('bolt', 'bolt', { service: name, method, contentLength: body.length }, [
      [':class', REQUEST_CLASS],
      ['service', name],
      ['sofa_head_target_service', name],
      ['sofa_head_method_name', method],
      ...Object.entries(sample.headers),
    ]);
    return { head, body };
  },
  tellRequest(head, body) {
    const { service: name, method, argTypes, args } = readCall(body);
    const { service: interfaceName, version, uniqueId } = parseServiceName(name);
    return {
      service: serviceName(interfaceName, version, uniqueId),
      method,
      types: argTypes,
      path: '',
      headers: headersOf(head, HIDDEN),
      body: told(args, service),
    };
  },
  answer({ status, body, exception }, { method }) {
    const { head, body: bytes } =
      exception !== ''
        ? outcomeAnswer('bolt', throwable({ className: exception, message: body }, [['stackTrace', []]]), true)
        : status === Bolt.SUCCESS
          ? outcomeAnswer('bolt', typedResult(body, method, service), false)
          : statusAnswer('bolt', status as BoltStatus, body);
    return { head, body: Buffer.from(bytes) };
  },
  tellAnswer(head, body) {
    const { nativeStatus: status } = head;
    const headers = headersOf(head, HIDDEN);
    if (body.length === 0) return { status, headers, body: '', exception: '' };
    const outcome = readOutcome(body);
    if (outcome.kind === 'error') return { status, headers, body: outcome.message, exception: '' };
    if (outcome.kind === 'value') return { status, headers, body: told(outcome.value, service), exception: '' };
    const { className, message } = describeThrowable(outcome.value) ?? {
      className: outcome.value.className,
      message: '',
    };
    return { status, headers, body: message, exception: className };
  },
});
