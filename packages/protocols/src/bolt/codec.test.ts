import { ProtocolError } from '@weft/kit';
import { Detection, ResetReason, type ResponseHead } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoltRequestHead } from './head.ts';
import { bolt, boltv2 } from './index.ts';
import { BoltStatus } from './status.ts';
import { frameBytes, headerBytes, SOFA_HEADERS, sofaRequest, sofaResponse } from './testdata/frames.ts';
import { ClientSide, type Incoming, requestHead, responseHead, ServerSide } from './testdata/pair.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const first = (side: ServerSide): Incoming => side.requests[0] as Incoming;

/** The content that names the reason: an RpcServerException in the Hessian of SOFA; that clients read it is an interop test. */
const reason = (text: string): Buffer =>
  Buffer.concat([
    hex('4fc834'),
    Buffer.from('com.alipay.remoting.rpc.exception.RpcServerException'),
    hex('920d'),
    Buffer.from('detailMessage'),
    hex('0a'),
    Buffer.from('stackTrace'),
    hex('6f90'),
    text.length < 32 ? Buffer.from([text.length]) : Buffer.from([0x53, 0, text.length]),
    Buffer.from(text),
    hex('5674001c'),
    Buffer.from('[java.lang.StackTraceElement'),
    hex('6e007a'),
  ]);

/** Frames as other implementations write them: sofa-bolt's HeartbeatCommand and HeartbeatAckCommand, MOSN's goaway. */
const HEARTBEAT = hex('01 01 0000 01 0000002a 01 ffffffff 0000 0000 00000000');
const HEARTBEAT_ACK = hex('01 00 0000 01 0000002a 01 0000 0000 0000 00000000');
const GOAWAY = hex('01 01 0064 01 00000007 01 00000000 0000 0000 00000000');

