import { createRandom, ProtocolError } from '@weft/kit';
import { type ClientStream, PlainRequestHead, ResetReason } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, pump, RecordingSink, ServerEnd } from '@weft/sdk/testing';
import { describe, expect, it } from 'vitest';
import { answerHead, call, Kind, type ToyConfig, toy, toyFrame } from './testdata/toy.ts';

const server = (limits = {}): ServerEnd => new ServerEnd(toy, {}, limits);
const client = (config: ToyConfig = {}): ClientEnd => new ClientEnd(toy, config);
const LARGE = 'x'.repeat(50);
const at = (end: ServerEnd, index: number): IncomingRequest => end.requests[index] as IncomingRequest;

/** What a server saw and sent, whatever the pieces. */
function trace(bytes: Buffer, cuts: readonly number[]): unknown {
  const end = server();
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    end.feed(bytes.subarray(from, cut));
    from = cut;
  }
  return [
    end.requests.map(({ stream, sink, head }) => [stream.id, sink.text, sink.ends, head.oneWay]),
    end.link.takeBytes().toString('hex'),
  ];
}

describe('receiving', () => {
  const BYTES = Buffer.concat([
    toyFrame(Kind.REQUEST, 7, 'hello'),
    toyFrame(Kind.PING, 9),
    toyFrame(Kind.REQUEST, 8, LARGE),
    toyFrame(Kind.ANSWER, 1, LARGE),
    toyFrame(Kind.ONE_WAY, 3),
    toyFrame(Kind.PING, 10, 'some'),
    toyFrame(Kind.REQUEST, 0xffff_ffff, 'last'),
  ]);

  it('is the same at every split point and byte by byte', () => {
    const whole = trace(BYTES, []);
    expect(whole).toEqual([
      [
        [7, 'hello', 1, false],
        [8, LARGE, 1, false],
        [3, '', 1, true],
        [0xffff_ffff, 'last', 1, false],
      ],
      Buffer.concat([toyFrame(Kind.PONG, 9), toyFrame(Kind.PONG, 10)]).toString('hex'),
    ]);
    for (let cut = 1; cut < BYTES.length; cut++) expect(trace(BYTES, [cut])).toEqual(whole);
    expect(
      trace(
        BYTES,
        Array.from({ length: BYTES.length - 1 }, (_, i) => i + 1),
      ),
    ).toEqual(whole);
  });

  it('asks for as many bytes as the frame needs, and counts only those of heads as pending', () => {
    const end = server();
    end.feed(toyFrame(Kind.REQUEST, 1, 'hello').subarray(0, 3));
    expect([end.codec.need, end.codec.pendingHead]).toEqual([9, 1]);
    end.feed(toyFrame(Kind.REQUEST, 1, 'hello').subarray(3, 10));
    expect([end.codec.need, end.codec.pendingHead, end.requests.length]).toEqual([14, 1, 0]);
    end.feed(toyFrame(Kind.REQUEST, 1, 'hello').subarray(10));
    const large = toyFrame(Kind.REQUEST, 2, LARGE);
    end.feed(large.subarray(0, 20));
    expect([end.codec.need, end.codec.pendingHead, end.requests.length]).toEqual([1, 0, 2]);
    expect([at(end, 1).sink.ends, at(end, 1).sink.text.length]).toEqual([0, 11]);
  });

  it('ends with one error at a frame that is none, and takes nothing afterwards', () => {
    for (const bytes of [toyFrame(99, 1), toyFrame(Kind.REQUEST, 1, Buffer.alloc(200))]) {
      const end = server({ maxFrameBytes: 100 });
      end.feed(toyFrame(Kind.REQUEST, 7, 'hello'));
      expect(() => end.feed(bytes)).toThrow(ProtocolError);
      expect(end.codec.receive(toyFrame(Kind.REQUEST, 8), 0, 9)).toBe(9);
      end.lose();
      expect([end.requests.length, at(end, 0).sink.resets.length, end.codec.activeStreams]).toEqual([1, 1, 0]);
    }
  });

  it('resets a request whose caller goes away in the middle of it', () => {
    const end = server();
    end.feed(toyFrame(Kind.REQUEST, 2, LARGE).subarray(0, 20));
    end.finish();
    expect([at(end, 0).sink.resets, end.link.closed]).toEqual([[ResetReason.REMOTE_RESET], true]);
  });

  it('holds the caller up, not the connection of others', () => {
    const end = server();
    end.feed(toyFrame(Kind.REQUEST, 2, LARGE).subarray(0, 20));
    const { stream } = at(end, 0);
    expect([stream.pause(), end.link.readingPaused]).toEqual([true, true]);
    stream.resume();
    expect(end.link.readingPaused).toBe(false);
    end.feed(toyFrame(Kind.REQUEST, 2, LARGE).subarray(20));
    expect(stream.pause()).toBe(false);
  });
});

