/** gRPC and HTTP with JSON in a mesh: services that are found under names of the other one, and converted at one proxy or another. */
import type grpc from '@grpc/grpc-js';
import { LIBRARY_DESCRIPTORS } from '@weft/transcoders/common/testdata/library';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../fault/mesh/waiting.ts';
import { type Json, LibraryClient, startLibrary } from '../../integration/transcoding/library.ts';
import { type Backend, call, httpBackend } from '../../support/backend.ts';
import { type Conversions, DiscoveredMesh, type Filters, transcoders } from '../discovered-mesh.ts';

const START_MS = 120_000;
const FOUND_MS = 60_000;
const TEST_MS = 90_000;
const BOOKS = 100;
/** A call of each kind. */
const CALLS = 3;

const GRPC_NAME = 'library.Library@tri';
const HTTP_HOST = 'library.example:80';
const HTTP_NAME = `${HTTP_HOST}@Http1`;

const config = { descriptors: [LIBRARY_DESCRIPTORS] };
const FILTERS: Filters = {
  // Services of gRPC are found by their names where Triple is spoken, which is gRPC.
  Http1: transcoders({ type: 'http_grpc', upstream_protocol: 'tri', config }),
  tri: transcoders({ type: 'grpc_http', config }),
};

let mesh: DiscoveredMesh;
let server: grpc.Server;
let grpcPort: number;
let http: Backend;
const clients: LibraryClient[] = [];

beforeAll(async () => {
  const library = await startLibrary({
    GetBook(asked: grpc.ServerUnaryCall<Json, Json>, callback: grpc.sendUnaryData<Json>) {
      callback(null, { name: asked.request['name'], id: '7' });
    },
    Lend(asked: grpc.ServerUnaryCall<Json, Json>, callback: grpc.sendUnaryData<Json>) {
      callback({ code: 5, details: `no ${asked.request['name']}` });
    },
    ListBooks(asked: grpc.ServerWritableStream<Json, Json>) {
      for (let id = 1; id <= BOOKS; id++) asked.write({ id: String(id) });
      asked.end();
    },
  });
  server = library.server;
  grpcPort = library.port;
  http = await httpBackend((request, response) => {
    const json = { 'content-type': 'application/json' };
    if (request.method === 'POST') {
      response.writeHead(404, json).end('{"code":5,"message":"no such book"}');
    } else if (request.url === '/v1/shelves/1/books') {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for (let id = 1; id <= BOOKS; id++) response.write(`{"id":"${id}"}\n`);
      response.end();
    } else {
      response.writeHead(200, json).end(JSON.stringify({ name: request.url?.slice('/v1/'.length), id: '7' }));
    }
  });
  mesh = await DiscoveredMesh.start(FILTERS);
}, START_MS);

afterAll(async () => {
  for (const client of clients) client.close();
  await mesh?.close();
  server?.forceShutdown();
  await http?.close();
});

afterEach(({ task }) => {
  if (task.result?.state === 'fail') for (const log of mesh.logs()) process.stderr.write(log);
});

const IN_ORDER = Array.from({ length: BOOKS }, (_, index) => String(index + 1));
const idsOf = (books: readonly Json[]): unknown[] => books.map((book) => book['id']);

/** A caller of HTTP with JSON: `host` is what it has as the address. */
async function callHttp(port: number, host: string): Promise<void> {
  const headers = { host };
  const one = await call(port, { path: '/v1/shelves/1/books/2', headers });
  expect([one.status, JSON.parse(one.body)]).toEqual([200, { name: 'shelves/1/books/2', id: '7' }]);
  const none = await call(port, { path: '/v1/loans', method: 'POST', headers, body: '{"name":"it"}' });
  expect([none.status, JSON.parse(none.body)]).toEqual([404, { code: 5, status: 'NOT_FOUND', message: 'no it' }]);
  const list = await call(port, { path: '/v1/shelves/1/books', headers });
  expect(
    idsOf(
      list.body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Json),
    ),
  ).toEqual(IN_ORDER);
}

/** A caller of gRPC. */
async function callGrpc(port: number): Promise<void> {
  const client = new LibraryClient(port);
  clients.push(client);
  expect(await client.unary('GetBook', { name: 'shelves/1/books/2' })).toEqual({ name: 'shelves/1/books/2', id: '7' });
  await expect(client.unary('Lend', { name: 'it' })).rejects.toMatchObject({ code: 5, details: 'no such book' });
  const books: Json[] = [];
  for await (const book of client.serverStream('ListBooks', { shelf: '1' })) books.push(book as Json);
  expect(idsOf(books)).toEqual(IN_ORDER);
}

describe.each([
  {
    consumer: 'Http1',
    provider: 'tri',
    native: GRPC_NAME,
    foreign: HTTP_NAME,
    appPort: () => grpcPort,
    callAt: (port: number, found: boolean) => callHttp(port, found ? HTTP_HOST : `127.0.0.1:${port}`),
  },
  {
    consumer: 'tri',
    provider: 'Http1',
    native: HTTP_NAME,
    foreign: GRPC_NAME,
    appPort: () => http.port,
    callAt: (port: number) => callGrpc(port),
  },
] as const)(
  'a consumer of $consumer and a provider of $provider',
  ({ consumer, provider, native, foreign, appPort, callAt }) => {
    const expose = [{ protocol: consumer, dataId: foreign }];

    /** How often each proxy converted for one call. */
    async function converted(port: number, found = true): Promise<Conversions> {
      await until('the first calls', FOUND_MS, async () => {
        await callAt(port, found);
        return true;
      });
      const before = await mesh.conversions();
      await callAt(port, found);
      const after = await mesh.conversions();
      return {
        consumer: (after.consumer - before.consumer) / CALLS,
        provider: (after.provider - before.provider) / CALLS,
      };
    }

    describe('the provider has a proxy', () => {
      beforeAll(() => mesh.far.sidecar.publish(native, provider, appPort(), expose));

      afterAll(() => mesh.far.sidecar.unpublish(native));

      afterEach(async () => {
        for (const one of [mesh.converting, mesh.plain]) await one.sidecar.unsubscribe(foreign);
      });

      it('that of the consumer converts where it can', { timeout: TEST_MS }, async () => {
        await mesh.converting.sidecar.subscribe(foreign, consumer);
        await mesh.found(mesh.converting, foreign);
        expect(await converted(mesh.converting.egress[consumer])).toEqual({ consumer: 1, provider: 0 });
      });

      it('that of the provider converts where the other cannot', { timeout: TEST_MS }, async () => {
        await mesh.plain.sidecar.subscribe(foreign, consumer);
        await mesh.found(mesh.plain, foreign);
        expect(await converted(mesh.plain.egress[consumer])).toEqual({ consumer: 0, provider: 1 });
      });

      it('that of the provider converts where the consumer has none', { timeout: TEST_MS }, async () => {
        expect(await converted(mesh.far.ingress[consumer], false)).toEqual({ consumer: 0, provider: 1 });
      });
    });

    it('the consumer alone has a proxy, which converts', { timeout: TEST_MS }, async () => {
      mesh.direct.publish(native, appPort(), { protocol: provider, metadata: {} });
      await mesh.converting.sidecar.subscribe(native, provider, expose);
      try {
        await mesh.found(mesh.converting, native);
        expect(await converted(mesh.converting.egress[consumer])).toEqual({ consumer: 1, provider: 0 });
      } finally {
        await mesh.converting.sidecar.unsubscribe(native);
        mesh.direct.unpublish(native);
      }
    });
  },
);
