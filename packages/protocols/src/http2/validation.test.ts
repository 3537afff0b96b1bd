import { ProtocolError } from '@weft/kit';
import { describe, expect, it } from 'vitest';
import { CLIENT_PREFACE } from '../common/h2/index.ts';
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  headers,
  type Pairs,
  POST,
  ServerHarness,
  settings,
  uint32,
} from './testing.ts';

/** RFC 9113 section 7. */
const PROTOCOL = 1;
const FLOW_CONTROL = 3;
const STREAM_CLOSED = 5;
const FRAME_SIZE = 6;
const COMPRESSION = 9;

function without(pairs: Pairs, name: string): Pairs {
  return pairs.filter((pair) => pair[0] !== name);
}
function replaced(pairs: Pairs, name: string, value: string): Pairs {
  return pairs.map((pair) => (pair[0] === name ? [name, value] : pair));
}

describe('a malformed request is reset and never reaches the engine (RFC 9113 sections 8.2, 8.3)', () => {
  const cases: readonly (readonly [string, Pairs])[] = [
    ['no :method', without(GET, ':method')],
    ['no :scheme', without(GET, ':scheme')],
    ['no :path', without(GET, ':path')],
    ['empty :path', replaced(GET, ':path', '')],
    [':path without a slash', replaced(GET, ':path', 'index')],
    [':path * for GET', replaced(GET, ':path', '*')],
    [':path with a space', replaced(GET, ':path', '/a b')],
    [':path with a line end', replaced(GET, ':path', '/ HTTP/1.1\r\nx: y')],
    [':path with a raw byte above 127', replaced(GET, ':path', '/\xff')],
    [':path in absolute form', replaced(GET, ':path', 'http://example.com/')],
    ['empty :method', replaced(GET, ':method', '')],
    [':method with a space', replaced(GET, ':method', 'GET /x')],
    ['wrong :scheme', replaced(GET, ':scheme', 'ht tp')],
    [':authority with userinfo', replaced(GET, ':authority', 'user@example.com')],
    [':authority with a path', replaced(GET, ':authority', 'example.com/x')],
    [':authority with a line end', replaced(GET, ':authority', 'a\r\nx: y')],
    ['duplicate :method', [...GET, [':method', 'GET']]],
    ['duplicate :path', [[':path', '/'], ...GET]],
    ['duplicate :authority', [[':authority', 'example.com'], ...GET]],
    ['unknown pseudo field', [...GET, [':test', 'x']]],
    [':protocol, as extended CONNECT is not offered', [...GET, [':protocol', 'websocket']]],
    ['a response pseudo field', [...GET, [':status', '200']]],
    ['a pseudo field behind a regular one', [['x-a', '1'], ...GET]],
    ['upper case in a name', [...GET, ['X-A', '1']]],
    ['empty name', [...GET, ['', '1']]],
    ['a name with a space', [...GET, ['x a', '1']]],
    ['a name with a colon', [...GET, ['x:a', '1']]],
    ['a name with a line end', [...GET, ['x\r\ny', '1']]],
    ['a value with LF', [...GET, ['x-a', 'a\nb']]],
    ['a value with CR', [...GET, ['x-a', 'a\rb']]],
    ['a value with NUL', [...GET, ['x-a', 'a\0b']]],
    ['a value with another control', [...GET, ['x-a', 'a\x01b']]],
    ['a value with a leading space', [...GET, ['x-a', ' a']]],
    ['a value with a trailing tab', [...GET, ['x-a', 'a\t']]],
    ['a known name with a bad value', [...GET, ['user-agent', 'a\nb']]],
    ['a cookie with a bad value', [...GET, ['cookie', 'a\nb']]],
    ['connection', [...GET, ['connection', 'close']]],
    ['keep-alive', [...GET, ['keep-alive', '5']]],
    ['proxy-connection', [...GET, ['proxy-connection', 'close']]],
    ['transfer-encoding', [...GET, ['transfer-encoding', 'chunked']]],
    ['upgrade', [...GET, ['upgrade', 'h2c']]],
    ['te other than trailers', [...GET, ['te', 'gzip']]],
    ['host against :authority', [...GET, ['host', 'other.com']]],
    ['two hosts', [...without(GET, ':authority'), ['host', 'a.com'], ['host', 'b.com']]],
    ['host with a comma', [...without(GET, ':authority'), ['host', 'a.com,b.com']]],
    ['content-length that is no number', [...GET, ['content-length', '+5']]],
    ['two lengths', [...POST, ['content-length', '5'], ['content-length', '6']]],
    ['a length list', [...POST, ['content-length', '5, 5']]],
    ['content-length without a body', [...GET, ['content-length', '5']]],
    [
      'CONNECT with :path',
      [
        [':method', 'CONNECT'],
        [':path', '/'],
        [':authority', 'a:1'],
      ],
    ],
    [
      'CONNECT with :scheme',
      [
        [':method', 'CONNECT'],
        [':scheme', 'http'],
        [':authority', 'a:1'],
      ],
    ],
    ['CONNECT without :authority', [[':method', 'CONNECT']]],
    ['no field at all', []],
  ];

  it.each(cases)('%s', (_name, pairs) => {
    const server = ServerHarness.open();
    server.feed(headers(1, pairs));
    expect(server.requests).toHaveLength(0);
    expect(server.sent.take()).toEqual([`RST_STREAM 1 ${PROTOCOL}`]);
    // The connection goes on.
    server.feed(headers(3, GET));
    expect(server.requests).toHaveLength(1);
  });
});

