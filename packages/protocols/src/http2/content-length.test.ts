/** Messages whose content is not as long as they announce: those that are here are never begun, others never end as if they were whole. */
import { ResetReason } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  block,
  ClientHarness,
  data,
  END_HEADERS,
  frame,
  GET,
  headers,
  type Pairs,
  POST,
  ServerHarness,
  uint32,
} from './testing.ts';

const OK: Pairs = [[':status', '200']];
const announced = (pairs: Pairs, bytes: number): Pairs => [...pairs, ['content-length', String(bytes)]];
const padded = (id: number, body: string, end: boolean): Buffer =>
  frame(0, 8 | (end ? 1 : 0), id, Buffer.concat([Buffer.from([3]), Buffer.from(body), Buffer.alloc(3)]));
const trailers = (id: number): Buffer => headers(id, [['x-t', '1']]);
const BROKEN = `reset ${ResetReason.PROTOCOL_ERROR}`;

interface Seen {
  readonly events: readonly string[];
  readonly sent: readonly string[];
}

/** Content on stream 1, on streams 3 and 5 of others, and what became of it. */
type Role = (length: number, reads: readonly (readonly Uint8Array[])[]) => Seen;

const asAnswer: Role = (length, [first = [], ...reads]) => {
  const client = ClientHarness.open();
  const { sink } = client.ask();
  client.ask();
  client.ask();
  client.feed(headers(3, OK, false), headers(5, OK, false));
  client.sent.take();
  client.feed(headers(1, announced(OK, length), false), ...first);
  for (const read of reads) client.feed(...read);
  return { events: sink.events.map((event) => event.split(' content-length')[0] ?? ''), sent: client.sent.take() };
};

const asRequest: Role = (length, [first = [], ...reads]) => {
  const server = ServerHarness.open();
  // Streams are opened in their order: those of others are the higher ones.
  const events: string[] = [];
  server.feed(headers(1, announced(POST, length), false), headers(3, POST, false), headers(5, POST, false), ...first);
  for (const read of reads) server.feed(...read);
  const own = server.requests.find(({ head }) => head.contentLength >= 0);
  if (own !== undefined) events.push('head 200', ...own.sink.events);
  return { events, sent: server.sent.take() };
};

const OTHER = Buffer.concat([data(3, 'other'), frame(8, 0, 1, uint32(5)), frame(6, 1, 0, Buffer.alloc(8))]);

