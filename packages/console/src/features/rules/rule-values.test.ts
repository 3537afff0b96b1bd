import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffOf } from './diff.ts';
import { parseObject } from './parse-object.ts';
import { bodyOf, prefilled } from './rule-body.ts';

test('the form loses nothing of what JSON can say', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      // As JSON has it: -0 is 0 there.
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(parseObject(JSON.stringify(plain, null, 2))).toEqual({ kind: 'good', value: plain });
    }),
  );
});

test.each(['', '[1]', '"text"', 'null', '{"a":'])('%j is no rule', (text) =>
  expect(parseObject(text).kind).toBe('bad'),
);

test('a difference names the field with both values', () => {
  const before = { name: 'a', spec: { threshold: 50, timeMs: 1000 }, methods: ['*'] };
  const after = { name: 'a', spec: { threshold: 100, timeMs: 1000 }, methods: ['get'], extra: 1 };
  expect(diffOf(before, after)).toEqual([
    { path: '/spec/threshold', before: 50, after: 100 },
    { path: '/methods', before: ['*'], after: ['get'] },
    { path: '/extra', before: undefined, after: 1 },
  ]);
  expect(diffOf(before, structuredClone(before))).toEqual([]);
});

test('a stored rule is sent back without what the server says of it', () => {
  const schema = { properties: { name: {}, spec: {}, enabled: {} } };
  const stored = { ruleDbId: 7, name: 'a', spec: { threshold: 1, own: 2 }, enabled: false, warnings: [], ofLater: {} };
  expect(bodyOf(stored, schema)).toEqual({ name: 'a', spec: { threshold: 1, own: 2 }, enabled: false });
});

test.each([
  [['SERVER', 'CLIENT'], {}, 'SERVER'],
  [['SERVER', 'CLIENT'], { direction: 'CLIENT' }, 'CLIENT'],
  [['CLIENT'], { direction: 'SERVER' }, 'CLIENT'],
])('a new rule of a type that acts at %j, asked for with %j, acts at %s', (directions, view, wanted) => {
  const schema = { properties: { app: {}, direction: { enum: directions }, services: {} } };
  const filled = prefilled({ app: 'reviews', service: 's', ...view }, schema);
  expect(filled).toEqual({ app: 'reviews', direction: wanted, services: ['s'] });
});

test('a new rule without a service keeps the services that its type begins with', () => {
  const schema = { properties: { app: {}, services: { default: ['*'] } } };
  expect(prefilled({ app: 'reviews' }, schema)).toEqual({ app: 'reviews' });
});
