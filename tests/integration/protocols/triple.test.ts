import { ProtocolError } from '@weft/kit';
import { http1 } from '@weft/protocols/http1';
import { http2 } from '@weft/protocols/http2';
import { createTriple, triple } from '@weft/protocols/triple';
import { Detection, type LocalReply, PlainRequestHead, type RequestHead } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, pump, RecordingSink, ServerEnd } from '@weft/sdk/testing';
import { describe, expect, it } from 'vitest';

type Pairs = readonly (readonly [name: string, value: string])[];

const tri = createTriple(http1);
const GRPC = 'application/grpc+proto';
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const PATH = '/org.example.Greeter/hello';

function serve(bytes: Buffer, chunk = bytes.length): ServerEnd {
  const server = new ServerEnd(tri, {});
  server.feed(bytes, chunk);
  return server;
}

/** A caller's end of HTTP/2, and what it sends with a call. */
function caller(path: string, extra: Pairs = [], contentType = GRPC, body: string | null = null) {
  const client = new ClientEnd(http2, {});
  const head = new PlainRequestHead(
    'Http2',
    'http',
    { method: 'POST', scheme: 'http', authority: '127.0.0.1:50051', path },
    [['content-type', contentType], ['te', 'trailers'], ...extra],
  );
  const { sink, stream } = client.call(head, body === null ? null : Buffer.from(body));
  return { client, sink, stream, bytes: client.link.takeBytes() };
}

const overHttp2 = (path: string, extra: Pairs = []): Buffer => caller(path, extra).bytes;

