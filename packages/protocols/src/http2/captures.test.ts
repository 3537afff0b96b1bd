import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ClientHarness, GET, type Pairs, POST, ServerHarness } from './testing.ts';

/** Recorded between foreign programs; see `testdata/capture.ts`. */
const captures = JSON.parse(readFileSync(new URL('testdata/captures.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly by: string; readonly toServer: string; readonly toClient: string }
>;

function bytesOf(name: string, side: 'toServer' | 'toClient'): Buffer {
  return Buffer.from(captures[name]?.[side] ?? '', 'hex');
}

/** What a server makes of the bytes, fed in these pieces. */
function serve(pieces: readonly Buffer[]): string[] {
  const server = new ServerHarness();
  for (const piece of pieces) server.feed(piece);
  expect(server.feeder.unconsumedBytes).toBe(0);
  return server.requests.map(({ head, sink, stream }) => {
    const pairs: string[] = [];
    head.forEach((name, value) => pairs.push(`${name}=${value}`));
    return `${stream.id} ${head.method} ${head.path} ${head.service} ${head.timeoutMs} ${pairs.join(' ')} | ${sink.body}`;
  });
}

const ASKED: readonly Pairs[] = [GET, GET, GET, POST, POST];

/** What a client that had asked five times makes of the bytes. */
function receive(pieces: readonly Buffer[]): string[] {
  const client = new ClientHarness();
  const sinks = ASKED.map((pairs) => client.ask(pairs).sink);
  for (const piece of pieces) client.feed(piece);
  // The capture ends with GOAWAY, behind which nothing is read.
  expect(client.link.closed).toBe(true);
  return sinks.map((sink) => `${sink.events.join(', ')} | ${JSON.stringify(sink.body)}`);
}

function splits(bytes: Buffer): Buffer[][] {
  return Array.from({ length: bytes.length + 1 }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]);
}

function single(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
}

describe('requests of foreign clients', () => {
  it('node:http2', () => {
    expect(serve([bytesOf('node', 'toServer')])).toEqual([
      '1 GET /  0 user-agent=node | ',
      '3 GET /hints  0 user-agent=node cookie=a=1; b=2 | ',
      '5 GET /none  0 user-agent=node | ',
      '7 POST /shop.Orders/Get shop.Orders 150 content-type=application/grpc te=trailers grpc-timeout=150m | \0\0\0\0\x02hi',
      '9 POST /form  0 content-length=5 | a=b&c',
    ]);
  });

  it('nghttp', () => {
    expect(serve([bytesOf('nghttp', 'toServer')])).toEqual([
      '13 GET /one  0 accept=*/* accept-encoding=gzip, deflate user-agent=nghttp2/1.52.0 x-tenant=blue | ',
      '15 GET /two?q=1  0 accept=*/* accept-encoding=gzip, deflate user-agent=nghttp2/1.52.0 x-tenant=blue | ',
    ]);
  });

  it('curl', () => {
    expect(serve([bytesOf('curl', 'toServer')])).toEqual([
      '1 POST /post  0 user-agent=curl/7.88.1 accept=*/* content-length=11 content-type=application/x-www-form-urlencoded | hello=world',
    ]);
  });
});

describe('responses of a foreign server', () => {
  it('node:http2', () => {
    const events = receive([bytesOf('node', 'toClient')]).map((line) => line.replace(/date=[^,|]*GMT/g, 'date'));
    expect(events).toMatchInlineSnapshot(`
      [
        "head 200 x-length=0 server=capture date=Sat, 21 Nov 2026 04:55:10 GMT, data 5 end | "GET /"",
        "informational 103 link=</style.css>; rel=preload, head 200 x-length=0 server=capture date=Sat, 21 Nov 2026 04:55:10 GMT, data 10 end | "GET /hints"",
        "head 204 x-length=0 server=capture date=Sat, 21 Nov 2026 04:55:10 GMT end | """,
        "head 200 content-type=application/grpc date=Sat, 21 Nov 2026 04:55:10 GMT, data 7, trailers grpc-status=5 grpc-message=not here | "\\u0000\\u0000\\u0000\\u0000\\u0002hi"",
        "head 200 x-length=5 server=capture date=Sat, 21 Nov 2026 04:55:10 GMT, data 10 end | "POST /form"",
      ]
    `);
  });
});

describe('bytes may come in any pieces', () => {
  it.each(['node', 'nghttp', 'curl'])('requests of %s: every split point, and byte by byte', (name) => {
    const bytes = bytesOf(name, 'toServer');
    const whole = serve([bytes]);
    expect(serve(single(bytes))).toEqual(whole);
    for (const pieces of splits(bytes)) expect(serve(pieces)).toEqual(whole);
  });

  it('responses: every split point, and byte by byte', () => {
    const bytes = bytesOf('node', 'toClient');
    const whole = receive([bytes]);
    expect(receive(single(bytes))).toEqual(whole);
    for (const pieces of splits(bytes)) expect(receive(pieces)).toEqual(whole);
  });

  it('asks for what it needs, byte by byte', () => {
    const server = new ServerHarness();
    const bytes = bytesOf('curl', 'toServer');
    const needs: number[] = [];
    for (const byte of bytes.subarray(0, 24 + 9 + 18)) {
      server.feed(Buffer.from([byte]));
      if (needs.at(-1) !== server.codec.need) needs.push(server.codec.need);
    }
    // The first byte; the preface; a frame head; SETTINGS with three entries; the next frame head.
    expect(needs).toEqual([24, 9, 27, 9]);
  });
});
