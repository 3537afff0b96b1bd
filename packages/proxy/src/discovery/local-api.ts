import type http from 'node:http';
import type { AddressInfo } from 'node:net';
import { MeshError } from '@weft/kit';
import { createServer, refusal } from '../admin/index.ts';
import type { Discovery } from './discovery.ts';
import { type Answer, type Call, nativeRoutes } from './native-routes.ts';
import { DiscoveryRefusal } from './refusal.ts';
import { sofaRoutes } from './sofa-routes.ts';

/** Half-open connections must not keep the others out: Node looks for them every 30 s when it is not told otherwise. */
const HEAD_TIMEOUT_MS = 3000;
const CHECK_INTERVAL_MS = 1000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_CONNECTIONS = 256;
/** The last is what curl says of every `-d`. */
const BODY_TYPES = new Set(['application/json', 'text/plain', 'application/x-www-form-urlencoded']);
const MAX_WATCH_BUFFER_BYTES = 1024 * 1024;

/** The HTTP API by which applications on this machine publish and subscribe; `/v1/discovery` and that of SOFARPC. */
export class LocalApi {
  readonly #server: http.Server;
  readonly #discovery: Discovery;

  constructor(discovery: Discovery) {
    this.#discovery = discovery;
    this.#server = createServer(
      {
        requestTimeout: REQUEST_TIMEOUT_MS,
        headersTimeout: HEAD_TIMEOUT_MS,
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
        maxHeaderSize: 16_384,
      },
      (request, response) => {
        void this.#serve(request, response).catch(() => response.destroy());
      },
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @throws MeshError address_in_use and its like, with the place in the configuration */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        reject(
          new MeshError(
            taken ? 'address_in_use' : 'address_unavailable',
            `mesh.discovery.address ${host}:${port}: ${taken ? 'another process listens there; choose another port' : error.message}`,
          ),
        );
      });
      this.#server.listen({ host, port }, () => {
        this.#server.removeAllListeners('error');
        this.#server.unref();
        resolve();
      });
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const answer = await this.#answer(request).catch((error: unknown): Answer => {
      if (error instanceof DiscoveryRefusal) return { status: error.status, body: { message: error.message } };
      throw error;
    });
    if ('watch' in answer) {
      this.#stream(response, answer.watch);
      return;
    }
    const body = answer.body === undefined ? '' : `${JSON.stringify(answer.body)}\n`;
    response.writeHead(answer.status, {
      ...(body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      'content-length': Buffer.byteLength(body),
      ...(answer.status === 413 ? { connection: 'close' } : {}),
    });
    response.end(request.method === 'HEAD' ? '' : body);
  }

  async #answer(request: http.IncomingMessage): Promise<Answer> {
    const refused = refusal(request, 'guarded', null);
    if (refused !== null) {
      return {
        status: 403,
        body: { message: refused.status === 403 ? refused.message : 'only applications on this machine may call' },
      };
    }
    const url = URL.parse(request.url ?? '/', 'http://local');
    if (url === null) throw new DiscoveryRefusal(400, 'the request target is not a path');
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const routes = [...nativeRoutes, ...sofaRoutes];
    const here = routes.flatMap((route) => {
      const match = route.path.exec(url.pathname);
      return match === null ? [] : [{ route, match }];
    });
    const found = here.find((item) => item.route.method === method);
    if (found === undefined) {
      if (here.length === 0)
        throw new DiscoveryRefusal(
          404,
          `no such path: ${url.pathname}; there are /v1/discovery/publications/{dataId} and /v1/discovery/subscriptions/{dataId}`,
        );
      throw new DiscoveryRefusal(
        405,
        `${method} is not for this path; ${here.map((item) => item.route.method).join(', ')} is`,
      );
    }
    const call: Call = {
      discovery: this.#discovery,
      dataId: decoded(found.match[1] ?? ''),
      query: url.searchParams,
      body: method === 'PUT' || method === 'POST' ? await readJson(request) : {},
    };
    return found.route.handle(call);
  }

  /** Server-sent events of one service, or of all; a reader that does not read is dropped. */
  #stream(response: http.ServerResponse, dataId: string | null): void {
    const stop = this.#discovery.watch((change) => {
      if (dataId !== null && change.dataId !== dataId) return;
      response.write(`event: ${change.kind}\nid: ${change.version}\ndata: ${JSON.stringify(change)}\n\n`);
      if (response.writableLength > MAX_WATCH_BUFFER_BYTES) response.destroy();
    });
    if (stop === null) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    response.on('close', stop);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': watching\n\n');
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DiscoveryRefusal(400, `the dataId ${JSON.stringify(text)} is not percent-encoded UTF-8`);
  }
}

async function readJson(request: http.IncomingMessage): Promise<unknown> {
  const type = (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim();
  if (!BODY_TYPES.has(type ?? ''))
    throw new DiscoveryRefusal(415, `content-type is ${type}; expected application/json or text/plain`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new DiscoveryRefusal(413, `the body is over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new DiscoveryRefusal(400, `the body is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
