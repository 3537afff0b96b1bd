/**
 * The bytes that every scenario sends and expects: one browser request of 637 bytes of head with 13 header fields, one
 * gRPC call, and the 1 KB bodies; calls of Bolt and Dubbo have files of their own. Load generator and backend share them, so every answer can be compared.
 */

export const BODY_BYTES = 1024;
export const LARGE_BODY_BYTES = 1024 * 1024;
export const HEAD_BYTES = 637;
/** What the proxies route on: this virtual host, and this header with this value. */
export const VIRTUAL_HOST = 'shop.bench.test';
export const ROUTE_HEADER = 'x-lane';
export const ROUTE_VALUE = 'blue';
export const GRPC_PATH = '/shop.v1.Orders/Find';

/** A body whose bytes depend on their position, so that lost, doubled or shifted bytes show. */
export function patternBody(byteCount: number, seed: number): Buffer {
  const body = Buffer.allocUnsafe(byteCount);
  for (let at = 0; at < byteCount; at++) body[at] = 97 + ((at * 7 + (at >> 5) * 3 + seed) % 26);
  return body;
}

export const REQUEST_BODY = patternBody(BODY_BYTES, 1);
export const RESPONSE_BODY = patternBody(BODY_BYTES, 2);
export const LARGE_BODY = patternBody(LARGE_BODY_BYTES, 3);

/** The 13 fields of the browser request, in the order they are sent; the cookie is padded to reach `HEAD_BYTES`. */
function browserFields(): [name: string, value: string][] {
  const fields: [string, string][] = [
    ['host', VIRTUAL_HOST],
    [
      'user-agent',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
    ],
    ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
    ['accept-language', 'en-GB,en;q=0.9,de;q=0.7'],
    ['accept-encoding', 'gzip, deflate, br, zstd'],
    ['referer', 'http://shop.bench.test/catalog/shoes'],
    ['cookie', 'session='],
    ['sec-fetch-dest', 'document'],
    ['sec-fetch-mode', 'navigate'],
    ['sec-fetch-site', 'same-origin'],
    ['cache-control', 'max-age=0'],
    ['x-request-id', '7f2c1b9e-4a53-4d0e-9c77-3f1e0a6d5b28'],
    [ROUTE_HEADER, ROUTE_VALUE],
  ];
  const missing = HEAD_BYTES - renderHttp1('GET', REQUEST_PATH, fields).length;
  const cookie = fields[6] as [string, string];
  cookie[1] += 'k3Jx9QmZt7Lw'.repeat(20).slice(0, missing);
  return fields;
}

export const REQUEST_PATH = '/catalog/items?page=2&sort=price';
export const LARGE_PATH = '/large';

function renderHttp1(method: string, path: string, fields: readonly (readonly [string, string])[]): string {
  return `${method} ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

export const BROWSER_FIELDS: readonly (readonly [name: string, value: string])[] = browserFields();

/** A complete HTTP/1.1 request: GET without a body, POST (one field more) with one. */
export function http1Request(body: Buffer | null, path = REQUEST_PATH): Buffer {
  if (body === null) return Buffer.from(renderHttp1('GET', path, BROWSER_FIELDS), 'latin1');
  const fields = [...BROWSER_FIELDS, ['content-length', String(body.length)] as const];
  return Buffer.concat([Buffer.from(renderHttp1('POST', path, fields), 'latin1'), body]);
}

export function http1Response(body: Buffer): Buffer {
  const head =
    'HTTP/1.1 200 OK\r\nserver: bench\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\n' +
    `content-type: text/html; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** Pseudo fields and fields of the same browser request, or of a unary gRPC call of 13 fields, for HTTP/2. */
export function http2Fields(kind: 'http2' | 'grpc'): [name: string, value: string][] {
  if (kind === 'http2') {
    const rest = BROWSER_FIELDS.filter(([name]) => name !== 'host').map(([name, value]): [string, string] => [
      name,
      value,
    ]);
    return [[':method', 'GET'], [':scheme', 'http'], [':authority', VIRTUAL_HOST], [':path', REQUEST_PATH], ...rest];
  }
  return [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':authority', VIRTUAL_HOST],
    [':path', GRPC_PATH],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ['grpc-timeout', '5S'],
    ['user-agent', 'grpc-go/1.73.0'],
    ['grpc-accept-encoding', 'gzip'],
    ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['authorization', 'Bearer k3Jx9QmZt7Lwk3Jx9QmZt7Lwk3Jx9QmZt7Lwk3Jx9QmZt7Lw'],
    ['x-request-id', '7f2c1b9e-4a53-4d0e-9c77-3f1e0a6d5b28'],
    [ROUTE_HEADER, ROUTE_VALUE],
  ];
}

/** A length-prefixed gRPC message around a body. */
export function grpcMessage(body: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}
