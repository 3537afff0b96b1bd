import http from 'node:http';

const TIMEOUT_MS = 10_000;
/** Of one connection to the next: they belong to one hop. */
const HOP_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection', 'te']);

/**
 * What stands before a mesh for readers with a browser: takes a request under any name and gives it to the proxy of
 * the page under the name of the service.
 */
export class Entrance {
  readonly #server: http.Server;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  constructor(target: URL, host: string) {
    this.#server = http.createServer((request, response) => {
      if (request.url === '/' || request.url === '') {
        response.writeHead(302, { location: '/productpage' }).end();
        return;
      }
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.has(name)));
      const onward = http.request(
        target,
        {
          agent: this.#agent,
          method: request.method,
          path: request.url,
          headers: { ...headers, host },
          timeout: TIMEOUT_MS,
        },
        (answer) => {
          const back = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOP_HEADERS.has(name)));
          response.writeHead(answer.statusCode ?? 502, back);
          answer.pipe(response);
        },
      );
      onward.once('timeout', () => onward.destroy(new Error('no answer in time')));
      onward.on('error', (error) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(502, { 'content-type': 'text/plain' }).end(`${error.message}\n`);
      });
      response.once('close', () => onward.destroy());
      request.pipe(onward);
    });
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port }, resolve);
    });
  }

  stop(): Promise<void> {
    this.#agent.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
