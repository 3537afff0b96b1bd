import { ProtocolError } from '@weft/kit';
import { Detection, type LocalReply, ResetReason } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, RecordingSink, ServerEnd } from '@weft/sdk/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TarsRequestHead, TarsResponseHead } from './head.ts';
import { type TarsConfig, tars } from './index.ts';
import { answer, buffer, frame, hex, request, SERVANT, text } from './testdata/frames.ts';
import { bytesOf } from './testdata/golden.ts';

const serverOf = (config: TarsConfig = {}, limits = {}): ServerEnd => new ServerEnd(tars, config, limits);
const clientOf = (config: TarsConfig = {}): ClientEnd => new ClientEnd(tars, config);

function incoming(bytes: Buffer, config: TarsConfig = {}): IncomingRequest {
  const server = serverOf(config);
  server.feed(bytes);
  return server.requests[0] as IncomingRequest;
}

const headOf = (bytes: Buffer, config: TarsConfig = {}): TarsRequestHead =>
  incoming(bytes, config).head as TarsRequestHead;

/** What the next hop gets when `change` was done to the head. */
function relayed(
  bytes: Buffer,
  change: (head: TarsRequestHead) => void,
  config: TarsConfig = {},
  chunk?: number,
): Buffer {
  const { head, sink } = incoming(bytes, config);
  change(head as TarsRequestHead);
  const client = clientOf(config);
  const stream = client.codec.open(sink);
  stream.sendHead(head, false);
  const { body } = sink;
  const step = chunk ?? body.length;
  for (let at = 0; at < body.length; at += step)
    stream.sendData(body.subarray(at, at + step), at + step >= body.length);
  return client.link.takeBytes();
}

/** The answer to a call as the engine sees it. */
function answered(bytes: Buffer, config: TarsConfig = {}): { head: TarsResponseHead; body: Buffer } {
  const client = clientOf(config);
  const asked = incoming(bytesOf('request'), config);
  const { sink } = client.call(asked.head, asked.sink.body);
  client.feed(bytes);
  return { head: sink.head as TarsResponseHead, body: sink.body };
}

/** The golden request with the id as every request leaves the proxy: four bytes. */
const REQUEST_WITH_ID_1 = Buffer.concat([hex('0000005a 1001 2c 3c 4200000001'), bytesOf('request').subarray(4 + 6)]);