describe.each([
  ['an answer', asAnswer],
  ['a request', asRequest],
])('the content of %s', (_name, run) => {
  const reset = ['RST_STREAM 1 1'];

  it.each<readonly [string, readonly Uint8Array[]]>([
    ['shorter, in one frame', [data(1, 'hello', true)]],
    ['shorter, in two frames', [data(1, 'hel'), data(1, 'lo', true)]],
    ['shorter, and its end alone', [data(1, 'hello'), data(1, '', true)]],
    ['nothing', [data(1, '', true)]],
    ['shorter, with trailers', [data(1, 'hel'), data(1, 'lo'), trailers(1)]],
    ['trailers only', [trailers(1)]],
    ['shorter, with padding', [padded(1, 'hel', false), padded(1, 'lo', true)]],
    ['shorter, among frames of others', [OTHER, data(1, 'hel'), OTHER, data(1, 'lo'), OTHER, data(1, '', true)]],
    ['longer, in two frames', [data(1, 'hello wo'), data(1, 'rld', true)]],
    ['longer, and not at its end', [data(1, 'hello wo'), data(1, 'rld')]],
    ['longer, with padding', [padded(1, 'hello world', false)]],
    ['longer, with the rest of the last frame to come', [data(1, 'hello wo'), data(1, 'rld').subarray(0, 9)]],
    ['shorter, with the rest of the last frame to come', [data(1, 'hel'), data(1, 'lo', true).subarray(0, 10)]],
  ])('is never begun when it is here and %s', (_case, parts) => {
    const seen = run(8, [parts]);
    expect(seen.events.filter((event) => event !== BROKEN)).toEqual([]);
    expect(seen.sent).toEqual(reset);
  });

  it.each<readonly [string, readonly Uint8Array[]]>([
    ['in two frames', [data(1, 'hello wo'), data(1, 'rd', true)]],
    ['with an end of its own', [data(1, 'hello word'), data(1, '', true)]],
    ['with padding', [padded(1, 'hello', false), padded(1, ' word', true)]],
    ['with trailers', [data(1, 'hello word'), trailers(1)]],
    ['among frames of others', [OTHER, data(1, 'hello'), OTHER, data(1, ' word'), OTHER, data(1, '', true)]],
  ])('is delivered when it is what was announced, %s', (_case, parts) => {
    const whole = run(10, [parts]);
    expect(whole).toEqual(
      run(
        10,
        parts.map((part) => [part]),
      ),
    );
    expect([whole.events[0], whole.sent]).toEqual(['head 200', []]);
    expect(whole.events.at(-1)).toMatch(/ end$|^trailers/);
  });

  it('is begun when it is wrong later, and breaks off', () => {
    expect(run(8, [[data(1, 'hello')], [data(1, '', true)]])).toEqual({
      events: ['head 200', 'data 5', BROKEN],
      sent: reset,
    });
    expect(run(8, [[data(1, 'hello')], [data(1, ' world')]])).toEqual({
      events: ['head 200', 'data 5', BROKEN],
      sent: reset,
    });
    expect(run(8, [[data(1, 'hello')], [trailers(1)]])).toEqual({
      events: ['head 200', 'data 5', BROKEN],
      sent: reset,
    });
  });

  it('is looked at for 256 frames, and then as it passes', () => {
    const small = Array.from({ length: 250 }, () => data(1, 'x'));
    expect(run(200, [[...small, data(1, '', true)]]).events.filter((event) => event !== BROKEN)).toEqual([]);
    expect(run(260, [[...small, data(1, '', true)]]).events.filter((event) => event !== BROKEN)).toEqual([]);
    const late = run(520, [[...small, ...small, data(1, '', true)]]);
    expect([late.events[0], late.events.at(-1), late.sent]).toEqual(['head 200', BROKEN, reset]);
  });

  it('comes to the same end however it is framed and cut, and never to a regular one when it is wrong', () => {
    const part = fc.tuple(fc.constantFrom('own', 'padded', 'other'), fc.nat(5));
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.nat(20),
        fc.boolean(),
        fc.nat(200),
        (list, length, tail, cut) => {
          let total = 0;
          const parts = list.map(([kind, bytes]) => {
            if (kind === 'other') return data(3, 'x'.repeat(bytes + 1));
            total += bytes;
            return kind === 'padded' ? padded(1, 'x'.repeat(bytes), false) : data(1, 'x'.repeat(bytes));
          });
          const all = Buffer.concat([...parts, tail ? trailers(1) : data(1, '', true)]);
          const seen = run(length, [[all.subarray(0, cut)], [all.subarray(cut)]]);
          if (total === length) {
            expect(seen.events[0]).toBe('head 200');
            expect(seen.events.at(-1)).toBe(tail ? 'trailers x-t=1' : 'data 0 end');
            expect(seen.sent).toEqual([]);
          } else {
            expect(seen.events.filter((event) => / end$|^trailers/.test(event))).toEqual([]);
            expect(seen.sent).toEqual(reset);
            if (cut >= all.length) expect(seen.events.filter((event) => event !== BROKEN)).toEqual([]);
          }
        },
      ),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe('a head before content of another length', () => {
  const encoded = block(announced(OK, 8));
  const content = [data(1, 'hel'), data(1, 'lo', true)];

  it.each<readonly [string, readonly Uint8Array[]]>([
    ['in several frames', [frame(1, 0, 1, encoded.subarray(0, 9)), frame(9, END_HEADERS, 1, encoded.subarray(9))]],
    ['with padding', [frame(1, END_HEADERS | 8, 1, Buffer.concat([Buffer.of(4), encoded, Buffer.alloc(4)]))]],
    ['behind an interim one', [headers(1, [[':status', '103']], false), headers(1, announced(OK, 8), false)]],
  ])('may stand %s, and those of other streams around it', (_case, head) => {
    const client = ClientHarness.open();
    const own = client.ask().sink;
    const others = [client.ask().sink, client.ask().sink];
    client.sent.take();
    client.feed(
      ...[headers(3, announced(OK, 10), false), data(3, 'other'), ...head, data(3, ' part'), ...content],
      ...[data(3, '', true), headers(5, announced(OK, 3), false), data(5, 'all', true)],
    );
    expect(own.events.filter((event) => !event.startsWith('informational'))).toEqual([BROKEN]);
    expect(others.map(({ body, events }) => [body, events.at(-1)])).toEqual([
      ['other part', 'data 0 end'],
      ['all', 'data 3 end'],
    ]);
    expect(client.sent.take()).toEqual(['RST_STREAM 1 1']);
    // The connection is as good as before.
    const { sink } = client.ask();
    client.feed(headers(7, OK));
    expect(sink.events).toEqual(['head 200  end']);
  });
});

describe('an answer that has no content', () => {
  it.each<readonly [string, Pairs, Pairs]>([
    ['to HEAD', [[':method', 'HEAD'], ...GET.slice(1)], announced(OK, 5)],
    ['204', GET, [[':status', '204']]],
    ['304', GET, announced([[':status', '304']], 5)],
  ])('is never begun with some, in whatever frames: %s', (_name, asked, answer) => {
    const client = ClientHarness.open();
    const { sink } = client.ask(asked);
    client.sent.take();
    client.feed(headers(1, answer, false), data(1, 'he'), data(1, 'llo', true));
    expect([sink.events, client.sent.take()]).toEqual([[BROKEN], ['RST_STREAM 1 1']]);
  });

  it('may have an empty frame at its end', () => {
    const client = ClientHarness.open();
    const { sink } = client.ask([[':method', 'HEAD'], ...GET.slice(1)]);
    client.feed(headers(1, announced(OK, 5), false), data(1, '', true));
    expect(sink.events).toEqual(['head 200 content-length=5', 'data 0 end']);
  });
});

describe('a tunnel', () => {
  it('has no length, whatever its head says', () => {
    const server = ServerHarness.open();
    const connect: Pairs = [
      [':method', 'CONNECT'],
      [':authority', 'a:1'],
    ];
    server.feed(headers(1, announced(connect, 3), false), data(1, 'hello'), data(1, ' world'));
    expect([server.request().sink.body, server.sent.take()]).toEqual(['hello world', []]);
  });
});
