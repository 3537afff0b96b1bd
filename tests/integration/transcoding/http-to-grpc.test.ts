import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import { LIBRARY_DESCRIPTORS } from '@weft/transcoders/common/testdata/library';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { call } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { expectSound } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { type Json, LibraryClient, next, startLibrary } from './library.ts';

/** Callers of HTTP with JSON, and a server of gRPC that knows nothing of them. */

const COUNT = 1000;
const WAIT = { timeout: 20_000 };
const MAX_MESSAGE_BYTES = 256 * 1024;

let server: grpc.Server;
let proxy: RunningProxy;
let client: LibraryClient;
let asked: Json[] = [];
let metadata: grpc.Metadata | null = null;
let cancelled = 0;
/** What the server writes of its long stream, and whether it has to wait for the reader. */
let written = 0;
let stalled = false;

beforeAll(async () => {
  const found = await startLibrary({
    GetBook(call: grpc.ServerUnaryCall<Json, Json>, callback: grpc.sendUnaryData<Json>) {
      asked.push(call.request);
      metadata = call.metadata;
      if (call.request['name'] === 'shelves/1/books/none')
        callback({ code: grpc.status.NOT_FOUND, details: 'no such book' });
      else callback(null, { name: call.request['name'], id: '9007199254740993', kind: 'NOVEL' });
    },
    UpdateBook(call: grpc.ServerUnaryCall<Json, Json>, callback: grpc.sendUnaryData<Json>) {
      asked.push(call.request);
      callback(null, call.request['book'] as Json);
    },
    ReadAuthor(call: grpc.ServerUnaryCall<Json, Json>, callback: grpc.sendUnaryData<Json>) {
      asked.push(call.request);
      callback(null, { author: { givenName: 'Ann' } });
    },
    Lend(call: grpc.ServerUnaryCall<Json, Json>, callback: grpc.sendUnaryData<Json>) {
      asked.push(call.request);
      callback(null, call.request);
    },
    Clear(_call: grpc.ServerUnaryCall<Json, Json>, callback: grpc.sendUnaryData<Json>) {
      callback(null, {});
    },
    ListBooks: (call: grpc.ServerWritableStream<Json, Json>) => void list(call),
    ImportBooks(call: grpc.ServerReadableStream<Json, Json>, callback: grpc.sendUnaryData<Json>) {
      const names: unknown[] = [];
      call.on('data', (book: Json) => names.push(book['name']));
      call.on('end', () => callback(null, { count: names.length, names }));
      call.on('cancelled', () => cancelled++);
    },
    Discuss(call: grpc.ServerDuplexStream<Json, Json>) {
      call.on('data', (book: Json) => call.write({ ...book, lent: true }));
      call.on('end', () => call.end());
      call.on('cancelled', () => cancelled++);
    },
  });
  server = found.server;
  const transcoder = {
    type: 'transcoder',
    config: { type: 'http_grpc', max_body_bytes: MAX_MESSAGE_BYTES, config: { descriptors: [LIBRARY_DESCRIPTORS] } },
  };
  proxy = await startProxy(
    configuration({
      listeners: [
        proxyListener({ name: 'one', protocol: 'Http1', streamFilters: [transcoder] }),
        proxyListener({ name: 'two', protocol: 'Http2', streamFilters: [transcoder] }),
      ],
      routes: [routesTo('library', { timeout: '60s' })],
      clusters: [cluster('library', [found.port])],
    }),
  );
  client = new LibraryClient(proxy.port('two'));
}, 60_000);

afterAll(async () => {
  client?.close();
  if (proxy !== undefined) await expectSound(proxy);
  await proxy?.dispose();
  server?.forceShutdown();
});

beforeEach(() => {
  asked = [];
  cancelled = 0;
  written = 0;
  stalled = false;
});

