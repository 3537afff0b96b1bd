/** Messages of gRPC that are compressed, from a client of gRPC that compresses and from a host that does. */
import http2 from 'node:http2';
import { deflateSync, gzipSync } from 'node:zlib';
import grpc from '@grpc/grpc-js';
import { LIBRARY_DESCRIPTORS } from '@weft/transcoders/common/testdata/library';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, call, httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { expectSound } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { DEFINITION, type Json, LibraryClient } from './library.ts';

const MAX_BYTES = 256 * 1024;
const NAME = 'abc'.repeat(1000);

let web: Backend;
let host: http2.Http2Server;
let toHttp: RunningProxy;
let toGrpc: RunningProxy;
/** Bodies that the host of HTTP was sent. */
let asked: string[] = [];
/** What the host of gRPC was told that its answers may be compressed with. */
let accepted: unknown = null;

const proxyTo = (type: string, protocol: string, port: number): Promise<RunningProxy> =>
  startProxy(
    configuration({
      listeners: [
        proxyListener({
          protocol,
          streamFilters: [
            {
              type: 'transcoder',
              config: { type, max_body_bytes: MAX_BYTES, config: { descriptors: [LIBRARY_DESCRIPTORS] } },
            },
          ],
        }),
      ],
      routes: [routesTo('host')],
      clusters: [cluster('host', [port])],
    }),
  );

/** A message as a frame, compressed as `how` says. */
function frame(json: Json, how: string): Buffer {
  const plain = (DEFINITION['Lend'] as grpc.MethodDefinition<Json, Json>).responseSerialize(json);
  const bytes = how === 'gzip' ? gzipSync(plain) : how === 'deflate' ? deflateSync(plain) : plain;
  const head = Buffer.alloc(5);
  head[0] = how === 'identity' ? 0 : 1;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

beforeAll(async () => {
  web = await httpBackend((request, response) => {
    let body = '';
    // One that is given up in the middle has no end.
    request.on('error', () => {});
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      asked.push(body);
      const names = body.trimEnd().split('\n');
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(request.url === '/v1/import' ? JSON.stringify({ count: names.length }) : body);
    });
  });
  host = http2.createServer();
  host.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    accepted = headers['grpc-accept-encoding'];
    const encoding = String(headers['x-encoding']);
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': encoding },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    if (headers[':path'] === '/library.Library/ListBooks') {
      // Those that are too short to gain by it go out as they are.
      for (let id = 1; id <= 100; id++)
        stream.write(frame({ id: String(id), name: id % 10 === 0 ? '' : NAME }, id % 10 === 0 ? 'identity' : encoding));
      stream.end();
    } else if (headers['x-size'] === undefined) stream.end(frame({ name: NAME }, encoding));
    else stream.end(frame({ name: 'x'.repeat(Number(headers['x-size'])) }, encoding));
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  toHttp = await proxyTo('grpc_http', 'Http2', web.port);
  toGrpc = await proxyTo('http_grpc', 'Http1', (host.address() as { readonly port: number }).port);
}, 60_000);

afterAll(async () => {
  for (const proxy of [toHttp, toGrpc]) {
    if (proxy !== undefined) await expectSound(proxy);
    await proxy?.dispose();
  }
  host?.close();
  await web?.close();
});

it.each([
  ['gzip', grpc.compressionAlgorithms.gzip],
  ['deflate', grpc.compressionAlgorithms.deflate],
])('a client of gRPC that compresses with %s', async (_encoding, algorithm) => {
  asked = [];
  const client = new LibraryClient(toHttp.port('front'), { 'grpc.default_compression_algorithm': algorithm });
  try {
    expect(await client.unary('Lend', { name: NAME })).toEqual({ name: NAME });
    const { call: stream, answer } = client.clientStream('ImportBooks');
    for (let id = 1; id <= 100; id++) stream.write({ id: String(id), name: NAME });
    stream.end();
    expect(await answer).toEqual({ count: 100 });
    expect(JSON.parse(asked[1]?.split('\n')[99] ?? '')).toEqual({ id: '100', name: NAME });
    await expect(client.unary('Lend', { name: 'x'.repeat(MAX_BYTES) })).rejects.toMatchObject({
      details: expect.stringContaining(`transcode_request: a compressed message of gRPC is longer than ${MAX_BYTES}`),
    });
    // More than 1 MiB, and more than 100 times of what comes.
    const bomb = client.clientStream('ImportBooks');
    const ended = expect(bomb.answer).rejects.toMatchObject({
      details: expect.stringContaining('compressed messages of gRPC become more than 100 times as long'),
    });
    bomb.call.on('error', () => {});
    for (let id = 1; id <= 20; id++) bomb.call.write({ name: 'x'.repeat(200_000) });
    bomb.call.end();
    await ended;
  } finally {
    client.close();
  }
});

it.each(['gzip', 'deflate'])('a host of gRPC that compresses with %s, asked or not', async (encoding) => {
  const headers = { 'x-encoding': encoding };
  const port = toGrpc.port('front');
  const one = await call(port, { path: '/v1/shelves/1/books/2', headers });
  expect([one.status, JSON.parse(one.body)]).toEqual([200, { name: NAME }]);
  expect(accepted).toBe('identity');
  const list = await call(port, { path: '/v1/shelves/1/books', headers });
  const books = list.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
  expect(books.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)));
  expect(books.filter(({ name }) => name === NAME)).toHaveLength(90);
  const long = await call(port, { path: '/v1/shelves/1/books/2', headers: { ...headers, 'x-size': MAX_BYTES } });
  expect([long.status, long.body]).toEqual([
    502,
    expect.stringContaining(`transcode_response: a compressed message of gRPC is longer than ${MAX_BYTES} bytes`),
  ]);
});

it('a host that compresses with what nobody knows', async () => {
  const answer = await call(toGrpc.port('front'), {
    path: '/v1/shelves/1/books/2',
    headers: { 'x-encoding': 'snappy' },
  });
  const problem = 'messages of gRPC compressed with snappy cannot be converted: gzip or deflate expected';
  expect([answer.status, answer.body]).toEqual([502, expect.stringContaining(problem)]);
  expect(answer.headers['grpc-accept-encoding']).toBeUndefined();
});

it('a client of gRPC that compresses in another way is told that this is not implemented', async () => {
  const session = http2.connect(`http://127.0.0.1:${toHttp.port('front')}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': (DEFINITION['Lend'] as grpc.MethodDefinition<Json, Json>).path,
      'content-type': 'application/grpc',
      'grpc-encoding': 'br',
      te: 'trailers',
    });
    stream.end(frame({ name: NAME }, 'br'));
    const headers = await new Promise<http2.IncomingHttpHeaders>((resolve, reject) => {
      stream.on('response', resolve).on('error', reject).resume();
    });
    expect([headers['grpc-status'], headers['grpc-message'], headers['grpc-accept-encoding']]).toEqual([
      '12',
      expect.stringContaining('gzip or deflate expected'),
      'identity,gzip,deflate',
    ]);
  } finally {
    session.destroy();
  }
});
