import { expect, test } from 'vitest';
import { answersInstead, verdictKey } from './answers-instead.ts';

test.each([
  ['reject', 'downgrade', 200, true],
  ['reject', 'downgrade', 503, false],
  ['reject', 'limit', 429, false],
  ['would_reject', 'downgrade', 200, false],
  ['pass', '', 200, false],
] as const)('%s by %s with %i', (verdict, refusedBy, status, expected) => {
  expect(answersInstead({ verdict, refusedBy, status })).toBe(expected);
});

test.each([
  ['reject', 200, 'answered'],
  ['reject', 503, 'reject'],
  ['would_answer', 200, 'would_answer'],
  ['would_reject', 200, 'would_reject'],
] as const)('a degradation whose verdict is %s with %i is told as %s', (verdict, status, expected) => {
  expect(verdictKey({ verdict, refusedBy: 'downgrade', status })).toBe(`trace.verdict-${expected}`);
});

test('a fault is told as a failure, and one that only watches as what it would be', () => {
  expect(verdictKey({ verdict: 'reject', refusedBy: 'fault-inject', status: 503 })).toBe('trace.verdict-failed');
  expect(verdictKey({ verdict: 'would_reject', refusedBy: 'fault-inject', status: 200 })).toBe(
    'trace.verdict-would_fail',
  );
  expect(verdictKey({ verdict: 'would_delay', refusedBy: 'fault-inject', status: 200 })).toBe(
    'trace.verdict-would_delay',
  );
});
