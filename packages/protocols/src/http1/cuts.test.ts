import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinChunks } from './testdata/join-chunks.ts';
import { Relay } from './testdata/relay.ts';

/** Requests of one connection, and what the host answers to each. */
const CONVERSATIONS: readonly {
  readonly name: string;
  readonly request: string;
  readonly answers: readonly string[];
}[] = [
  {
    name: 'get',
    request: 'GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n',
    answers: ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  },
  {
    name: 'pipelined',
    request:
      'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    answers: [
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
      'HTTP/1.1 204 No Content\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n',
    ],
  },
  {
    name: 'chunked with trailers',
    request:
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n3;a="b"\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n',
    answers: [
      'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\nX-V: 3\r\n\r\n',
    ],
  },
  {
    name: 'tunnel',
    request: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    answers: ['HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello'],
  },
  { name: 'bad head', request: 'GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n', answers: [] },
  {
    name: 'bad chunk',
    request: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n',
    answers: [],
  },
];

function play(
  request: string,
  answers: readonly string[],
  requestCuts: readonly number[],
  answerCuts: readonly number[],
): unknown {
  const relay = new Relay();
  let from = 0;
  for (const cut of [...requestCuts, request.length]) {
    relay.feed(request.slice(from, cut));
    from = cut;
  }
  for (const answer of answers) {
    let start = 0;
    for (const cut of [...answerCuts.filter((at) => at < answer.length), answer.length]) {
      relay.answer(answer.slice(start, cut));
      start = cut;
    }
  }
  return {
    up: joinChunks(relay.upstreamText),
    down: joinChunks(relay.downstreamText),
    closed: relay.link.closed,
    error: relay.error?.message ?? null,
    streams: relay.codec.activeStreams,
    connections: relay.upstreams.length,
  };
}

const every = (length: number): number[] => Array.from({ length: length - 1 }, (_, i) => i + 1);

describe('however the bytes are cut', () => {
  it.each(CONVERSATIONS)('$name is the same', ({ request, answers }) => {
    const whole = play(request, answers, [], []);
    for (let cut = 1; cut < request.length; cut++)
      expect(play(request, answers, [cut], []), `request at ${cut}`).toEqual(whole);
    const longest = Math.max(0, ...answers.map((answer) => answer.length));
    for (let cut = 1; cut < longest; cut++)
      expect(play(request, answers, [], [cut]), `answer at ${cut}`).toEqual(whole);
    expect(play(request, answers, every(request.length), every(longest + 1))).toEqual(whole);
  });

  it('any body arrives as it was sent, in either framing', () => {
    const body = fc.uint8Array({ minLength: 0, maxLength: 300 });
    fc.assert(
      fc.property(
        fc.array(body, { maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.nat(400), { maxLength: 8 }),
        (chunks, chunked, cuts) => {
          const all = Buffer.concat(chunks).toString('latin1');
          const pieces = chunks
            .filter((piece) => piece.length > 0)
            .map((piece) => Buffer.from(piece).toString('latin1'));
          const framed = chunked
            ? `Transfer-Encoding: chunked\r\n\r\n${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`
            : `Content-Length: ${all.length}\r\n\r\n${all}`;
          const request = `PUT / HTTP/1.1\r\nHost: a\r\n${framed}`;
          const relay = new Relay();
          let from = 0;
          for (const cut of [...cuts.filter((at) => at < request.length).sort((a, b) => a - b), request.length]) {
            relay.feed(request.slice(from, cut));
            from = cut;
          }
          expect(relay.error).toBeNull();
          // What comes out is read by the same codec again: it must be one sound message with that body.
          const again = new Relay();
          again.feed(relay.upstreamText);
          expect(again.error).toBeNull();
          expect(again.completeRequests).toBe(1);
          expect(again.bodies.join('')).toBe(all);
          relay.answer(`HTTP/1.1 200 OK\r\n${framed}`);
          expect(relay.codec.activeStreams).toBe(0);
          expect(relay.link.closed).toBe(false);
        },
      ),
      { numRuns: 300, seed: 20_260_101 },
    );
  });
});
