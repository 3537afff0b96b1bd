import { expect, test } from 'vitest';
import { answersInstead } from './answers-instead.ts';

test.each([
  ['reject', 'downgrade', 200, true],
  ['reject', 'downgrade', 503, false],
  ['reject', 'limit', 429, false],
  ['would_reject', 'downgrade', 200, false],
  ['pass', '', 200, false],
] as const)('%s by %s with %i', (verdict, refusedBy, status, expected) => {
  expect(answersInstead({ verdict, refusedBy, status })).toBe(expected);
});
