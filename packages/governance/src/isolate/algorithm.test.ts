import { describe, expect, test } from 'vitest';
import {
  chooseIsolated,
  exceptionRate,
  forgetMs,
  type IsolationParameters,
  isAbnormal,
  isolationMs,
  returnLimitMs,
} from './algorithm.ts';

const PARAMETERS: IsolationParameters = {
  windowMs: 10_000,
  leastCalls: 20,
  leastRate: 20,
  multiple: 1,
  maxHosts: 1,
  maxRatio: 1,
  recoverMs: 900_000,
};
/** A is fine, one of five calls of B fails, two of five of C. */
const FIGURES = [
  { address: 'A', calls: 100, exceptions: 0 },
  { address: 'B', calls: 100, exceptions: 20 },
  { address: 'C', calls: 100, exceptions: 40 },
];
const choose = (
  parameters: Partial<IsolationParameters>,
  figures = FIGURES,
  { sick = [], isolated = [] }: { sick?: readonly string[]; isolated?: readonly string[] } = {},
) =>
  chooseIsolated(
    figures,
    {
      healthy: new Map(figures.map(({ address }) => [address, !sick.includes(address)])),
      isolated: new Set(isolated),
    },
    { ...PARAMETERS, ...parameters },
  ).map(({ address }) => address);

describe('the worked examples', () => {
  test('at most one: the worst', () => expect(choose({ maxHosts: 1 })).toEqual(['C']));
  test('at most two: the worst first, never the normal one', () => expect(choose({ maxHosts: 2 })).toEqual(['C', 'B']));
  test('at most three: the normal one stays', () => expect(choose({ maxHosts: 3 })).toEqual(['C', 'B']));
  test('a multiple of 2 makes 40 % of 20', () => expect(choose({ maxHosts: 2, multiple: 2 })).toEqual(['C']));
  test('19 of at least 20 calls are not judged', () =>
    expect(choose({}, [...FIGURES.slice(0, 2), { address: 'C', calls: 19, exceptions: 8 }])).toEqual(['B']));
  test('at most none', () => expect(choose({ maxHosts: 0 })).toEqual([]));
  test('two instances, all calls fail, half of them at most: one', () => {
    const both = ['A', 'B'].map((address) => ({ address, calls: 20, exceptions: 20 }));
    expect(choose({ maxHosts: 2, maxRatio: 0.5 }, both)).toHaveLength(1);
  });
});

describe('who is abnormal', () => {
  test.each<[string, number, number, Partial<IsolationParameters>, boolean]>([
    ['the threshold is reached', 20, 4, {}, true],
    ['just below', 100, 19, {}, false],
    ['no error at all, with a multiple of 0', 100, 0, { multiple: 0 }, false],
    ['a single error, with a multiple of 0', 100, 1, { multiple: 0 }, true],
    ['one call is enough when none is asked for', 1, 1, { leastCalls: 0 }, true],
    ['no call', 0, 0, { leastCalls: 0 }, false],
    ['a threshold beyond every rate', 20, 20, { leastRate: 60, multiple: 2 }, false],
    ['all of them', 20, 20, { leastRate: 100 }, true],
  ])('%s', (_name, calls, exceptions, parameters, abnormal) =>
    expect(isAbnormal({ address: 'A', calls, exceptions }, { ...PARAMETERS, ...parameters })).toBe(abnormal),
  );
});

describe('how many', () => {
  const all = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ address: `${100 + index}`, calls: 20, exceptions: 20 }));

  test('a share of 0.29 of 100 instances are 29', () =>
    expect(choose({ maxHosts: 100, maxRatio: 0.29 }, all(100))).toHaveLength(29));
  test('half of three are one', () => expect(choose({ maxHosts: 9, maxRatio: 0.5 }, all(3))).toHaveLength(1));
  test('all of them but the last healthy one', () => expect(choose({ maxHosts: 9 }, all(4))).toHaveLength(3));
  test('those that are left out already count', () =>
    expect(choose({ maxHosts: 2 }, FIGURES, { isolated: ['A'] })).toEqual(['C']));
  test('an unhealthy instance is not the last that callers can use', () => {
    expect(choose({ maxHosts: 2 }, FIGURES, { sick: ['A'] })).toEqual(['C']);
    expect(choose({ maxHosts: 2 }, FIGURES, { sick: ['A', 'B'] })).toEqual(['B']);
  });
  test('of equal rates the one with more calls, then by address', () => {
    const equal = [
      { address: 'x', calls: 20, exceptions: 10 },
      { address: 'z', calls: 40, exceptions: 20 },
      { address: 'y', calls: 40, exceptions: 20 },
      { address: 'w', calls: 90, exceptions: 0 },
    ];
    expect(choose({ maxHosts: 3 }, equal)).toEqual(['y', 'z', 'x']);
  });
  test('one that has left the list is not judged', () =>
    expect(
      chooseIsolated(FIGURES, { healthy: new Map([['A', true]]), isolated: new Set() }, { ...PARAMETERS, maxRatio: 1 }),
    ).toEqual([]));
});

test('each time twice as long, four times at most', () => {
  expect([0, 1, 2, 3, 9].map((before) => isolationMs(before, PARAMETERS) / PARAMETERS.recoverMs)).toEqual([
    1, 2, 4, 4, 4,
  ]);
});

test('the past is kept for longer than an instance can be left out, and for ten windows of its return', () => {
  expect(forgetMs(PARAMETERS)).toBe(3_600_000);
  expect(forgetMs({ ...PARAMETERS, recoverMs: 1000 })).toBe(110_000);
});

test.each([
  [0, 0.1],
  [1000, 0.19],
  [5000, 0.55],
  [10_000, 1],
])('%d ms behind its return an instance takes part in %d of the requests', (afterMs, share) => {
  const returnsMs = 1_000_000;
  const draws = Array.from({ length: 10_000 }, (_, index) => index / 10_000);
  const taken = draws.filter((draw) => returnsMs <= returnLimitMs(returnsMs + afterMs, draw)).length;
  expect(taken / draws.length).toBeCloseTo(share, 3);
});

test('before its return it takes part in none', () => {
  for (const draw of [0, 0.05, 0.5, 0.999]) expect(1_000_000 > returnLimitMs(999_999, draw)).toBe(true);
});

test('the rate of no calls is 0', () => expect(exceptionRate({ calls: 0, exceptions: 0 })).toBe(0));
