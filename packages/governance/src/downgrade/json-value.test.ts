import { expect, it } from 'vitest';
import { jsonValueProblem } from './json-value.ts';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

it.each([
  'null',
  '"text"',
  '9223372036854775807',
  '-9223372036854775808',
  '1.5',
  '1e308',
  '-0',
  '{"a":[1,2.5,{"b":null}]}',
  nested(50),
])('an answer can be made of %s', (text) => {
  expect(jsonValueProblem(text)).toBe('');
});

it.each([
  ['', 'not JSON data'],
  ['{a:1}', 'not JSON data'],
  [nested(51), 'nested too deeply'],
  ['9223372036854775808', 'the number 9223372036854775808 fits neither 64 bits nor a double'],
  ['{"a":[-9223372036854775809]}', 'the number -9223372036854775809 fits neither 64 bits nor a double'],
  ['1e309', 'the number 1e309 fits neither 64 bits nor a double'],
  ['9'.repeat(1000), `the number ${'9'.repeat(40)} fits neither 64 bits nor a double`],
])('none can be made of %s', (text, problem) => {
  expect(jsonValueProblem(text)).toBe(problem);
});
