import { createRandom } from '@weft/kit';
import { TestHosts, triedBefore } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { roundRobin } from './index.ts';

const count = (hosts: TestHosts, picks: number, seed = 1): number[] => {
  const picker = roundRobin.build(hosts, {}, createRandom(seed));
  const counts = hosts.weights.map(() => 0);
  for (let i = 0; i < picks; i++) (counts[picker.pick(triedBefore())] as number)++;
  return counts;
};

it('gives every host the same, weights or not', () => {
  expect(count(new TestHosts([1, 9, 100]), 3000)).toEqual([1000, 1000, 1000]);
});

it('spreads the share of a dead host over all others', () => {
  const hosts = new TestHosts([1, 1, 1, 1]);
  hosts.down.add(1);
  expect(count(hosts, 3000)).toEqual([1000, 0, 1000, 1000]);
});

it('begins anywhere', () => {
  const firsts = new Set(
    Array.from({ length: 50 }, (_, seed) =>
      roundRobin.build(new TestHosts([1, 1, 1]), {}, createRandom(seed * 7919 + 1)).pick(triedBefore()),
    ),
  );
  expect(firsts.size).toBe(3);
});