describe('bolt requests', () => {
  it.each([{ proto: 1 as const }, { proto: 2 as const }, { proto: 2 as const, ver1: 2, switches: 1 }])(
    'delivers head and content of %o',
    (version) => {
      const side = new ServerSide();
      side.feed(sofaRequest({ ...version, id: 77 }));
      const { head, sink, stream } = first(side);
      expect(head.protocol).toBe('bolt');
      expect(head.service).toBe('com.alipay.test.EchoService:1.0');
      expect(head.method).toBe('echo');
      expect(head.timeoutMs).toBe(3000);
      expect(head.contentLength).toBe(13);
      expect(head.get('app')).toBe('caller');
      expect(head.get('App')).toBeUndefined();
      expect(stream.id).toBe(77);
      expect(sink.events).toEqual(['request', 'data end']);
      expect(sink.text).toBe('content-bytes');
      expect(side.codec.activeStreams).toBe(1);
    },
  );

  it('is the same at every split point and byte at a time', () => {
    const frames = Buffer.concat([
      sofaRequest({ id: 1 }),
      HEARTBEAT,
      sofaRequest({ id: 2, proto: 2, ver1: 2, switches: 1 }),
      sofaRequest({ id: 3, type: 2, content: '' }),
    ]);
    const trace = (cuts: readonly number[]): unknown => {
      const side = new ServerSide();
      let from = 0;
      for (const cut of [...cuts, frames.length]) {
        side.feed(frames.subarray(from, cut));
        from = cut;
      }
      return [
        side.requests.map((r) => [r.stream.id, r.head.method, r.head.protocol, r.sink.text, r.sink.events.join()]),
        side.sent().toString('hex'),
        side.codec.activeStreams,
      ];
    };
    const whole = trace([]);
    expect(whole).toMatchObject([
      [
        [1, 'echo', 'bolt', 'content-bytes', 'request,data end'],
        [2, 'echo', 'bolt', 'content-bytes', 'request,data end'],
        [3, 'echo', 'bolt', '', 'request end'],
      ],
      HEARTBEAT_ACK.toString('hex'),
      2,
    ]);
    for (let cut = 1; cut < frames.length; cut++) expect(trace([cut])).toEqual(whole);
    expect(trace(Array.from({ length: frames.length - 1 }, (_, i) => i + 1))).toEqual(whole);
  });

  it('reads the deadline as the caller meant it', () => {
    expect(requestHead(sofaRequest({ timeout: -1 })).timeoutMs).toBe(-1);
    expect(requestHead(sofaRequest({ timeout: 0 })).timeoutMs).toBe(0);
    expect(requestHead(sofaRequest({ timeout: -5 })).timeoutMs).toBe(-1);
  });

  it('answers out of order, each in its own version, with the id the caller used', () => {
    const side = new ServerSide();
    side.feed(Buffer.concat([sofaRequest({ id: 0xfffffff0 }), sofaRequest({ id: 5, proto: 2, ver1: 2, switches: 1 })]));
    const answer = sofaResponse({ id: 900 });
    const head = responseHead(answer);
    const [one, two] = side.requests as [Incoming, Incoming];
    two.stream.sendHead(head, false);
    two.stream.sendData(Buffer.from('answer-bytes'), true);
    expect(side.sent()).toEqual(sofaResponse({ id: 5, proto: 2, ver1: 2, switches: 1 }));
    one.stream.sendHead(head, false);
    one.stream.sendData(Buffer.from('answer-bytes'), true);
    expect(side.sent()).toEqual(sofaResponse({ id: 0xfffffff0 }));
    expect(side.codec.activeStreams).toBe(0);
  });

  it('answers both requests when a caller uses an id twice', () => {
    const side = new ServerSide();
    side.feed(Buffer.concat([sofaRequest({ id: 9 }), sofaRequest({ id: 9, content: 'other' })]));
    const head = responseHead(sofaResponse({ content: '' }));
    for (const { stream } of side.requests) stream.sendHead(head, true);
    expect(side.sent()).toEqual(
      Buffer.concat([sofaResponse({ id: 9, content: '' }), sofaResponse({ id: 9, content: '' })]),
    );
  });

  it('keeps no state for one-way requests', () => {
    const side = new ServerSide();
    for (let id = 0; id < 1000; id++) side.feed(sofaRequest({ id, type: 2 }));
    expect(side.requests).toHaveLength(1000);
    expect(first(side).head.oneWay).toBe(true);
    expect(side.codec.activeStreams).toBe(0);
    first(side).stream.sendLocalReply(first(side).head, { status: 503, code: 'overflow' });
    expect(side.sent()).toHaveLength(0);
  });

  it('maps local replies to the status that SOFARPC understands', () => {
    const cases = [
      [{ status: 404, code: 'route_not_found' }, BoltStatus.NO_PROCESSOR],
      [{ status: 502, code: 'no_healthy_host' }, BoltStatus.NO_PROCESSOR],
      [{ status: 503, code: 'overflow' }, BoltStatus.SERVER_THREADPOOL_BUSY],
      [{ status: 504, code: 'upstream_timeout' }, BoltStatus.TIMEOUT],
      [{ status: 502, code: 'upstream_reset' }, BoltStatus.CONNECTION_CLOSED],
      [{ status: 403, code: 'filter' }, BoltStatus.SERVER_EXCEPTION],
      [{ status: 418, code: 'filter' }, BoltStatus.UNKNOWN],
    ] as const;
    for (const [reply, status] of cases) {
      for (const version of [{ proto: 1 as const }, { proto: 2 as const, ver1: 2, switches: 1 }]) {
        const side = new ServerSide();
        side.feed(sofaRequest({ ...version, id: 31, codec: 11 }));
        first(side).stream.sendLocalReply(first(side).head, reply);
        expect(side.sent()).toEqual(frameBytes({ ...version, type: 0, id: 31, codec: 11, status }));
        expect(side.codec.activeStreams).toBe(0);
      }
    }
  });

  it('says with a refusal what SOFARPC shows: the content is the cause of the exception that its caller catches', () => {
    const side = new ServerSide();
    side.feed(sofaRequest({ id: 5 }));
    first(side).stream.sendLocalReply(first(side).head, { status: 403, code: 'filter', body: 'not for you' });
    expect(side.sent()).toEqual(
      frameBytes({ type: 0, id: 5, status: BoltStatus.SERVER_EXCEPTION, content: reason('not for you') }),
    );
  });

  it('tells the caller of a reset, and ignores what is done to a stream that is over', () => {
    const side = new ServerSide();
    side.feed(sofaRequest({ id: 4 }));
    const { stream, head } = first(side);
    stream.reset(ResetReason.CONNECTION_LOST);
    expect(side.sent()).toEqual(
      frameBytes({
        type: 0,
        id: 4,
        status: BoltStatus.CONNECTION_CLOSED,
        content: reason('the host ended the exchange'),
      }),
    );
    stream.reset(ResetReason.CONNECTION_LOST);
    stream.sendData(Buffer.from('x'), true);
    stream.sendLocalReply(head, { status: 500, code: 'internal' });
    expect(side.sent()).toHaveLength(0);
    side.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(first(side).sink.resets).toEqual([]);
  });

  it('takes an answer given inside the callback', () => {
    const side = new ServerSide();
    side.onRequest = ({ stream, head }) => stream.sendLocalReply(head, { status: 404, code: 'route_not_found' });
    side.feed(Buffer.concat([sofaRequest({ id: 1 }), sofaRequest({ id: 2 })]));
    expect(side.sent()).toEqual(
      Buffer.concat([1, 2].map((id) => frameBytes({ type: 0, id, status: 6, content: reason('no route matches') }))),
    );
    expect(first(side).sink.events).toEqual(['request']);
  });

  it('refuses more than the configured number of requests in flight', () => {
    const side = new ServerSide({ max_requests_in_flight: 1 });
    side.feed(Buffer.concat([sofaRequest({ id: 1 }), sofaRequest({ id: 2 })]));
    expect(side.requests).toHaveLength(1);
    expect(side.sent()).toEqual(frameBytes({ type: 0, id: 2, status: BoltStatus.SERVER_THREADPOOL_BUSY }));
  });
});