describe('what is allowed', () => {
  it('takes the authority from host, and host that equals it in another case', () => {
    const server = ServerHarness.open();
    server.feed(
      headers(1, [...without(GET, ':authority'), ['host', 'a.com']]),
      headers(3, [...GET, ['host', 'EXAMPLE.com']]),
    );
    expect(server.request(0).head.authority).toBe('a.com');
    expect(server.request(1).head.authority).toBe('example.com');
    expect(server.request(1).head.get('host')).toBe('example.com');
    const names: string[] = [];
    server.request(1).head.forEach((name) => names.push(name));
    expect(names).toEqual([]);
  });

  it('takes one of two equal lengths, te: trailers, CONNECT, OPTIONS *', () => {
    const server = ServerHarness.open();
    server.feed(
      headers(1, [...POST, ['content-length', '5'], ['content-length', '5'], ['te', 'trailers']], false),
      headers(
        3,
        [
          [':method', 'CONNECT'],
          [':authority', 'a:1'],
        ],
        false,
      ),
      headers(5, replaced(replaced(GET, ':method', 'OPTIONS'), ':path', '*')),
    );
    expect(server.requests.map((request) => request.head.method)).toEqual(['POST', 'CONNECT', 'OPTIONS']);
    expect(server.request(0).head.getAll('content-length')).toEqual(['5']);
    expect(server.request(1).head.upgrade).toBe('connect');
  });

  it('joins cookie crumbs for readers and keeps them for HTTP/2', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, [...GET, ['cookie', 'a=1'], ['x-b', '2'], ['cookie', 'c=3']]));
    const { head } = server.request();
    expect(head.get('cookie')).toBe('a=1; c=3');
    expect(head.getAll('cookie')).toEqual(['a=1', 'c=3']);
    const pairs: string[] = [];
    head.forEach((name, value) => pairs.push(`${name}=${value}`));
    expect(pairs).toEqual(['cookie=a=1; c=3', 'x-b=2']);
  });
});

describe('the body of a request', () => {
  it.each([
    ['shorter than announced', [headers(1, [...POST, ['content-length', '5']], false), data(1, 'abc', true)]],
    ['longer than announced', [headers(1, [...POST, ['content-length', '5']], false), data(1, 'abcdef')]],
    [
      'ended by trailers too early',
      [headers(1, [...POST, ['content-length', '5']], false), data(1, 'abc'), headers(1, [['x-t', '1']])],
    ],
    ['trailers without END_STREAM', [headers(1, POST, false), headers(1, [['x-t', '1']], false)]],
    ['trailers with a pseudo field', [headers(1, POST, false), headers(1, [[':path', '/']])]],
    ['trailers with a connection field', [headers(1, POST, false), headers(1, [['connection', 'close']])]],
    ['trailers with upper case', [headers(1, POST, false), headers(1, [['X-T', '1']])]],
  ])('%s: the stream is reset', (_name, parts) => {
    const server = ServerHarness.open();
    for (const part of parts) server.feed(part);
    expect(server.request().sink.events.at(-1)).toBe('reset 6');
    expect(server.sent.take()).toEqual([`RST_STREAM 1 ${PROTOCOL}`]);
    expect(server.codec.activeStreams).toBe(0);
  });

  it('is delivered with its trailers', () => {
    const server = ServerHarness.open();
    server.feed(
      headers(1, POST, false),
      data(1, 'abc'),
      frame(0, 8, 1, Buffer.from('\x04de\0\0\0\0', 'latin1')),
      headers(1, [['grpc-status', '0']]),
    );
    expect(server.request().sink.body).toBe('abcde');
    expect(server.request().sink.events).toEqual(['data 3', 'data 2', 'trailers grpc-status=0']);
  });
});

