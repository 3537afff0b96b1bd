/** Callers of every kind for the soak: each does one thing once, and ends whatever happened. */
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import type { Random } from '@weft/kit';
import { boltRequest } from '../integration/engine/bolt.ts';

export interface Ports {
  readonly http1: number;
  readonly http2: number;
  readonly bolt: number;
  readonly tcp: number;
  readonly auto: number;
}

/** Resolves with whether it went as wished. */
export type Caller = (ports: Ports, random: Random) => Promise<boolean>;

const LIMIT_MS = 10_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 16, timeout: LIMIT_MS });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function closeAgents(): void {
  agent.destroy();
}

/** A request with a body of any size, on a kept or a fresh connection. */
const http1: Caller = (ports, random) =>
  new Promise((resolve) => {
    const body = random.next() < 0.5 ? null : Buffer.alloc(random.below(200_000), 1);
    const request = http.request(
      {
        port: random.next() < 0.7 ? ports.http1 : ports.auto,
        host: '127.0.0.1',
        method: body === null ? 'GET' : 'POST',
        path: `/size/${random.below(100_000)}`,
        agent: random.next() < 0.8 ? agent : false,
        timeout: LIMIT_MS,
      },
      (response) => {
        response.on('error', () => resolve(false));
        response.on('end', () => resolve(response.statusCode === 200)).resume();
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
    if (body !== null && random.next() < 0.1) {
      // Gone in the middle of its own body.
      request.setHeader('content-length', body.length + 1000);
      request.write(body);
      setTimeout(() => request.destroy(), 5);
    } else if (body === null) {
      request.end();
    } else {
      request.end(body);
    }
  });

/** A session with a few streams, some of them cancelled. */
const http2Session: Caller = (ports, random) =>
  new Promise((resolve) => {
    const session = http2.connect(`http://127.0.0.1:${random.next() < 0.7 ? ports.http2 : ports.auto}`);
    const limit = setTimeout(() => session.destroy(), LIMIT_MS);
    let open = 1 + random.below(10);
    let good = true;
    session.on('error', () => {
      good = false;
    });
    session.on('close', () => {
      clearTimeout(limit);
      resolve(good);
    });
    for (let count = open; count > 0; count--) {
      const stream = session.request({ ':path': `/size/${random.below(100_000)}`, ':method': 'POST' });
      stream.on('error', () => {});
      stream.on('close', () => {
        if (--open > 0) return;
        if (random.next() < 0.1) session.destroy();
        else session.close();
      });
      stream.resume();
      stream.end(Buffer.alloc(random.below(50_000)));
      if (random.next() < 0.15) setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), random.below(10));
    }
  });

/** A raw connection that ends by itself after `lifeMs`; resolves with whether something came. */
function raw(port: number, lifeMs: number, use: (socket: net.Socket) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const limit = setTimeout(() => socket.destroy(), lifeMs);
    let seen = 0;
    socket.on('data', (chunk: Buffer) => {
      seen += chunk.length;
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(limit);
      resolve(seen > 0);
    });
    use(socket);
  });
}

/** Bolt requests of any size, some one-way, some on a connection that ends before its answers. */
const bolt: Caller = (ports, random) =>
  raw(random.next() < 0.7 ? ports.bolt : ports.auto, 300 + random.below(200), (socket) => {
    const count = 1 + random.below(20);
    for (let id = 1; id <= count; id++) {
      const size = random.below(random.next() < 0.1 ? 300_000 : 2_000);
      socket.write(boltRequest({ id, content: Buffer.alloc(size), oneWay: random.next() < 0.1 }));
    }
    if (random.next() < 0.2) setTimeout(() => socket.resetAndDestroy(), random.below(20));
  });

/** A tunnel that ends by FIN or by a reset. */
const tunnel: Caller = (ports, random) =>
  raw(ports.tcp, LIMIT_MS, (socket) => {
    socket.write(Buffer.alloc(1 + random.below(300_000)));
    if (random.next() < 0.2) setTimeout(() => socket.resetAndDestroy(), random.below(20));
    else socket.end();
  });

/** Reads a large answer slowly and gives up; it wishes for the beginning of an answer. */
const slowReader: Caller = async (ports) => {
  const socket = net.connect(ports.http1, '127.0.0.1');
  let over = false;
  let begun = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    over = true;
  });
  socket.on('data', (chunk: Buffer) => {
    begun ||= chunk.toString('latin1', 0, 12) === 'HTTP/1.1 200';
    socket.pause();
  });
  socket.write('GET /size/4000000 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  for (let round = 0; round < 40 && !over; round++) {
    await pause(5);
    socket.resume();
  }
  socket.destroy();
  return begun;
};

/** Beginnings of every protocol, and nothing at all. */
const HALVES = [
  '',
  'GET / HT',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000',
  'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf',
  '\u0001\u0001\u0000\u0001',
];

/** Says half of something and leaves in one way or another; it wishes for a connection. */
const halfOpen: Caller = async (ports, random) => {
  const port = Object.values(ports)[random.below(5)] as number;
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let connected = false;
  socket.on('error', () => {});
  socket.on('connect', () => {
    connected = true;
  });
  socket.resume();
  socket.write(HALVES[random.below(HALVES.length)] as string);
  await pause(random.below(100));
  const way = random.next();
  if (way < 0.3) socket.end();
  else if (way < 0.6) socket.resetAndDestroy();
  await pause(50);
  socket.destroy();
  return connected;
};

export interface CallerKind {
  readonly call: Caller;
  /**
   * Which share of its calls must go as wished, 0 to 1. Some are cut by design, here or by the hosts; below what is left of
   * them the bound leaves room for a slow machine, whose callers run out of the time that they have.
   */
  readonly leastGood: number;
}

export const CALLERS: Readonly<Record<string, CallerKind>> = {
  /** One of twenty gives up in its own body; of the others one of a hundred is reset by its host, and not all can be repeated. */
  http1: { call: http1, leastGood: 0.88 },
  /** Streams that are cancelled or reset are none of its failures: those of the connection are, and nobody cuts that. */
  http2: { call: http2Session, leastGood: 0.95 },
  /** One of five resets its connection within 20 ms, most of them before an answer; hosts cut one of 500 reads. */
  bolt: { call: bolt, leastGood: 0.7 },
  /** As with Bolt, and hosts cut one of twenty, a few of them before the first byte. */
  tunnel: { call: tunnel, leastGood: 0.7 },
  /** Only a host that resets twice in a row leaves it without an answer. */
  slowReader: { call: slowReader, leastGood: 0.9 },
  halfOpen: { call: halfOpen, leastGood: 0.95 },
};
