import { type DescribedCall, namedHeaders } from '@weft/sdk';

const PROTOCOL = /@dubbo-thrift$/;

/** Takes the interface with or without `@dubbo-thrift`. */
export function describeDubboThrift(call: DescribedCall): DescribedCall {
  const service = call.service.replace(PROTOCOL, '');
  return {
    ...call,
    service: service === '' ? '' : `${service}@dubbo-thrift`,
    headers: namedHeaders(call, { service, method: call.method }),
  };
}
