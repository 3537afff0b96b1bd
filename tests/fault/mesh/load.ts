/** A paced load of HTTP and Bolt through the proxy of a caller. Every answer is judged, none is left out. */
import http from 'node:http';
import net from 'node:net';
import { PassThrough } from 'node:stream';
import { BoltReader } from '../../integration/engine/bolt.ts';
import { type BoltEncoder, boltOn, INTERFACE, sofaRequest } from '../../interop/sofa-node/peers.ts';

export type Protocol = 'http' | 'bolt';

/** Answers since a mark. */
export interface Tally {
  readonly passed: number;
  readonly limited: number;
  readonly failed: number;
  readonly failedHttp: number;
  /** What failed and when since the mark, the first of them. */
  readonly failures: readonly string[];
  /** `performance.now()` of the last failure; 0 = none. */
  readonly lastFailureMs: number;
  readonly seconds: number;
  /** Answers of one provider and protocol that passed: those of the one with the most. */
  readonly mostPassed: number;
  /** For how long this process did not come to send anything. */
  readonly longestGapMs: number;
  /** Protocols in which something was limited. */
  readonly limitedProtocols: readonly Protocol[];
}

export interface LoadOptions {
  readonly httpPort: number;
  readonly boltPort: number;
  readonly host: string;
  /** Requests per second of both protocols together. */
  readonly ratePerSecond: number;
}

const TICK_MS = 20;
/** Far above every timeout of the mesh: what comes as late as that hangs, also on a busy machine. */
const TIMEOUT_MS = 30_000;
/** More are not sent until some are answered: a slow machine gets less load, not failures. */
const MAX_OPEN = 64;
const SUCCESS = 0;
const BUSY = 4;
const MAX_FAILURES = 20;

export class Load {
  readonly #options: LoadOptions;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  readonly #bolt: BoltLink;
  readonly #timer: NodeJS.Timeout;
  #open = 0;
  #owed = 0;
  #next = 0;
  #markMs = performance.now();
  #passed = 0;
  #limited = new Map<Protocol, number>();
  #failed = 0;
  #failedHttp = 0;
  #lastFailureMs = 0;
  #longestGapMs = 0;
  #failures: string[] = [];
  /** By protocol and provider. */
  #passedBy = new Map<string, number>();
  #lastMs = performance.now();

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#bolt = new BoltLink(options.boltPort);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** What there was since the last call, and begins anew. */
  take(): Tally {
    const now = performance.now();
    const tally: Tally = {
      passed: this.#passed,
      limited: [...this.#limited.values()].reduce((sum, count) => sum + count, 0),
      failed: this.#failed,
      failedHttp: this.#failedHttp,
      failures: this.#failures,
      lastFailureMs: this.#lastFailureMs,
      seconds: (now - this.#markMs) / 1000,
      mostPassed: Math.max(0, ...this.#passedBy.values()),
      longestGapMs: this.#longestGapMs,
      limitedProtocols: [...this.#limited.keys()],
    };
    this.#markMs = now;
    this.#passed = 0;
    this.#limited = new Map();
    this.#failed = 0;
    this.#failedHttp = 0;
    this.#lastFailureMs = 0;
    this.#longestGapMs = 0;
    this.#failures = [];
    this.#passedBy = new Map();
    return tally;
  }

  /** Requests on their way. */
  get open(): number {
    return this.#open;
  }

  get limitedSoFar(): Readonly<Record<Protocol, number>> {
    return { http: this.#limited.get('http') ?? 0, bolt: this.#limited.get('bolt') ?? 0 };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#agent.destroy();
    this.#bolt.close();
  }

  #tick(): void {
    const now = performance.now();
    this.#longestGapMs = Math.max(this.#longestGapMs, now - this.#lastMs);
    // What a busy machine kept this process from sending is not made up for beyond a tenth of a second.
    this.#owed += (Math.min(100, now - this.#lastMs) * this.#options.ratePerSecond) / 1000;
    this.#lastMs = now;
    for (; this.#owed >= 1; this.#owed--) {
      if (this.#open >= MAX_OPEN) {
        this.#owed = 0;
        return;
      }
      if (this.#next++ % 2 === 0) this.#sendHttp();
      else this.#sendBolt();
    }
  }

  #sendHttp(): void {
    this.#open++;
    let over = false;
    const end = (failure: string | null): void => {
      if (over) return;
      over = true;
      this.#open--;
      if (failure !== null) this.#fail('http', failure);
    };
    const request = http.get(
      {
        host: '127.0.0.1',
        port: this.#options.httpPort,
        path: '/stock',
        agent: this.#agent,
        headers: { host: this.#options.host },
        timeout: TIMEOUT_MS,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.once('error', (error) => end(error.message));
        response.once('end', () => {
          const { statusCode, headers } = response;
          if (statusCode === 200) this.#pass('http', body);
          else if (statusCode === 429 && headers['x-weft-reject'] === 'limit') this.#limit('http');
          else {
            end(`status ${statusCode} ${body.slice(0, 200)}`);
            return;
          }
          end(null);
        });
      },
    );
    request.once('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    request.once('error', (error) => end(error.message));
  }

  #sendBolt(): void {
    this.#open++;
    this.#bolt.send((status, content) => {
      this.#open--;
      const provider = /provider-\w+/.exec(content)?.[0];
      if (status === SUCCESS && provider !== undefined) this.#pass('bolt', provider);
      else if (status === BUSY && content.includes('rule=')) this.#limit('bolt');
      else this.#fail('bolt', `status ${status} ${content.slice(0, 200)}`);
    });
  }

  #pass(protocol: Protocol, provider: string): void {
    this.#passed++;
    const key = `${protocol} ${provider}`;
    this.#passedBy.set(key, (this.#passedBy.get(key) ?? 0) + 1);
  }

  #limit(protocol: Protocol): void {
    this.#limited.set(protocol, (this.#limited.get(protocol) ?? 0) + 1);
  }

  #fail(protocol: Protocol, what: string): void {
    this.#failed++;
    if (protocol === 'http') this.#failedHttp++;
    this.#lastFailureMs = performance.now();
    if (this.#failures.length < MAX_FAILURES) {
      const afterMs = Math.round(performance.now() - this.#markMs);
      // What Bolt says is Hessian: what can be read of it is enough.
      this.#failures.push(`${protocol} after ${afterMs} ms: ${what.replaceAll(/[^ -~]/g, '')}`);
    }
  }
}

/** Requests of the unmodified codec over one connection, of which the raw status of each answer is seen. */
class BoltLink {
  readonly #port: number;
  readonly #pending = new Map<number, (status: number, content: string) => void>();
  #socket: net.Socket | null = null;
  #request: Promise<Buffer> = encodedRequest();
  #id = 0;
  #closed = false;

