import { createRandom } from '@weft/kit';
import { TestHosts, triedBefore } from '@weft/sdk/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { weightedRoundRobin } from './index.ts';

it('gives every host its share, to within one, over any stretch (property)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }),
      fc.nat(500),
      fc.integer({ min: 1 }),
      (weights, picks, seed) => {
        const hosts = new TestHosts(weights);
        const picker = weightedRoundRobin.build(hosts, {}, createRandom(seed));
        const counts = weights.map(() => 0);
        for (let i = 0; i < picks; i++) (counts[picker.pick(triedBefore())] as number)++;
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        // A host may be one ahead of the common clock, which itself may be one turn of another host off per host.
        for (const [index, weight] of weights.entries()) {
          const share = (picks * weight) / total;
          expect(Math.abs((counts[index] as number) - share)).toBeLessThanOrEqual(
            1 + (weights.length * weight) / total,
          );
        }
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});

it('interleaves instead of sending bursts', () => {
  const picker = weightedRoundRobin.build(new TestHosts([1, 1, 2]), {}, createRandom(9));
  const picks = Array.from({ length: 400 }, () => picker.pick(triedBefore()));
  let longest = 0;
  for (let i = 0, run = 0; i < picks.length; i++) {
    run = picks[i] === picks[i - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  expect(longest).toBeLessThanOrEqual(2);
});

it('keeps the proportion of the others when the heaviest host is out', () => {
  const hosts = new TestHosts([1, 128, 3]);
  hosts.down.add(1);
  const picker = weightedRoundRobin.build(hosts, {}, createRandom(2));
  const counts = [0, 0, 0];
  for (let i = 0; i < 40_000; i++) (counts[picker.pick(triedBefore())] as number)++;
  expect(counts[1]).toBe(0);
  expect((counts[2] as number) / (counts[0] as number)).toBeGreaterThan(2.8);
  expect((counts[2] as number) / (counts[0] as number)).toBeLessThan(3.2);
});
