import { createRandom, type Random } from '@weft/kit';
import { TestHosts, triedBefore } from '@weft/sdk/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawEligible, EQUAL_SHARE, scanFrom, weightsEqual } from './eligible.ts';

const cases = fc.record({
  weights: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
  down: fc.array(fc.nat(7)),
  tried: fc.array(fc.nat(7)),
  start: fc.nat(7),
  seed: fc.integer(),
});

const hostsOf = (weights: readonly number[], down: readonly number[]): TestHosts => {
  const hosts = new TestHosts(weights);
  for (const index of down) hosts.down.add(index);
  return hosts;
};

test('the scan gives the first host from its start that is up and was not tried, else the first that is up, else none', () => {
  fc.assert(
    fc.property(cases, ({ weights, down, tried, start }) => {
      const from = start % weights.length;
      const order = weights.map((_, step) => (from + step) % weights.length).filter((index) => !down.includes(index));
      const expected = order.find((index) => !tried.includes(index)) ?? order[0] ?? -1;
      expect(scanFrom(hostsOf(weights, down), triedBefore(...tried), from)).toBe(expected);
    }),
  );
});

test('a draw gives a host that is up, a tried one only when there is no other, and none when all are down', () => {
  fc.assert(
    fc.property(cases, ({ weights, down, tried, seed }) => {
      const hosts = hostsOf(weights, down);
      const up = weights.map((_, index) => index).filter((index) => !down.includes(index));
      const fresh = up.filter((index) => !tried.includes(index));
      const drawn = drawEligible(hosts, triedBefore(...tried), createRandom(seed), (index) => hosts.weight(index));
      expect(up.length === 0 ? [-1] : fresh.length === 0 ? up : fresh).toContain(drawn);
    }),
  );
});

test('a draw goes by the shares of those that may be drawn', () => {
  const hosts = hostsOf([1, 5, 2, 1], [1]);
  const at = (next: number): number => {
    const random: Random = { next: () => next, below: () => 0 };
    return drawEligible(hosts, triedBefore(3), random, (index) => hosts.weight(index));
  };
  // 0 and 2 are left, with one third and two thirds.
  expect([0, 0.33, 0.34, 0.999_999].map(at)).toEqual([0, 0, 2, 2]);
});

test('hosts of no share at all are not drawn', () => {
  const hosts = new TestHosts([1, 1]);
  expect(drawEligible(hosts, triedBefore(), createRandom(1), () => 0)).toBe(-1);
  expect(drawEligible(hosts, triedBefore(), createRandom(1), EQUAL_SHARE)).toBeGreaterThanOrEqual(0);
});

test.each([
  [[], true],
  [[7], true],
  [[3, 3, 3], true],
  [[3, 3, 4], false],
])('weights %j are equal: %s', (weights, equal) => {
  expect(weightsEqual(new TestHosts(weights))).toBe(equal);
});