/** By the shelf: `many`, `large` ones, one that is `broken` off, one that `hangs`, one of a message `beyond` the bound, `none`. */
async function list(call: grpc.ServerWritableStream<Json, Json>): Promise<void> {
  const { shelf } = call.request as { shelf: string };
  call.on('cancelled', () => cancelled++);
  call.on('error', () => {});
  if (shelf === 'none') {
    call.emit('error', { code: grpc.status.NOT_FOUND, details: 'no such shelf' });
    return;
  }
  if (shelf === 'broken') {
    call.write({ name: 'first' });
    call.emit('error', { code: grpc.status.DATA_LOSS, details: 'the rest burned' });
    return;
  }
  if (shelf === 'hangs') {
    call.write({ name: 'first' });
    return;
  }
  if (shelf === 'beyond') {
    call.write({ name: 'first' });
    call.write({ name: 'x'.repeat(2 * MAX_MESSAGE_BYTES) });
    return;
  }
  const cover = shelf === 'large' ? Buffer.alloc(24 * 1024, 7).toString('base64') : '';
  for (let id = 0; id < COUNT && !call.cancelled; id++) {
    written++;
    if (call.write({ name: `book ${id}`, id: String(id), cover })) continue;
    stalled = true;
    await once(call, 'drain');
  }
  call.end();
}

const get = (path: string, headers: http.OutgoingHttpHeaders = {}) => call(proxy.port('one'), { path, headers });
const post = (path: string, body: string, method = 'POST') =>
  call(proxy.port('one'), { path, method, body, headers: { 'content-type': 'application/json' } });
