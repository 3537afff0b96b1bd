import { expect, test } from 'vitest';
import { type Push, summaryOf } from './push-summary.ts';

const push = (state: Push['state'], acked: number): Push => ({ state, target: 1, acked, rejected: 0 });

test('a rule that is off did not get anywhere by what proxies have acknowledged of others', () => {
  expect(summaryOf(push('ok', 1), false, false)).toBe('off');
  expect(summaryOf(push('ok', 1), true, false)).toBe('ok');
  expect(summaryOf(push('none', 0), false, false)).toBe('off');
  expect(summaryOf(push('none', 0), true, false)).toBe('none');
});

test('one that is off and not everywhere yet still says so', () => {
  expect(summaryOf(push('pending', 0), false, false)).toBe('pending');
  expect(summaryOf(push('failed', 0), false, false)).toBe('failed');
  expect(summaryOf({ ...push('ok', 0), frozen: {} }, false, false)).toBe('waits');
});

test('one that is being rolled out is told by its rollout, not by what proxies have acknowledged of others', () => {
  expect([false, true].map((enabled) => summaryOf(push('ok', 1), enabled, true))).toEqual(['rollout', 'rollout']);
  expect(summaryOf(push('failed', 0), false, true)).toBe('failed');
  expect(summaryOf(push('none', 0), true, true)).toBe('none');
});
