import type { EdgeReport } from '@weft/distribution';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Counts, judge } from './guard.ts';
import { countsOf, withRefusals } from './rollout-figures.ts';

const counts = (requests: number, change: Partial<Counts> = {}): Counts => ({
  requests,
  errors: 0,
  rejected: 0,
  durationMs: 0,
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
        };
        const selected: Counts = { ...others, errors: bad, rejected: bad };
        const guard = { maxErrorRate: bound, maxRejectRate: bound, maxRtIncreaseMs: 0.001, minRequests: 1 };
        expect(judge(guard, selected, reference)).toBe(null);
      },
    ),
  );
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
  expect(countsOf(edges, 'inbound', ['s']).requests).toBe(5);
  expect(countsOf(edges, 'inbound', ['t']).requests).toBe(9);
  expect(countsOf(edges, 'inbound', ['*']).requests).toBe(14);
  expect(countsOf(edges, 'outbound', ['*']).requests).toBe(100);
  expect(countsOf(edges, 'inbound', ['u']).requests).toBe(0);
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