describe('connection errors', () => {
  const priority = (on: number): Buffer => Buffer.concat([uint32(on), Buffer.from([15])]);
  const cases: readonly (readonly [string, number, readonly Buffer[]])[] = [
    ['a frame over 16 KiB', FRAME_SIZE, [frame(0, 0, 1, Buffer.alloc(16_385))]],
    ['DATA on stream 0', PROTOCOL, [data(0, 'a')]],
    ['DATA on an idle stream', PROTOCOL, [data(1, 'a')]],
    ['DATA with more padding than bytes', PROTOCOL, [headers(1, POST, false), frame(0, 8, 1, '05000000')]],
    ['DATA padded, without the length', FRAME_SIZE, [headers(1, POST, false), frame(0, 8, 1, '')]],
    ['HEADERS on stream 0', PROTOCOL, [headers(0, GET)]],
    ['HEADERS on an even stream', PROTOCOL, [headers(2, GET)]],
    ['HEADERS with more padding than bytes', PROTOCOL, [frame(1, 13, 1, 'ff8286')]],
    ['HEADERS on a lower stream', STREAM_CLOSED, [headers(5, GET), headers(3, GET)]],
    ['HEADERS that depend on themselves', PROTOCOL, [frame(1, 0x25, 1, Buffer.concat([priority(1), block(GET)]))]],
    ['HEADERS too short for the priority', FRAME_SIZE, [frame(1, 0x25, 1, '0000')]],
    ['a wrong header block', COMPRESSION, [frame(1, 5, 1, 'ff')]],
    ['another frame inside a header block', PROTOCOL, [frame(1, 1, 1, block(GET)), frame(6, 0, 0, '0000000000000000')]],
    ['CONTINUATION of another stream', PROTOCOL, [frame(1, 1, 1, block(GET)), frame(9, 4, 3, '')]],
    ['CONTINUATION without HEADERS', PROTOCOL, [frame(9, 4, 1, '')]],
    ['PRIORITY on stream 0', PROTOCOL, [frame(2, 0, 0, priority(1))]],
    ['PRIORITY of a wrong length', FRAME_SIZE, [frame(2, 0, 1, '0000')]],
    ['RST_STREAM on stream 0', PROTOCOL, [frame(3, 0, 0, uint32(8))]],
    ['RST_STREAM on an idle stream', PROTOCOL, [frame(3, 0, 1, uint32(8))]],
    ['RST_STREAM of a wrong length', FRAME_SIZE, [headers(1, POST, false), frame(3, 0, 1, '00')]],
    ['SETTINGS on a stream', PROTOCOL, [frame(4, 0, 1, '')]],
    ['SETTINGS of a wrong length', FRAME_SIZE, [frame(4, 0, 0, '0000')]],
    ['SETTINGS ack with entries', FRAME_SIZE, [frame(4, 1, 0, '000100000000')]],
    ['ENABLE_PUSH 2', PROTOCOL, [settings([[2, 2]])]],
    ['INITIAL_WINDOW_SIZE too large', FLOW_CONTROL, [settings([[4, 0x8000_0000]])]],
    ['MAX_FRAME_SIZE too small', PROTOCOL, [settings([[5, 16_383]])]],
    ['MAX_FRAME_SIZE too large', PROTOCOL, [settings([[5, 0x100_0000]])]],
    ['PUSH_PROMISE', PROTOCOL, [headers(1, POST, false), frame(5, 4, 1, '00000002')]],
    ['PING on a stream', PROTOCOL, [frame(6, 0, 1, '0000000000000000')]],
    ['PING of a wrong length', FRAME_SIZE, [frame(6, 0, 0, '00')]],
    ['GOAWAY on a stream', PROTOCOL, [frame(7, 0, 1, '0000000000000000')]],
    ['GOAWAY of a wrong length', FRAME_SIZE, [frame(7, 0, 0, '00')]],
    ['WINDOW_UPDATE of a wrong length', FRAME_SIZE, [frame(8, 0, 0, '00')]],
    ['WINDOW_UPDATE of zero', PROTOCOL, [frame(8, 0, 0, uint32(0))]],
    ['WINDOW_UPDATE on an idle stream', PROTOCOL, [frame(8, 0, 1, uint32(1))]],
    ['connection window too large', FLOW_CONTROL, [frame(8, 0, 0, uint32(0x7fff_ffff))]],
    [
      'a stream window too large by SETTINGS',
      FLOW_CONTROL,
      [headers(1, GET), frame(8, 0, 1, uint32(0x7fff_0000)), settings([[4, 0x7fff_ffff]])],
    ],
  ];

  it.each(cases)('%s', (_name, code, parts) => {
    const server = ServerHarness.open();
    expect(() => server.feed(...parts)).toThrow(ProtocolError);
    expect(server.sent.take().at(-1)).toMatch(new RegExp(`^GOAWAY \\d+ ${code}$`));
    // What comes behind it is not looked at.
    expect(server.codec.receive(Buffer.from('junk'), 0, 4)).toBe(4);
  });

  it('a wrong preface, at the first wrong byte', () => {
    const server = new ServerHarness();
    expect(() => server.codec.receive(Buffer.from('GET /'), 0, 5)).toThrow(ProtocolError);
  });

  it('anything but SETTINGS as the first frame', () => {
    const server = new ServerHarness();
    expect(() => server.feed(CLIENT_PREFACE, headers(1, GET))).toThrow('SETTINGS');
  });
});

