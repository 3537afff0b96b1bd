import { PlainRequestHead, TranscodeError } from '@weft/sdk';
import {
  exceptionAnswer,
  GENERIC_METHOD,
  readArguments,
  readGeneric,
  readMessage,
  readOutcome,
  statusAnswer,
  valueAnswer,
  writeArguments,
} from '../dubbo/index.ts';
import type { ServiceMapping } from '../mapping/index.ts';
import {
  DEFAULT_MAX_BODY_BYTES,
  describeThrowable,
  descriptorOf,
  parseDescriptors,
  throwable,
} from '../values/index.ts';
import { headersOf, type Side } from './side.ts';
import { serviceName, told, typedCall, typedResult } from './typed-call.ts';

const STATUS_OK = 20;
/** Told as the service, or as the method. */
const HIDDEN: ReadonlySet<string> = new Set(['service', 'path', 'interface', 'version', 'group', 'method']);

/** Dubbo 2 with Hessian. */
export const dubbo = (service: ServiceMapping): Side => ({
  request(sample) {
    const { interfaceName, version, group, method, types, args } = typedCall(sample, service);
    const body = writeArguments(args);
    const head = new PlainRequestHead(
      'dubbo',
      'dubbo',
      { method, service: interfaceName, contentLength: body.length },
      [
        ['service', interfaceName],
        ['method', method],
        [':types', types.map(descriptorOf).join('')],
      ],
    );
    if (version !== '') head.add('version', version);
    if (group !== '') head.add('group', group);
    for (const [name, value] of Object.entries(sample.headers)) head.set(name, value);
    return { head, body };
  },
  tellRequest(head, body) {
    const types = parseDescriptors(head.get(':types') ?? '');
    const { args } = readArguments(body, types.length);
    // The method of a generic call is its first argument.
    const generic = head.method === GENERIC_METHOD ? readGeneric(args) : null;
    return {
      service: serviceName(head.get('service') ?? '', head.get('version') ?? '', head.get('group') ?? ''),
      method: generic?.method ?? head.method,
      types: generic?.typeNames ?? types,
      path: '',
      headers: headersOf(head, HIDDEN),
      body: told(generic?.args ?? args, service),
    };
  },
  answer({ status, body, exception }, { method }) {
    if (exception !== '') return whole(exceptionAnswer(throwable({ className: exception, message: body })));
    return whole(
      status === STATUS_OK
        ? valueAnswer(typedResult(body, method, service), DEFAULT_MAX_BODY_BYTES)
        : statusAnswer(status, body),
    );
  },
  tellAnswer(head, body) {
    const { nativeStatus: status } = head;
    const headers = headersOf(head);
    if (status !== STATUS_OK) return { status, headers, body: readMessage(body), exception: '' };
    const { kind, value } = readOutcome(body);
    if (kind === 'value') return { status, headers, body: told(value, service), exception: '' };
    const thrown = describeThrowable(value);
    if (thrown === null) throw new TranscodeError('the exception is none of Java');
    return { status, headers, body: thrown.message, exception: thrown.className };
  },
});

const whole = <Head>({ head, body }: { readonly head: Head; readonly body: Uint8Array }) => ({
  head,
  body: Buffer.from(body),
});
