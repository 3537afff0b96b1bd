import { type Codec, ResetReason } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { ResetStreams } from '../common/h2/closed-streams.ts';
import {
  block,
  ClientHarness,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  headers,
  PlainResponse,
  POST,
  ServerHarness,
  uint32,
} from './testing.ts';

/** Stream 1 is under way, its request incomplete, and GOAWAY has said that it was the last. */
function draining(): ServerHarness {
  const server = ServerHarness.open();
  server.feed(headers(1, POST, false));
  server.codec.goaway();
  server.feed(frame(6, 1, 0, Buffer.from('weft-bye')));
  expect(server.sent.take()).toEqual(['GOAWAY 2147483647 0', 'PING', 'GOAWAY 1 0']);
  return server;
}

/** Ends stream 1 as if nothing had been there. */
function finish(server: ServerHarness): void {
  server.feed(data(1, 'end', true));
  const { stream, sink } = server.request();
  expect(sink.events).toEqual(['data 3 end']);
  stream.sendHead(new PlainResponse(200), true);
  expect(server.sent.take()).toEqual(['HEADERS 1 :status=200 end']);
  expect([server.requests.length, server.link.closed]).toEqual([1, true]);
}

const LATE = Buffer.concat([
  headers(3, POST, false),
  data(3, Buffer.alloc(2000)),
  frame(8, 0, 3, uint32(1000)),
  frame(2, 0, 3, '0000000010'),
  headers(3, [], true),
  headers(5, GET),
  frame(8, 0, 5, uint32(1000)),
  headers(9, POST, false),
  frame(3, 0, 9, uint32(8)),
  // A stream that a later one has passed.
  headers(7, POST, false),
  data(7, '', true),
]);

describe('streams above the last id of our GOAWAY', () => {
  it.each<readonly [string, Buffer]>([
    ['HEADERS', headers(3, GET)],
    ['DATA', Buffer.concat([headers(3, POST, false), data(3, 'abc', true)])],
    ['DATA in some frames', Buffer.concat([headers(3, POST, false), data(3, 'abc'), data(3, '', true)])],
    ['trailers', Buffer.concat([headers(3, POST, false), data(3, 'abc'), headers(3, [['x-a', '1']])])],
    ['RST_STREAM', Buffer.concat([headers(3, POST, false), frame(3, 0, 3, uint32(8)), frame(3, 0, 3, uint32(8))])],
    ['WINDOW_UPDATE', Buffer.concat([headers(3, GET), frame(8, 0, 3, uint32(5)), frame(8, 0, 0, uint32(5))])],
    ['PRIORITY', Buffer.concat([headers(3, GET), frame(2, 0, 3, '0000000010')])],
  ])('are ignored: %s', (_name, late) => {
    const server = draining();
    server.feed(late);
    expect(server.sent.take()).toEqual([]);
    finish(server);
  });

  it('are ignored however the bytes are cut', () => {
    for (let cut = 1; cut < LATE.length; cut++) {
      const server = draining();
      server.feed(LATE.subarray(0, cut));
      server.feed(LATE.subarray(cut));
      expect([cut, server.sent.take()]).toEqual([cut, []]);
      finish(server);
    }
    const server = draining();
    for (const byte of LATE) server.feed(Buffer.from([byte]));
    finish(server);
  });

  it('go through HPACK all the same', () => {
    const server = draining();
    // An entry of the dynamic table that the trailers of the stream under way point to.
    const entry = Buffer.concat([Buffer.from([0x40, 3]), Buffer.from('x-a'), Buffer.from([1]), Buffer.from('1')]);
    server.feed(frame(1, END_HEADERS | END_STREAM, 3, Buffer.concat([block(GET), entry])));
    server.feed(frame(1, END_HEADERS | END_STREAM, 1, 'be'));
    expect(server.request().sink.events).toEqual(['trailers x-a=1']);
    expect(() => server.feed(frame(1, END_HEADERS | END_STREAM, 5, 'ff'))).toThrow('index outside the table');
    // The id of a GOAWAY never grows.
    expect(server.sent.take()).toEqual(['GOAWAY 1 9']);
  });

  it('use up credit of the connection, which comes back', () => {
    const server = draining();
    server.feed(headers(3, POST, false));
    for (let i = 0; i < 32; i++) server.feed(data(3, Buffer.alloc(16_384)));
    expect(server.sent.take()).toEqual([`WINDOW_UPDATE 0 ${512 * 1024}`]);
    finish(server);
  });

  it('are bounded', () => {
    const heads = draining();
    expect(() => {
      for (let id = 3; id < 3000; id += 2) heads.feed(headers(id, GET));
    }).toThrow('too many useless frames');
    expect(heads.sent.take()).toEqual(['GOAWAY 1 11']);
    const resets = draining();
    resets.feed(headers(3, GET));
    expect(() => {
      for (let i = 0; i < 1000; i++) resets.feed(frame(3, 0, 3, uint32(8)));
    }).toThrow('too many useless frames');
    const empty = draining();
    empty.feed(headers(3, POST, false));
    expect(() => {
      for (let i = 0; i < 1000; i++) empty.feed(data(3, ''));
    }).toThrow('too many empty DATA frames');
  });

  it('are errors when nobody opened them', () => {
    const server = draining();
    expect(() => server.feed(data(3, 'abc'))).toThrow('DATA on an idle stream');
  });
});

