/** gRPC through the proxy with `@grpc/grpc-js` on both sides: all kinds of calls, and the answers of the proxy itself. */
import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type Client, Metadata, status } from '@grpc/grpc-js';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closedPort } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import {
  type BytesServer,
  bytesClient,
  bytesService,
  FAILURE_TEXT,
  same,
  startBytesServer,
  unary,
} from './byte-service.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(options = {}): Promise<BytesServer> {
  const server = await startBytesServer(options);
  cleanups.push(() => server.close());
  return server;
}

/** What the proxy speaks on both sides. */
let protocol = 'Http2';

interface RelayParts {
  readonly route?: object;
  readonly cluster?: object;
  readonly routes?: readonly object[];
}

async function relay(ports: readonly number[], parts: RelayParts = {}): Promise<RunningProxy> {
  const proxy = await startProxy(
    configuration({
      listeners: [proxyListener({ protocol })],
      routes: parts.routes ?? [routesTo('grpc', { upstream_protocol: protocol, ...parts.route })],
      clusters: [cluster('grpc', ports, parts.cluster)],
      // Conversations that outlive a stop may take their time on a machine that others load.
      server: { graceful_timeout: '60s' },
    }),
  );
  cleanups.push(() => proxy.dispose());
  return proxy;
}

function dial(ports: readonly number[], options = {}): Client {
  const client = bytesClient(ports, options);
  cleanups.push(() => client.close());
  return client;
}

const received = async (stream: AsyncIterable<Buffer>): Promise<Buffer[]> => {
  const messages: Buffer[] = [];
  for await (const message of stream) messages.push(message);
  return messages;
};

describe.each(['Http2', 'tri'])('calls of @grpc/grpc-js through the proxy, in %s', (name) => {
  beforeAll(() => {
    protocol = name;
  });

  it('makes all four kinds of calls', async () => {
    const server = await serve();
    const proxy = await relay([server.port]);
    const client = dial([proxy.port('front')]);

    const one = await unary(client, 'echo', Buffer.from('hello'), new Metadata());
    expect([one.code, one.message.toString()]).toEqual([status.OK, 'hello']);

    const collected = await new Promise<string>((resolve, reject) => {
      const call = client.makeClientStreamRequest(
        bytesService.collect.path,
        same,
        same,
        new Metadata(),
        (error, value) => (error === null ? resolve((value as Buffer).toString()) : reject(error)),
      );
      for (let i = 0; i < 200; i++) call.write(Buffer.alloc(i * 10));
      call.end();
    });
    expect(collected).toBe('200/199000');

    const spread = client.makeServerStreamRequest(
      bytesService.spread.path,
      same,
      same,
      Buffer.from('5000'),
      new Metadata(),
    );
    const parts = await received(spread);
    expect(parts.length).toBe(5000);
    expect(parts.every((part, i) => part.length === 1000 && part[0] === ((5000 - i) & 255))).toBe(true);

    const talk = client.makeBidiStreamRequest(bytesService.talk.path, same, same, new Metadata());
    const answers: string[] = [];
    for (let i = 0; i < 100; i++) {
      talk.write(Buffer.from(`message ${i}`));
      const [answer] = (await once(talk, 'data')) as [Buffer];
      answers.push(answer.toString());
    }
    talk.end();
    await once(talk, 'end');
    expect(answers).toEqual(Array.from({ length: 100 }, (_, i) => `message ${i}`));
    await expectSound(proxy);
    expect(await metric(proxy, 'downstream_request_200_total', { listener: 'front' })).toBe(4);
  });

  it('transports metadata as text, repeated and binary, in headers and trailers', async () => {
    const server = await serve();
    const proxy = await relay([server.port]);
    const metadata = new Metadata();
    metadata.add('x-text', 'plain, with a comma');
    metadata.add('x-many', 'one');
    metadata.add('x-many', 'two');
    metadata.set('x-bytes-bin', Buffer.from([0, 1, 2, 0xff, 0xfe, 10, 13]));
    metadata.set('x-long', 'y'.repeat(6000));
    const { code, headers, trailers } = await unary(dial([proxy.port('front')]), 'echo', Buffer.alloc(0), metadata);
    expect(code).toBe(status.OK);
    for (const received of [headers, trailers]) {
      expect(received?.get('x-text')).toEqual(['plain, with a comma']);
      expect(received?.get('x-many').join(', ')).toBe('one, two');
      expect(received?.get('x-bytes-bin')).toEqual([Buffer.from([0, 1, 2, 0xff, 0xfe, 10, 13])]);
      expect(received?.get('x-long')).toEqual(['y'.repeat(6000)]);
    }
  });

  it('transports every status and messages with awkward characters', async () => {
    const server = await serve();
    const proxy = await relay([server.port]);
    const client = dial([proxy.port('front')]);
    for (let code = 1; code <= 16; code++) {
      const result = await unary(client, 'fail', Buffer.from(String(code)), new Metadata());
      expect([result.code, result.details]).toEqual([code, FAILURE_TEXT]);
    }
  });

  it('transports messages of 16 MiB, and compressed ones', async () => {
    const server = await serve();
    const proxy = await relay([server.port]);
    const big = Buffer.alloc(16 * 1024 * 1024);
    for (let i = 0; i < big.length; i += 4) big.writeUInt32LE((i * 2654435761) >>> 0, i);
    const plain = await unary(dial([proxy.port('front')]), 'echo', big, new Metadata());
    expect(plain.code).toBe(status.OK);
    expect(plain.message.equals(big)).toBe(true);
    // 2 is gzip: the flag of each message and `grpc-encoding` must pass unchanged.
    const zipped = await unary(
      dial([proxy.port('front')], { 'grpc.default_compression_algorithm': 2 }),
      'echo',
      big,
      new Metadata(),
    );
    expect(zipped.code).toBe(status.OK);
    expect(zipped.message.equals(big)).toBe(true);
    await expectSound(proxy);
  });

  it('runs 3000 calls side by side on one connection', async () => {
    const server = await serve();
    const proxy = await relay([server.port]);
    const client = dial([proxy.port('front')]);
    const calls = Array.from({ length: 3000 }, (_, i) =>
      unary(client, 'echo', Buffer.from(`call ${i}`), new Metadata()),
    );
    const results = await Promise.all(calls);
    expect(results.filter((result) => result.code !== status.OK)).toEqual([]);
    expect(results.map((result) => result.message.toString())).toEqual(calls.map((_, i) => `call ${i}`));
    expect(await metric(proxy, 'downstream_connection_total', { listener: 'front' })).toBe(1);
    expect(await metric(proxy, 'downstream_request_total', { listener: 'front' })).toBe(3000);
    await expectSound(proxy);
  });

  it('passes the deadline on and the end of a call that the caller gave up', async () => {
    const server = await serve();
    const proxy = await relay([server.port]);
    const client = dial([proxy.port('front')]);
    const cancelled = unary(client, 'hang', Buffer.alloc(0), new Metadata(), 60_000);
    await server.hanging(1);
    expect(server.deadlineMs()).toBeGreaterThan(50_000);
    expect(server.deadlineMs()).toBeLessThanOrEqual(60_000);
    cancelled.cancel();
    expect((await cancelled).code).toBe(status.CANCELLED);
    await expect.poll(() => server.cancelled()).toBe(1);

    const late = unary(client, 'hang', Buffer.alloc(0), new Metadata(), 100);
    expect((await late).code).toBe(status.DEADLINE_EXCEEDED);
    await expect.poll(() => server.cancelled()).toBe(2);
    await expect.poll(() => metric(proxy, 'upstream_request_active', { cluster: 'grpc' })).toBe(0);
  });
});

