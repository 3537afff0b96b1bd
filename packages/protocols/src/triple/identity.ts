/** The protocol as registries and configurations name it. */
export const PROTOCOL_NAME = 'tri';

/** Longest deadline that a timer takes (2^31 - 1 ms). */
const MAX_MS = 0x7fff_ffff;

/** What is read of a request, however its head is kept. */
interface Headers {
  get(name: string): string | undefined;
}

/**
 * `interface[:version][:group]` of a path `/…/interface/method` and its headers; '' for a path of another form, which is plain HTTP.
 */
export function serviceName(path: string, headers: Headers): string {
  const name = interfaceOf(path);
  if (name === '') return '';
  const version = headers.get('tri-service-version') ?? headers.get('rest-service-version') ?? '';
  const group = headers.get('tri-service-group') ?? headers.get('rest-service-group') ?? '';
  return `${name}${version === '' ? '' : `:${version}`}${group === '' ? '' : `:${group}`}`;
}

/** The last but one segment of a path; '' when it has none or an empty one. */
export function interfaceOf(path: string): string {
  const query = path.indexOf('?');
  const end = query < 0 ? path.length : query;
  const slash = path.lastIndexOf('/', end - 1);
  if (slash < 2 || slash === end - 1) return '';
  return path.slice(path.lastIndexOf('/', slash - 1) + 1, slash);
}

/** `tri-service-timeout`, ms; 0 when there is none. The codec reads `grpc-timeout`, which goes before it. */
export function timeoutOf(headers: Headers): number {
  const text = headers.get('tri-service-timeout') ?? headers.get('tri-req-timeout');
  if (text === undefined || !/^[0-9]{1,10}$/.test(text)) return 0;
  return Math.min(MAX_MS, Number(text));
}

/** Whether a header is one that the name of the service is made of. */
export function namesService(header: string): boolean {
  return header.startsWith('tri-service-') || header.startsWith('rest-service-');
}
