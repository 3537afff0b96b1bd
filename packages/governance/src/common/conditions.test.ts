import type { Condition } from '@weft/schema/wire';
import { runSteps } from '@weft/sdk';
import { expect, test } from 'vitest';
import { compileCondition, matchesAll } from './conditions.ts';
import { describedRequest } from './described-request.ts';
import { type Bucket, type Keyed, KeyIndex } from './key-index.ts';

const path = (operation: Condition['operation'], ...value: string[]): Condition => ({
  type: 'SYSTEM',
  field: 'http.path',
  operation,
  value,
});
const asked = (of: string) => describedRequest({ protocol: 'Http1', host: 'shop', path: of, method: 'GET' });

test.each<[Condition, string, boolean]>([
  [path('EQUAL', '/a%7Eb'), '/a~b', true],
  [path('EQUAL', '/a~b'), '/a%7eb', true],
  [path('EQUAL', '/x/../a//b'), '/a/b', true],
  [path('EQUAL', '/a%2Fb'), '/a%2Fb', true],
  [path('EQUAL', '/a%2Fb'), '/a/b', false],
  [path('IN', '/c', '/%61dmin'), '/admin', true],
  [path('NOT_IN', '/%61dmin'), '/admin', false],
  [path('NOT_EQUAL', '/%61dmin'), '/admin', false],
  [path('REGEX', '^/admin$'), '/%61dmin', true],
])('%j of the path %s: %s', (condition, of, yes) => {
  expect(matchesAll([compileCondition(condition)], asked(of))).toBe(yes);
});

test('rules that are found by their path are found by what the path means', () => {
  const rules: Keyed[] = Array.from({ length: 40 }, (_, index) => ({
    service: 'shop@Http1',
    method: '*',
    conditions: [path('EQUAL', `/a%7E${index}`)],
  }));
  const buckets: Bucket<Keyed>[] = [];
  const request = asked('/a~7');
  expect(runSteps(KeyIndex.build(rules)).collect(request, buckets)).toBe(1);
  const [{ plain, read, byValue }] = buckets as [Bucket<Keyed>];
  expect(plain).toEqual([]);
  expect(byValue.get(read?.(request) ?? '')).toEqual([rules[7]]);
});
