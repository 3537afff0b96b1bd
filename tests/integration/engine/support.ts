/** What the tests of the engine share: clean-up, waiting on conditions, raw connections, backends that count. */
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { Backend } from '../../support/backend.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';

export { freePort } from '../../support/ports.ts';

interface Disposable {
  dispose?(): Promise<void>;
  close?(): Promise<void>;
}

const open: Disposable[] = [];

/** Ends `item` behind the test. */
export function keep<T extends Disposable>(item: T): T {
  open.push(item);
  return item;
}

afterEach(async () => {
  for (const item of open.splice(0).reverse()) await (item.dispose ?? item.close)?.call(item);
});

export async function start(config: object, options: Parameters<typeof startProxy>[1] = {}): Promise<RunningProxy> {
  return keep(await startProxy(config, options));
}

/** Resolves when the condition holds; the test's own time limit is the only bound. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A raw connection that remembers everything that happened to it. */
export class Peer {
  readonly socket: net.Socket;
  readonly connected: Promise<void>;
  /** FIN, RST or the end of the socket, in the order they were seen. */
  readonly events: ('end' | 'reset' | 'close' | 'error')[] = [];
  count = 0;
  #text = '';
  #chunks: Buffer[] = [];

  constructor(target: number | string, options: { readonly reads?: boolean; readonly host?: string } = {}) {
    const socket = new net.Socket({ allowHalfOpen: true });
    this.socket = socket;
    this.connected = new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    this.connected.catch(() => {});
    socket.on('end', () => this.events.push('end'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.events.push(error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'error'),
    );
    socket.on('close', () => this.events.push('close'));
    if (options.reads !== false) this.read();
    if (typeof target === 'string') socket.connect(target);
    else socket.connect(target, options.host ?? '127.0.0.1');
    keep({ close: async () => void socket.destroy() });
  }

  read(): void {
    this.socket.on('data', (chunk: Buffer) => {
      this.count += chunk.length;
      if (this.count <= 1_000_000) this.#chunks.push(chunk);
    });
  }

  /** Writes and resolves when the kernel has taken it. */
  send(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(data, () => resolve()));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The first million bytes as text. */
  get text(): string {
    if (this.#chunks.length > 0) {
      this.#text += Buffer.concat(this.#chunks.splice(0)).toString('latin1');
    }
    return this.#text;
  }

  saw(event: 'end' | 'reset' | 'close' | 'error'): boolean {
    return this.events.includes(event);
  }

  closed(): Promise<void> {
    return until(() => this.saw('close') || this.saw('end') || this.saw('reset'));
  }
}

/** A backend of canned HTTP/1.1 answers, fast enough to be no bottleneck; counts what it saw. */
export class FastBackend implements Backend {
  requests = 0;
  connections = 0;
  readonly sockets = new Set<net.Socket>();
  readonly #server: net.Server;
  readonly #answer: Buffer;

  private constructor(body: string) {
    this.#answer = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    this.#server = net.createServer((socket) => this.#serve(socket));
  }

  static async listen(body: string, port = 0): Promise<FastBackend> {
    const backend = new FastBackend(body);
    await new Promise<void>((resolve, reject) => {
      backend.#server.once('error', reject);
      backend.#server.listen(port, '127.0.0.1', resolve);
    });
    return keep(backend);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  #serve(socket: net.Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    let tail = '';
    socket.on('data', (chunk: Buffer) => {
      const text = tail + chunk.toString('latin1');
      let count = 0;
      let at = 0;
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n', at)) {
        at = end + 4;
        count++;
      }
      tail = text.slice(at);
      this.requests += count;
      for (; count > 0; count--) socket.write(this.#answer);
    });
  }
}

/** Keep-alive callers in a closed loop over raw connections; every answer must be 200. */
export class Load {
  answers = 0;
  failures: string[] = [];
  /** Whether a connection that ended between two requests is replaced. */
  reopens = true;
  readonly #sockets = new Set<net.Socket>();
  readonly #startedAt = performance.now();
  #stopped = false;

  constructor(port: number, connections: number, path = '/') {
    const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: load\r\n\r\n`);
    for (let i = 0; i < connections; i++) this.#open(port, request);
  }

  get perSecond(): number {
    return Math.round((this.answers * 1000) / (performance.now() - this.#startedAt));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await until(() => this.#sockets.size === 0);
  }

  #open(port: number, request: Buffer): void {
    const socket = net.connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    let tail = '';
    let busy = false;
    const send = (): void => {
      busy = true;
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('data', (chunk: Buffer) => {
      const text = tail + chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = head < 0 ? -1 : Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head < 0 || text.length < head + 4 + length) {
        tail = text;
        return;
      }
      tail = '';
      busy = false;
      if (!text.startsWith('HTTP/1.1 200')) this.#fail(text.slice(0, 120));
      this.answers++;
      const closes = /connection: close/i.test(text.slice(0, head));
      if (this.#stopped || closes) {
        this.#sockets.delete(socket);
        socket.destroy();
        if (!this.#stopped && this.reopens) this.#open(port, request);
        return;
      }
      send();
    });
    socket.on('error', (error) => {
      if (busy) this.#fail(error.message);
    });
    socket.on('close', () => {
      if (!this.#sockets.delete(socket)) return;
      if (busy) this.#fail('closed in the middle of a request');
      if (!this.#stopped && this.reopens) this.#open(port, request);
    });
  }

  #fail(reason: string): void {
    if (this.failures.length < 20) this.failures.push(reason);
  }
}

export interface Row {
  readonly thread: number;
  readonly side: 'downstream' | 'upstream';
  readonly name: string;
  readonly protocol: string;
  readonly inFlight: number;
}

export async function connections(proxy: RunningProxy): Promise<Row[]> {
  return JSON.parse((await proxy.admin('GET', '/api/v1/connections')).body) as Row[];
}

/** One request over a Unix socket. */
export function callPath(socketPath: string, target = '/'): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    http
      .get({ socketPath, path: target, agent: false }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      })
      .on('error', reject);
  });
}
