import { describe, expect, it } from 'vitest';
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
  settings,
  uint32,
} from './testing.ts';

const CALM = 11;

interface Attack {
  readonly name: string;
  /** The bound: this many frames pass … */
  readonly allowed: number;
  /** … and one more ends the connection with ENHANCE_YOUR_CALM. */
  readonly prepare?: (server: ServerHarness) => void;
  readonly frame: (i: number) => Buffer;
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'rapid reset (CVE-2023-44487)',
    allowed: 200,
    frame: (i) => Buffer.concat([headers(2 * i + 1, GET), frame(3, 0, 2 * i + 1, uint32(8))]),
  },
  {
    name: 'made-you-reset by a zero window update (CVE-2025-8671)',
    allowed: 200,
    frame: (i) => Buffer.concat([headers(2 * i + 1, GET), frame(8, 0, 2 * i + 1, uint32(0))]),
  },
  {
    name: 'made-you-reset by DATA behind END_STREAM',
    allowed: 200,
    frame: (i) => Buffer.concat([headers(2 * i + 1, GET), data(2 * i + 1, 'x')]),
  },
  { name: 'malformed requests', allowed: 200, frame: (i) => headers(2 * i + 1, [...GET, ['connection', 'x']]) },
  { name: 'SETTINGS flood', allowed: 31, frame: () => settings([[4, 65_535]]) },
  { name: 'PING flood', allowed: 100, frame: () => frame(6, 0, 0, '0102030405060708') },
  {
    name: 'empty DATA flood',
    allowed: 101,
    prepare: (server) => server.feed(headers(1, POST, false)),
    frame: () => data(1, ''),
  },
  {
    name: 'DATA of padding only',
    allowed: 101,
    prepare: (server) => server.feed(headers(1, POST, false)),
    frame: () => frame(0, 8, 1, '020000'),
  },
  { name: 'PRIORITY flood', allowed: 1000, frame: () => frame(2, 0, 3, '0000000510') },
  { name: 'tiny WINDOW_UPDATE flood', allowed: 1000, frame: () => frame(8, 0, 0, uint32(1)) },
  { name: 'unknown frames', allowed: 500, frame: () => frame(99, 0, 0, '') },
  { name: 'SETTINGS acknowledgements', allowed: 500, frame: () => frame(4, 1, 0, '') },
  {
    name: 'DATA for closed streams',
    allowed: 501,
    prepare: (server) => {
      server.feed(headers(1, POST, false));
      server.request().stream.reset(2);
    },
    frame: () => data(1, ''),
  },
];

describe('floods end the connection at their bound', () => {
  it.each(ATTACKS)('$name', ({ allowed, frame: make, prepare }) => {
    const server = ServerHarness.open();
    prepare?.(server);
    const emptyData = make(0)[3] === 0;
    const stop = (): number => {
      for (let i = 0; i < 3000; i++) {
        try {
          server.feed(make(i));
        } catch {
          return i;
        }
      }
      return -1;
    };
    const passed = stop();
    // Frames for closed streams count as empty DATA too, whose bound is lower.
    if (emptyData) expect(passed).toBeGreaterThan(0);
    else expect(passed).toBe(allowed);
    expect(passed).toBeLessThanOrEqual(allowed);
    const sent = server.sent.take();
    expect(sent.at(-1)).toMatch(new RegExp(` ${CALM}$`));
    // What we said in the meantime is bounded as well.
    expect(sent.length).toBeLessThanOrEqual(2 * allowed + 2);
  });

  it('a second without them makes room again', () => {
    const server = ServerHarness.open();
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 90; i++) server.feed(frame(6, 0, 0, '0102030405060708'));
      expect(server.link.timerMs).toBe(1000);
      server.codec.onTimer();
    }
    expect(server.sent.take()).toHaveLength(450);
  });

  it('a peer that moves data may ping and give credit much more often', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, POST, false));
    for (let i = 0; i < 2000; i++)
      server.feed(data(1, 'x'), frame(6, 0, 0, '0102030405060708'), frame(8, 0, 0, uint32(1)));
    expect(server.codec.activeStreams).toBe(1);
  });

  it('the bound of resets is configurable', () => {
    const server = ServerHarness.open({ config: { max_resets_per_second: 3 } });
    const reset = (i: number): void => server.feed(headers(i, GET), frame(3, 0, i, uint32(8)));
    reset(1);
    reset(3);
    reset(5);
    expect(() => reset(7)).toThrow('stream resets');
  });
});

describe('header blocks are bounded', () => {
  it('CONTINUATION flood of empty frames', () => {
    const server = ServerHarness.open();
    const flood = [frame(1, END_STREAM, 1, block(GET)), ...Array.from({ length: 33 }, () => frame(9, 0, 1, ''))];
    expect(() => server.feed(...flood)).toThrow('header block too long');
    expect(server.sent.take().at(-1)).toBe(`GOAWAY 0 ${CALM}`);
  });

  it('CONTINUATION flood of bytes', () => {
    const server = ServerHarness.open();
    const flood = [
      frame(1, END_STREAM, 1, block(GET)),
      ...Array.from({ length: 6 }, () => frame(9, 0, 1, Buffer.alloc(16_384))),
    ];
    expect(() => server.feed(...flood)).toThrow('header block too long');
  });

  it('a block in as many pieces as it may have is one head', () => {
    const server = ServerHarness.open();
    const whole = block([...GET, ['x-a', 'a'.repeat(50)]]);
    const parts = [frame(1, END_STREAM, 1, whole.subarray(0, 3))];
    for (let at = 3; at < whole.length; at += 8)
      parts.push(frame(9, at + 8 >= whole.length ? END_HEADERS : 0, 1, whole.subarray(at, at + 8)));
    server.feed(...parts);
    expect(server.request().head.get('x-a')).toHaveLength(50);
  });

  it('an HPACK bomb becomes 431 and costs no memory', () => {
    const server = ServerHarness.open();
    const insert = Buffer.concat([
      Buffer.from('400178', 'hex'),
      Buffer.from([0x7f, 0x81, 0x1e]),
      Buffer.alloc(3968, 0x61),
    ]);
    const bomb = Buffer.concat([block(GET), insert, Buffer.alloc(12_000, 0xbe)]);
    server.feed(frame(1, END_HEADERS | END_STREAM, 1, bomb));
    expect(server.sent.take()).toEqual(['HEADERS 1 :status=431 content-length=0 end']);
    server.feed(headers(3, GET));
    expect(server.requests).toHaveLength(1);
  });
});

