import { PlainRequestHead } from '@weft/sdk';
import type { ServiceName } from './services.ts';

export interface DubboCall {
  /** Protocol that the call goes out with. */
  readonly protocol: string;
  readonly service: ServiceName;
  readonly method: string;
  /** Descriptors of the parameters. */
  readonly types: string;
  readonly contentLength: number;
  /** 0: none. */
  readonly timeoutMs: number;
  /** Name of the calling application; '' when it is not known. */
  readonly application: string;
  readonly oneWay?: boolean;
}

/** The head of a call of Dubbo 2 with the attachments that its own consumers send. */
export function dubboRequestHead(call: DubboCall): PlainRequestHead {
  const { service, method, contentLength, timeoutMs } = call;
  const { interfaceName, version, group } = service;
  const head = new PlainRequestHead(
    call.protocol,
    'dubbo',
    { method, service: interfaceName, contentLength, timeoutMs, oneWay: call.oneWay ?? false },
    [
      ['service', interfaceName],
      ['version', version],
      [':types', call.types],
      ['path', interfaceName],
      ['interface', interfaceName],
    ],
  );
  if (group !== '') head.add('group', group);
  if (timeoutMs > 0) head.add('timeout', String(Math.ceil(timeoutMs)));
  if (call.application !== '') head.add('remote.application', call.application);
  return head;
}
