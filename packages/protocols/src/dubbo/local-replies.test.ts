import { Hessian2Reader, HessianObject } from '@weft/hessian';
import { ProtocolError } from '@weft/kit';
import { type LocalReply, ResetReason, type ResponseHead } from '@weft/sdk';
import type { IncomingRequest } from '@weft/sdk/testing';
import { describe, expect, it } from 'vitest';
import { type RelayPlan, relay } from '../common/framed/testdata/relay.ts';
import { type DubboConfig, dubbo } from './index.ts';
import { clientOf, headOf, hex, serverOf } from './testdata/ends.ts';
import { frameBytes, map, request, text } from './testdata/frames.ts';

describe('local replies', () => {
  const REJECT = (word: string): NonNullable<LocalReply['headers']> => [['x-weft-reject', word]];
  it.each<[LocalReply, number, string]>([
    [{ status: 404, code: 'route_not_found' }, 60, '404|router unavailable'],
    [{ status: 502, code: 'no_healthy_host' }, 60, '502|no health upstream'],
    [{ status: 503, code: 'overflow' }, 40, '509|limit exceeded'],
    [{ status: 504, code: 'upstream_timeout' }, 30, '504|the host did not answer in time'],
    [{ status: 502, code: 'upstream_connect_failed' }, 35, '502|cannot connect to the host'],
    [{ status: 502, code: 'upstream_reset' }, 35, '502|the host ended the exchange'],
    [{ status: 502, code: 'upstream_malformed' }, 35, '502|the answer of the host is malformed'],
    [
      { status: 429, code: 'filter', headers: REJECT('limit'), body: 'limit exceeded|rule=7' },
      40,
      '509|limit exceeded|rule=7',
    ],
    [{ status: 503, code: 'filter', headers: REJECT('fuse') }, 40, '509|limit exceeded'],
    [{ status: 503, code: 'filter', headers: REJECT('fuse'), body: 'open|rule=7' }, 40, '509|open|fuse|rule=7'],
    [{ status: 503, code: 'filter', headers: REJECT('downgrade') }, 70, '503|service degraded'],
    [{ status: 403, code: 'filter', headers: REJECT('auth') }, 80, '403|permission denied'],
    [{ status: 503, code: 'filter', headers: REJECT('route') }, 60, '502|no health upstream'],
    [{ status: 500, code: 'filter', headers: REJECT('fault-inject') }, 80, '500|refused with status 500'],
    [{ status: 403, code: 'filter' }, 80, '403|permission denied'],
    [{ status: 418, code: 'filter' }, 70, '418|refused with status 418'],
  ])('%o', (reply, status, message) => {
    for (const [serialization, body] of [
      [
        2,
        message.length < 32
          ? text(message)
          : Buffer.concat([hex(`30${message.length.toString(16)}`), Buffer.from(message)]),
      ],
      [6, Buffer.from(`${JSON.stringify(message)}\n`)],
      [3, Buffer.alloc(0)],
    ] as const) {
      const server = serverOf();
      server.feed(request({ flag: 0xc0 | serialization, idHigh: 3, id: 4 }));
      const { stream, head } = server.requests[0] as IncomingRequest;
      stream.sendLocalReply(head, reply);
      expect(server.link.takeBytes()).toEqual(frameBytes({ flag: serialization, status, idHigh: 3, id: 4, body }));
      expect(server.codec.activeStreams).toBe(0);
    }
  });

  it('throws an RpcException at the caller when told to', () => {
    const server = serverOf({ reject_as: 'exception', exception_class: 'com.alibaba.dubbo.rpc.RpcException' });
    server.feed(request());
    const { stream, head } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, { status: 403, code: 'filter' });
    const answer = server.link.takeBytes();
    expect([answer[3], answer[16]]).toEqual([20, 0x90]);
    expect(new Hessian2Reader(answer, 17).read()).toEqual(
      new HessianObject('com.alibaba.dubbo.rpc.RpcException', [
        ['code', 4],
        ['detailMessage', '403|permission denied'],
      ]),
    );
  });

  const RULE = (word: string): NonNullable<LocalReply['headers']> => [
    ['x-weft-reject', word],
    ['x-weft-rule', '7'],
  ];
  /** What the proxy of the caller reads of bytes that answer its call 1. */
  const told = (bytes: Buffer): (string | undefined)[] => {
    const client = clientOf();
    const { sink } = client.call(headOf(request()), null);
    client.feed(bytes);
    const head = sink.head as ResponseHead;
    head.keep();
    return [head.get('x-weft-reject'), head.get('x-weft-rule')];
  };
  const refusedWith = (reply: LocalReply, options: DubboConfig = {}, version = '2.0.2', serialization = 2): Buffer => {
    const server = serverOf(options);
    server.feed(request({ flag: 0xc0 | serialization, framework: version }));
    const { stream, head } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, reply);
    return server.link.takeBytes();
  };

  it.each([
    ['limit', 'limit'],
    ['fuse', 'fuse'],
    ['hijack', 'hijack'],
    ['auth', 'auth'],
    // What only the proxy of a caller says.
    ['route', undefined],
    ['downgrade', undefined],
  ])('tells the proxy of the caller that a rule refused: %s', (word, read) => {
    const reply: LocalReply = { status: 500, code: 'filter', headers: RULE(word), body: `${'x'.repeat(300)}|rule=7` };
    const short: LocalReply = { ...reply, body: 'because|rule=7' };
    for (const each of [reply, short])
      for (const serialization of [2, 6, 23])
        expect(told(refusedWith(each, {}, '2.0.2', serialization))).toEqual([read, read && '7']);
  });

  it.each([403, 429, 500, 503, 509])('never takes an injected fault with status %d for a refusal', (status) => {
    const reply: LocalReply = { status, code: 'filter', headers: RULE('fault-inject'), body: 'injected|rule=7' };
    expect(['fault-inject', undefined]).toContain(told(refusedWith(reply))[0]);
  });

  it('tells it in attachments of an exception to those who read them', () => {
    const reply: LocalReply = { status: 429, code: 'filter', headers: RULE('limit'), body: 'slow|rule=7' };
    const exceptions: DubboConfig = { reject_as: 'exception' };
    for (const version of ['2.0.2', '2.7.0', '3.0.0']) {
      const bytes = refusedWith(reply, exceptions, version);
      expect([bytes[3], bytes[16], ...told(bytes)]).toEqual([20, 0x93, 'limit', '7']);
    }
    for (const version of ['2.0.1', '2.6.2', '2.8.4', '']) {
      const bytes = refusedWith(reply, exceptions, version);
      expect([bytes[3], bytes[16], ...told(bytes)]).toEqual([20, 0x90, undefined, undefined]);
    }
  });

  it.each([2, 6, 23])(
    'is an error of the service once the refusal is taken away, serialization %d',
    (serialization) => {
      const reply: LocalReply = { status: 429, code: 'filter', headers: RULE('limit'), body: 'limit exceeded|rule=7' };
      const bytes = refusedWith(reply, {}, '2.0.2', serialization);
      const expected = Buffer.from(bytes);
      expected[3] = 70;
      const plan: RelayPlan = {
        protocol: dubbo,
        request: request({ id: 1 }),
        answer: bytes,
        changeAnswer(head) {
          for (const name of ['lane', 'x-weft-reject', 'x-weft-rule']) head.remove(name);
          expect([
            head.nativeStatus,
            head.status,
            head.get('x-weft-reject'),
            head.get('x-weft-rule'),
            head.refused,
          ]).toEqual([70, 500, undefined, undefined, false]);
        },
      };
      for (const whole of [false, true]) expect(relay(plan, whole).toCaller).toBe(expected.toString('hex'));
      expect(told(expected)).toEqual([undefined, undefined]);
      // Where nothing was taken away nothing changes.
      const asItCame = { ...plan, changeAnswer: (head: ResponseHead) => head.remove('lane') };
      for (const whole of [false, true]) expect(relay(asItCame, whole).toCaller).toBe(bytes.toString('hex'));
    },
  );

  it('takes nothing that a service says for a refusal: results, errors, texts of exceptions', () => {
    const pairs = { 'x-weft-reject': 'limit', 'x-weft-rule': '7' };
    const answers: [status: number, body: Buffer][] = [
      [20, Buffer.concat([hex('94 00'), map(pairs)])],
      [70, text('509|limit exceeded|rule=7')],
      [80, text('509|limit exceeded|rule=7')],
      [40, text('403|permission denied|rule=7')],
      [40, text('509|limit exceeded')],
      [40, text('IllegalState: 509|no|rule=7')],
      [100, text('509|limit exceeded|rule=7')],
      [40, hex('')],
    ];
    for (const [status, body] of answers)
      expect(told(frameBytes({ flag: 2, status, body }))).toEqual([undefined, undefined]);
  });

  it('answers a direct response as a value', () => {
    const server = serverOf();
    server.feed(request());
    const { stream, head } = server.requests[0] as IncomingRequest;
    stream.sendLocalReply(head, { status: 200, code: 'direct_response', body: 'hi' });
    expect(server.link.takeBytes()).toEqual(frameBytes({ flag: 2, status: 20, body: hex('91 026869') }));
  });

  it('tells a caller over its limits, and goes on', () => {
    const server = serverOf({ max_requests_in_flight: 1 });
    server.feed(Buffer.concat([request({ id: 1 }), request({ id: 2 })]));
    expect(server.link.takeBytes()).toEqual(
      frameBytes({ flag: 2, status: 40, id: 2, body: text('509|limit exceeded') }),
    );
    expect(server.requests).toHaveLength(1);
  });

  it('tells a caller whose request is too large, then ends the connection', () => {
    const server = serverOf({ max_payload_bytes: 1024 });
    const bytes = request({ args: Buffer.concat([hex('53 0500'), Buffer.alloc(0x500, 0x61)]) });
    expect(() => server.feed(bytes)).toThrow(ProtocolError);
    expect(server.link.takeBytes()[3]).toBe(40);
  });

  it('says that the host is gone when a call is given up', () => {
    const server = serverOf();
    server.feed(request());
    (server.requests[0] as IncomingRequest).stream.reset(ResetReason.LOCAL_RESET);
    expect(server.link.takeBytes()[3]).toBe(35);
  });
});
