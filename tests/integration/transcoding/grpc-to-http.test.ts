import { once } from 'node:events';
import type http from 'node:http';
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import { LIBRARY_DESCRIPTORS } from '@weft/transcoders/common/testdata/library';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Backend, call, httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { expectSound } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { type Json, LibraryClient, next } from './library.ts';

/** Callers of gRPC, and a server of HTTP with JSON that knows nothing of them. */

const COUNT = 1000;
const WAIT = { timeout: 20_000 };
const MAX_MESSAGE_BYTES = 256 * 1024;
const IN_ORDER = Array.from({ length: COUNT }, (_, id) => id);

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

let provider: Backend;
let proxy: RunningProxy;
let client: LibraryClient;
let asked: Asked[] = [];
let closed = 0;
let written = 0;
let stalled = false;

beforeAll(async () => {
  provider = await httpBackend((request, response) => void serve(request, response));
  const transcoder = {
    type: 'transcoder',
    config: { type: 'grpc_http', max_body_bytes: MAX_MESSAGE_BYTES, config: { descriptors: [LIBRARY_DESCRIPTORS] } },
  };
  proxy = await startProxy(
    configuration({
      listeners: [
        proxyListener({ name: 'front', protocol: 'Http2', streamFilters: [transcoder] }),
        proxyListener({ name: 'one', protocol: 'Http1', streamFilters: [transcoder] }),
        proxyListener({ name: 'triple', protocol: 'tri', streamFilters: [transcoder] }),
      ],
      routes: [routesTo('web', { timeout: '60s' })],
      clusters: [cluster('web', [provider.port])],
    }),
  );
  client = new LibraryClient(proxy.port('front'));
}, 60_000);

afterAll(async () => {
  client?.close();
  if (proxy !== undefined) await expectSound(proxy);
  await proxy?.dispose();
  await provider?.close();
});

beforeEach(() => {
  asked = [];
  closed = 0;
  written = 0;
  stalled = false;
});

/** A shop of JSON: streams as the shelf says, `events`, `lines`, `large`, `list`, or one that ends badly. */
async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  response.on('close', () => closed++);
  response.on('error', () => {});
  const { method, url, headers } = request;
  if (url === '/library.Library/Discuss') {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for await (const line of createInterface(request)) response.write(`{"lent":true,${line.slice(1)}\n`);
    response.end();
    return;
  }
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += piece;
  asked.push({ method, url, headers, body });
  const json = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  if (url === '/v1/import') {
    const names = body
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Json)['name']);
    json(200, { count: names.length, names });
  } else if (url?.startsWith('/v1/shelves/') && url.endsWith('/books'))
    await list(url.split('/')[3] ?? '', response, json);
  else if (url === '/v1/loans') json(200, { ...JSON.parse(body), unknownToTheProto: 1 });
  else if (url === '/library.Library/Clear') response.writeHead(204).end();
  else if (url?.startsWith('/v1/shelves/1/books/none')) json(404, { code: 5, message: 'no such book' });
  else if (url?.startsWith('/v1/shelves/1/books/busy')) response.writeHead(429).end('later');
  else if (url?.startsWith('/v1/shelves/1/books/odd')) json(200, { id: 'x' });
  else json(200, { name: 'found' });
}

async function list(
  shelf: string,
  response: http.ServerResponse,
  json: (status: number, value: unknown) => void,
): Promise<void> {
  if (shelf === 'list')
    return json(
      200,
      IN_ORDER.map((id) => ({ id })),
    );
  if (shelf === 'none') return json(404, { message: 'nothing' });
  const events = shelf === 'events';
  const cover = shelf === 'large' ? Buffer.alloc(24 * 1024, 7).toString('base64') : '';
  const send = (value: unknown): boolean =>
    response.write(events ? `data: ${JSON.stringify(value)}\n\n` : `${JSON.stringify(value)}\n`);
  response.writeHead(200, { 'content-type': events ? 'text/event-stream; charset=utf-8' : 'application/x-ndjson' });
  if (shelf === 'broken') return void response.write('{"name":"first"}\n', () => response.destroy());
  if (shelf === 'error') return void response.end('{"name":"first"}\n{"error":{"code":15,"message":"burned"}}\n');
  if (shelf === 'garbage') return void response.end('{"name":"first"}\n{"name":\n');
  if (shelf === 'hangs') return void response.write('{"name":"first"}\n');
  if (shelf === 'beyond') return void response.write(`{"name":"first"}\n{"name":"${'x'.repeat(2 * MAX_MESSAGE_BYTES)}`);
  for (let id = 0; id < COUNT && !response.destroyed; id++) {
    written++;
    if (send({ id: String(id), cover })) continue;
    stalled = true;
    // Given up by its reader it is closed, and never drained.
    await new Promise<void>((resolve) => {
      const go = (): void => {
        response.off('drain', go).off('close', go);
        resolve();
      };
      response.on('drain', go).on('close', go);
    });
  }
  response.end(events ? 'event: end\ndata: {}\n\n' : '');
}

const idsOf = (books: readonly Json[]): number[] => books.map((book) => Number(book['id'] ?? 0));

async function all(
  stream: grpc.ClientReadableStream<Json>,
): Promise<{ books: Json[]; error: grpc.ServiceError | null }> {
  const books: Json[] = [];
  try {
    for await (const book of stream) books.push(book as Json);
    return { books, error: null };
  } catch (error) {
    return { books, error: error as grpc.ServiceError };
  }
}