describe('sending', () => {
  /** A server with two calls, the first one in the middle of its answer. */
  function halfway(): ServerEnd {
    const end = server();
    end.feed(Buffer.concat([toyFrame(Kind.REQUEST, 1), toyFrame(Kind.REQUEST, 2)]));
    const { stream } = at(end, 0);
    stream.sendHead(answerHead(4), false);
    stream.sendData(Buffer.from('ab'), false);
    return end;
  }

  it('puts one frame behind the other, whoever is ready first', () => {
    const end = halfway();
    at(end, 1).stream.sendHead(answerHead(2), false);
    at(end, 1).stream.sendData(Buffer.from('zz'), true);
    end.feed(toyFrame(Kind.PING, 5));
    expect(end.link.takeBytes()).toEqual(toyFrame(Kind.ANSWER, 1, 'ab\0\0').subarray(0, 11));
    at(end, 0).stream.sendData(Buffer.from('cd'), true);
    expect(end.link.takeBytes()).toEqual(
      Buffer.concat([Buffer.from('cd'), toyFrame(Kind.PONG, 5), toyFrame(Kind.ANSWER, 2, 'zz')]),
    );
    expect(end.codec.activeStreams).toBe(0);
  });

  it('breaks the connection off under a frame that will not be completed', () => {
    for (const give of [
      (end: ServerEnd) => at(end, 0).stream.reset(ResetReason.LOCAL_RESET),
      (end: ServerEnd) => at(end, 0).stream.sendData(Buffer.from('c'), true),
      (end: ServerEnd) => at(end, 0).stream.sendData(Buffer.from('cde'), false),
    ]) {
      const end = halfway();
      give(end);
      expect(end.link.wasReset).toBe(true);
      end.lose();
      expect([at(end, 0).sink.resets, at(end, 1).sink.resets.length, end.codec.activeStreams]).toEqual([[], 1, 0]);
    }
  });

  it('takes back a frame that waits, and answers that its host is gone', () => {
    const end = halfway();
    const second = at(end, 1).stream;
    second.sendHead(answerHead(10), false);
    second.sendData(Buffer.from('12345'), false);
    expect(second.bufferedBytes).toBeGreaterThan(13);
    second.sendData(Buffer.from('1'), true);
    at(end, 0).stream.sendData(Buffer.from('cd'), true);
    expect(end.link.takeBytes()).toEqual(
      Buffer.concat([toyFrame(Kind.ANSWER, 1, 'abcd'), toyFrame(Kind.ANSWER, 2, 'gone')]),
    );
  });

  it('lets a waiting frame that is incomplete go on, and wakes its sender', () => {
    const end = halfway();
    const { stream, sink } = at(end, 1);
    stream.sendHead(answerHead(3), false);
    stream.sendData(Buffer.from('z'), false);
    at(end, 0).stream.sendData(Buffer.from('cd'), true);
    expect(sink.events.at(-1)).toMatch(/writable/i);
    stream.sendData(Buffer.from('yx'), true);
    expect(end.link.takeBytes().subarray(-12)).toEqual(toyFrame(Kind.ANSWER, 2, 'zyx'));
  });

  it('gives no more answers to pings than the peer reads', () => {
    const end = server({ highWaterBytes: 100 });
    for (let i = 0; i < 1000; i++) end.feed(toyFrame(Kind.PING, i));
    expect(end.link.takeBytes().length).toBeLessThan(120);
  });

  it('says when a connection drains, and closes it in a gap between calls', () => {
    const end = server();
    end.feed(toyFrame(Kind.REQUEST, 1));
    end.codec.goaway();
    end.codec.goaway();
    expect([end.link.takeBytes(), end.link.closed, end.link.timerMs]).toEqual([toyFrame(Kind.BYE, 0), false, 0]);
    at(end, 0).stream.sendLocalReply(at(end, 0).head, { status: 503, code: 'draining' });
    expect([end.link.closed, end.link.timerMs > 0]).toEqual([false, true]);
    end.feed(toyFrame(Kind.REQUEST, 2));
    expect(end.link.timerMs).toBe(0);
    at(end, 1).stream.sendLocalReply(at(end, 1).head, { status: 503, code: 'draining' });
    end.codec.onTimer();
    expect(end.link.closed).toBe(true);
  });

  it('is moved between calls only', () => {
    const end = server();
    expect(end.codec.exportState?.()).toEqual({ protocol: 'toy' });
    end.feed(toyFrame(Kind.REQUEST, 1));
    expect(end.codec.exportState?.()).toBeUndefined();
  });
});