const linesOf = (body: string): Json[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
const ids = (books: readonly Json[]): number[] => books.map((book) => Number(book['id'] ?? 0));
const IN_ORDER = Array.from({ length: COUNT }, (_, id) => id);

/** A request whose body is written as it goes, and whose answer is read line by line. */
async function openStream(path: string, listener = 'one') {
  const request = http.request({ port: proxy.port(listener), path, method: 'POST', agent: false });
  request.on('error', () => {});
  request.flushHeaders();
  return {
    request,
    async lines(): Promise<AsyncIterator<string>> {
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
      return createInterface(response)[Symbol.asyncIterator]();
    },
  };
}

it('calls a method by path, query and body', async () => {
  const read = await get('/v1/shelves/1/books/2?full=true&revisions=1&revisions=2&author.family_name=Lee', {
    'x-tenant': 'blue',
    'x-weft-timeout-ms': '20000',
  });
  expect([read.status, read.headers['content-type'], JSON.parse(read.body)]).toEqual([
    200,
    'application/json',
    { name: 'shelves/1/books/2', id: '9007199254740993', kind: 'NOVEL' },
  ]);
  expect(asked[0]).toEqual({
    name: 'shelves/1/books/2',
    full: true,
    revisions: ['1', '2'],
    author: expect.objectContaining({ familyName: 'Lee' }),
  });
  expect([metadata?.get('x-tenant'), metadata?.get('x-weft-converted')]).toEqual([['blue'], ['Http1>Http2']]);
  expect(JSON.parse((await get('/v1/books/a%20b')).body)).toMatchObject({ name: 'a b' });
  const changed = await post('/v1/shelves/1/books/2', '{"tags":["new"],"stock":{"here":3}}', 'PATCH');
  expect(JSON.parse(changed.body)).toEqual({ tags: ['new'], stock: { here: 3 } });
  expect(asked[2]).toMatchObject({ name: 'shelves/1/books/2' });
  expect(JSON.parse((await get('/v1/shelves/1/books/2:author')).body)).toEqual({ givenName: 'Ann' });
});

it('answers what gRPC refuses, and what cannot be converted, in JSON', async () => {
  const missing = await get('/v1/shelves/1/books/none');
  expect([missing.status, JSON.parse(missing.body)]).toEqual([
    404,
    { code: 5, status: 'NOT_FOUND', message: 'no such book' },
  ]);
  const wrong = await post('/library.Library/Lend', '{"id":"x"}');
  expect([wrong.status, wrong.body]).toEqual([
    400,
    expect.stringContaining('library.Book.id: a whole number expected'),
  ]);
  const unknown = await post('/library.Library/Lend', '{"given":1}');
  expect([unknown.status, unknown.body]).toEqual([400, expect.stringContaining('no field is called "given"')]);
  expect((await get('/v1/shelves/1/books/2?nothing=1')).status).toBe(400);
  expect((await get('/v3/nothing')).status).toBe(404);
  expect(asked).toHaveLength(1);
  const none = await get('/v1/shelves/none/books');
  expect([none.status, JSON.parse(none.body)]).toMatchObject([404, { code: 5, message: 'no such shelf' }]);
});

it('answers a stream as lines, each in its turn', async () => {
  const many = await get('/v1/shelves/many/books');
  expect(many.headers['content-type']).toBe('application/x-ndjson');
  expect(ids(linesOf(many.body))).toEqual(IN_ORDER);
});

it('answers a stream as events, to curl', async () => {
  const curl = spawn('curl', [
    ...['--silent', '--no-buffer', '--max-time', '60', '--write-out', '%{stderr}%{content_type}'],
    ...['--header', 'accept: text/event-stream', `http://127.0.0.1:${proxy.port('one')}/v1/shelves/many/books`],
  ]);
  let [text, type] = ['', ''];
  curl.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  curl.stderr.setEncoding('utf8').on('data', (piece: string) => {
    type += piece;
  });
  const [code] = (await once(curl, 'close')) as [number];
  expect([code, type, text.endsWith('event: end\ndata: {}\n\n')]).toEqual([0, 'text/event-stream', true]);
  const books = [...text.matchAll(/^data: (\{"name".*\})$/gm)].map(([, json]) => JSON.parse(json as string) as Json);
  expect(ids(books)).toEqual(IN_ORDER);
});

it('lets the host wait for a caller that reads slowly, and loses nothing', async () => {
  const request = http.request({ port: proxy.port('one'), path: '/v1/shelves/large/books', agent: false }).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.pause();
  await expect.poll(() => stalled, WAIT).toBe(true);
  let before = -1;
  // It stands still for as long as nobody reads: looked at until two looks are the same.
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
  const lines: Json[] = [];
  for await (const line of createInterface(response)) lines.push(JSON.parse(line) as Json);
  expect(ids(lines)).toEqual(IN_ORDER);
});

it('takes a stream of lines', async () => {
  const body = IN_ORDER.map((id) => `{"name":"book ${id}"}`).join('\n');
  const answer = await post('/v1/import', body);
  const summary = JSON.parse(answer.body) as { count: number; names: string[] };
  expect([answer.status, summary.count, summary.names.at(-1)]).toEqual([200, COUNT, `book ${COUNT - 1}`]);
  expect(summary.names).toEqual(IN_ORDER.map((id) => `book ${id}`));
});

it('asks and answers in turn', async () => {
  const { request, lines } = await openStream('/library.Library/Discuss');
  request.write('{"id":1}\n{"id"');
  const answers = await lines();
  expect(JSON.parse((await answers.next()).value as string)).toEqual({ id: '1', lent: true });
  for (let id = 2; id < 50; id++) {
    request.write(id === 2 ? ':2}\n' : `{"id":${id}}\n`);
    expect(JSON.parse((await answers.next()).value as string)).toEqual({ id: String(id), lent: true });
  }
  request.end('{"id":50}');
  expect(JSON.parse((await answers.next()).value as string)).toEqual({ id: '50', lent: true });
  expect((await answers.next()).done).toBe(true);
});

it('keeps every byte of streams that come side by side, in whatever pieces', async () => {
  const session = http2.connect(`http://127.0.0.1:${proxy.port('two')}`);
  const random = seeded(20_261_121);
  try {
    for (let round = 0; round < 4; round++) {
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, at) => discuss(session, `${round}-${at}`, random)),
      );
      for (const [found, expected] of results) expect(found).toBe(expected);
    }
  } finally {
    session.close();
  }
}, 60_000);

