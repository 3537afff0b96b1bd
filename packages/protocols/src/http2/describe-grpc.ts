import { type DescribedCall, namedHeaders } from '@weft/sdk';

/** Takes a service and a method and makes the path and the headers of a gRPC call of them; of a path alone the service, as heads do. */
export function describeGrpc(call: DescribedCall): DescribedCall {
  const slash = call.path.indexOf('/', 1);
  const headers = call.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    ...call,
    service: call.service === '' && slash > 1 ? call.path.slice(1, slash) : call.service,
    method: 'POST',
    path: call.service === '' ? call.path : `/${call.service}/${call.method}`,
    scheme: 'http',
    headers: namedHeaders({ ...call, headers }, { 'content-type': 'application/grpc' }),
  };
}