describe('a client', () => {
  it('finds its calls by their ids, in any order, and drops what nobody waits for', () => {
    const end = client();
    const sinks = [0, 1, 2].map(() => end.call(call(), null).sink);
    expect(end.link.takeBytes()).toEqual(Buffer.concat([1, 2, 3].map((id) => toyFrame(Kind.REQUEST, id))));
    for (const id of [3, 9, 1, 1, 2]) end.feed(toyFrame(Kind.ANSWER, id, `answer ${id}`));
    expect(sinks.map((sink) => sink.text)).toEqual(['answer 1', 'answer 2', 'answer 3']);
    expect([end.codec.activeStreams, end.codec.reused]).toEqual([0, true]);
  });

  it('goes on at 0 when the numbers of ids end', () => {
    const end = client({ firstId: 0xffff_fffe, maxInFlight: 5 });
    const { sink } = end.call(call(), null);
    for (let i = 0; i < 2; i++) end.call(call(), null);
    const ids = (bytes: Buffer): number[] =>
      Array.from({ length: bytes.length / 9 }, (_, i) => bytes.readUInt32BE(i * 9 + 1));
    expect(ids(end.link.takeBytes())).toEqual([0xffff_fffe, 0xffff_ffff, 0]);
    end.feed(toyFrame(Kind.ANSWER, 0xffff_fffe));
    expect(sink.ends).toBe(1);
  });

  it('has no credit in the middle of a frame or above its bound', () => {
    const end = client({ maxInFlight: 2 });
    const stream = end.codec.open(new RecordingSink());
    stream.sendHead(call(4), false);
    expect(end.codec.credit()).toBe(0);
    const before = end.credits;
    end.codec.heartbeat();
    stream.sendData(Buffer.from('abcd'), true);
    expect([end.codec.credit(), end.credits > before]).toEqual([1, true]);
    expect(end.link.takeBytes()).toEqual(Buffer.concat([toyFrame(Kind.REQUEST, 1, 'abcd'), toyFrame(Kind.PING, 2)]));
    end.call(call(), null);
    expect(end.codec.credit()).toBe(0);
  });

  it('ends a one-way call when it is sent', () => {
    const end = client();
    const { sink } = end.call(call(0, true), null);
    expect([sink.events, end.codec.activeStreams]).toEqual([[], 0]);
    end.feed(toyFrame(Kind.ANSWER, 1));
    expect(sink.events).toEqual([]);
  });

  it('refuses heads of another family', () => {
    const end = client();
    const { sink } = end.call(new PlainRequestHead('other', 'other'), null);
    expect([sink.resets, end.link.takeBytes().length, end.codec.activeStreams]).toEqual([
      [ResetReason.LOCAL_RESET],
      0,
      0,
    ]);
  });

  it('costs the connection when a call is given up in the middle of its frame, and nothing otherwise', () => {
    const end = client();
    const sink = new RecordingSink();
    const first = end.codec.open(new RecordingSink());
    first.sendHead(call(4), false);
    const waiting = end.codec.open(sink);
    waiting.sendHead(call(2), false);
    waiting.reset(ResetReason.LOCAL_RESET);
    expect([end.link.wasReset, sink.resets]).toEqual([false, []]);
    first.reset(ResetReason.LOCAL_RESET);
    expect(end.link.wasReset).toBe(true);
  });

  it('opens nothing once its host says goodbye, and closes behind the last call', () => {
    const end = client();
    const { sink } = end.call(call(), null);
    end.feed(toyFrame(Kind.BYE, 0));
    expect([end.drainings, end.codec.credit(), end.link.closed]).toEqual([1, 0, false]);
    end.feed(toyFrame(Kind.ANSWER, 1, 'done'));
    expect([sink.text, end.link.closed]).toEqual(['done', true]);
  });
});

