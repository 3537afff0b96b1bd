import { createRandom } from '@weft/kit';
import { TestHosts, triedBefore } from '@weft/sdk/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EdfPicker } from './edf.ts';

const weightsOf = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 });

test('over any stretch of picks each host has its share to within one turn', () => {
  fc.assert(
    fc.property(weightsOf, fc.integer(), fc.nat(300), (weights, seed, skip) => {
      const hosts = new TestHosts(weights);
      const picker = new EdfPicker(hosts, createRandom(seed), (index) => hosts.weight(index));
      for (let i = 0; i < skip; i++) picker.pick(triedBefore());
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const counts = weights.map(() => 0);
      for (let picks = 1; picks <= 2 * total; picks++) {
        counts[picker.pick(triedBefore())]!++;
        // A turn more or less at each end of the stretch, for this host and for those that it is compared with.
        const off = counts.map((count, index) => Math.abs(count - (picks * (weights[index] as number)) / total));
        if (off.some((turns) => turns > 2)) expect.unreachable(`after ${picks} picks: ${counts.join(', ')}`);
      }
    }),
    { numRuns: 30 },
  );
});

test('a host that is down or was tried is passed over, and has its turns again', () => {
  const hosts = new TestHosts([100, 1, 1]);
  const picker = new EdfPicker(hosts, createRandom(3), (index) => hosts.weight(index));
  hosts.down.add(0);
  const picks = Array.from({ length: 40 }, () => picker.pick(triedBefore(2)));
  expect(new Set(picks)).toEqual(new Set([1]));
  hosts.down.add(1);
  expect(picker.pick(triedBefore(2))).toBe(2);
  hosts.down.add(2);
  expect(picker.pick(triedBefore())).toBe(-1);
  hosts.down.clear();
  const again = Array.from({ length: 1000 }, () => picker.pick(triedBefore()));
  expect(again.filter((index) => index === 0).length).toBeGreaterThan(900);
});