describe('stream errors and what is ignored', () => {
  it.each([
    ['DATA behind END_STREAM', STREAM_CLOSED, [headers(1, GET), data(1, 'a')]],
    ['HEADERS behind END_STREAM', STREAM_CLOSED, [headers(1, GET), headers(1, [['x-t', '1']])]],
    ['stream window update of zero', PROTOCOL, [headers(1, GET), frame(8, 0, 1, uint32(0))]],
    ['stream window too large', FLOW_CONTROL, [headers(1, GET), frame(8, 0, 1, uint32(0x7fff_ffff))]],
    ['PRIORITY of a wrong length', FRAME_SIZE, [headers(1, GET), frame(2, 0, 1, '00')]],
  ])('%s resets the stream', (_name, code, parts) => {
    const server = ServerHarness.open();
    server.feed(...parts);
    expect(server.sent.take()).toEqual([`RST_STREAM 1 ${code}`]);
    expect(server.request().sink.events).toEqual(['reset 6']);
  });

  it('ignores unknown frames, unknown settings, PRIORITY, late frames of a stream that we reset', () => {
    const server = ServerHarness.open();
    server.feed(
      frame(77, 255, 9, '010203'),
      settings([[99, 5]]),
      frame(2, 0, 7, '0000000310'),
      headers(1, POST, false),
    );
    server.request().stream.reset(2);
    server.sent.take();
    server.feed(data(1, 'late'), headers(1, [['x-t', '1']]), frame(8, 0, 1, uint32(5)), frame(3, 0, 1, uint32(8)));
    expect(server.sent.take()).toEqual([]);
    expect(server.request().sink.events).toEqual([]);
  });

  it('keeps the compression state in step over a block that it rejects', () => {
    const server = ServerHarness.open();
    const inserted = Buffer.concat([block(GET), Buffer.from('4003782d610131', 'hex')]);
    server.feed(frame(1, END_HEADERS | END_STREAM, 1, Buffer.concat([inserted, block([['connection', 'x']])])));
    server.feed(frame(1, END_HEADERS | END_STREAM, 3, Buffer.concat([block(GET), Buffer.from([0xbe])])));
    expect(server.request().head.get('x-a')).toBe('1');
  });
});
