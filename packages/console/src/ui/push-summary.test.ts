import { expect, test } from 'vitest';
import { type Push, summaryOf } from './push-summary.ts';

const push = (state: Push['state'], acked: number): Push => ({ state, target: 1, acked, rejected: 0 });

test('a rule that is off did not get anywhere by what proxies have acknowledged of others', () => {
  expect(summaryOf(push('ok', 1), false)).toBe('off');
  expect(summaryOf(push('ok', 1), true)).toBe('ok');
  expect(summaryOf(push('none', 0), false)).toBe('off');
  expect(summaryOf(push('none', 0), true)).toBe('none');
});

test('one that is off and not everywhere yet still says so', () => {
  expect(summaryOf(push('pending', 0), false)).toBe('pending');
  expect(summaryOf(push('failed', 0), false)).toBe('failed');
  expect(summaryOf({ ...push('ok', 0), frozen: {} }, false)).toBe('waits');
});
