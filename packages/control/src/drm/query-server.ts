import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FIRST_INSTANCE } from '../osp/index.ts';
import { DEFAULT_ZONE, type Drm } from './contract.ts';

/**
 * The HTTP query of classic clients: `GET /queryDrmData.htm?dataId=&zone=&version=&instanceId=`. The answer is the value
 * with `@DRM` behind it, its version and checksum are headers; 404 with `Drm_version` when only an older one is there.
 * It asks for no credential, as the classic one does not: it listens on loopback unless told otherwise.
 */
export function createDrmQueryServer(drm: Drm): Server {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 },
    (request, response) => answer(drm, request, response),
  );
  server.maxConnections = 1000;
  return server;
}

function answer(drm: Drm, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const url = URL.parse(request.url ?? '', 'http://drm');
  if (url === null || url.pathname !== '/queryDrmData.htm') return text(response, 404, 'expected /queryDrmData.htm\n');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return text(response, 405, 'expected GET\n', { allow: 'GET, HEAD' });
  const dataId = url.searchParams.get('dataId') ?? '';
  const wanted = url.searchParams.get('version') ?? '';
  if (dataId === '') return text(response, 400, 'dataId: found nothing, expected a dataId\n');
  if (wanted !== '' && !/^\d{1,15}$/.test(wanted))
    return text(response, 400, `version: found ${JSON.stringify(wanted.slice(0, 32))}, expected a whole number\n`);
  const found = drm.resolve({
    instanceId: url.searchParams.get('instanceId') || FIRST_INSTANCE,
    dataId,
    zone: url.searchParams.get('zone') || DEFAULT_ZONE,
  });
  if (found === null) return text(response, 404, 'there is no such value\n');
  const headers = { Drm_version: String(found.version), 'X-Drm-Sha256': found.sha256 };
  if (found.version < Number(wanted)) return text(response, 404, `version ${wanted} is not here yet\n`, headers);
  text(response, 200, `${found.value}@DRM`, headers);
}

function text(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
