import { expect, test } from 'vitest';
import { regexProblem } from './regex-problem.ts';

test.each([
  ['^/v[0-9]+/', null],
  ['(?<year>\\d{4})', null],
  ['(?:a|b)*', null],
  ['[(?=]', null],
  ['\\(?=', null],
  ['[\\1]', null],
  ['\\\\1', null],
  ['a(?=b)', 'look-ahead is not possible here, because matching must take linear time'],
  ['a(?!b)', 'look-ahead is not possible here, because matching must take linear time'],
  ['(?<=a)b', 'look-behind is not possible here, because matching must take linear time'],
  ['(?<!a)b', 'look-behind is not possible here, because matching must take linear time'],
  ['(a)\\1', 'a back-reference is not possible here, because matching must take linear time'],
  ['(?<n>a)\\k<n>', 'a back-reference is not possible here, because matching must take linear time'],
  ['[a]\\1(b)', 'a back-reference is not possible here, because matching must take linear time'],
])('%s', (source, message) => {
  expect(regexProblem(source)?.message ?? null).toBe(message);
});

test.each(['(', '[', 'a**', '*', '(?<n>a)(?<n>b)', '(?P<n>a)'])('%s is no expression', (source) => {
  expect(regexProblem(source)).toMatchObject({ expected: 'a regular expression' });
});
