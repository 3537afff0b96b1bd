import type { RolloutGuard } from '@weft/api';
import type { EdgeReport } from '@weft/distribution';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HistogramLayout } from '../figures/histogram.ts';
import type { Counts } from '../figures/sum.ts';
import { judge as judgeBy, requestsNeeded } from './guard.ts';
import { countsOf, RolloutFigures, withRefusals } from './rollout-figures.ts';

const BOUNDS = [10, 20, 50, 100, 200];
const judge = (guard: RolloutGuard, selected: Counts, reference: Counts | null) =>
  judgeBy(guard, selected, reference, BOUNDS);

const counts = (requests: number, change: Partial<Counts> = {}): Counts => ({
  requests,
  errors: 0,
  rejected: 0,
  durationMs: 0,
  buckets: [],
  ...change,
});

test('what the others have as well halts nothing; what is beyond the bound does', () => {
  const guard = { maxErrorRate: 0.05 };
  const others = counts(1000, { errors: 400 });
  expect(judge(guard, counts(100, { errors: 45 }), others)).toBe(null);
  expect(judge(guard, counts(100, { errors: 46 }), others)).toEqual({
    guard: 'maxErrorRate',
    limit: 0.05,
    found: 0.46,
    reference: 0.4,
  });
});

test('refused requests and times are judged by bounds of their own', () => {
  const selected = counts(100, { rejected: 50, durationMs: 5000 });
  const others = counts(100, { durationMs: 1000 });
  expect(judge({ maxErrorRate: 0, maxRejectRate: 0.5 }, selected, others)).toBe(null);
  expect(judge({ maxRejectRate: 0.4 }, selected, others)?.guard).toBe('maxRejectRate');
  expect(judge({ maxRtIncreaseMs: 40 }, selected, others)).toBe(null);
  expect(judge({ maxRtIncreaseMs: 39 }, selected, others)).toMatchObject({ found: 50, reference: 10 });
});

test('with nothing to compare with, rates count from zero and times are not judged', () => {
  const selected = counts(100, { errors: 6, durationMs: 1e6 });
  expect(judge({ maxErrorRate: 0.05 }, selected, null)).toMatchObject({ found: 0.06, reference: 0 });
  expect(judge({ maxRtIncreaseMs: 1 }, selected, null)).toBe(null);
});

test('too few requests say nothing', () => {
  const worst = (requests: number) => counts(requests, { errors: requests, rejected: 0 });
  expect(judge({ maxErrorRate: 0 }, worst(9), null)).toBe(null);
  expect(judge({ maxErrorRate: 0 }, worst(10), null)).not.toBe(null);
  expect(judge({ maxErrorRate: 0, minRequests: 3 }, worst(3), null)).not.toBe(null);
  expect(judge({ maxErrorRate: 0, minRequests: 0 }, worst(0), null)).toBe(null);
});

