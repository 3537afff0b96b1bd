import { expect, it } from 'vitest';
import { documentProblem } from './document-problem.ts';

const DOCUMENT = JSON.stringify({ rules: [{ name: 'first' }, { name: 'the "second"' }, {}] });
const at = (path: string, value?: string) =>
  documentProblem(
    { file: 'd', path, message: 'wrong', expected: 'a number', ...(value === undefined ? {} : { value }) },
    DOCUMENT,
    'rules',
  );

it('is told of the rule by its name, and of the place in it', () => {
  expect(at('rules[0].scope.percent', '"x"')).toEqual({
    path: '/scope/percent',
    message: '"first": wrong (found "x", expected a number)',
  });
  expect(at('rules[1].threshold')).toEqual({
    path: '/threshold',
    message: '"the \\"second\\"": wrong (expected a number)',
  });
});

it('of a whole rule has no place in it, and of one without a name an empty one', () => {
  expect(at('rules[2]')).toEqual({ path: '', message: '"": wrong (expected a number)' });
});

it('of the document itself is told of no rule', () => {
  expect(at('service', '1')).toEqual({ path: '/service', message: 'wrong (found 1, expected a number)' });
  expect(at('other.rules[0].x').message).toBe('wrong (expected a number)');
});
