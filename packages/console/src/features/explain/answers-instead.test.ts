import { expect, test } from 'vitest';
import { answersInstead } from './answers-instead.ts';

test.each([
  ['reject', 'downgrade', true],
  ['reject', 'limit', false],
  ['would_reject', 'downgrade', false],
  ['pass', '', false],
] as const)('%s by %s', (verdict, refusedBy, expected) => {
  expect(answersInstead({ verdict, refusedBy })).toBe(expected);
});