  constructor(port: number) {
    this.#port = port;
  }

  send(answered: (status: number, content: string) => void): void {
    const id = ++this.#id;
    this.#pending.set(id, answered);
    setTimeout(() => this.#settle(id, -1, `no answer in ${TIMEOUT_MS} ms`), TIMEOUT_MS).unref();
    void this.#request.then((frame) => {
      const bytes = Buffer.from(frame);
      bytes.writeUInt32BE(id, 5);
      this.#connected().write(bytes);
    });
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #settle(id: number, status: number, content: string): void {
    const answered = this.#pending.get(id);
    this.#pending.delete(id);
    answered?.(status, content);
  }

  #connected(): net.Socket {
    if (this.#socket !== null) return this.#socket;
    const socket = net.connect({ host: '127.0.0.1', port: this.#port });
    this.#socket = socket;
    const reader = new BoltReader();
    socket.on('data', (chunk: Buffer) => {
      for (const { id, status, content } of reader.push(chunk)) this.#settle(id, status, content.toString('latin1'));
    });
    let reason = 'the connection was closed';
    socket.once('error', (error) => {
      reason = error.message;
    });
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = null;
      if (this.#closed) return;
      for (const id of [...this.#pending.keys()]) this.#settle(id, -1, reason);
    });
    return socket;
  }
}

/** The bytes that `sofa-bolt-node` writes for a call. */
async function encodedRequest(): Promise<Buffer> {
  const wire = new PassThrough();
  const { encoder }: { encoder: BoltEncoder } = boltOn(wire as unknown as net.Socket);
  const written = new Promise<Buffer>((resolve) => wire.once('data', resolve));
  encoder.writeRequest(1, sofaRequest('whoAmI', [], TIMEOUT_MS));
  return written;
}

export { INTERFACE };