/** Behind two windows nothing of before widens a budget any more. */
function pass(codec: Codec): void {
  codec.onTimer();
  codec.onTimer();
}

/** A host that is asked `count` times, each request given up before it answers, and two seconds or more later. */
function givenUp(count: number): ClientHarness {
  const client = ClientHarness.open();
  for (let i = 0; i < count; i++) client.ask().stream.reset(ResetReason.LOCAL_RESET);
  pass(client.codec);
  client.sent.take();
  return client;
}

describe('late answers of a host', () => {
  const GIVEN_UP = 2000;
  const ids = Array.from({ length: GIVEN_UP }, (_, index) => 2 * index + 1);

  it('do not end the connection of others, however many come at once', () => {
    const client = givenUp(GIVEN_UP);
    const { sink } = client.ask();
    client.sent.take();
    for (const id of ids) {
      client.feed(headers(id, [[':status', '103']], false), headers(id, [[':status', '200']], false));
      client.feed(data(id, 'late'), headers(id, [['grpc-status', '0']]), frame(3, 0, id, uint32(8)));
    }
    // A second reset for each of them would look like an attack.
    expect(client.sent.take()).toEqual([]);
    client.feed(headers(2 * GIVEN_UP + 1, [[':status', '200']]));
    expect(sink.events).toEqual(['head 200  end']);
  });

  it('are four frames of each request at most', () => {
    const client = givenUp(GIVEN_UP);
    const answer = headers(1, [[':status', '200']]);
    let frames = 0;
    expect(() => {
      for (; frames < 10_000; frames++) client.feed(answer);
    }).toThrow('too many useless frames');
    expect(frames).toBe(4 * GIVEN_UP + 500);
  });

  it('are bounded where nothing was given up', () => {
    const client = ClientHarness.open();
    client.ask();
    client.feed(headers(1, [[':status', '200']]));
    pass(client.codec);
    let frames = 0;
    expect(() => {
      for (; frames < 10_000; frames++) client.feed(data(1, '', true));
    }).toThrow('too many useless frames');
    expect(frames).toBe(500);
  });

  it('may be resets of the host, of all requests at once', () => {
    const client = ClientHarness.open({ config: { max_concurrent_streams: 5000 } }, [[3, 5000]]);
    const sinks = ids.map(() => client.ask().sink);
    client.codec.onTimer();
    for (const id of ids) client.feed(frame(3, 0, id, uint32(7)));
    expect(sinks.every(({ events }) => events[0] === `reset ${ResetReason.REFUSED}`)).toBe(true);
    expect(client.sent.take().filter((line) => line.startsWith('GOAWAY'))).toEqual([]);
  });

  it('are expected of 16 384 requests at a time', () => {
    const streams = new ResetStreams();
    for (let i = 0; i < 20_000; i++) streams.expectLate();
    let frames = 0;
    while (streams.takeLate()) frames++;
    let updates = 0;
    while (streams.takeLateUpdate()) updates++;
    expect([frames, updates]).toEqual([4 * 16_384, 4 * 16_384]);
  });
});

