import { type DescribedCall, namedHeaders } from '@weft/sdk';

/** Takes a service and a method and makes the path and the headers of a gRPC call of them. */
export function describeGrpc(call: DescribedCall): DescribedCall {
  const headers = call.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    ...call,
    method: 'POST',
    path: call.service === '' ? call.path : `/${call.service}/${call.method}`,
    scheme: 'http',
    headers: namedHeaders({ ...call, headers }, { 'content-type': 'application/grpc' }),
  };
}
