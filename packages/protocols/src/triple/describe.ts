import { type DescribedCall, namedHeaders } from '@weft/sdk';
import { PROTOCOL_NAME, serviceName } from './identity.ts';

const PROTOCOL = /@tri$/;

/**
 * Takes the service as rules name it, `interface[:version][:group]@tri`, and the method, and makes the path and the headers of a call
 * of them; a call that names no service is one by its path.
 */
export function describeTriple(call: DescribedCall): DescribedCall {
  const headers = call.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const given = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
  const [service = '', version = '', group = ''] = call.service.replace(PROTOCOL, '').split(':');
  const path = service === '' ? call.path : `/${service}/${call.method}`;
  const names = {
    ...(service === '' ? {} : { 'content-type': 'application/grpc' }),
    'tri-service-version': version,
    'tri-service-group': group,
  };
  const completed = namedHeaders({ ...call, headers }, names);
  const name = serviceName(path, { get: (key) => given(key) ?? completed.find(([of]) => of === key)?.[1] });
  return {
    ...call,
    method: service === '' ? call.method : 'POST',
    path,
    scheme: 'http',
    service: name === '' ? '' : `${name}@${PROTOCOL_NAME}`,
    headers: namedHeaders({ ...call, headers: completed }, { service: name }),
  };
}
