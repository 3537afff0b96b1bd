import { ResetReason } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import {
  ClientHarness,
  data,
  frame,
  GET,
  headers,
  type Pairs,
  POST,
  Recorder,
  requestHead,
  settings,
  uint32,
} from './testing.ts';

const OK: Pairs = [[':status', '200']];

describe('H2ClientConnection', () => {
  it('sends preface, settings without push, and its window', () => {
    const client = new ClientHarness();
    expect(client.sent.take()).toEqual(['SETTINGS', `WINDOW_UPDATE 0 ${4 * 1024 * 1024 - 65_535}`]);
  });

  it('says so when the host speaks HTTP/1', () => {
    const client = new ClientHarness();
    expect(() => client.feed(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toThrow(/upstream_protocol: Http1/);
    expect(() => ClientHarness.open().feed(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toThrow(/announced size/);
  });

  it('carries an exchange with trailers both ways', () => {
    const client = ClientHarness.open();
    const { stream, sink } = client.ask(POST, false);
    stream.sendData(Buffer.from('abc'), false);
    stream.sendTrailers(requestHead([...GET, ['x-sum', '3']]));
    expect(client.sent.take()).toEqual([
      'HEADERS 1 :method=POST :scheme=http :path=/upload :authority=example.com',
      'DATA 1 3',
      'HEADERS 1 x-sum=3 end',
    ]);
    client.feed(
      headers(
        1,
        [
          [':status', '103'],
          ['link', 'x'],
        ],
        false,
      ),
      headers(1, [...OK, ['content-length', '2']], false),
      data(1, 'hi'),
      headers(1, [['grpc-status', '0']]),
    );
    expect(sink.events).toEqual([
      'informational 103 link=x',
      'head 200 content-length=2',
      'data 2',
      'trailers grpc-status=0',
    ]);
    expect([client.codec.activeStreams, client.codec.reused]).toEqual([0, true]);
  });

  it('keeps the credit of the peer and of its own limit', () => {
    const client = ClientHarness.open({ config: { max_concurrent_streams: 5 } }, [[3, 2]]);
    expect(client.codec.credit()).toBe(2);
    const held = client.codec.open(new Recorder());
    client.ask();
    expect([client.codec.credit(), client.codec.activeStreams]).toEqual([0, 2]);
    held.reset(ResetReason.LOCAL_RESET);
    expect(client.codec.credit()).toBe(1);
    client.feed(settings([[3, 100]]));
    expect(client.codec.credit()).toBe(4);
    client.feed(settings([[3, 0]]));
    expect(client.codec.credit()).toBe(0);
  });

  it('opens at most 100 streams before it knows the peer', () => {
    expect(new ClientHarness({ config: { max_concurrent_streams: 1000 } }).codec.credit()).toBe(100);
  });

  it('takes what lies above the last id of a GOAWAY for refused', () => {
    const client = ClientHarness.open();
    const first = client.ask();
    const second = client.ask();
    client.feed(frame(7, 0, 0, Buffer.concat([uint32(1), uint32(0)])));
    expect([client.events, first.sink.events, second.sink.events, client.codec.credit()]).toEqual([
      ['draining'],
      [],
      [`reset ${ResetReason.REFUSED}`],
      0,
    ]);
    expect(client.link.closed).toBe(false);
    client.feed(headers(1, OK));
    expect(first.sink.events).toEqual(['head 200  end']);
    expect(client.link.closed).toBe(true);
  });

  it.each([
    [7, ResetReason.REFUSED],
    [8, ResetReason.REMOTE_RESET],
    [11, ResetReason.REMOTE_RESET],
  ])('takes RST_STREAM %d for reason %d', (code, reason) => {
    const client = ClientHarness.open();
    const { sink } = client.ask();
    client.feed(frame(3, 0, 1, uint32(code)));
    expect(sink.events).toEqual([`reset ${reason}`]);
  });

  it('does not take the end of an early answer for a failure', () => {
    const client = ClientHarness.open();
    const { stream, sink } = client.ask(POST, false);
    client.feed(headers(1, [[':status', '413']]), frame(3, 0, 1, uint32(0)));
    stream.sendData(Buffer.from('more'), true);
    expect(sink.events).toEqual(['head 413  end']);
    expect(client.codec.activeStreams).toBe(0);
  });

  it('cancels, and ignores what still arrives', () => {
    const client = ClientHarness.open();
    const { stream, sink } = client.ask();
    client.sent.take();
    stream.reset(ResetReason.LOCAL_RESET);
    expect(client.sent.take()).toEqual(['RST_STREAM 1 8']);
    client.feed(headers(1, OK, false), data(1, 'late', true), frame(3, 0, 1, uint32(8)));
    expect([client.sent.take(), sink.events]).toEqual([[], []]);
  });

  it.each<readonly [string, Pairs, Pairs, boolean]>([
    ['HEAD with a length', [[':method', 'HEAD'], ...GET.slice(1)], [...OK, ['content-length', '10']], true],
    ['204', GET, [[':status', '204']], true],
    [
      '304 with a length',
      GET,
      [
        [':status', '304'],
        ['content-length', '10'],
      ],
      true,
    ],
  ])('expects no body: %s', (_name, request, response, end) => {
    const client = ClientHarness.open();
    const { sink } = client.ask(request);
    client.feed(headers(1, response, end));
    expect(sink.events[0]).toMatch(/^head .* end$/);
    const body = client.ask(request);
    client.feed(headers(3, response, false), data(3, 'x', true));
    expect(body.sink.events.at(-1)).toBe(`reset ${ResetReason.PROTOCOL_ERROR}`);
  });

  it.each<readonly [string, readonly Buffer[]]>([
    ['no :status', [headers(1, [['x', '1']])]],
    [':status that is no number', [headers(1, [[':status', '20x']])]],
    [':status behind another field', [headers(1, [['x', '1'], ...OK])]],
    ['two :status', [headers(1, [...OK, ...OK])]],
    ['a request pseudo field', [headers(1, [...OK, [':path', '/']])]],
    ['101', [headers(1, [[':status', '101']], false)]],
    ['1xx with END_STREAM', [headers(1, [[':status', '100']])]],
    ['a connection field', [headers(1, [...OK, ['connection', 'close']])]],
    ['DATA before the head', [data(1, 'x')]],
    ['a body shorter than announced', [headers(1, [...OK, ['content-length', '5']], false), data(1, 'x', true)]],
    ['a length without a body', [headers(1, [...OK, ['content-length', '5']])]],
    ['trailers without END_STREAM', [headers(1, OK, false), headers(1, [['x', '1']], false)]],
  ])('resets the stream of a malformed response: %s', (_name, parts) => {
    const client = ClientHarness.open();
    const { sink } = client.ask();
    client.sent.take();
    client.feed(...parts);
    expect(sink.events.at(-1)).toBe(`reset ${ResetReason.PROTOCOL_ERROR}`);
    expect(client.sent.take()).toEqual(['RST_STREAM 1 1']);
  });

  it.each<readonly [string, readonly Buffer[]]>([
    ['PUSH_PROMISE', [frame(5, 4, 1, '00000002')]],
    ['HEADERS on a stream that was not opened', [headers(3, OK)]],
    ['HEADERS on an even stream', [headers(2, OK)]],
    ['ENABLE_PUSH 1', [settings([[2, 1]])]],
  ])('ends the connection: %s', (_name, parts) => {
    const client = ClientHarness.open();
    client.ask();
    expect(() => client.feed(...parts)).toThrow();
    expect(client.sent.take().at(-1)).toBe('GOAWAY 0 1');
  });

  it('resets a request that it cannot send: an upgrade, a path that a filter spoilt', () => {
    const client = ClientHarness.open();
    const upgrade = Object.assign(Object.create(requestHead(GET)), {});
    Object.defineProperty(upgrade, 'upgrade', { value: 'websocket' });
    const sink = new Recorder();
    client.codec.open(sink).sendHead(upgrade, false);
    const spoilt = requestHead(GET);
    spoilt.path = '/a b';
    client.codec.open(sink).sendHead(spoilt, true);
    expect(sink.events).toEqual(['reset 2', 'reset 2']);
    expect([client.sent.take(), client.codec.activeStreams, client.codec.reused]).toEqual([[], 0, false]);
  });

  it('sends edited heads and heads of HTTP/1', () => {
    const client = ClientHarness.open();
    const head = requestHead([...GET, ['x-a', '1'], ['cookie', 'a=1'], ['cookie', 'b=2']]);
    head.path = '/other';
    head.authority = 'inner:80';
    head.set('x-a', '2');
    head.add('connection', 'close');
    client.codec.open(new Recorder()).sendHead(head, true);
    expect(client.sent.take()).toEqual([
      'HEADERS 1 :method=GET :scheme=http :path=/other :authority=inner:80 x-a=2 cookie=a=1 cookie=b=2 end',
    ]);
  });

  it('turns host into :authority', () => {
    const client = ClientHarness.open();
    const { stream } = client.ask([
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      ['host', 'a.com'],
    ]);
    expect(client.sent.take()).toEqual(['HEADERS 1 :method=GET :scheme=http :path=/ :authority=a.com end']);
    expect(stream.id).toBe(1);
  });

  it('opens a tunnel with CONNECT', () => {
    const client = ClientHarness.open();
    let switches: boolean | null = null;
    const sink = new Recorder();
    sink.onHead = (head) => {
      switches = head.switchesProtocol;
    };
    const stream = client.codec.open(sink);
    stream.sendHead(
      requestHead([
        [':method', 'CONNECT'],
        [':authority', 'a:1'],
      ]),
      false,
    );
    client.feed(headers(1, OK, false), data(1, 'tunnel'));
    expect([client.sent.take(), switches, sink.body]).toEqual([
      ['HEADERS 1 :method=CONNECT :authority=a:1'],
      true,
      'tunnel',
    ]);
  });

  it.each<readonly [string, Pairs, string]>([
    ['shorter than its length', [...OK, ['content-length', '5']], 'body'],
    ['longer than its length', [...OK, ['content-length', '3']], 'body'],
    ['of an answer without one', [[':status', '204']], 'body'],
  ])('does not begin an answer whose content is here and wrong: %s', (_name, pairs, body) => {
    for (const whole of [true, false]) {
      const client = ClientHarness.open({ whole });
      const { sink } = client.ask();
      client.sent.take();
      client.feed(headers(1, pairs, false), data(1, body, true));
      expect([sink.events, client.sent.take()]).toEqual([[`reset ${ResetReason.PROTOCOL_ERROR}`], ['RST_STREAM 1 1']]);
    }
  });

  it('sees the gRPC status of a trailers-only answer', () => {
    const client = ClientHarness.open();
    const seen: boolean[] = [];
    for (const [i, status] of ['0', '5'].entries()) {
      const { sink } = client.ask();
      sink.onHead = (head) => seen.push(head.applicationError);
      client.feed(headers(1 + 2 * i, [...OK, ['content-type', 'application/grpc'], ['grpc-status', status]]));
    }
    expect(seen).toEqual([false, true]);
  });

  it('heartbeats with PING', () => {
    const client = ClientHarness.open();
    expect(client.codec.heartbeat()).toBe(true);
    expect(client.sent.take()).toEqual(['PING']);
    client.feed(frame(6, 1, 0, Buffer.from('weftbeat')), frame(6, 1, 0, Buffer.from('weftbeat')));
    expect(client.events).toEqual(['heartbeat']);
  });

  it('drains by itself', () => {
    const client = ClientHarness.open();
    const { sink } = client.ask();
    client.sent.take();
    client.codec.goaway();
    expect([client.sent.take(), client.codec.credit(), client.link.closed]).toEqual([['GOAWAY 0 0'], 0, false]);
    client.feed(headers(1, OK));
    expect([sink.events, client.link.closed]).toEqual([['head 200  end'], true]);
  });

  it('tells open streams that the connection is lost', () => {
    const client = ClientHarness.open();
    const { sink } = client.ask();
    client.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(sink.events).toEqual(['reset 3']);
  });

  it('gives a head that is too large up, alone', () => {
    const client = ClientHarness.open({ limits: { maxHeadBytes: 200 } });
    const { sink } = client.ask();
    client.feed(headers(1, [...OK, ['x', 'y'.repeat(200)]]));
    expect(sink.events).toEqual([`reset ${ResetReason.OVERFLOW}`]);
    const next = client.ask();
    client.feed(headers(3, OK));
    expect(next.sink.events).toEqual(['head 200  end']);
  });
});
