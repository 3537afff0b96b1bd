import { type DescribedCall, namedHeaders } from '@weft/sdk';

const PROTOCOL = /@tars$/;

/** Takes the servant with or without `@tars`. */
export function describeTars(call: DescribedCall): DescribedCall {
  const service = call.service.replace(PROTOCOL, '');
  return {
    ...call,
    service: service === '' ? '' : `${service}@tars`,
    headers: namedHeaders(call, { service, method: call.method }),
  };
}
