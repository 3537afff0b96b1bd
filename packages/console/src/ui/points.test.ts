import { expect, test } from 'vitest';
import { meanOf, wholePoints } from './points.ts';

test('what is still being filled is left out, unless hardly anything else is there', () => {
  expect(wholePoints([1, 2, 3, 4], 15)).toEqual([1, 2, 3]);
  expect(wholePoints([1, 2, 3, 4], 1)).toEqual([1, 2]);
  expect(wholePoints([1, 2], 60)).toEqual([1, 2]);
  expect(wholePoints([1, 2, 3], 1)).toEqual([1, 2, 3]);
});

test('no request has no response time', () => {
  expect(meanOf({ requests: 0, rtMs: 0 })).toBeNull();
  expect(meanOf({ requests: 2, rtMs: 3.5 })).toBe(3.5);
});