/** A caller whose `count` requests were given up while they came, two seconds or more ago. */
function callerGivenUp(count: number): ServerHarness {
  const server = ServerHarness.open({ config: { max_concurrent_streams: count } });
  for (let i = 0; i < count; i++) {
    server.feed(headers(2 * i + 1, POST, false));
    server.request(i).stream.reset(ResetReason.LOCAL_RESET);
  }
  pass(server.codec);
  server.sent.take();
  return server;
}

const credit = (id: number): Buffer => frame(8, 0, id, uint32(1000));
const priority = (id: number): Buffer => frame(2, 0, id, '0000000010');

describe.each<readonly [string, (count: number) => ClientHarness | ServerHarness]>([
  ['a host', givenUp],
  ['a caller', callerGivenUp],
])('credit and priorities of %s for streams that we gave up', (_name, prepare) => {
  const GIVEN_UP = 3000;

  it('do not end the connection of others, however many come at once', () => {
    const peer = prepare(GIVEN_UP);
    for (let i = 0; i < GIVEN_UP; i++) {
      const id = 2 * i + 1;
      peer.feed(credit(id), credit(id), credit(id), priority(id));
    }
    // What came for them is credit of the connection, too; and what is open has a budget of its own still.
    for (let i = 0; i < GIVEN_UP + 1000; i++) peer.feed(credit(0));
    expect(peer.sent.take()).toEqual([]);
  });

  it.each<readonly [string, (id: number) => Buffer, number]>([
    // Twenty more, because it was opened.
    ['WINDOW_UPDATE', credit, 4 + 20],
    ['PRIORITY', priority, 4],
  ])('are so many frames of each stream at most: %s', (name, late, most) => {
    const peer = prepare(GIVEN_UP);
    let frames = 0;
    expect(() => {
      for (; frames < 100_000; frames++) peer.feed(late(1));
    }).toThrow(`too many ${name} frames`);
    expect(frames).toBe(most * GIVEN_UP + 1000);
    expect(peer.sent.take()).toEqual([expect.stringMatching(/^GOAWAY \d+ 11$/)]);
  });

  it('take nothing from late answers, nor from late ends', () => {
    const peer = prepare(GIVEN_UP);
    for (let i = 0; i < 4 * GIVEN_UP; i++) peer.feed(credit(1));
    for (let i = 0; i < 4 * GIVEN_UP; i++) peer.feed(frame(3, 0, 2 * (i % GIVEN_UP) + 1, uint32(8)));
    expect(peer.sent.take()).toEqual([]);
  });
});

