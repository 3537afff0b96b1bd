import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { corpus, fuzz } from './http2.fuzz.ts';

const RUNS = Number(process.env['WEFT_FUZZ_RUNS'] ?? 20_000);
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
}

/** A frame of a random kind that may make sense. */
function someFrame(random: Random): Buffer {
  const length = [0, 4, 5, 6, 8, 12, 40, 300][random.below(8)] as number;
  const frame = Buffer.alloc(9 + length);
  frame.writeUIntBE(length, 0, 3);
  frame[3] = random.below(11);
  frame[4] = [0, 1, 4, 5, 8, 0x20, 0x2d, random.below(256)][random.below(8)] as number;
  frame.writeUInt32BE(random.below(3) === 0 ? 0 : random.below(14), 5);
  for (let i = 9; i < frame.length; i++) frame[i] = random.below(4) === 0 ? random.below(256) : 0x80 | random.below(64);
  return frame;
}

function mutate(random: Random): Buffer {
  let bytes = Buffer.from(corpus[random.below(corpus.length)] as Buffer);
  for (let i = random.below(6); i >= 0; i--) {
    const at = 1 + random.below(Math.max(1, bytes.length - 1));
    switch (random.below(6)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
        break;
      case 2:
        bytes = bytes.subarray(0, at);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random.below(20)))]);
        break;
      case 4: {
        const from = 1 + random.below(Math.max(1, bytes.length - 1));
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + random.below(200)), bytes.subarray(at)]);
        break;
      }
      default:
        // At the end, where frames begin.
        bytes = Buffer.concat([bytes, ...Array.from({ length: 1 + random.below(8) }, () => someFrame(random))]);
    }
  }
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
    const input = mutate(random);
    try {
      fuzz(input);
    } catch (error) {
      throw new Error(`run ${i}, input ${input.toString('hex')}`, { cause: error });
    }
  }
  console.log(`http2: ${RUNS} executions, seed ${SEED}, corpus ${hash.digest('hex').slice(0, 16)}`);
  expect(RUNS).toBeGreaterThan(0);
});
