import { ResetReason, type ResponseHead } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoltStatus } from './status.ts';
import {
  frameBytes,
  HEARTBEAT,
  HEARTBEAT_ACK,
  hex,
  reason,
  SOFA_HEADERS,
  sofaRequest,
  sofaResponse,
} from './testdata/frames.ts';
import { ClientSide, first, type Incoming, requestHead, responseHead, ServerSide } from './testdata/pair.ts';

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
      [{ status: 502, code: 'upstream_malformed' }, BoltStatus.CONNECTION_CLOSED],
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
