import { Detection, type LocalReply, ResetReason } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { CLIENT_PREFACE } from '../common/h2/index.ts';
import { http2 } from './index.ts';
import { data, frame, GET, headers, PlainResponse, POST, ServerHarness, settings, uint32 } from './testing.ts';

const reply = (status: number, body?: string): LocalReply => ({
  status,
  code: 'no_healthy_host',
  ...(body === undefined ? {} : { body }),
});

describe('detection', () => {
  it('wants the whole preface and says no at the first wrong byte', () => {
    for (let length = 0; length < 24; length++) expect(http2.detect(CLIENT_PREFACE, length)).toBe(Detection.NEED_MORE);
    expect(http2.detect(CLIENT_PREFACE, 24)).toBe(Detection.YES);
    expect(http2.detect(Buffer.concat([CLIENT_PREFACE, Buffer.alloc(9)]), 33)).toBe(Detection.YES);
    for (let at = 0; at < 24; at++) {
      const wrong = Buffer.from(CLIENT_PREFACE);
      wrong[at] = 0;
      expect(http2.detect(wrong, at + 1)).toBe(Detection.NO);
    }
    expect(http2.detect(Buffer.from('PRI / HTTP/1.1'), 14)).toBe(Detection.NO);
  });
});

describe('H2ServerConnection', () => {
  it('announces its settings and its connection window first', () => {
    const server = new ServerHarness();
    expect(server.sent.take()).toEqual(['SETTINGS', `WINDOW_UPDATE 0 ${1024 * 1024 - 65_535}`]);
    server.feed(CLIENT_PREFACE, settings([]));
    expect(server.sent.take()).toEqual(['SETTINGS ack']);
  });

  it('delivers a request and sends head, body and trailers', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, [...GET, ['x-a', '1']]));
    const { head, end, stream } = server.request();
    expect([
      head.protocol,
      head.family,
      head.method,
      head.path,
      head.authority,
      head.scheme,
      head.get('x-a'),
      end,
    ]).toEqual(['Http2', 'http', 'GET', '/', 'example.com', 'http', '1', true]);
    expect([
      head.contentLength,
      head.upgrade,
      head.expectsContinue,
      head.timeoutMs,
      head.idempotent,
      head.service,
      head.oneWay,
    ]).toEqual([-1, '', false, 0, true, '', false]);
    stream.sendInformational(new PlainResponse(103, [['link', '</a>']]));
    stream.sendHead(
      new PlainResponse(200, [
        ['server', 'x'],
        ['connection', 'close'],
        ['transfer-encoding', 'chunked'],
        ['x-a', 'a\r\nb: c'],
      ]),
      false,
    );
    stream.sendData(Buffer.from('hello'), false);
    stream.sendTrailers(
      new PlainResponse(0, [
        ['x-sum', '7'],
        ['content-length', '5'],
      ]),
    );
    expect(server.sent.take()).toEqual([
      'HEADERS 1 :status=103 link=</a>',
      'HEADERS 1 :status=200 server=x x-a=a  b: c',
      'DATA 1 5',
      'HEADERS 1 x-sum=7 end',
    ]);
    expect(server.codec.activeStreams).toBe(0);
    stream.sendData(Buffer.from('late'), true);
    stream.reset(ResetReason.LOCAL_RESET);
    expect(server.sent.take()).toEqual([]);
  });

  it('reads what gRPC puts into a head', () => {
    const server = ServerHarness.open();
    server.feed(
      headers(
        1,
        [
          [':method', 'POST'],
          [':scheme', 'http'],
          [':path', '/shop.Orders/Get'],
          [':authority', 'a'],
          ['content-type', 'application/grpc+proto'],
          ['grpc-timeout', '150m'],
          ['te', 'trailers'],
        ],
        false,
      ),
    );
    const { head } = server.request();
    expect([head.service, head.timeoutMs, head.family]).toEqual(['shop.Orders', 150, 'http']);
  });

  it('sees expect and content-length, and edits of filters', () => {
    const server = ServerHarness.open();
    server.feed(
      headers(1, [...POST, ['expect', '100-continue'], ['content-length', '12'], ['x-a', '1'], ['x-a', '2']], false),
    );
    const { head } = server.request();
    expect([head.expectsContinue, head.contentLength]).toEqual([true, 12]);
    head.set('x-a', '3');
    head.add('x-b', '4');
    head.remove('expect');
    head.set('host', 'other');
    expect([head.getAll('x-a'), head.get('x-b'), head.expectsContinue, head.authority, head.get('none')]).toEqual([
      ['3'],
      '4',
      false,
      'other',
      undefined,
    ]);
  });

  describe('an answer that is complete before its request', () => {
    const answered = (window = 65_535): ServerHarness => {
      const server = ServerHarness.open({ config: { initial_stream_window_size: window } });
      server.feed(headers(1, POST, false), data(1, 'abc'));
      server.request().stream.sendHead(new PlainResponse(403), true);
      expect(server.sent.take()).toEqual(['HEADERS 1 :status=403 end']);
      return server;
    };

    it('lets the rest come and drops it', () => {
      const server = answered();
      server.feed(data(1, 'more'), headers(1, [['x-sum', '7']]));
      expect(server.sent.take()).toEqual([]);
      expect(server.request().sink.events).toEqual(['data 3']);
      expect(server.codec.activeStreams).toBe(0);
    });

    it('gives a client that goes on no credit', () => {
      const server = answered();
      server.request().stream.resume();
      const part = Buffer.alloc(16_000);
      server.feed(data(1, part), data(1, part), data(1, part), data(1, part));
      expect(server.sent.take()).toEqual([]);
      server.feed(data(1, part));
      expect(server.sent.take()).toEqual(['RST_STREAM 1 3']);
      expect(server.codec.activeStreams).toBe(0);
    });

    it('stops a client that hangs', () => {
      const server = answered();
      expect(server.link.timerMs).toBe(1000);
      server.codec.onTimer();
      expect(server.sent.take()).toEqual([]);
      server.codec.onTimer();
      expect(server.sent.take()).toEqual(['RST_STREAM 1 0']);
    });

    it('is never spoilt by an error code, even when the engine gives the rest up', () => {
      const server = answered();
      server.request().stream.reset(ResetReason.LOCAL_RESET);
      expect(server.sent.take()).toEqual(['RST_STREAM 1 0']);
      server.feed(data(1, 'late'));
      expect(server.sent.take()).toEqual([]);
    });

    it('does not hold the places of other streams, and is bounded itself', () => {
      const server = ServerHarness.open({
        config: { max_concurrent_streams: 2 },
        onRequest: ({ stream }) => stream.sendHead(new PlainResponse(403), true),
      });
      server.feed(headers(1, POST, false), headers(3, POST, false), headers(5, POST, false));
      expect(server.requests).toHaveLength(3);
      expect(server.sent.take().at(-1)).toBe('RST_STREAM 5 0');
      expect(server.codec.activeStreams).toBe(2);
    });

    it('is still checked', () => {
      const server = ServerHarness.open();
      server.feed(headers(1, [...POST, ['content-length', '5']], false));
      server.request().stream.sendHead(new PlainResponse(403), true);
      server.sent.take();
      server.feed(data(1, 'abc', true));
      expect(server.sent.take()).toEqual(['RST_STREAM 1 1']);
      expect(server.request().sink.events).toEqual([]);
    });
  });

  it('treats frames behind a reset of both sides as errors', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, POST, false));
    server.request().stream.reset(ResetReason.LOCAL_RESET);
    server.feed(frame(3, 0, 1, uint32(8)));
    server.sent.take();
    server.feed(data(1, 'x'));
    expect(server.sent.take()).toEqual(['RST_STREAM 1 5']);
  });

  it('answers locally', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, GET), headers(3, [[':method', 'HEAD'], ...GET.slice(1)]), headers(5, GET));
    for (const [i, local] of [reply(502, 'nobody'), reply(502, 'nobody'), reply(404)].entries()) {
      const { stream, head } = server.request(i);
      stream.sendLocalReply(head, local);
    }
    expect(server.sent.take()).toEqual([
      'HEADERS 1 :status=502 content-length=6 content-type=text/plain; charset=utf-8',
      'DATA 1 6 end',
      'HEADERS 3 :status=502 content-length=6 content-type=text/plain; charset=utf-8 end',
      'HEADERS 5 :status=404 content-length=0 end',
    ]);
  });

  it('answers gRPC locally with trailers only', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, [...POST, ['content-type', 'application/grpc']], false));
    const { stream, head } = server.request();
    stream.sendLocalReply(head, reply(503));
    expect(server.sent.take()).toEqual([
      'HEADERS 1 :status=200 content-type=application/grpc grpc-status=14 grpc-message=no healthy host end',
    ]);
  });

  it('sends messages that a rule makes up within the credit of the caller, and the status behind them', () => {
    const server = ServerHarness.open({}, [[4, 6]]);
    server.feed(headers(1, [...POST, ['content-type', 'application/grpc']], false));
    const { stream, head } = server.request();
    const madeUp = { body: '', messages: [Buffer.from('0801', 'hex'), Buffer.from('0802', 'hex')] };
    stream.sendLocalReply(head, { status: 200, code: 'filter', headers: [['x-weft-rule', '7']], madeUp });
    expect(server.sent.take()).toEqual([
      'HEADERS 1 :status=200 content-type=application/grpc x-weft-rule=7',
      'DATA 1 6',
    ]);
    server.feed(frame(8, 0, 1, uint32(100)));
    expect(server.sent.take()).toEqual(['DATA 1 8', 'HEADERS 1 grpc-status=0 end']);
  });

  it('ends a gRPC answer that has begun with a status in trailers, and sends no more of its messages', () => {
    const server = ServerHarness.open({}, [[4, 3]]);
    server.feed(headers(1, [...POST, ['content-type', 'application/grpc']], false));
    const { stream, head, sink } = server.request();
    expect(server.codec.openStreams?.()).toEqual([stream]);
    stream.sendHead(new PlainResponse(200, [['content-type', 'application/grpc']]), false);
    stream.sendData(Buffer.from('message'), false);
    expect(server.sent.take()).toEqual(['HEADERS 1 :status=200 content-type=application/grpc', 'DATA 1 3']);
    stream.sendLocalReply(head, { status: 403, code: 'filter', headers: [['x-weft-rule', '7']], body: 'not for you' });
    const trailers = 'HEADERS 1 grpc-status=7 x-weft-rule=7 grpc-message=not for you end';
    expect(server.sent.take()).toEqual([trailers]);
    server.feed(frame(8, 0, 1, uint32(100)), data(1, Buffer.from('late'), true));
    expect(server.sent.take().filter((line) => line.startsWith('DATA') || line.startsWith('HEADERS'))).toEqual([]);
    expect(sink.events).toEqual([]);
    expect(server.codec.openStreams?.()).toEqual([]);
  });

  it('resets a gRPC answer whose end is accepted already', () => {
    const server = ServerHarness.open({}, [[4, 3]]);
    server.feed(headers(1, [...POST, ['content-type', 'application/grpc']], false));
    const { stream, head } = server.request();
    stream.sendHead(new PlainResponse(200, [['content-type', 'application/grpc']]), false);
    stream.sendData(Buffer.from('message'), true);
    server.sent.take();
    stream.sendLocalReply(head, { status: 403, code: 'filter' });
    expect(server.sent.take()).toEqual(['RST_STREAM 1 8']);
  });

  it('resets a stream whose answer had begun, and one that would switch protocols', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, GET), headers(3, GET));
    const first = server.request(0);
    first.stream.sendHead(new PlainResponse(200), false);
    first.stream.sendLocalReply(first.head, reply(500));
    server.request(1).stream.sendHead(new PlainResponse(101), false);
    expect(server.sent.take()).toEqual(['HEADERS 1 :status=200', 'RST_STREAM 1 8', 'RST_STREAM 3 2']);
  });

  it.each([
    [ResetReason.REFUSED, 7],
    [ResetReason.LOCAL_RESET, 8],
    [ResetReason.OVERFLOW, 11],
    [ResetReason.CONNECTION_LOST, 2],
    [ResetReason.REMOTE_RESET, 2],
  ])('tells reason %d as code %d', (reason, code) => {
    const server = ServerHarness.open();
    server.feed(headers(1, GET));
    server.request().stream.reset(reason);
    expect(server.sent.take()).toEqual([`RST_STREAM 1 ${code}`]);
    expect(server.request().sink.events).toEqual([]);
  });

  it('tells the engine once about a reset, and about a lost connection', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, POST, false), headers(3, POST, false), frame(3, 0, 1, uint32(8)));
    server.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(server.request(0).sink.events).toEqual(['reset 1']);
    expect(server.request(1).sink.events).toEqual(['reset 3']);
  });

  it('refuses streams over the announced limit', () => {
    const server = ServerHarness.open({ config: { max_concurrent_streams: 2 } });
    server.feed(headers(1, GET), headers(3, GET), headers(5, GET));
    expect(server.requests).toHaveLength(2);
    expect(server.sent.take()).toEqual(['RST_STREAM 5 7']);
    server.request(0).stream.sendHead(new PlainResponse(200), true);
    server.feed(headers(7, GET));
    expect(server.requests).toHaveLength(3);
  });

  it('answers a head that is too large with 431 and a body that is too large with 413', () => {
    const server = ServerHarness.open({ limits: { maxHeadBytes: 300, maxBodyBytes: 4 } });
    server.feed(headers(1, [...GET, ['x-a', 'a'.repeat(300)]]), headers(3, [...POST, ['content-length', '5']], false));
    server.feed(headers(5, POST, false), data(5, 'abc'), data(5, 'de'));
    expect(server.requests).toHaveLength(1);
    expect(server.sent.take()).toEqual([
      'HEADERS 1 :status=431 content-length=0 end',
      'HEADERS 3 :status=413 content-length=0 end',
      'RST_STREAM 3 0',
      'HEADERS 5 :status=413 content-length=0 end',
      'RST_STREAM 5 0',
    ]);
    expect(server.request().sink.events).toEqual(['data 3', 'reset 7']);
  });

  it('bounds the number of fields', () => {
    const server = ServerHarness.open({ limits: { maxHeaderCount: 10 } });
    server.feed(headers(1, [...GET, ...Array.from({ length: 7 }, (_, i) => [`x-${i}`, '1'] as const)]));
    expect(server.sent.take()).toEqual(['HEADERS 1 :status=431 content-length=0 end']);
  });

  it('says goodbye in two steps and closes behind the last stream', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, GET));
    server.codec.goaway();
    expect(server.sent.take()).toEqual(['GOAWAY 2147483647 0', 'PING']);
    // The client had sent another request before it read the GOAWAY.
    server.feed(headers(3, GET), frame(6, 1, 0, Buffer.from('weft-bye')));
    expect(server.sent.take()).toEqual(['GOAWAY 3 0']);
    server.feed(headers(5, GET));
    expect(server.requests).toHaveLength(2);
    expect(server.link.closed).toBe(false);
    for (const request of server.requests) request.stream.sendHead(new PlainResponse(200), true);
    expect(server.link.closed).toBe(true);
  });

  it('does not wait for ever for the answer to its goodbye', () => {
    const server = ServerHarness.open();
    server.codec.goaway();
    expect(server.link.timerMs).toBe(1000);
    server.codec.onTimer();
    expect(server.link.closed).toBe(false);
    server.codec.onTimer();
    expect(server.link.closed).toBe(true);
  });

  it('answers PING', () => {
    const server = ServerHarness.open();
    server.feed(frame(6, 0, 0, '0102030405060708'));
    expect(server.sent.take()).toEqual(['PING ack 0102030405060708']);
  });

  it('lets the engine answer, and give up, inside its own callback', () => {
    const server = ServerHarness.open({
      onRequest: ({ stream, head }) => {
        if (head.path === '/') stream.sendLocalReply(head, reply(404));
        else stream.reset(ResetReason.LOCAL_RESET);
      },
    });
    server.feed(headers(1, GET), headers(3, POST, false));
    expect(server.sent.take()).toEqual(['HEADERS 1 :status=404 content-length=0 end', 'RST_STREAM 3 8']);
    expect(server.codec.activeStreams).toBe(0);
  });

  it('splits a long head into CONTINUATION frames', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, GET));
    server.request().stream.sendHead(new PlainResponse(200, [['etag', 'e'.repeat(20_000)]]), true);
    const bytes = server.link.takeBytes();
    expect([bytes.readUIntBE(0, 3), bytes[3], bytes[4]]).toEqual([16_384, 1, 1]);
    expect([bytes[16_384 + 9 + 3], bytes[16_384 + 9 + 4]]).toEqual([9, 4]);
  });
});
