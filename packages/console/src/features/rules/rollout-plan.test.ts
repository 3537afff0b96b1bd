import { expect, test } from 'vitest';
import { badLabel, PLANNED, plannedBody, stepsGrow } from './rollout-plan.ts';

test('steps grow', () => {
  expect(stepsGrow(PLANNED.steps)).toBe(true);
  const [first, ...rest] = PLANNED.steps;
  expect(stepsGrow([...rest, { key: 9, percent: first?.percent ?? 0, waitSec: 1 }])).toBe(false);
  expect(stepsGrow([{ key: 1, percent: 0, waitSec: 1 }])).toBe(false);
});

test('points become shares, labels pairs, and what is empty is not sent', () => {
  const plan = {
    ...PLANNED,
    steps: [{ key: 1, percent: 100, waitSec: 5 }],
    errors: 0.5,
    p99Ms: 80,
    labels: ['lane=blue=1'],
  };
  expect(plannedBody(plan, null)).toEqual({
    steps: [{ percent: 100, waitSec: 5, guard: { maxErrorRate: 0.005, maxP99IncreaseMs: 80, minRequests: 10 } }],
    selector: { labels: { lane: 'blue=1' } },
    autoPromote: true,
  });
  const bare = plannedBody({ ...plan, errors: null, p99Ms: null, labels: [], hold: true, comment: ' why ' }, null);
  expect(bare).toEqual({
    steps: [{ percent: 100, waitSec: 5 }],
    selector: {},
    autoPromote: false,
    comment: 'why',
  });
});

test('a label without a name is found', () => {
  expect(badLabel(['a=1', '=2'])).toBe('=2');
  expect(badLabel(['a'])).toBe('a');
  expect(badLabel(['a='])).toBe(undefined);
});
