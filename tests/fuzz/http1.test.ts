import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { corpus, fuzz } from './http1.fuzz.ts';

const RUNS = Number(process.env['WEFT_FUZZ_RUNS'] ?? 50_000);
const SEED = Number(process.env['WEFT_FUZZ_SEED'] ?? 20_260_101);

/** xorshift32: the same inputs for the same seed on every machine. */
class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed | 1;
  }
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % limit;
  }
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
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

function mutate(random: Random): Buffer {
  let bytes = Buffer.from(random.pick(corpus));
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
        const other = random.pick(corpus);
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
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(WORDS), 'latin1'), bytes.subarray(at)]);
    }
  }
  bytes[0] = random.below(3);
  return bytes.length > 4000 ? bytes.subarray(0, 4000) : bytes;
}

/** Messages that mostly make sense: they come further than mutated ones. */
function converse(random: Random): Buffer {
  const side = random.below(3);
  let text = String.fromCharCode(side);
  for (let message = random.below(4); message >= 0; message--) {
    text += side === 2 ? random.pick(WORDS.slice(27, 33)) : `${random.pick(WORDS.slice(20, 27))}Host: a\r\n`;
    for (let i = random.below(4); i > 0; i--) text += random.pick(WORDS.slice(33, 46));
    text += '\r\n';
    for (let i = random.below(4); i > 0; i--) text += random.pick(WORDS.slice(46));
  }
  const bytes = Buffer.from(text, 'latin1');
  if (random.below(3) === 0) bytes[1 + random.below(bytes.length - 1)] = random.below(256);
  return bytes;
}

it(`survives ${RUNS} mutated conversations`, () => {
  const random = new Random(SEED);
  const hash = createHash('sha256');
  for (const entry of corpus) {
    hash.update(entry);
    fuzz(entry);
  }
  for (let i = 0; i < RUNS; i++) {
    const input = i % 2 === 0 ? mutate(random) : converse(random);
    try {
      fuzz(input);
    } catch (error) {
      throw new Error(`run ${i}, input ${JSON.stringify(input.toString('latin1'))}`, { cause: error });
    }
  }
  console.log(`http1: ${RUNS} executions, seed ${SEED}, corpus ${hash.digest('hex').slice(0, 16)}`);
  expect(RUNS).toBeGreaterThan(0);
});
