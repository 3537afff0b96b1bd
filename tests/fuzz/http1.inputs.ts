/** Inputs for the HTTP/1.1 target. */
import type { Random } from '@weft/kit';
import { SMUGGLING_CASES } from '@weft/testkit/smuggling';

/** The table of smuggling attempts; the first byte says which side the bytes are for. */
export const corpus: readonly Buffer[] = SMUGGLING_CASES.flatMap((row) => {
  if (row.direction === 'downgrade' || row.bytes.length > 2000) return [];
  return row.direction === 'request'
    ? [latin1(`\0${row.bytes}`), latin1(`\x01${row.bytes}`)]
    : [latin1(`\x02${row.bytes}`)];
});

function latin1(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)] as T;
}

/** Pieces that mean something to a parser. */
// biome-ignore format: a dictionary reads best in rows
const WORDS: readonly string[] = [
  '\r\n', '\r', '\n', '\r\n\r\n', ' ', '\t', '\0', ':', ': ', ',', ';', '"', '\\', '0', '5', 'ffffffff', '\x7f', '\x80', '\x0b', '=',
  'GET / HTTP/1.1\r\n', 'POST /x HTTP/1.1\r\n', 'HEAD / HTTP/1.1\r\n', 'OPTIONS * HTTP/1.1\r\n', 'CONNECT b:80 HTTP/1.1\r\n', 'GET http://b/ HTTP/1.1\r\n', 'GET / HTTP/1.0\r\n',
  'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 101 Switching Protocols\r\n', 'HTTP/1.1 204 No Content\r\n', 'HTTP/1.1 304 x\r\n', 'HTTP/1.0 200 OK\r\n',
  'Host: a\r\n', 'Content-Length: 5\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n', 'Connection: keep-alive\r\n',
  'Connection: upgrade\r\n', 'Upgrade: websocket\r\n', 'Expect: 100-continue\r\n', 'TE: trailers\r\n', 'Connection: x-a, te\r\n', 'X-A: 1\r\n', 'x-a:\t2 \r\n',
  'hello', '5\r\nhello\r\n', '5;a="b"\r\nhello\r\n', '0\r\n\r\n', '0\r\nX-T: 1\r\n\r\n', 'a\r\n0123456789\r\n',
];

export function mutate(random: Random): Buffer {
  let bytes = Buffer.from(pick(random, corpus));
  for (let i = random.below(5); i >= 0; i--) {
    const at = 1 + random.below(Math.max(1, bytes.length - 1));
    switch (random.below(7)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
        break;
      case 2:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(Math.min(bytes.length, at + 1 + random.below(20))),
        ]);
        break;
      case 3: {
        const other = pick(random, corpus);
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(1 + random.below(other.length - 1))]);
        break;
      }
      case 4: {
        const from = 1 + random.below(Math.max(1, bytes.length - 1));
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(from, from + random.below(100)),
          bytes.subarray(at),
        ]);
        break;
      }
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(random, WORDS), 'latin1'), bytes.subarray(at)]);
    }
  }
  bytes[0] = random.below(3);
  return bytes.length > 4000 ? bytes.subarray(0, 4000) : bytes;
}

/** Messages that mostly make sense: they come further than mutated ones. */
export function converse(random: Random): Buffer {
  const side = random.below(3);
  let text = String.fromCharCode(side);
  for (let message = random.below(4); message >= 0; message--) {
    text += side === 2 ? pick(random, WORDS.slice(27, 33)) : `${pick(random, WORDS.slice(20, 27))}Host: a\r\n`;
    for (let i = random.below(4); i > 0; i--) text += pick(random, WORDS.slice(33, 46));
    text += '\r\n';
    for (let i = random.below(4); i > 0; i--) text += pick(random, WORDS.slice(46));
  }
  const bytes = Buffer.from(text, 'latin1');
  if (random.below(3) === 0) bytes[1 + random.below(bytes.length - 1)] = random.below(256);
  return bytes;
}