describe('bolt header map', () => {
  it('forwards untouched bytes with another id only', () => {
    const frame = sofaRequest({ id: 123_456, codec: 11, timeout: -1 });
    const client = new ClientSide({}, {}, 1, 0xabcdef01);
    const { stream } = client.call(requestHead(frame));
    stream.sendData(Buffer.from('content-bytes'), true);
    const sent = client.sent();
    expect(sent).toHaveLength(frame.length);
    const changed = [...sent.keys()].filter((i) => sent[i] !== frame[i]);
    expect(changed.every((i) => i >= 5 && i < 9)).toBe(true);
    expect(sent.readUInt32BE(5)).toBe(0xabcdef01);
  });

  it('re-encodes a changed map with the right lengths: longer, shorter, empty', () => {
    const send = (change: (head: ReturnType<typeof requestHead>) => void, proto: 1 | 2 = 1): Buffer => {
      const head = requestHead(sofaRequest({ proto, ver1: 2, switches: proto === 2 ? 1 : 0 }));
      change(head);
      const client = new ClientSide();
      client.call(head).stream.sendData(Buffer.from('content-bytes'), true);
      return client.sent();
    };
    const base = SOFA_HEADERS.map(([name, value]) => [name, value] as const);
    for (const proto of [1, 2] as const) {
      const version = { proto, ver1: 2, switches: proto === 2 ? 1 : 0 };
      const longer = base.map(
        ([name, value]) => [name, name === 'service' ? 'com.other.Überlang:2.0' : value] as const,
      );
      expect(send((head) => head.set('service', 'com.other.Überlang:2.0'), proto)).toEqual(
        sofaRequest({ ...version, headers: longer }),
      );
      expect(send((head) => head.add('x', ''), proto)).toEqual(
        sofaRequest({ ...version, headers: [...base, ['x', '']] }),
      );
      expect(send((head) => head.remove('app'), proto)).toEqual(
        sofaRequest({ ...version, headers: base.filter(([name]) => name !== 'app') }),
      );
      expect(
        send((head) => {
          for (const [name] of base) head.remove(name);
        }, proto),
      ).toEqual(sofaRequest({ ...version, headers: [] }));
    }
  });

  it('sees changes of service and method', () => {
    const head = requestHead(sofaRequest());
    expect(head.method).toBe('echo');
    head.method = 'plus';
    expect(head.method).toBe('plus');
    expect(head.get('sofa_head_method_name')).toBe('plus');
    head.set('service', 'b');
    expect(head.service).toBe('b');
    head.remove('service');
    expect(head.service).toBe('com.alipay.test.EchoService:1.0');
  });

  it('lets the last of equal keys win and skips null', () => {
    const head = requestHead(
      sofaRequest({
        headers: [
          ['k', 'one'],
          [null, 'x'],
          ['n', null],
          ['k', 'two'],
          ['e', ''],
        ],
      }),
    );
    expect(head.get('k')).toBe('two');
    expect(head.getAll('k')).toEqual(['one', 'two']);
    expect(head.get('n')).toBeUndefined();
    expect(head.get('e')).toBe('');
    const seen: string[] = [];
    head.forEach((name, value) => {
      seen.push(`${name}=${value}`);
    });
    expect(seen).toEqual(['k=one', 'k=two', 'e=']);
    head.set('k', 'three');
    expect(head.getAll('k')).toEqual(['three']);
  });

  it('passes an unknown header block on and offers no headers of it', () => {
    const rawHeaders = hex('00000099 41');
    const frame = sofaRequest({ rawHeaders });
    const head = requestHead(frame);
    expect(head.service).toBe('');
    head.set('a', 'b');
    const client = new ClientSide();
    client.call(head).stream.sendData(Buffer.from('content-bytes'), true);
    expect(client.sent()).toEqual(frame);
  });

  it('gives a request up whose map outgrew its length', () => {
    const head = requestHead(sofaRequest());
    head.set('big', 'x'.repeat(33_000));
    const client = new ClientSide();
    const { sink } = client.call(head);
    expect(sink.resets).toEqual([ResetReason.OVERFLOW]);
    expect(client.sent()).toHaveLength(0);
    expect(client.link.closed).toBe(false);
    expect(client.codec.activeStreams).toBe(0);
    expect(client.codec.credit()).toBeGreaterThan(0);
  });

  it('answers for a response that cannot be encoded', () => {
    const side = new ServerSide();
    side.feed(sofaRequest({ id: 3 }));
    const head = responseHead(sofaResponse());
    head.set('big', 'x'.repeat(33_000));
    first(side).stream.sendHead(head, false);
    first(side).stream.sendData(Buffer.from('answer-bytes'), true);
    expect(side.sent()).toEqual(frameBytes({ type: 0, id: 3, status: BoltStatus.SERVER_SERIAL_EXCEPTION }));
  });

  it('finds what any map holds (property)', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 20 }), (pairs) => {
        const head = requestHead(sofaRequest({ headers: pairs }));
        const expected = new Map(pairs);
        for (const [name, value] of expected) expect(head.get(name)).toBe(value);
        head.add('added', '1');
        const client = new ClientSide();
        client.call(head).stream.sendData(Buffer.from('content-bytes'), true);
        expect(client.sent()).toEqual(sofaRequest({ headers: [...pairs, ['added', '1']] }));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('bolt client', () => {
  const request = (): ReturnType<typeof requestHead> => requestHead(sofaRequest({ id: 1, content: '' }));

  it('keeps two callers with the same id apart', () => {
    const client = new ClientSide();
    const one = client.call(request(), true);
    const two = client.call(request(), true);
    const [idOne, idTwo] = [one.stream.id, two.stream.id];
    expect(idOne).not.toBe(idTwo);
    client.feed(
      Buffer.concat([sofaResponse({ id: idTwo, content: 'two' }), sofaResponse({ id: idOne, content: 'one' })]),
    );
    expect(one.sink.text).toBe('one');
    expect(two.sink.text).toBe('two');
    expect(client.codec.reused).toBe(true);
    expect(client.credits).toBe(2);
  });

  it('wraps at 32 bits and skips ids in flight', () => {
    const client = new ClientSide({}, {}, 1, 2 ** 32 - 10);
    const head = request();
    const held = Array.from({ length: 5 }, () => client.call(head, true));
    for (let round = 0; round < 1000; round++) {
      const call = client.call(head, true);
      expect(held.some((other) => other.stream.id === call.stream.id)).toBe(false);
      client.feed(sofaResponse({ id: call.stream.id, content: String(round) }));
      expect(call.sink.text).toBe(String(round));
    }
    const again = new ClientSide({}, {}, 1, 2 ** 32 - 1);
    const kept = again.call(head, true);
    expect(again.call(head, true).stream.id).toBe(0);
    expect(kept.stream.id).toBe(2 ** 32 - 1);
    expect(held.every((call) => call.sink.events.length === 0)).toBe(true);
  });

  it('drops answers that come too late, whole or in pieces, and counts them', () => {
    const client = new ClientSide();
    const head = request();
    for (let round = 0; round < 1000; round++) {
      const late = client.call(head, true);
      const next = client.call(head, true);
      late.stream.reset(ResetReason.LOCAL_RESET);
      const answers = Buffer.concat([
        sofaResponse({ id: late.stream.id, content: 'late' }),
        sofaResponse({ id: next.stream.id, content: 'next' }),
      ]);
      const cut = 1 + (round % (answers.length - 1));
      client.feed(answers.subarray(0, cut));
      client.feed(answers.subarray(cut));
      expect(late.sink.events).toEqual([]);
      expect(next.sink.text).toBe('next');
    }
    expect(client.late).toBe(1000);
    expect(client.codec.activeStreams).toBe(0);
  });

  it('closes a one-way stream by itself', () => {
    const client = new ClientSide();
    const head = requestHead(sofaRequest({ type: 2 }));
    for (let i = 0; i < 1000; i++) {
      const { stream, sink } = client.call(head);
      stream.sendData(Buffer.from('content-bytes'), true);
      expect(sink.events).toEqual([]);
    }
    expect(client.codec.activeStreams).toBe(0);
  });

  it('ends every stream once when the connection is lost', () => {
    const client = new ClientSide();
    const head = request();
    const calls = Array.from({ length: 100 }, () => client.call(head, true));
    client.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    for (const { sink } of calls) expect(sink.events).toEqual([`reset ${ResetReason.CONNECTION_LOST}`]);
    expect(client.codec.activeStreams).toBe(0);
    expect(client.codec.credit()).toBe(0);
  });

  it('reads status and business errors of a response', () => {
    const head: ResponseHead = responseHead(
      sofaResponse({ status: 0, headers: [['sofa_head_response_error', 'true']] }),
    );
    expect([head.status, head.nativeStatus, head.applicationError]).toEqual([200, 0, true]);
    const statuses = [4, 7, 16, 6].map((status) => responseHead(sofaResponse({ status })).status);
    expect(statuses).toEqual([503, 504, 502, 500]);
  });

  it('answers a server that calls its client', () => {
    const client = new ClientSide();
    client.feed(Buffer.concat([sofaRequest({ id: 8 }), sofaRequest({ id: 9, type: 2 })]));
    expect(client.sent()).toEqual(frameBytes({ type: 0, id: 8, status: BoltStatus.NO_PROCESSOR }));
  });
});

describe('bolt large frames', () => {
  const content = Buffer.alloc(200_000, 'x');

  it.each([{ proto: 1 as const }, { proto: 2 as const, ver1: 2, switches: 1 }])(
    'cuts a large frame through (%o)',
    (version) => {
      const server = new ServerSide();
      const client = new ClientSide({}, {}, 1, 55);
      let call: ReturnType<ClientSide['call']> | undefined;
      server.onRequest = ({ head, stream }) => {
        call = client.call(head);
        expect(client.codec.credit()).toBe(0);
        const target = call.stream;
        stream.sink.onData = (chunk, end) => target.sendData(chunk, end);
      };
      const frame = sofaRequest({ ...version, content });
      for (let at = 0; at < frame.length; at += 30_000) server.feed(frame.subarray(at, at + 30_000));
      expect(client.sent()).toEqual(sofaRequest({ ...version, content, id: 55 }));
      expect(client.codec.credit()).toBeGreaterThan(0);
      expect(client.credits).toBe(1);
      expect(server.codec.activeStreams).toBe(1);
    },
  );

  it('breaks off when a request is given up in the middle', () => {
    const client = new ClientSide();
    const { stream, sink } = client.call(requestHead(sofaRequest({ content: 'a'.repeat(1000) })));
    stream.sendData(Buffer.from('only this'), false);
    stream.reset(ResetReason.LOCAL_RESET);
    expect(client.link.wasReset).toBe(true);
    client.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(sink.events).toEqual([]);
  });

  it('lets the calls before one that is given up in the middle have their answers first', () => {
    const client = new ClientSide();
    const other = client.call(requestHead(sofaRequest({ content: '' })), true);
    const { stream, sink } = client.call(requestHead(sofaRequest({ content: 'a'.repeat(1000) })));
    stream.sendData(Buffer.from('only this'), false);
    stream.reset(ResetReason.LOCAL_RESET);
    expect([client.link.wasReset, client.codec.credit()]).toEqual([false, 0]);
    client.feed(sofaResponse({ id: 1 }));
    expect([other.sink.resets, other.sink.events.length > 0]).toEqual([[], true]);
    expect(client.link.wasReset).toBe(true);
    expect(sink.events).toEqual([]);
  });

  it('breaks off on a link that tells of its end at once, as a socket does', () => {
    const client = new ClientSide();
    const { stream, sink } = client.call(requestHead(sofaRequest({ content: 'a'.repeat(1000) })));
    client.link.reset = () => client.codec.connectionClosed(ResetReason.LOCAL_RESET);
    stream.sendData(Buffer.from('only this'), false);
    stream.reset(ResetReason.LOCAL_RESET);
    expect(sink.events).toEqual([]);
    expect(client.codec.activeStreams).toBe(0);
  });

  it('never sends a frame of another length than announced', () => {
    for (const send of [
      (s: { sendData(c: Uint8Array, e: boolean): void }) => s.sendData(Buffer.alloc(9), true),
      (s: { sendData(c: Uint8Array, e: boolean): void }) => s.sendData(Buffer.alloc(11), true),
    ]) {
      const client = new ClientSide();
      const { stream, sink } = client.call(requestHead(sofaRequest({ content: '0123456789' })));
      send(stream);
      expect(client.link.wasReset).toBe(true);
      expect(sink.resets).toEqual([ResetReason.LOCAL_RESET]);
    }
  });

  it('lets answers and heartbeats wait behind a large answer, in order', () => {
    const server = new ServerSide();
    server.feed(
      Buffer.concat([sofaRequest({ id: 1 }), sofaRequest({ id: 2 }), sofaRequest({ id: 3 }), sofaRequest({ id: 4 })]),
    );
    const [one, two, three, four] = server.requests as [Incoming, Incoming, Incoming, Incoming];
    const large = responseHead(sofaResponse({ content }));
    const small = responseHead(sofaResponse());
    one.stream.sendHead(large, false);
    one.stream.sendData(content.subarray(0, 1000), false);
    two.stream.sendHead(small, false);
    two.stream.sendData(Buffer.from('answer-bytes'), true);
    three.stream.sendHead(large, false);
    three.stream.sendData(content.subarray(0, 10), false);
    server.feed(HEARTBEAT);
    four.stream.sendHead(small, false);
    four.stream.reset(ResetReason.LOCAL_RESET);
    one.stream.sendData(content.subarray(1000), true);
    const before = server.sent();
    expect(three.sink.events).not.toContain('writable');
    server.codec.onDrained();
    expect(three.sink.events).toContain('writable');
    three.stream.sendData(content.subarray(10), true);
    expect(Buffer.concat([before, server.sent()])).toEqual(
      Buffer.concat([
        sofaResponse({ id: 1, content }),
        HEARTBEAT_ACK,
        sofaResponse({ id: 2 }),
        sofaResponse({ id: 3, content }),
        frameBytes({
          type: 0,
          id: 4,
          status: BoltStatus.CONNECTION_CLOSED,
          content: reason('the host ended the exchange'),
        }),
      ]),
    );
    expect(server.codec.activeStreams).toBe(0);
  });

  it('takes the slabs of waiting answers where the link has its own, and gives them back', () => {
    const server = new ServerSide();
    server.feed(Buffer.concat([sofaRequest({ id: 1 }), sofaRequest({ id: 2 })]));
    const [one, two] = server.requests as [Incoming, Incoming];
    one.stream.sendHead(responseHead(sofaResponse({ content })), false);
    const before = server.link.pool.lentBytes;
    two.stream.sendHead(responseHead(sofaResponse({ content })), false);
    two.stream.sendData(content, true);
    server.feed(HEARTBEAT);
    expect(server.link.pool.lentBytes).toBeGreaterThan(before + content.length);
    server.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(server.link.pool.lentBytes).toBe(before);
  });

  it('breaks off when a large answer cannot be completed', () => {
    const server = new ServerSide();
    server.feed(sofaRequest({ id: 1 }));
    first(server).stream.sendHead(responseHead(sofaResponse({ content })), false);
    first(server).stream.reset(ResetReason.CONNECTION_LOST);
    expect(server.link.wasReset).toBe(true);
  });

  it('pauses a caller whose large request is arriving, and only then', () => {
    const server = new ServerSide();
    const frame = sofaRequest({ content });
    server.feed(frame.subarray(0, 50_000));
    server.feed(frame.subarray(50_000, 100_000));
    const { stream } = first(server);
    expect(stream.pause()).toBe(true);
    expect(server.link.readingPaused).toBe(true);
    stream.resume();
    expect(server.link.readingPaused).toBe(false);
    server.feed(frame.subarray(100_000));
    expect(stream.pause()).toBe(false);
  });

  it('drops the rest of a large request that was answered early', () => {
    const server = new ServerSide();
    const frame = sofaRequest({ content });
    server.feed(frame.subarray(0, 70_000));
    const { stream, head, sink } = first(server);
    stream.pause();
    stream.sendLocalReply(head, { status: 413, code: 'body_too_large' });
    expect(server.link.readingPaused).toBe(false);
    const before = sink.events.length;
    server.feed(Buffer.concat([frame.subarray(70_000), sofaRequest({ id: 2 })]));
    expect(sink.events).toHaveLength(before);
    expect(server.requests).toHaveLength(2);
  });

  it('resets instead of ending a large frame with a wrong CRC', () => {
    const server = new ServerSide();
    const frame = sofaRequest({ proto: 2, ver1: 2, switches: 1, content });
    frame[frame.length - 1] = (frame.at(-1) as number) ^ 1;
    server.feed(frame.subarray(0, 100_000));
    expect(() => server.feed(frame.subarray(100_000))).toThrow(ProtocolError);
    expect(first(server).sink.resets).toEqual([ResetReason.PROTOCOL_ERROR]);
    expect(first(server).sink.ends).toBe(0);
    server.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(first(server).sink.resets).toHaveLength(1);
  });
});

describe('bolt connection', () => {
  it('answers heartbeats without the engine and sends its own', () => {
    const server = new ServerSide();
    server.feed(Buffer.concat([HEARTBEAT, HEARTBEAT_ACK]));
    expect(server.sent()).toEqual(HEARTBEAT_ACK);
    expect(server.requests).toHaveLength(0);
    const client = new ClientSide({}, {}, 1, 0x2a);
    expect(client.codec.heartbeat()).toBe(true);
    expect(client.sent()).toEqual(HEARTBEAT);
    client.feed(Buffer.concat([HEARTBEAT_ACK, HEARTBEAT]));
    expect(client.heartbeats).toBe(1);
    expect(client.sent()).toEqual(HEARTBEAT_ACK);
    const v2 = new ClientSide({}, {}, 2);
    v2.codec.heartbeat();
    expect(v2.sent()).toEqual(frameBytes({ proto: 2, type: 1, command: 0, timeout: -1 }));
  });

  it('signs the answer to a version 2 heartbeat', () => {
    const server = new ServerSide();
    server.feed(frameBytes({ proto: 2, ver1: 2, switches: 1, command: 0, id: 6, timeout: -1 }));
    expect(server.sent()).toEqual(frameBytes({ proto: 2, ver1: 2, switches: 1, type: 0, command: 0, id: 6 }));
  });

  it('keeps a heartbeat out of the middle of a frame', () => {
    const client = new ClientSide();
    const { stream } = client.call(requestHead(sofaRequest({ content: '0123456789' })));
    client.codec.heartbeat();
    stream.sendData(Buffer.from('0123456789'), true);
    expect(client.sent()).toEqual(
      Buffer.concat([sofaRequest({ id: 1, content: '0123456789' }), frameBytes({ command: 0, id: 2, timeout: -1 })]),
    );
  });

  it('says goaway only where it is switched on, and heeds it always', () => {
    const quiet = new ServerSide();
    quiet.codec.goaway();
    expect(quiet.sent()).toHaveLength(0);
    const open = new ServerSide({ enable_bolt_goaway: true });
    open.codec.goaway();
    expect(open.sent()).toEqual(Buffer.concat([GOAWAY.subarray(0, 5), hex('00000000'), GOAWAY.subarray(9)]));
    const client = new ClientSide();
    const call = client.call(requestHead(sofaRequest({ content: '' })), true);
    client.feed(Buffer.concat([GOAWAY, GOAWAY]));
    expect(client.drainings).toBe(1);
    expect(client.codec.credit()).toBe(0);
    expect(client.link.closed).toBe(false);
    client.feed(sofaResponse({ id: call.stream.id }));
    expect(call.sink.ends).toBe(1);
    expect(client.link.closed).toBe(true);
  });

  it('closes a draining connection in a gap between requests', () => {
    const server = new ServerSide();
    server.feed(sofaRequest({ id: 1 }));
    server.codec.goaway();
    expect(server.link.timerMs).toBe(0);
    first(server).stream.sendHead(responseHead(sofaResponse({ content: '' })), true);
    expect(server.link.timerMs).toBeGreaterThan(0);
    server.feed(sofaRequest({ id: 2 }));
    expect(server.link.timerMs).toBe(0);
    server.codec.onTimer();
    expect(server.link.closed).toBe(false);
    (server.requests[1] as Incoming).stream.sendHead(responseHead(sofaResponse({ content: '' })), true);
    server.codec.onTimer();
    expect(server.link.closed).toBe(true);
  });

  it('finishes the answers of a caller that sent FIN', () => {
    const server = new ServerSide();
    server.feed(sofaRequest({ id: 1 }));
    server.codec.receiveEnd(0);
    expect(server.link.closed).toBe(false);
    first(server).stream.sendHead(responseHead(sofaResponse({ content: '' })), true);
    expect(server.sent()).toEqual(sofaResponse({ id: 1, content: '' }));
    expect(server.link.closed).toBe(true);
  });

  it('gives its state away at a frame boundary only', () => {
    const server = new ServerSide();
    expect(server.codec.exportState()).toEqual({ protocol: 'bolt' });
    server.feed(sofaRequest({ id: 1 }));
    expect(server.codec.exportState()).toBeUndefined();
  });

  it.each([
    ['another protocol', hex('474554202f20485454502f312e310d0a')],
    ['an unknown type', frameBytes({ type: 3 })],
    ['an unknown command', frameBytes({ command: 5 })],
    ['a one-way heartbeat', frameBytes({ type: 2, command: 0 })],
    ['a heartbeat with content', frameBytes({ command: 0, content: 'x' })],
    ['a negative class length', hex('01010001 01 00000001 01 00000000 8000 0000 00000000')],
    ['a negative content length', hex('01010001 01 00000001 01 00000000 0000 0000 ffffffff')],
    ['a frame over the limit', hex('01010001 01 00000001 01 00000000 0000 0000 7fffffff')],
    ['too many headers', sofaRequest({ headers: Array.from({ length: 101 }, (_, i) => [`k${i}`, ''] as const) })],
    ['a wrong CRC', Buffer.concat([frameBytes({ proto: 2, ver1: 2, switches: 1 }).subarray(0, -1), hex('ee')])],
  ])('throws once for %s', (_name, bytes) => {
    for (const step of [1, bytes.length]) {
      const side = new ServerSide();
      const feed = (): void => {
        for (let at = 0; at < bytes.length; at += step) side.feed(bytes.subarray(at, at + step));
      };
      expect(feed).toThrow(ProtocolError);
      expect(side.requests).toHaveLength(0);
      expect(side.codec.receive(bytes, 0, bytes.length)).toBe(bytes.length);
    }
  });

  it('tells the caller why it is thrown out', () => {
    const side = new ServerSide();
    expect(() => side.feed(frameBytes({ id: 3, content: Buffer.alloc(10) }).fill(0x7f, 18, 22))).toThrow(ProtocolError);
    expect(side.sent()).toEqual(frameBytes({ type: 0, id: 3, status: BoltStatus.CODEC_EXCEPTION }));
  });

  it('says so when the peer speaks TR', () => {
    for (const length of [1, 40]) {
      const side = new ServerSide();
      expect(() => side.feed(Buffer.alloc(length, 13))).toThrow('TR, the predecessor of Bolt');
    }
  });

  it('passes on what is serialized by protobuf, by its headers', () => {
    const request = frameBytes({
      id: 3,
      codec: 11,
      headers: [
        ['sofa_head_target_service', 'a.B:1.0'],
        ['sofa_head_method_name', 'say'],
      ],
      content: Buffer.from([0x0a, 0x01, 0xff]),
    });
    const side = new ServerSide();
    side.feed(request);
    const { head } = side.requests[0] as (typeof side.requests)[number];
    expect([head.service, head.method, (head as BoltRequestHead).codec, head.contentLength]).toEqual([
      'a.B:1.0',
      'say',
      11,
      3,
    ]);
  });

  it('survives any bytes (property)', () => {
    const valid = Buffer.concat([
      sofaRequest({ id: 1 }),
      HEARTBEAT,
      sofaRequest({ id: 2, proto: 2, ver1: 2, switches: 1 }),
      sofaResponse({ id: 1 }),
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.integer({ min: 1, max: valid.length }),
        (edits, step) => {
          const bytes = Buffer.from(valid);
          for (const [at, value] of edits) bytes[at] = value;
          for (const side of [new ServerSide(), new ClientSide()]) {
            try {
              for (let at = 0; at < bytes.length; at += step) side.feed(bytes.subarray(at, at + step));
            } catch (error) {
              expect(error).toBeInstanceOf(ProtocolError);
            }
            side.codec.connectionClosed(ResetReason.CONNECTION_LOST);
            expect(side.codec.activeStreams).toBe(0);
          }
        },
      ),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe('bolt detection', () => {
  it('says yes to its own version, no at the first wrong byte, and asks for at most five', () => {
    const v1 = sofaRequest();
    const v2 = sofaRequest({ proto: 2 });
    for (const [definition, own, other] of [
      [bolt, v1, v2],
      [boltv2, v2, v1],
    ] as const) {
      expect(definition.detect(own, definition.detectBytes)).toBe(Detection.YES);
      expect(definition.detect(other, 1)).toBe(Detection.NO);
      expect(definition.detect(own, 0)).toBe(Detection.NEED_MORE);
      expect(definition.detect(own, 2)).toBe(Detection.NEED_MORE);
      expect(definition.detect(Buffer.from('GET / HTTP/1.1'), 1)).toBe(Detection.NO);
      expect(definition.detect(Buffer.concat([own.subarray(0, 1), hex('0909090909')]), 5)).toBe(Detection.NO);
    }
    expect(bolt.detect(HEARTBEAT, 5)).toBe(Detection.YES);
  });
});

it('writes the header map as its Java reader expects', () => {
  expect(headerBytes([['a', 'b']])).toEqual(hex('00000001 61 00000001 62'));
});