describe.each(['Http2', 'tri'])('what the proxy answers itself, in %s', (name) => {
  beforeAll(() => {
    protocol = name;
  });

  /** Headers and the end of the answer to a gRPC request, without a gRPC library in between. */
  async function rawAnswer(port: number, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    cleanups.push(() => session.destroy());
    const request = session.request({
      ':method': 'POST',
      ':path': bytesService.hang.path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    // Sent whole; only the answer's frames matter here.
    request.end(Buffer.from([0, 0, 0, 0, 0]));
    let bytes = 0;
    let trailers = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('trailers', () => trailers++);
    const ended = once(request, 'end');
    const [answer, flags] = (await once(request, 'response')) as [http2.IncomingHttpHeaders, number];
    await ended;
    return {
      status: answer[':status'],
      type: answer['content-type'],
      grpc: answer['grpc-status'],
      endsStream: (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0,
      bytes,
      trailers,
    };
  }

  const trailersOnly = (code: status): Record<string, unknown> => ({
    status: 200,
    type: 'application/grpc',
    grpc: String(code),
    endsStream: true,
    bytes: 0,
    trailers: 0,
  });

  it('says UNIMPLEMENTED without a route, as a gRPC answer of trailers alone', async () => {
    const proxy = await relay([1], { routes: [] });
    const { code } = await unary(dial([proxy.port('front')]), 'echo', Buffer.from('x'), new Metadata());
    expect(status[code]).toBe('UNIMPLEMENTED');
    expect(await rawAnswer(proxy.port('front'))).toEqual(trailersOnly(status.UNIMPLEMENTED));
  });

  it('says UNAVAILABLE without a host, and when the host refuses', async () => {
    for (const ports of [[], [await closedPort()]]) {
      const proxy = await relay(ports);
      const { code } = await unary(dial([proxy.port('front')]), 'echo', Buffer.from('x'), new Metadata());
      expect(status[code]).toBe('UNAVAILABLE');
      expect(await rawAnswer(proxy.port('front'))).toEqual(trailersOnly(status.UNAVAILABLE));
    }
  });

  it('says DEADLINE_EXCEEDED when the timeout of the route or the deadline of the call is over', async () => {
    const server = await serve();
    // Long enough for a call to reach its server on a busy machine: one that never did is not cancelled there.
    const proxy = await relay([server.port], { route: { timeout: '2s' } });
    const { code } = await unary(dial([proxy.port('front')]), 'hang', Buffer.alloc(0), new Metadata(), 60_000);
    expect(status[code]).toBe('DEADLINE_EXCEEDED');
    expect(await rawAnswer(proxy.port('front'))).toEqual(trailersOnly(status.DEADLINE_EXCEEDED));
    await expect.poll(() => server.cancelled()).toBe(2);

    // A server that looks at no deadline: a gRPC library would answer by itself.
    const silent = http2.createServer();
    const codes: number[] = [];
    silent.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.on('close', () => codes.push(stream.rstCode));
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => silent.close());
    const patient = await relay([(silent.address() as AddressInfo).port]);
    expect(await rawAnswer(patient.port('front'), { 'grpc-timeout': '2S' })).toEqual(
      trailersOnly(status.DEADLINE_EXCEEDED),
    );
    await expect.poll(() => codes).toEqual([http2.constants.NGHTTP2_CANCEL]);
  });

  it('answers other requests on the same connection as HTTP', async () => {
    const proxy = await relay([1], { routes: [] });
    expect(await rawAnswer(proxy.port('front'), { 'content-type': 'application/json' })).toMatchObject({
      status: 404,
      grpc: undefined,
    });
  });

  it('ends a streaming call whose server dies with UNAVAILABLE', async () => {
    const server = await startBytesServer();
    const proxy = await relay([server.port]);
    const talk = dial([proxy.port('front')]).makeBidiStreamRequest(bytesService.talk.path, same, same, new Metadata());
    talk.write(Buffer.from('x'));
    await once(talk, 'data');
    const failed = once(talk, 'error');
    talk.resume();
    server.close();
    const [error] = (await failed) as [{ code: status }];
    expect(['UNAVAILABLE', 'INTERNAL', 'UNKNOWN']).toContain(status[error.code]);
    await expect.poll(() => metric(proxy, 'downstream_request_active', { listener: 'front' })).toBe(0);
  });
});

describe('connections that end in good order', () => {
  beforeAll(() => {
    protocol = 'Http2';
  });

  it('loses no call when the proxy stops gracefully and another one takes over', async () => {
    const server = await serve();
    const first = await relay([server.port]);
    const second = await relay([server.port]);
    const client = dial([first.port('front'), second.port('front')]);

    // A conversation that is under way at the stop must be finished on the old connection.
    const talk = client.makeBidiStreamRequest(bytesService.talk.path, same, same, new Metadata());
    talk.write(Buffer.from('before'));
    expect(String((await once(talk, 'data'))[0])).toBe('before');

    const results: { code: status; details: string }[] = [];
    let stopped: Promise<number | null> | null = null;
    const worker = async (): Promise<void> => {
      while (results.length < 4000) {
        const result = await unary(client, 'echo', Buffer.from('x'), new Metadata());
        results.push({ code: result.code, details: result.details });
        if (results.length === 1000) stopped = first.stop();
      }
    };
    await Promise.all(Array.from({ length: 40 }, worker));
    expect(results.filter((result) => result.code !== status.OK)).toEqual([]);

    talk.write(Buffer.from('after'));
    expect(String((await once(talk, 'data'))[0])).toBe('after');
    talk.end();
    await once(talk, 'end');
    expect(await stopped).toBe(0);
    expect(await metric(second, 'downstream_request_total', { listener: 'front' })).toBeGreaterThan(1000);
  });

  it('loses no call when the servers end their connections all the time', async () => {
    const aged = { 'grpc.max_connection_age_ms': 40, 'grpc.max_connection_age_grace_ms': 10_000 };
    const servers = [await serve(aged), await serve(aged)];
    const proxy = await relay(
      servers.map((server) => server.port),
      // A connection that ends refuses all calls that were on their way; repeating them takes nothing of the budget. On a
      // busy machine a connection may be at its age when it begins: as many repeats as connections in the time of a call.
      {
        route: { retry_policy: { retry_on: true, num_retries: 20 } },
      },
    );
    const client = dial([proxy.port('front')]);
    const codes = new Map<string, number>();
    let left = 4000;
    const worker = async (): Promise<void> => {
      while (left-- > 0) {
        const { code, details } = await unary(client, 'echo', Buffer.from('x'), new Metadata());
        const text = code === status.OK ? 'OK' : `${status[code]}: ${details}`;
        codes.set(text, (codes.get(text) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 40 }, worker));
    expect(Object.fromEntries(codes)).toEqual({ OK: 4000 });
    expect(await metric(proxy, 'upstream_connection_close_notify', { cluster: 'grpc' })).toBeGreaterThan(0);
    await expectSound(proxy);
  });
});