it('carries calls through any pieces, with answers in any order', () => {
  const random = createRandom(7);
  for (let round = 0; round < 50; round++) {
    const [caller, host] = [client({ maxInFlight: 100 }), server()];
    const texts = Array.from({ length: 20 }, (_, i) => `${i} ${'.'.repeat(random.below(80))}`);
    const sinks = texts.map((text) => caller.call(call(text.length), Buffer.from(text)).sink);
    const chunk = 1 + random.below(40);
    pump(caller, host, chunk);
    const open = [...host.requests];
    while (open.length > 0) {
      const [{ stream, sink }] = open.splice(random.below(open.length), 1) as [IncomingRequest];
      stream.sendHead(answerHead(sink.body.length), false);
      stream.sendData(sink.body, true);
      if (random.below(3) === 0) pump(caller, host, chunk);
    }
    pump(caller, host, chunk);
    expect(sinks.map((sink) => sink.text)).toEqual(texts);
    expect([caller.codec.activeStreams, host.codec.activeStreams]).toEqual([0, 0]);
  }
});

it('survives garbage: one error, no stream left', () => {
  const random = createRandom(11);
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.concat([
      toyFrame(1 + random.below(3), random.below(4), Buffer.alloc(random.below(60))),
      toyFrame(random.below(8), random.below(4), Buffer.alloc(random.below(60))),
    ]);
    for (let edits = random.below(4); edits > 0; edits--) bytes[random.below(bytes.length)] = random.below(256);
    for (const end of [server({ maxFrameBytes: 1000 }), client()]) {
      if (end instanceof ClientEnd) for (let i = 0; i < 3; i++) end.call(call(), null);
      try {
        end.feed(bytes, 1 + random.below(bytes.length));
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
      end.lose();
      expect(end.codec.activeStreams).toBe(0);
    }
  }
});

it('says head and content at once only to who wants that, and behind the frame under way like any other', () => {
  const end = client({ maxInFlight: 4 });
  const first = end.codec.open(new RecordingSink());
  first.sendHead(call(4), false);
  const second = end.codec.open(new RecordingSink());
  second.sendWhole?.(call(2), Buffer.from('-ab-'), 1, 3);
  expect(end.link.takeBytes()).toEqual(toyFrame(Kind.REQUEST, 1, '....').subarray(0, -4));
  first.sendData(Buffer.from('1234'), true);
  expect(end.link.takeBytes()).toEqual(Buffer.concat([Buffer.from('1234'), toyFrame(Kind.REQUEST, 2, 'ab')]));
  // A head that says another length is told as ever: the frame cannot be completed, and the two before it still wait.
  const third = end.codec.open(new RecordingSink());
  third.sendWhole?.(call(3), Buffer.from('ab'), 0, 2);
  expect([end.link.wasReset, end.codec.activeStreams, end.codec.credit()]).toEqual([false, 2, 0]);
});

it('loses of the calls behind a frame that is given up only those that had not gone out', () => {
  const end = client({ maxInFlight: 5 });
  const sinks = Array.from({ length: 4 }, () => new RecordingSink());
  const [before, broken, queued, unsent] = sinks.map((sink) => end.codec.open(sink)) as [
    ClientStream,
    ClientStream,
    ClientStream,
    ClientStream,
  ];
  before.sendHead(call(0), true);
  broken.sendHead(call(4), false);
  broken.sendData(Buffer.from('12'), false);
  queued.sendWhole?.(call(2), Buffer.from('ab'), 0, 2);
  end.link.takeBytes();
  broken.reset(ResetReason.LOCAL_RESET);
  unsent.sendHead(call(0), true);
  expect(sinks.map(({ resets }) => resets)).toEqual([
    [],
    [],
    [ResetReason.CONNECTION_LOST],
    [ResetReason.CONNECTION_LOST],
  ]);
  expect([end.link.takeBytes().length, end.link.wasReset, end.link.closed]).toEqual([0, false, false]);
  end.feed(toyFrame(Kind.ANSWER, 1, 'ok'));
  expect([sinks[0]?.ends, end.link.wasReset]).toEqual([1, true]);
  expect(end.link.pool.lentBytes).toBe(0);
});
