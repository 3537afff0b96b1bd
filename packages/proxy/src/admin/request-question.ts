import type { RequestQuestion } from '../update/index.ts';

const MAX_HEADERS = 64;
/** What is asked for by host and path; everything else is asked for by service and method. */
const HTTP = /^(?:http|grpc)/i;

/** Reads the question about a request from a query; a text says what is wrong with it. */
export function requestQuestion(query: URLSearchParams): RequestQuestion | string {
  const protocol = query.get('protocol') ?? 'Http1';
  const isHttp = HTTP.test(protocol);
  const isGrpc = isHttp && !/^http/i.test(protocol);
  const authority = query.get('host') ?? '';
  const service = query.get('service') ?? '';
  const method = query.get('method') ?? (isHttp ? 'GET' : '');
  if (isHttp && authority === '') return 'give host=HOST:PORT';
  if (!isHttp && service === '') return `give service=NAME: requests of ${protocol} have one`;
  if (isGrpc && service === '') return 'give service=PACKAGE.SERVICE';
  const given = query.getAll('header');
  if (given.length > MAX_HEADERS) return `at most ${MAX_HEADERS} headers`;
  const headers: (readonly [string, string])[] = isGrpc ? [['content-type', 'application/grpc']] : [];
  for (const header of given) {
    const colon = header.indexOf(':');
    if (colon <= 0) return 'a header is NAME:VALUE';
    const name = header.slice(0, colon).trim();
    headers.push([isHttp ? name.toLowerCase() : name, header.slice(colon + 1).trim()]);
  }
  return {
    protocol: isGrpc ? 'Http2' : protocol,
    method: isGrpc ? 'POST' : method,
    authority,
    path: isGrpc ? `/${service}/${method}` : isHttp ? (query.get('path') ?? '/') : '',
    scheme: isHttp ? 'http' : '',
    service: isHttp && !isGrpc ? '' : service,
    headers,
    listener: query.get('listener') ?? '',
  };
}
