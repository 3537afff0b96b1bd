import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startBackend } from './backend.ts';
import { type LoadOptions, type LoadProtocol, runLoad } from './generator.ts';
import { runStream } from './tcp-stream.ts';
import { HEAD_BYTES, http1Response, RESPONSE_BODY } from './workload.ts';

const servers: net.Server[] = [];
const sockets = new Set<net.Socket>();

function portOf(server: net.Server): number {
  servers.push(server);
  return (server.address() as net.AddressInfo).port;
}

async function listen(onSocket: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server);
}

/** A relay that may change what the server answers. */
async function relay(targetPort: number, change: (bytes: Buffer) => Buffer): Promise<number> {
  return listen((socket) => {
    const up = net.connect({ port: targetPort, host: '127.0.0.1' });
    sockets.add(up);
    up.on('error', () => {});
    socket.pipe(up);
    up.on('data', (bytes: Buffer) => socket.write(change(bytes)));
    up.on('close', () => socket.destroy());
  });
}

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

function options(protocol: LoadProtocol, port: number, over: Partial<LoadOptions> = {}): LoadOptions {
  return {
    protocol,
    port,
    connections: 2,
    inFlight: 2,
    ratePerSecond: 0,
    warmupMs: 0,
    durationMs: 10_000,
    requests: 50,
    requestBody: false,
    ...over,
  };
}

const PROTOCOLS: readonly LoadProtocol[] = ['http1', 'http2', 'grpc', 'bolt'];

describe('runLoad', () => {
  it.each(PROTOCOLS)('finds nothing wrong with its own backend over %s', async (protocol) => {
    const port = portOf(await startBackend(protocol, 0));
    const result = await runLoad(options(protocol, port, { requestBody: protocol === 'http1' }));
    expect(result.errorKinds).toEqual({});
    expect(result.completed).toBeGreaterThanOrEqual(50);
    expect(result.latency.p50).toBeGreaterThan(0);
  });

  it.each(['http1', 'http2', 'bolt'] as const)(
    'catches a wrong byte at the end of the body over %s',
    async (protocol) => {
      const backend = portOf(await startBackend(protocol, 0));
      const port = await relay(backend, (bytes) => {
        // Settings and acknowledgements of HTTP/2 pass; only what carries a body is damaged.
        if (bytes.length < 1024) return bytes;
        const changed = Buffer.from(bytes);
        (changed[changed.length - 1] as number) ^= 1;
        return changed;
      });
      const result = await runLoad(
        options(protocol, port, { connections: 1, inFlight: 1, durationMs: 300, requests: 0 }),
      );
      expect(result.completed).toBe(0);
      expect(Object.keys(result.errorKinds)).toEqual(['wrong body']);
    },
  );

  it('catches a body of the wrong length and a status that is not 200', async () => {
    const answers = [
      http1Response(RESPONSE_BODY.subarray(1)),
      Buffer.from('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'),
    ];
    let next = 0;
    const port = await listen((socket) => {
      socket.on('data', () => socket.write(answers[next++ % 2] as Buffer));
    });
    const result = await runLoad(options('http1', port, { connections: 1, durationMs: 200, requests: 0 }));
    expect(result.completed).toBe(0);
    expect(Object.keys(result.errorKinds).sort()).toEqual(['status 503', 'wrong length']);
  });

  it('sends every request a second time where it is told to, and counts what becomes of that apart', async () => {
    const port = portOf(await startBackend('http1', 0));
    let copied = 0;
    const target = await listen((socket) => {
      socket.on('data', () => {
        copied++;
        socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n');
      });
    });
    const result = await runLoad(options('http1', port, { copiesTo: target, ratePerSecond: 500 }));
    expect(result.errorKinds).toEqual({});
    expect(result.completed).toBeGreaterThanOrEqual(50);
    const { sent, leftOut, failed } = result.copies as NonNullable<typeof result.copies>;
    // What was on its way when the last answer came is not waited for.
    expect(sent + leftOut).toBeGreaterThanOrEqual(result.completed);
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThanOrEqual(sent);
    expect(copied).toBeGreaterThanOrEqual(failed);
  });

  it('sends no copies without being told to', async () => {
    const port = portOf(await startBackend('http1', 0));
    expect((await runLoad(options('http1', port))).copies).toBeNull();
  });

  it('counts requests that never get an answer', async () => {
    const port = await listen((socket) => socket.resume());
    const result = await runLoad(options('http1', port, { durationMs: 50, requests: 0 }));
    expect(result.errorKinds).toEqual({ 'no answer': 2 });
  });

  it('counts lost connections and goes on with new ones', async () => {
    let accepted = 0;
    const answer = http1Response(RESPONSE_BODY);
    const port = await listen((socket) => {
      let left = ++accepted === 1 ? 5 : Number.POSITIVE_INFINITY;
      socket.on('data', () => {
        if (left-- > 0) socket.write(answer);
        else socket.destroy();
      });
    });
    const result = await runLoad(options('http1', port, { connections: 1 }));
    expect(result.completed).toBe(50);
    expect(result.errorKinds['connection lost']).toBe(1);
    expect(accepted).toBe(2);
  });

  it('does not omit the requests behind a stall: they wait from the moment they were meant to start', async () => {
    const STALL_MS = 400;
    const answer = http1Response(RESPONSE_BODY);
    let seen = 0;
    let duringStall = 0;
    let stalled = false;
    const port = await listen((socket) => {
      let received = 0;
      socket.on('data', (bytes: Buffer) => {
        received += bytes.length;
        if (received < HEAD_BYTES) return;
        received = 0;
        seen++;
        if (stalled) duringStall++;
        if (seen !== 40) {
          socket.write(answer);
          return;
        }
        stalled = true;
        setTimeout(() => {
          stalled = false;
          socket.write(answer);
        }, STALL_MS);
      });
    });
    const result = await runLoad(
      options('http1', port, { connections: 1, ratePerSecond: 400, durationMs: 60_000, requests: 400 }),
    );
    // The server saw one request stall and none arrive meanwhile; a naive generator would report one slow answer in
    // hundreds. Of 400 arrivals 160 or more fall into the stall, and all but the last 20 of them wait 50 ms or longer.
    expect(duringStall).toBe(0);
    expect(result.errorKinds).toEqual({});
    // Timers fire up to a millisecond early.
    expect(result.latency.max).toBeGreaterThanOrEqual(STALL_MS - 1);
    expect(result.latency.p90).toBeGreaterThanOrEqual(50);
  });
});

describe('runStream', () => {
  it('counts acknowledged bytes', async () => {
    const port = portOf(await startBackend('tcp', 0));
    const result = await runStream({ port, connections: 2, warmupMs: 0, durationMs: 200 });
    expect(result.errors).toBe(0);
    expect(result.bytes).toBeGreaterThan(0);
  });

  it('notices a damaged stream', async () => {
    const backend = portOf(await startBackend('tcp', 0));
    const port = await listen((socket) => {
      const up = net.connect({ port: backend, host: '127.0.0.1' });
      sockets.add(up);
      up.on('error', () => {});
      let damaged = false;
      socket.on('data', (bytes: Buffer) => {
        if (!damaged) (bytes[0] as number) ^= 1;
        damaged = true;
        up.write(bytes);
      });
      up.pipe(socket);
    });
    const result = await runStream({ port, connections: 1, warmupMs: 0, durationMs: 300 });
    expect(result.errorKinds['wrong bytes']).toBeGreaterThan(0);
  });
});
