import type { Condition } from '@weft/schema/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, conditionId, effectiveConditions, fnv1a } from './condition-id.ts';

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the hash of %j is that of everybody else', (text, hash) => {
  expect(fnv1a(text)).toBe(hash);
});

/** The same value with the keys of every object in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, turned(child)]),
  );
}

test('equal values have equal texts, whatever the order of their keys, and the text is the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      const text = canonicalJson(plain);
      expect(text).toBe(canonicalJson(turned(plain)));
      expect(JSON.parse(text)).toEqual(plain);
    }),
  );
});

test('a field that is undefined is one that is not there', () => {
  expect(canonicalJson({ b: undefined, a: [{ d: 1, c: null }] })).toBe('{"a":[{"c":null,"d":1}]}');
});

const condition = (value: string): Condition => ({ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [value] });

test('verb and path of a rule are conditions behind its own', () => {
  expect(effectiveConditions([condition('vip')], 'GET', '^/a')).toEqual([
    condition('vip'),
    { type: 'SYSTEM', field: 'http.method', operation: 'EQUAL', value: ['GET'] },
    { type: 'SYSTEM', field: 'http.path', operation: 'REGEX', value: ['^/a'] },
  ]);
  expect(effectiveConditions([condition('vip')], '', '')).toEqual([condition('vip')]);
});

test('an id is the same for the same conditions, eight digits long, and none for none', () => {
  expect(conditionId([])).toBe('');
  expect(conditionId([condition('vip')])).toMatch(/^[0-9a-f]{8}$/);
  expect(conditionId([condition('vip')])).toBe(conditionId([turned(condition('vip')) as Condition]));
  const ids = ['vip', 'VIP', '', 'vip '].map((value) => conditionId([condition(value)]));
  expect(new Set(ids).size).toBe(4);
  expect(conditionId([condition('a'), condition('b')])).not.toBe(conditionId([condition('b'), condition('a')]));
});
