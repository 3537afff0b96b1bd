import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { createRandom } from '@weft/kit';
import { expect, it } from 'vitest';
import { corpus, fuzz } from './bolt.fuzz.ts';

const RUNS = Number(process.env['WEFT_FUZZ_RUNS'] ?? 50_000);
const SEED = Number(process.env['WEFT_FUZZ_SEED'] ?? 20_260_101);
const MAX_BYTES = 4000;

/** Bytes that mean something in a Bolt frame. */
const EDGES = [0, 1, 2, 3, 0x14, 0x16, 0x64, 0x7f, 0x80, 0xff];

it(`survives ${RUNS} mutated connections`, async () => {
  const random = createRandom(SEED);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)] as T;
  const mutate = (): Buffer => {
    let bytes = Buffer.from(pick(corpus));
    for (let frames = random.below(4); frames > 0; frames--) bytes = Buffer.concat([bytes, pick(corpus).subarray(1)]);
    for (let edits = random.below(6); edits > 0; edits--) {
      const at = 1 + random.below(bytes.length - 1);
      const kind = random.below(5);
      if (kind === 0) bytes[at] = random.below(256);
      else if (kind === 1) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      else if (kind === 2) bytes[at] = pick(EDGES);
      else if (kind === 3 && bytes.length > 40)
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(20))]);
      else
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          pick(corpus).subarray(1, 1 + random.below(60)),
          bytes.subarray(at),
        ]);
      if (bytes.length < 2) bytes = Buffer.from(pick(corpus));
    }
    bytes[0] = random.below(256);
    return bytes.length > MAX_BYTES ? bytes.subarray(0, MAX_BYTES) : bytes;
  };
  const hash = createHash('sha256');
  for (const entry of corpus) {
    hash.update(entry);
    fuzz(entry);
  }
  for (let run = 0; run < RUNS; run++) {
    // The runner wants to hear from us in a long run.
    if (run % 20_000 === 0) await setImmediate();
    const input = mutate();
    try {
      fuzz(input);
    } catch (error) {
      throw new Error(`run ${run}, input ${input.toString('hex')}`, { cause: error });
    }
  }
  console.log(`bolt: ${RUNS} executions, seed ${SEED}, corpus ${hash.digest('hex').slice(0, 16)}`);
  expect(RUNS).toBeGreaterThan(0);
});