it('calls a path with query and body, as google.api.http says', async () => {
  expect(
    await client.unary('GetBook', {
      name: 'shelves/1/books/2',
      full: true,
      revisions: ['1', '2'],
      author: { givenName: 'A' },
    }),
  ).toEqual({ name: 'found' });
  expect(asked[0]).toMatchObject({
    method: 'GET',
    url: '/v1/shelves/1/books/2?full=true&revisions=1&revisions=2&author.givenName=A',
    body: '',
    headers: { accept: 'application/json', 'x-weft-converted': 'Http2>Http1' },
  });
  expect(Number(asked[0]?.headers['x-weft-timeout-ms'])).toBeGreaterThan(1000);
  // What does not fit the first path goes by the second.
  await client.unary('GetBook', { name: 'odd one' });
  expect(asked[1]?.url).toBe('/v1/books/odd%20one');
  await client.unary('UpdateBook', { name: 'shelves/1/books/2', book: { tags: ['a'] } });
  expect(asked[2]).toMatchObject({ method: 'PATCH', url: '/v1/shelves/1/books/2', body: '{"tags":["a"]}' });
  const cover = Buffer.from('a picture').toString('base64');
  const book = { name: 'b', id: '9007199254740993', kind: 'POEMS', stock: { here: 1 }, cover, loan: '1.500s' };
  expect(await client.unary('Lend', book)).toEqual(book);
  expect(await client.unary('Clear', {})).toEqual({});
});

it('tells a caller of gRPC what the host refuses', async () => {
  const get = (name: string) => client.unary('GetBook', { name: `shelves/1/books/${name}` });
  await expect(get('none')).rejects.toMatchObject({ code: grpc.status.NOT_FOUND, details: 'no such book' });
  await expect(get('busy')).rejects.toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED, details: 'later' });
  await expect(get('odd')).rejects.toMatchObject({ details: expect.stringContaining('transcode_response') });
  expect((await all(client.serverStream('ListBooks', { shelf: 'none' }))).error).toMatchObject({
    code: grpc.status.NOT_FOUND,
    details: 'nothing',
  });
});

it.each(['events', 'lines', 'list'])('reads a stream of %s', async (shelf) => {
  const { books, error } = await all(client.serverStream('ListBooks', { shelf }));
  expect([error, idsOf(books)]).toEqual([null, IN_ORDER]);
  expect(asked[0]?.headers.accept).toContain('text/event-stream');
});

it('lets the host wait for a caller that reads slowly, and loses nothing', async () => {
  const stream = client.serverStream('ListBooks', { shelf: 'large' });
  const messages = stream[Symbol.asyncIterator]() as AsyncIterator<Json>;
  expect(await next(messages)).toMatchObject({ id: '0' });
  stream.pause();
  await expect.poll(() => stalled, WAIT).toBe(true);
  let before = -1;
  await expect
    .poll(
      () => {
        const same = before === written;
        before = written;
        return same;
      },
      { ...WAIT, interval: 300 },
    )
    .toBe(true);
  expect(written).toBeLessThan(COUNT);
  const ids = [0];
  for (let book = await next(messages); book !== null; book = await next(messages)) ids.push(Number(book['id']));
  expect(ids).toEqual(IN_ORDER);
});

it('sends a stream as lines', async () => {
  const { call: stream, answer } = client.clientStream('ImportBooks');
  for (const id of IN_ORDER) if (!stream.write({ name: `book ${id}` })) await once(stream, 'drain');
  stream.end();
  expect(await answer).toEqual({ count: COUNT, names: IN_ORDER.map((id) => `book ${id}`) });
  expect(asked[0]?.headers['content-type']).toBe('application/x-ndjson');
});

it('asks and answers in turn', async () => {
  const stream = client.bidi('Discuss');
  const answers = stream[Symbol.asyncIterator]() as AsyncIterator<Json>;
  for (let id = 1; id < 50; id++) {
    stream.write({ id: String(id) });
    expect(await next(answers)).toEqual({ id: String(id), lent: true });
  }
  stream.end();
  expect(await next(answers)).toBeNull();
});

it('tells a caller how a stream ended', async () => {
  const ended = async (shelf: string) => {
    const { books, error } = await all(client.serverStream('ListBooks', { shelf }));
    expect(books).toEqual([{ name: 'first' }]);
    return error;
  };
  expect(await ended('error')).toMatchObject({ code: grpc.status.DATA_LOSS, details: 'burned' });
  expect(await ended('broken')).toMatchObject({ code: grpc.status.UNAVAILABLE });
  expect(await ended('garbage')).toMatchObject({ details: expect.stringContaining('transcode_response') });
  expect(await ended('beyond')).toMatchObject({ details: expect.stringContaining(`${MAX_MESSAGE_BYTES} bytes`) });
});

it('ends a stream at the deadline of the caller', async () => {
  const { books, error } = await all(client.serverStream('ListBooks', { shelf: 'hangs' }, 500));
  expect([books, error?.code]).toEqual([[{ name: 'first' }], grpc.status.DEADLINE_EXCEEDED]);
  await expect.poll(() => closed, WAIT).toBe(1);
});

it('gives the request up when the caller cancels', async () => {
  const stream = client.serverStream('ListBooks', { shelf: 'hangs' });
  stream.on('error', () => {});
  await once(stream, 'data');
  stream.cancel();
  await expect.poll(() => closed, WAIT).toBe(1);
});

it('converts for callers of Triple, who speak gRPC', async () => {
  const triple = new LibraryClient(proxy.port('triple'));
  try {
    const { books, error } = await all(triple.serverStream('ListBooks', { shelf: 'lines' }));
    expect([error, idsOf(books)]).toEqual([null, IN_ORDER]);
    expect(asked[0]?.headers['x-weft-converted']).toBe('tri>Http1');
  } finally {
    triple.close();
  }
});

it('lets requests of HTTP pass', async () => {
  const answer = await call(proxy.port('one'), { path: '/v1/loans', method: 'POST', body: '{"name":"a"}' });
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { name: 'a', unknownToTheProto: 1 }]);
});