describe('credit for streams that ended by themselves', () => {
  /** `count` answers that are read, each by a DATA frame of its own. */
  function answered(count: number, windowEnds = true): ServerHarness {
    const server = ServerHarness.open();
    for (let i = 0; i < count; i++) {
      server.feed(headers(2 * i + 1, GET));
      server.request(i).stream.sendHead(new PlainResponse(200), false);
      server.request(i).stream.sendData(Buffer.from('x'), true);
      if (i % 1000 === 0) server.sent.take();
    }
    if (windowEnds) server.codec.onTimer();
    server.sent.take();
    return server;
  }

  it('may come a window later, as much as was sent', () => {
    const server = answered(2000);
    for (let i = 0; i < 2000; i++) server.feed(credit(2 * i + 1), credit(0));
    expect(server.sent.take()).toEqual([]);
  });

  it('may come whenever its receiver reads, which may have stood still for long', () => {
    const server = answered(2000);
    pass(server.codec);
    for (let i = 0; i < 2000; i++) server.feed(credit(2 * i + 1), credit(0));
    expect(server.sent.take()).toEqual([]);
  });

  it('may be for each of many small frames of a stream that was given up since', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, GET));
    const { stream } = server.request();
    stream.sendHead(new PlainResponse(200), false);
    for (let i = 0; i < 5000; i++) stream.sendData(Buffer.from('x'), false);
    stream.reset(ResetReason.LOCAL_RESET);
    // Nothing was counted so far, so no window has begun: the first one does here, and passes.
    server.feed(credit(0));
    pass(server.codec);
    server.sent.take();
    for (let i = 0; i < 5000; i++) server.feed(credit(1), credit(0));
    expect(server.sent.take()).toEqual([]);
  });

  /** WINDOW_UPDATE frames until the connection ends. */
  function most(server: ServerHarness): number {
    let frames = 0;
    expect(() => {
      for (; frames < 500_000; frames++) server.feed(credit(1));
    }).toThrow('too many WINDOW_UPDATE frames');
    expect(server.sent.take()).toEqual([expect.stringMatching(/^GOAWAY \d+ 11$/)]);
    return frames;
  }

  it('is twenty for each useful frame, once, at whatever time', () => {
    // A request and its DATA are two of them.
    const all = 20 * 2 * 2000;
    expect(most(answered(2000))).toBe(1000 + all);
    const later = answered(2000);
    pass(later.codec);
    expect(most(later)).toBe(1000 + all);
    const inParts = answered(2000);
    // Each second has its thousand; what is above that is taken from the rest.
    for (let i = 0; i < 1000 + all / 4; i++) inParts.feed(credit(1));
    inParts.codec.onTimer();
    for (let i = 0; i < 1000; i++) inParts.feed(credit(1));
    pass(inParts.codec);
    expect(most(inParts)).toBe(1000 + (all * 3) / 4);
    const slightly = answered(2000);
    for (let second = 0; second < 60; second++) {
      for (let i = 0; i < 1001; i++) slightly.feed(credit(1));
      slightly.codec.onTimer();
    }
    pass(slightly.codec);
    expect(most(slightly)).toBe(1000 + all - 60);
  });

  it('is bounded when very much was sent before', () => {
    const server = answered(20_000);
    pass(server.codec);
    expect(most(server)).toBe(1000 + 20 * 16_384);
    // Also where all of that was in the same window.
    expect(most(answered(20_000, false))).toBe(1000 + 20 * 16_384);
  });
});

describe('late trailers of requests that we gave up', () => {
  const trailers = (id: number): Buffer => headers(id, [['x-a', '1']]);

  it('do not end the connection of others, however many requests there were', () => {
    const server = callerGivenUp(3000);
    for (let i = 0; i < 3000; i++) server.feed(trailers(2 * i + 1));
    server.feed(headers(6001, GET));
    expect([server.sent.take(), server.requests.length]).toEqual([[], 3001]);
  });

  it('may follow a request that was refused, for its size or for the number of its kind', () => {
    const limits = { maxBodyBytes: 10 };
    const tooLarge = ServerHarness.open({ limits });
    tooLarge.feed(headers(1, [...POST, ['content-length', '11']], false), trailers(1));
    expect(tooLarge.sent.take()).toEqual(['HEADERS 1 :status=413 content-length=0 end', 'RST_STREAM 1 0']);
    const tooMany = ServerHarness.open({ config: { max_concurrent_streams: 1 } });
    tooMany.feed(headers(1, POST, false));
    for (let i = 1; i < 400; i++) tooMany.feed(headers(2 * i + 1, POST, false), trailers(2 * i + 1), credit(2 * i + 1));
    expect(tooMany.sent.take()).toEqual(Array.from({ length: 399 }, (_, i) => `RST_STREAM ${2 * i + 3} 7`));
  });

  it('are an error where nothing was given up', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, GET));
    server.request().stream.sendHead(new PlainResponse(200), true);
    expect(() => server.feed(trailers(1))).toThrow('HEADERS on a closed stream');
  });

  it('are bounded', () => {
    const server = callerGivenUp(1);
    expect(() => {
      for (let i = 0; i < 2000; i++) server.feed(trailers(1));
    }).toThrow('too many useless frames');
  });
});