test('proxies that are as good as the others, or better, are never given up', () => {
  const side = fc.record({
    requests: fc.integer({ min: 1, max: 10_000 }),
    bad: fc.integer({ min: 0, max: 10_000 }),
    durationMs: fc.integer({ min: 0, max: 1e6 }),
    buckets: fc.array(fc.nat(500), { minLength: BOUNDS.length + 1, maxLength: BOUNDS.length + 1 }),
  });
  fc.assert(
    fc.property(
      side,
      fc.integer({ min: 1, max: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (others, times, bound) => {
        const bad = Math.min(others.bad, others.requests);
        const reference: Counts = {
          requests: others.requests * times,
          errors: bad * times,
          rejected: bad * times,
          durationMs: others.durationMs * times,
          buckets: others.buckets.map((count) => count * times),
        };
        const selected: Counts = { ...others, errors: bad, rejected: bad };
        const guard = {
          maxErrorRate: bound,
          maxRejectRate: bound,
          maxRtIncreaseMs: 0.001,
          maxP99IncreaseMs: 0.001,
          minRequests: 1,
        };
        expect(judge(guard, selected, reference)).toBe(null);
      },
    ),
  );
});

/** So many requests in each bucket: up to 10, 20, 50, 100, 200 ms, and more. */
const durations = (...buckets: number[]): Counts =>
  counts(
    buckets.reduce((sum, count) => sum + count, 0),
    { buckets },
  );

test('a slow hundredth is a breach where the mean hardly moves', () => {
  const others = durations(1000, 0, 0, 0, 0, 0);
  const slow = { ...durations(970, 0, 0, 0, 30, 0), durationMs: 970 };
  expect(judge({ maxRtIncreaseMs: 20, maxP99IncreaseMs: 50 }, slow, others)).toMatchObject({
    guard: 'maxP99IncreaseMs',
    limit: 50,
    found: 166.67,
    reference: 9.9,
  });
  expect(judge({ maxP99IncreaseMs: 157 }, slow, others)).toBe(null);
  // One in two hundred is not the slowest hundredth.
  expect(judge({ maxP99IncreaseMs: 50 }, durations(995, 0, 0, 0, 5, 0), others)).toBe(null);
  expect(judge({ maxP99IncreaseMs: 50 }, slow, slow)).toBe(null);
});

test('a slowest hundredth is judged from a hundred requests on, on both sides, and not within one bucket', () => {
  const guard = { maxP99IncreaseMs: 1, minRequests: 1 };
  const slow = durations(0, 0, 0, 0, 100, 0);
  const fast = durations(100, 0, 0, 0, 0, 0);
  expect(judge(guard, slow, fast)?.guard).toBe('maxP99IncreaseMs');
  expect(judge(guard, durations(0, 0, 0, 0, 99, 0), fast)).toBe(null);
  expect(judge(guard, slow, durations(99, 0, 0, 0, 0, 0))).toBe(null);
  expect(judge(guard, slow, null)).toBe(null);
  // 21 and 49 ms are drawn into the bucket from 20 to 50, wherever the requests were.
  expect(judge(guard, durations(0, 0, 1000, 0, 0, 0), durations(0, 989, 11, 0, 0, 0))).toBe(null);
});

test('a step waits for as many requests as its bounds need', () => {
  expect(requestsNeeded({})).toBe(0);
  expect(requestsNeeded({ minRequests: 5 })).toBe(0);
  expect(requestsNeeded({ maxErrorRate: 0 })).toBe(10);
  expect(requestsNeeded({ maxErrorRate: 0, maxP99IncreaseMs: 0 })).toBe(100);
  expect(requestsNeeded({ maxP99IncreaseMs: 0, minRequests: 0 })).toBe(0);
});

test('durations of proxies with other buckets are put into those of the control plane, for a window and the step', () => {
  const layout = new HistogramLayout();
  layout.restore(BOUNDS);
  const edge = (histogram: number[]): EdgeReport => ({
    direction: 'inbound',
    sourceApp: 'a',
    targetApp: 'b',
    service: 's',
    method: '',
    protocol: 'http',
    requests: 3,
    errors: 0,
    rejected: 0,
    durationMsSum: 0,
    histogram,
  });
  const figures = new RolloutFigures();
  const add = (atMs: number, histogram: number[], bounds: number[]): void =>
    figures.selected.add(
      atMs,
      countsOf([edge(histogram)], 'inbound', ['s'], (row) => layout.place(row.histogram, bounds)),
    );
  add(1000, [1, 0, 0, 0, 2, 0], BOUNDS);
  add(20_000, [1, 2], [15]);
  add(20_000, [], BOUNDS);
  const bucketsOf = ({ buckets }: Counts): number[] => Array.from(buckets).slice(0, BOUNDS.length + 1);
  expect(bucketsOf(figures.selected.step)).toEqual([1, 1, 0, 0, 2, 2]);
  expect(bucketsOf(figures.selected.window(20_500, 10_000))).toEqual([0, 1, 0, 0, 0, 2]);
  figures.nextStep();
  expect(bucketsOf(figures.selected.step)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('counts what the rule is about, and no request twice', () => {
  const edge = (change: Partial<EdgeReport>): EdgeReport => ({
    direction: 'inbound',
    sourceApp: 'a',
    targetApp: 'b',
    service: 's',
    method: '',
    protocol: 'http',
    requests: 1,
    errors: 0,
    rejected: 0,
    durationMsSum: 2,
    histogram: [],
    ...change,
  });
  const edges = [
    edge({ requests: 5 }),
    edge({ requests: 3, method: 'GET /x' }),
    edge({ service: 't', method: 'm', requests: 7 }),
    edge({ service: 't', method: 'n', requests: 2 }),
    edge({ direction: 'outbound', requests: 100 }),
  ];
  expect(countsOf(edges, 'inbound', ['s'], () => null).requests).toBe(5);
  expect(countsOf(edges, 'inbound', ['t'], () => null).requests).toBe(9);
  expect(countsOf(edges, 'inbound', ['*'], () => null).requests).toBe(14);
  expect(countsOf(edges, 'outbound', ['*'], () => null).requests).toBe(100);
  expect(countsOf(edges, 'inbound', ['u'], () => null).requests).toBe(0);
});

test('what the rule refused counts where edges know nothing of it, and once where they do', () => {
  const own = { ruleDbId: 5, passed: 10, rejected: 6, wouldReject: 3 };
  expect(withRefusals(counts(10), [own], 5)).toEqual(counts(16, { rejected: 6 }));
  expect(withRefusals(counts(16), [own], 5)).toEqual(counts(16, { rejected: 6 }));
  expect(withRefusals(counts(10, { rejected: 8 }), [own], 5)).toEqual(counts(10, { rejected: 8 }));
  expect(withRefusals(counts(2), [own], 5)).toEqual(counts(8, { rejected: 6 }));
  expect(withRefusals(counts(10), [own], 4)).toEqual(counts(10));
  // Failures that made a breaker open, and what it refused then, are different requests.
  const breaker = { ...own, passed: 7, rejected: 11 };
  expect(withRefusals(counts(7, { errors: 7 }), [breaker], 5)).toEqual(counts(18, { errors: 7, rejected: 11 }));
  // Injected errors are requests that the edges have.
  const faults = { ...own, passed: 0, rejected: 11 };
  expect(withRefusals(counts(11, { errors: 11 }), [faults], 5)).toEqual(counts(11, { errors: 11, rejected: 11 }));
});