describe('what arrives in part', () => {
  const PING = frame(6, 0, 0, Buffer.alloc(8));
  const pending = (server: ServerHarness): number => server.codec.pendingHead ?? 0;

  it.each<readonly [string, Buffer]>([
    ['the head of a frame', PING.subarray(0, 5)],
    ['PING', PING.subarray(0, 12)],
    ['SETTINGS', settings([[3, 1]]).subarray(0, 10)],
    ['HEADERS', headers(1, GET).subarray(0, 20)],
    ['DATA that is too little to pass on', data(1, Buffer.alloc(5000)).subarray(0, 1000)],
    ['an unknown type', frame(77, 0, 0, Buffer.alloc(9)).subarray(0, 11)],
  ])('is timed, each frame for itself: %s', (_name, part) => {
    const server = ServerHarness.open();
    expect(pending(server)).toBe(0);
    expect(server.codec.receive(part, 0, part.length)).toBe(0);
    const first = pending(server);
    expect(first).not.toBe(0);
    const later = ServerHarness.open();
    later.codec.receive(Buffer.concat([PING, PING, part]), 0, 2 * PING.length + part.length);
    expect(pending(later)).not.toBe(0);
    expect(pending(later)).not.toBe(first);
  });

  it('is the same frame until its end', () => {
    const server = ServerHarness.open();
    const numbers: number[] = [];
    for (const byte of Buffer.concat([PING, PING])) {
      server.feed(Buffer.from([byte]));
      const number = pending(server);
      if (number !== numbers.at(-1)) numbers.push(number);
    }
    const [, first = 0, , second = 0] = numbers;
    expect(numbers).toEqual([0, first, 0, second, 0]);
    expect(first).not.toBe(second);
  });

  it('may be a header block of many frames, which is one', () => {
    const server = ServerHarness.open();
    server.feed(PING, frame(1, END_STREAM, 1, block(GET)));
    const first = pending(server);
    for (let i = 0; i < 5; i++) {
      server.feed(frame(9, 0, 1, ''));
      expect(pending(server)).toBe(first);
    }
    server.feed(frame(9, END_HEADERS, 1, ''));
    expect([pending(server), server.requests.length]).toEqual([0, 1]);
  });

  it('is no content that is passed on as it comes', () => {
    const server = ServerHarness.open();
    server.feed(headers(1, POST, false), data(1, Buffer.alloc(5000), true).subarray(0, 2000));
    expect([pending(server), server.request().sink.body.length]).toEqual([0, 1991]);
  });

  it('ends the connection when it takes too long', () => {
    const server = ServerHarness.open();
    server.feed(PING.subarray(0, 12));
    server.codec.headTimedOut?.();
    expect([server.sent.take(), server.link.closed]).toEqual([[`GOAWAY 0 ${CALM}`], true]);
  });
});

describe('a peer that does not read', () => {
  it('is dropped when answers to its control frames pile up', () => {
    const server = ServerHarness.open();
    server.link.backlogBytes = 2 * 1024 * 1024;
    expect(() => server.feed(frame(6, 0, 0, '0102030405060708'))).toThrow('not read');
  });

  it('is dropped when it keeps asking', () => {
    const server = ServerHarness.open();
    server.link.backlogBytes = 2 * 1024 * 1024;
    expect(() => server.feed(headers(1, GET))).toThrow('not read');
  });

  it('costs its streams their queue and nothing more: bufferedBytes tells', () => {
    const server = ServerHarness.open({}, [[4, 0]]);
    server.feed(headers(1, GET));
    const { stream } = server.request();
    stream.sendHead(new PlainResponse(200), false);
    stream.sendData(Buffer.alloc(100_000), false);
    expect(stream.bufferedBytes).toBe(100_000);
    expect(server.sent.take()).toEqual(['HEADERS 1 :status=200']);
    server.feed(frame(3, 0, 1, uint32(8)));
    expect(stream.bufferedBytes).toBe(0);
  });
});

describe('a hostile server', () => {
  it.each<readonly [string, (i: number) => Buffer]>([
    ['PING flood', () => frame(6, 0, 0, '0102030405060708')],
    ['SETTINGS flood', () => settings([])],
    ['flood of 1xx heads', () => headers(1, [[':status', '103']], false)],
    ['empty DATA flood', () => data(1, '')],
    ['GOAWAY flood', () => frame(7, 0, 0, Buffer.concat([uint32(1), uint32(0)]))],
  ])('%s', (_name, make) => {
    const client = ClientHarness.open();
    client.ask();
    client.feed(headers(1, [[':status', '103']], false));
    if (make(0)[3] === 0) client.feed(headers(1, [[':status', '200']], false));
    expect(() => {
      for (let i = 0; i < 3000; i++) client.feed(make(i));
    }).toThrow('too many');
    expect(client.sent.take().at(-1)).toBe(`GOAWAY 0 ${CALM}`);
  });
});