describe('a request of Tars.js', () => {
  it('is known by its fields', () => {
    const head = headOf(bytesOf('request'));
    expect([head.service, head.get('service'), head.method, head.get('method'), head.version]).toEqual([
      'Demo.EchoServer.EchoObj@tars',
      'Demo.EchoServer.EchoObj',
      'echo',
      'echo',
      1,
    ]);
    expect([head.oneWay, head.timeoutMs, head.get('group'), head.get('zone'), head.get('Group')]).toEqual([
      false,
      3000,
      'g',
      '上海',
      undefined,
    ]);
    expect([headOf(bytesOf('oneWay')).oneWay, headOf(bytesOf('tupRequest')).get('a')]).toEqual([true, 'b']);
  });

  it('goes on with a new id and nothing else changed', () => {
    expect(relayed(bytesOf('request'), () => {})).toEqual(REQUEST_WITH_ID_1);
    const large = bytesOf('requestLargeId');
    const expected = Buffer.from(large);
    expected.writeUInt32BE(1, 9);
    expect(relayed(large, () => {})).toEqual(expected);
  });

  it.each([undefined, 1, 5])(
    'gets another context without a change of what stands around it (chunks of %s)',
    (chunk) => {
      const out = relayed(
        bytesOf('request'),
        (head) => {
          head.set('trace', 'x'.repeat(300));
          head.remove('group');
        },
        {},
        chunk,
      );
      const head = headOf(out);
      expect([head.get('trace'), head.get('group'), head.get('zone'), head.timeoutMs]).toEqual([
        'x'.repeat(300),
        undefined,
        '上海',
        3000,
      ]);
      // The pair that nobody touched, and the status behind the context, byte for byte.
      expect(out.includes(hex('06047a6f6e65 1606e4b88ae6b5b7'))).toBe(true);
      expect(out.subarray(-2)).toEqual(hex('a80c'));
    },
  );

  it('gets a context where it had none', () => {
    const bare = request();
    const out = relayed(bare, (head) => head.set('a', 'b'));
    expect(out.subarray(-9)).toEqual(hex('98 0001 060161 160162'));
    expect(headOf(out).get('a')).toBe('b');
  });

  it('goes to another servant and function', () => {
    const out = relayed(bytesOf('request'), (head) => {
      head.set('service', 'Other.Server.Obj');
      head.method = 'other';
    });
    const head = headOf(out);
    expect([head.servant, head.method, head.get('group'), out.length]).toEqual([
      'Other.Server.Obj',
      'other',
      'g',
      out.readUInt32BE(0),
    ]);
  });

  it('keeps what it says when its bytes are gone', () => {
    for (const size of [10, 10_000]) {
      const content = Buffer.concat([buffer(7, Buffer.alloc(size)), hex('810bb8 980001 060161 160162 a80c')]);
      const { head } = incoming(request({ content }));
      expect([head.get('a'), head.timeoutMs, head.service]).toEqual(['b', 3000, `${SERVANT}@tars`]);
    }
  });

  it('above the size that is gathered, passes its context on unseen', () => {
    const content = Buffer.concat([buffer(7, Buffer.alloc(3000, 1)), hex('810bb8 980001 060161 160162 a80c')]);
    const bytes = request({ content, id: 9 });
    const config = { max_gathered_frame_bytes: 1000 };
    const out = relayed(
      bytes,
      (head) => {
        expect([head.get('a'), head.timeoutMs]).toEqual([undefined, 0]);
        head.set('c', 'd');
      },
      config,
      100,
    );
    const expected = Buffer.from(bytes);
    expected.writeUInt32BE(1, 10);
    expect(out.equals(expected.subarray(0, out.length)) && out.length === bytes.length).toBe(expected.equals(out));
    expect(headOf(out).get('a')).toBe('b');
  });

  it('passes a context on that it cannot read', () => {
    for (const context of ['980c', '98 0001 0001 0002', '99 0001 0c', `98 01 03e9 ${'0600 1600'.repeat(1001)}`]) {
      const content = Buffer.concat([buffer(7, Buffer.alloc(3)), hex(context), hex('a80c')]);
      const out = relayed(request({ content }), (head) => {
        head.set('a', 'b');
      });
      expect(out.includes(hex(context))).toBe(context !== '980c');
    }
  });
});

describe('an answer of Tars.js', () => {
  it('comes back with the id of the caller', () => {
    const server = serverOf();
    server.feed(bytesOf('oneWay'));
    server.feed(bytesOf('requestLargeId'));
    const { head, body } = answered(bytesOf('answer'));
    const { stream } = server.requests[1] as IncomingRequest;
    stream.sendHead(head, false);
    stream.sendData(body, true);
    const golden = bytesOf('answer');
    expect(server.link.takeBytes()).toEqual(
      Buffer.concat([hex('0000002c 1001 2c 327ffffffe'), golden.subarray(4 + 5)]),
    );
    expect(head.get('trace')).toBe('t1');
  });

  it('tells what happened', () => {
    const results = (['answer', 'failure', 'tupAnswer', 'tupFailure'] as const).map((name) => {
      const { status, nativeStatus, applicationError } = answered(bytesOf(name)).head;
      return [status, nativeStatus, applicationError];
    });
    expect(results).toEqual([
      [200, 0, false],
      [404, -3, false],
      [200, 0, false],
      [503, -9, false],
    ]);
    const own = answered(answer(undefined, '5007')).head;
    expect([own.status, own.nativeStatus, own.applicationError]).toEqual([200, 7, true]);
  });

  it('that nobody waits for is dropped', () => {
    const client = clientOf();
    const { sink } = client.call(headOf(request()), buffer(7, Buffer.from('question')));
    client.feed(frame(hex('1001 2c 3c 4c 5c'), buffer(6, Buffer.alloc(100))));
    client.feed(frame(hex('1001 2c 3009 4c 5c'), buffer(6, Buffer.alloc(100))));
    expect(sink.events).toEqual([]);
    client.feed(answer());
    expect(sink.ends).toBe(1);
  });

  it('takes a new context', () => {
    const server = serverOf();
    server.feed(request({ id: 5 }));
    const { head, body } = answered(bytesOf('answer'));
    head.set('zone', 'z');
    const { stream } = server.requests[0] as IncomingRequest;
    stream.sendHead(head, false);
    stream.sendData(body, true);
    const out = server.link.takeBytes();
    expect(out.readUInt32BE(0)).toBe(out.length);
    out.writeUInt32BE(1, 8);
    const again = answered(out).head;
    expect([again.get('zone'), again.get('trace')]).toEqual(['z', 't1']);
  });
});