/** 0 up to 1, the same every time (Lehmer). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

/** Sends lines in pieces of any size, and gives what comes back, beside what should. */
async function discuss(session: http2.ClientHttp2Session, name: string, random: () => number): Promise<string[]> {
  const names = Array.from({ length: COUNT }, (_, index) => `${name} ${index} ${'x'.repeat(random() * 200)}`);
  const body = Buffer.from(names.map((item) => `{"name":"${item}"}\n`).join(''));
  const stream = session.request({ ':method': 'POST', ':path': '/library.Library/Discuss' });
  let found = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    found += piece;
  });
  const ended = once(stream, 'end');
  for (let at = 0; at < body.length; ) {
    const next = at + 1 + Math.floor(random() ** 4 * 40_000);
    if (!stream.write(body.subarray(at, next))) await once(stream, 'drain');
    at = next;
  }
  stream.end();
  await ended;
  return [found, names.map((item) => `{"name":"${item}","lent":true}\n`).join('')];
}

it('tells a caller of an error in the middle of a stream', async () => {
  const broken = linesOf((await get('/v1/shelves/broken/books')).body);
  expect(broken).toEqual([{ name: 'first' }, { error: { code: 15, status: 'DATA_LOSS', message: 'the rest burned' } }]);
  const events = await get('/v1/shelves/broken/books', { accept: 'text/event-stream' });
  expect(events.body).toBe(
    'data: {"name":"first"}\n\nevent: error\ndata: {"code":15,"status":"DATA_LOSS","message":"the rest burned"}\n\n',
  );
});

it('ends a stream at its deadline, and tells both sides', async () => {
  const late = linesOf((await get('/v1/shelves/hangs/books', { 'x-weft-timeout-ms': '300' })).body);
  expect(late).toEqual([
    { name: 'first' },
    { error: expect.objectContaining({ code: 4, status: 'DEADLINE_EXCEEDED' }) },
  ]);
  await expect.poll(() => cancelled, WAIT).toBe(1);
});

it('cancels the call when the caller goes away', async () => {
  const request = http.request({ port: proxy.port('one'), path: '/v1/shelves/hangs/books', agent: false }).end();
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.on('error', () => {});
  await once(response, 'data');
  // A FIN alone says that it sends no more, not that it does not wait.
  request.socket?.resetAndDestroy();
  await expect.poll(() => cancelled, WAIT).toBe(1);
});

it('bounds what it keeps of a message', async () => {
  const beyond = linesOf((await get('/v1/shelves/beyond/books')).body);
  expect(beyond).toEqual([
    { name: 'first' },
    { error: expect.objectContaining({ message: expect.stringContaining(`longer than ${MAX_MESSAGE_BYTES} bytes`) }) },
  ]);
  const long = await post('/v1/import', `{"name":"${'x'.repeat(2 * MAX_MESSAGE_BYTES)}"}`);
  expect([long.status, long.body]).toEqual([413, expect.stringContaining('transcode_request')]);
  const wrong = await post('/v1/import', '{"name":"a"}\n{"name":');
  expect([wrong.status, wrong.body]).toEqual([400, expect.stringContaining('transcode_request')]);
  await expect.poll(() => cancelled, WAIT).toBeGreaterThan(0);
});

it('lets calls of gRPC pass, and converts for callers of HTTP/2', async () => {
  expect(await client.unary('Lend', { name: 'a' })).toEqual({ name: 'a' });
  const stream = client.bidi('Discuss');
  stream.write({ name: 'b' });
  expect(await next(stream[Symbol.asyncIterator]())).toEqual({ name: 'b', lent: true });
  stream.cancel();
  stream.on('error', () => {});
  const curl = spawn('curl', [
    ...['--silent', '--http2-prior-knowledge', '--max-time', '60'],
    `http://127.0.0.1:${proxy.port('two')}/v1/shelves/many/books`,
  ]);
  let text = '';
  for await (const piece of curl.stdout) text += piece;
  expect(ids(linesOf(text))).toEqual(IN_ORDER);
});
