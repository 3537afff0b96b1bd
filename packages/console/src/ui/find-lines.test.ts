import { expect, test } from 'vitest';
import { findLines } from './find-lines.ts';

const LINES = ['alpha', 'beta', 'gamma', 'delta', 'Alphabet', 'zeta'];
const numbers = (wanted: string, context: number): number[] =>
  findLines(LINES, wanted, context, 100).lines.map(({ at }) => at);

test('nothing wanted is every line', () => expect(numbers('', 1)).toEqual([0, 1, 2, 3, 4, 5]));
test('case does not count, and neighbours come along', () => {
  const found = findLines(LINES, 'ALPHA', 1, 100);
  expect(found.hits).toBe(2);
  expect(found.lines.map(({ at }) => at)).toEqual([0, 1, 3, 4, 5]);
  expect(found.lines.filter(({ hit }) => hit).map(({ at }) => at)).toEqual([0, 4]);
});
test('neighbouring hits stay hits', () => {
  expect(findLines(['x', 'x'], 'x', 1, 10).lines).toEqual([
    { at: 0, hit: true },
    { at: 1, hit: true },
  ]);
});
test('what is over the bound is counted', () => expect(findLines(LINES, '', 0, 4).more).toBe(2));