describe('a local reply', () => {
  const REPLIES: readonly (readonly [LocalReply, number, string])[] = [
    [{ status: 404, code: 'route_not_found' }, -4, '404|'],
    [{ status: 502, code: 'no_healthy_host' }, -10, '502|'],
    [{ status: 502, code: 'upstream_connect_failed' }, -8, '502|'],
    [{ status: 502, code: 'upstream_reset' }, -8, '502|'],
    [{ status: 502, code: 'upstream_malformed' }, -8, '502|'],
    [{ status: 504, code: 'upstream_timeout' }, -7, '504|'],
    [{ status: 503, code: 'overflow' }, -9, '503|'],
    [{ status: 509, code: 'filter', body: 'limit exceeded|rule=7' }, -9, '509|limit exceeded|rule=7'],
    [{ status: 403, code: 'filter', body: 'permission denied' }, -99, '403|permission denied'],
  ];

  it.each(REPLIES)('%o', (reply, ret, message) => {
    for (const bytes of [bytesOf('request'), bytesOf('tupRequest')]) {
      const asked = incoming(bytes);
      const client = clientOf();
      const { sink } = client.call(asked.head, asked.sink.body);
      const server = serverOf();
      server.feed(client.link.takeBytes());
      const { stream, head } = server.requests[0] as IncomingRequest;
      stream.sendLocalReply(head, reply);
      const out = server.link.takeBytes();
      expect([out[5], out.includes(Buffer.from(message)), server.codec.activeStreams]).toEqual([bytes[5], true, 0]);
      client.feed(out);
      expect(sink.head?.nativeStatus).toBe(ret);
    }
  });

  it.each(['request', 'tupRequest'] as const)('says in its context which rule refused: %s', (name) => {
    const reply: LocalReply = {
      status: 429,
      code: 'filter',
      headers: [
        ['x-weft-reject', 'limit'],
        ['x-weft-rule', '7'],
        ['retry-after', '1'],
      ],
      body: 'limit exceeded|rule=7',
    };
    const asked = incoming(bytesOf(name));
    const client = clientOf();
    const { sink } = client.call(asked.head, asked.sink.body);
    const server = serverOf();
    server.feed(client.link.takeBytes());
    const { stream, head } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, reply);
    client.feed(server.link.takeBytes());
    const pairs: string[] = [];
    sink.head?.forEach((key, value) => pairs.push(`${key}=${value}`));
    expect(pairs).toEqual(['x-weft-reject=limit', 'x-weft-rule=7']);
    expect(sink.head?.get('x-weft-reject')).toBe('limit');
  });

  it('is none to a one-way call', () => {
    const server = serverOf();
    server.feed(bytesOf('oneWay'));
    const { stream, head } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, { status: 404, code: 'route_not_found' });
    expect([server.link.takeBytes().length, server.codec.activeStreams]).toEqual([0, 0]);
  });

  it('tells a caller over the bound of calls in flight', () => {
    const server = serverOf({ max_requests_in_flight: 2 });
    server.feed(Buffer.concat([request({ id: 1 }), request({ id: 2 }), request({ id: 3 })]));
    expect(server.requests.length).toBe(2);
    expect(server.link.takeBytes().subarray(4, 11)).toEqual(hex('1001 2c 3003 4c 50'));
  });

  it('tells a caller whose body is too large', () => {
    const server = serverOf({}, { maxBodyBytes: 200 });
    expect(() => server.feed(request({ content: buffer(7, Buffer.alloc(300)) }))).toThrow(ProtocolError);
    expect(server.link.takeBytes().includes(Buffer.from('413|'))).toBe(true);
  });
});