function overHttp1(path: string, extra: Pairs = [], body = '["world"]'): Buffer {
  const lines = [
    ['host', 'a:50051'],
    ['content-type', 'application/json'],
    ['content-length', String(body.length)],
    ...extra,
  ];
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`,
  );
}

describe.each([
  ['HTTP/2', overHttp2],
  ['HTTP/1.1', overHttp1],
])('a call over %s', (_name, call) => {
  const headOf = (path: string, extra: Pairs = []): RequestHead =>
    (serve(call(path, extra)).requests[0] as IncomingRequest).head;

  it.each([
    [[], 'org.example.Greeter'],
    [[['tri-service-version', '1.0']], 'org.example.Greeter:1.0'],
    [[['tri-service-group', 'g']], 'org.example.Greeter:g'],
    [
      [
        ['tri-service-group', 'g'],
        ['tri-service-version', '1.0'],
      ],
      'org.example.Greeter:1.0:g',
    ],
    [[['rest-service-version', '2.0']], 'org.example.Greeter:2.0'],
  ] as [Pairs, string][])('with %j is for %s', (extra, name) => {
    const head = headOf(PATH, extra);
    expect([head.service, head.get('service'), head.protocol, head.family, head.method]).toEqual([
      `${name}@tri`,
      name,
      'tri',
      'http',
      'POST',
    ]);
  });

  it('is plain HTTP when it names no method', () => {
    for (const path of ['/', '/health', '/a/', '//a']) expect(headOf(path).service).toBe('');
    expect(headOf('/context/org.example.Greeter/hello?x=/y/z').service).toBe('org.example.Greeter@tri');
  });

  it('follows what filters change', () => {
    const head = headOf(PATH, [['tri-service-version', '1.0']]);
    expect(head.service).toBe('org.example.Greeter:1.0@tri');
    head.set('tri-service-version', '2.0');
    head.add('tri-service-group', 'g');
    expect(head.service).toBe('org.example.Greeter:2.0:g@tri');
    head.remove('tri-service-group');
    head.path = '/org.example.Other/hello';
    expect(head.service).toBe('org.example.Other:2.0@tri');
  });

  it.each([
    [[['grpc-timeout', '250m']], 250],
    [[['tri-service-timeout', '3000']], 3000],
    [
      [
        ['grpc-timeout', '1S'],
        ['tri-service-timeout', '3000'],
      ],
      1000,
    ],
    [[['tri-service-timeout', 'soon']], 0],
    [[['tri-service-timeout', '9999999999']], 2_147_483_647],
    [[], 0],
  ] as [Pairs, number][])('with %j has %i ms', (extra, timeoutMs) => {
    expect(headOf(PATH, extra).timeoutMs).toBe(timeoutMs);
  });
});

describe('what is on the wire', () => {
  it('decides by the first bytes, however they come', () => {
    for (const chunk of [1, 7, 1000]) {
      expect(serve(overHttp2(PATH), chunk).requests.length).toBe(1);
      expect(serve(overHttp1(PATH), chunk).requests.length).toBe(1);
    }
    // The first letters of the preface, then a method that begins like it.
    expect(serve(Buffer.from(`P${overHttp1(PATH).toString().slice(1)}`), 1).requests.length).toBe(1);
  });

  it('is not guessed', () => {
    expect([tri.detectBytes, tri.detect(PREFACE, PREFACE.length)]).toEqual([0, Detection.NO]);
  });

  it('is HTTP/2 alone where no HTTP/1.1 was given', () => {
    const server = new ServerEnd(triple, {});
    expect(() => server.feed(overHttp1(PATH))).toThrow(ProtocolError);
  });

  it('closes a connection that says nothing when asked to go', () => {
    for (const bytes of [Buffer.alloc(0), PREFACE.subarray(0, 5)]) {
      const server = serve(bytes);
      expect(server.codec.pendingHead).toBe(bytes.length > 0 ? 1 : 0);
      server.codec.goaway();
      expect([server.link.closed, server.codec.activeStreams]).toEqual([true, 0]);
    }
    const late = serve(PREFACE.subarray(0, 5));
    late.codec.headTimedOut?.();
    expect(late.link.closed).toBe(true);
  });

  it('is relayed to a host of either form with its fields', () => {
    const version: Pairs = [['tri-service-version', '1.0']];
    for (const bytes of [caller(PATH, version, 'application/json', '["world"]').bytes, overHttp1(PATH, version)]) {
      const { head, sink: asked } = serve(bytes).requests[0] as IncomingRequest;
      for (const protocol of [tri, http2, http1]) {
        const host = new ServerEnd(protocol === tri ? http2 : protocol, {});
        const client = new ClientEnd(protocol, {});
        pump(client, host);
        client.call(head, asked.body);
        pump(client, host);
        const [arrived] = host.requests;
        expect([arrived?.head.path, arrived?.head.get('tri-service-version'), arrived?.sink.text]).toEqual([
          PATH,
          '1.0',
          '["world"]',
        ]);
      }
    }
  });

  it('carries streams: messages as they come, then the end', () => {
    const { client, stream, bytes } = caller(PATH, [], GRPC, null);
    expect([stream.id, serve(bytes).requests[0]?.headOnly]).toEqual([1, true]);
    const open = client.codec.open(new RecordingSink());
    open.sendHead(serve(overHttp2(PATH)).requests[0]?.head as RequestHead, false);
    open.sendData(Buffer.from('one'), false);
    const server = serve(Buffer.concat([bytes, client.link.takeBytes()]));
    const { sink } = server.requests[1] as IncomingRequest;
    expect([sink.text, sink.ends]).toEqual(['one', 0]);
    open.sendData(Buffer.from('two'), true);
    server.feed(client.link.takeBytes());
    expect([sink.text, sink.ends]).toEqual(['onetwo', 1]);
  });
});

describe('a local reply', () => {
  /** What a caller over HTTP/2 reads. */
  const answered = (contentType: string, reply: LocalReply) => {
    const { client, sink, bytes } = caller(PATH, [], contentType);
    const server = serve(bytes);
    const { stream, head } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, reply);
    client.feed(server.link.takeBytes());
    return sink;
  };
  const LIMITED: LocalReply = {
    status: 429,
    code: 'filter',
    headers: [['x-weft-reject', 'limit']],
    body: 'limit exceeded|rule=7',
  };

  it('to gRPC is a head without a body', () => {
    const { head, text, ends } = answered(GRPC, LIMITED);
    expect([head?.status, head?.get('grpc-status'), head?.get('grpc-message'), head?.get('content-type')]).toEqual([
      200,
      '8',
      'limit exceeded|rule=7',
      'application/grpc',
    ]);
    expect([head?.get('x-weft-reject'), text, ends]).toEqual(['limit', '', 1]);
  });

  it.each([
    [{ status: 404, code: 'route_not_found' } as LocalReply, '12'],
    [{ status: 502, code: 'no_healthy_host' } as LocalReply, '14'],
    [{ status: 504, code: 'upstream_timeout' } as LocalReply, '4'],
    [{ status: 403, code: 'filter', body: 'permission denied' } as LocalReply, '7'],
  ])('%o is the gRPC status %s', (reply, status) => {
    expect(answered(GRPC, reply).head?.get('grpc-status')).toBe(status);
  });

  it('to JSON over HTTP/2 is an object with message and status', () => {
    const { head, text } = answered('application/json', LIMITED);
    expect([head?.status, head?.get('content-type'), JSON.parse(text)]).toEqual([
      429,
      'application/json',
      { message: 'limit exceeded|rule=7', status: '429' },
    ]);
  });

  /** The same over HTTP/1.1, as text. */
  const answeredAsText = (reply: LocalReply): string => {
    const server = serve(overHttp1(PATH));
    const { stream, head } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, reply);
    return server.link.takeBytes().toString();
  };

  it('to JSON over HTTP/1.1 is the same', () => {
    expect(answeredAsText({ status: 504, code: 'upstream_timeout' })).toMatch(
      /^HTTP\/1\.1 504 .*content-type: application\/json.*\r\n\r\n\{"message":".+","status":"504"\}$/is,
    );
  });

  it('that is an answer of its own stays as it is', () => {
    const text = answeredAsText({
      status: 200,
      code: 'direct_response',
      body: '"hi"',
      headers: [['content-type', 'text/x']],
    });
    expect([text.includes('text/x'), text.endsWith('"hi"')]).toEqual([true, true]);
  });
});
