import type http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Access, refusal } from './guard.ts';
import { createServer } from './node-http.ts';

/** Half-open connections must not keep the others out: Node looks for them every 30 s when it is not told otherwise. */
const HEAD_TIMEOUT_MS = 3000;
const CHECK_INTERVAL_MS = 1000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly body: string;
  /** The call came through the Unix socket: from the user that runs the proxy. */
  readonly owner: boolean;
}

export interface AdminResponse {
  readonly status: number;
  readonly type: 'text/plain' | 'application/json' | (string & {});
  readonly body: string;
}

export interface AdminRoute {
  readonly path: string;
  readonly methods: readonly string[];
  readonly access: Access;
  /** One line for `/`. */
  readonly summary: string;
  handle(request: AdminRequest): AdminResponse | Promise<AdminResponse>;
}

export const text = (body: string, status = 200): AdminResponse => ({ status, type: 'text/plain', body });
export const json = (value: unknown, indent: string | number = 1, status = 200): AdminResponse => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value, null, indent)}\n`,
});
/** Errors in the shape that MOSN's callers know. */
export const failure = (status: number, message: string): AdminResponse => ({
  status,
  type: 'application/json',
  body: `{\n\t"error": ${JSON.stringify(message)}\n}\n`,
});

/** The admin API on one TCP address or Unix socket. */
export class AdminServer {
  readonly #server: http.Server;
  readonly #routes: ReadonlyMap<string, AdminRoute>;
  readonly #token: string | null;
  readonly #audit: (line: { method: string; path: string; remote: string; status: number }) => void;
  readonly #owner: boolean;

  constructor(
    routes: readonly AdminRoute[],
    options: {
      readonly token: string | null;
      readonly owner: boolean;
      audit(line: { method: string; path: string; remote: string; status: number }): void;
    },
  ) {
    this.#routes = new Map(routes.map((route) => [route.path, route]));
    this.#token = options.token;
    this.#owner = options.owner;
    this.#audit = options.audit;
    this.#server = createServer(
      {
        requestTimeout: REQUEST_TIMEOUT_MS,
        headersTimeout: HEAD_TIMEOUT_MS,
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
        maxHeaderSize: 16_384,
      },
      (request, response) => void this.#serve(request, response).catch(() => response.destroy()),
    );
    this.#server.maxConnections = 256;
  }

  listen(target: { readonly host: string; readonly port: number } | { readonly path: string }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(target, () => {
        this.#server.off('error', reject);
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
    const method = request.method ?? 'GET';
    // Known now only: a caller that goes takes its socket along.
    const remote = request.socket.remoteAddress ?? 'unix';
    // Some targets are no URL at all (`//`): a caller must not be able to end the proxy with one.
    const url = URL.parse(request.url ?? '/', 'http://admin');
    let answer: AdminResponse;
    try {
      answer =
        url === null ? failure(400, 'the request target is not a path') : await this.#answer(request, method, url);
    } catch (error) {
      answer = failure(500, error instanceof Error ? error.message : 'internal error');
    }
    if (method !== 'GET' || answer.status === 401 || answer.status === 403) {
      this.#audit({
        method,
        path: url?.pathname ?? '',
        remote,
        status: answer.status,
      });
    }
    response.writeHead(answer.status, {
      'content-type': `${answer.type}${answer.type.includes('charset') ? '' : '; charset=utf-8'}`,
      'content-length': Buffer.byteLength(answer.body),
      'x-content-type-options': 'nosniff',
      ...(answer.status === 413 ? { connection: 'close' } : {}),
    });
    response.end(method === 'HEAD' ? '' : answer.body);
  }

  async #answer(request: http.IncomingMessage, method: string, url: URL): Promise<AdminResponse> {
    const route = this.#routes.get(url.pathname);
    if (route === undefined) {
      const refused = refusal(request, 'open', this.#token);
      return refused === null
        ? text(`no such path: ${url.pathname}; GET / lists them\n`, 404)
        : failure(refused.status, refused.message);
    }
    const refused = refusal(request, route.access, this.#token);
    if (refused !== null) return failure(refused.status, refused.message);
    if (!route.methods.includes(method === 'HEAD' ? 'GET' : method)) return text('', 405);
    const body = await readBody(request);
    if (body === null) return failure(413, `the body is over ${MAX_BODY_BYTES} bytes`);
    return route.handle({
      method,
      path: url.pathname,
      query: url.searchParams,
      accept: request.headers.accept ?? '',
      body,
      owner: this.#owner,
    });
  }
}

/** The body, or null when it is too long; then the rest is not read, and the connection ends behind the answer. */
function readBody(request: http.IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      request.removeAllListeners('data');
      request.pause();
      resolve(null);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the caller is gone')));
  });
}