describe('a ping', () => {
  const PING = request({ method: 'tars_ping', id: 7 });

  it('of a caller is answered', () => {
    const server = serverOf();
    server.feed(PING);
    expect([server.requests.length, server.link.takeBytes()]).toEqual([
      0,
      hex('00000014 1001 2c 3007 4c 5c 6d000c 780c 8600 980c'),
    ]);
    server.feed(request({ method: 'tars_ping', oneWay: true }));
    expect(server.link.takeBytes().length).toBe(0);
  });

  it('is passed on when told so', () => {
    expect(headOf(PING, { answer_ping: false }).method).toBe('tars_ping');
  });

  it('to a host names the servant of the calls, and any answer will do', () => {
    const client = clientOf();
    client.call(headOf(request()), buffer(7, Buffer.from('question')));
    client.link.takeBytes();
    expect(client.codec.heartbeat()).toBe(true);
    const ping = client.link.takeBytes();
    expect([ping.includes(Buffer.from(SERVANT)), ping.includes(Buffer.from('tars_ping'))]).toEqual([true, true]);
    client.feed(frame(hex('1001 2c 3002 4c 50fc'), buffer(6, Buffer.alloc(0))));
    expect(client.heartbeats).toBe(1);
    expect(headOf(ping, { answer_ping: false }).service).toBe(`${SERVANT}@tars`);
  });
});

describe('detection', () => {
  it('knows requests of every version, and nothing of others', () => {
    for (const name of ['request', 'oneWay', 'tupRequest'] as const)
      expect(tars.detect(bytesOf(name), 7)).toBe(Detection.YES);
    for (const bytes of [
      hex('dabbc2000000000000'),
      Buffer.from('GET / HTTP'),
      hex('000000351001210100'),
      hex('00000035dabc00'),
    ])
      expect(tars.detect(bytes, 7)).toBe(Detection.NO);
  });
});

describe('bounds', () => {
  it('of nested values', () => {
    const nested = (depth: number): Buffer =>
      Buffer.concat([hex('9a'.concat('0a'.repeat(depth))), hex('0b'.repeat(depth + 1))]);
    for (const depth of [3, 100_000]) {
      const content = Buffer.concat([buffer(7, Buffer.alloc(1)), nested(depth)]);
      const out = relayed(request({ content }), (head) => head.set('a', 'b'), { max_gathered_frame_bytes: 1_000_000 });
      expect(out.length).toBe(request({ content }).length);
    }
  });

  it('of lengths that are not there', () => {
    for (const content of [
      '7d00 02 7fffffff',
      '99 02 7fffffff',
      '98 02 7fffffff 0c',
      '8d00 02 ffffffff',
      '97 ffffffff',
    ])
      expect(headOf(request({ content: hex(content) })).get('a')).toBeUndefined();
  });

  it('never reads beyond a frame, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 0, max: 3 }), (tail, cut) => {
        const content = Buffer.concat([buffer(7, Buffer.from('x')).subarray(0, 8 - cut), Buffer.from(tail)]);
        const bytes = request({ content });
        const server = serverOf();
        server.feed(bytes);
        server.feed(request({ id: 3 }));
        expect(server.requests.map(({ head }) => head.method)).toEqual(['echo', 'echo']);
        for (const { head } of server.requests) head.forEach(() => {});
        server.lose(ResetReason.CONNECTION_LOST);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('of the head of an answer', () => {
    const client = new ClientEnd(tars, {}, { maxHeadBytes: 40 });
    client.call(headOf(request()), buffer(7, Buffer.from('question')), new RecordingSink());
    const long = frame(hex('1003 2c 3c 4001'), text(5, 'x'.repeat(90)), text(6, 'y'), buffer(7, Buffer.alloc(1)));
    expect(() => client.feed(long)).toThrow(ProtocolError);
  });
});
