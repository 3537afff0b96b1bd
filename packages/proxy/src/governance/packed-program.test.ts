import { runSteps } from '@weft/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packProgram, unpackProgram } from './packed-program.ts';

test('what was packed comes out the same, after any number of steps', () => {
  const item = fc.jsonValue();
  const lists = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.array(item, { maxLength: 80 }));
  fc.assert(
    fc.property(lists, (program) => {
      const plain = JSON.parse(JSON.stringify(program)) as typeof program;
      expect(runSteps(unpackProgram(structuredClone(packProgram(plain))))).toEqual(plain);
    }),
    { seed: 2, numRuns: 100 },
  );
});

test('many rules are read in many steps', () => {
  const steps = unpackProgram(packProgram({ entries: Array.from({ length: 1000 }, (_, id) => ({ id, text: 'ä' })) }));
  let count = 0;
  while (!steps.next().done) count++;
  expect(count).toBeGreaterThan(20);
});
