import { expect, test } from 'vitest';
import { ruleBefore } from './rule-before.ts';
import type { StoredRule } from './rule-store.ts';

const rule = (ruleDbId: number, change: object = {}, workspaceId = 'w'): StoredRule =>
  ({
    ruleDbId,
    workspaceId,
    body: {
      name: `rule-${ruleDbId}`,
      app: 'back',
      direction: 'SERVER',
      mode: 'CONTROL',
      enabled: true,
      services: ['a@Http1'],
      methods: ['*'],
      conditions: [],
      scope: { percent: 100 },
      ...change,
    },
  }) as unknown as StoredRule;

test.each([
  ['the same service and method', {}, 3],
  ['every app and service', { app: '*', services: ['*'] }, 3],
  ['conditions of its own, as those of the first are looked at alone', { conditions: [{}] }, 3],
  ['off', { enabled: false }, null],
  ['another app', { app: 'front' }, null],
  ['another service', { services: ['b@Http1'] }, null],
  ['one of its methods', { methods: ['GET /a'] }, null],
  ['the other side', { direction: 'CLIENT' }, null],
  ['watching', { mode: 'OBSERVE' }, null],
  ['a part of the instances', { scope: { percent: 10 } }, null],
])('a rule before it: %s', (_title, change, before) => {
  expect(ruleBefore([rule(3, change), rule(7)], rule(7))?.ruleDbId ?? null).toBe(before);
});

test('a rule with a larger number, and one of another workspace, come not before', () => {
  expect(ruleBefore([rule(9), rule(7), rule(3, {}, 'other')], rule(7))).toBeNull();
});

test('one that is new comes last, one that is changed keeps its place', () => {
  const kept = [rule(3), rule(7)];
  expect(ruleBefore(kept, rule(0, { name: 'new' }))?.ruleDbId).toBe(3);
  expect(ruleBefore(kept, rule(0, { name: 'rule-7' }))?.ruleDbId).toBe(3);
  expect(ruleBefore(kept, rule(0, { name: 'rule-3' }))).toBeNull();
});

test('all of its methods have to be those of the other', () => {
  const named = rule(7, { methods: ['GET /a', 'GET /b'] });
  expect(ruleBefore([rule(3, { methods: ['GET /a'] }), named], named)).toBeNull();
  expect(ruleBefore([rule(3, { methods: ['GET /b', 'GET /a'] }), named], named)?.ruleDbId).toBe(3);
});
