import { LimitRuleBody } from '@weft/api';
import { expect, test } from 'vitest';
import { compareBySchema } from './compare-rules.ts';

const rule = { name: 'a', app: 'details', services: ['x@Http1'], spec: { threshold: 2 } };
const stored = {
  ...rule,
  direction: 'SERVER',
  mode: 'CONTROL',
  enabled: false,
  spec: { thresholdType: 'invokeTimes', threshold: 2, timeMs: 1000, maxBurstRatio: 1, zoneSpec: [], reject: {} },
};

test('what has its default is the same as what is missing', () => {
  expect(compareBySchema(LimitRuleBody as object, stored, rule)).toEqual([]);
  const other = { ...stored, spec: { ...stored.spec, timeMs: 500 } };
  expect(compareBySchema(LimitRuleBody as object, other, rule)).toEqual([
    { path: '/spec/timeMs', before: 500, after: 1000 },
  ]);
});

test('fields of conditions have their defaults, too', () => {
  const short = { ...rule, conditions: [{ field: 'source.app.name', value: ['a'] }] };
  const full = [{ type: 'SYSTEM', field: 'source.app.name', operation: 'EQUAL', value: ['a'] }];
  expect(compareBySchema(LimitRuleBody as object, { ...stored, conditions: full }, short)).toEqual([]);
  const other = full.map((item) => ({ ...item, operation: 'IN' }));
  expect(
    compareBySchema(LimitRuleBody as object, { ...stored, conditions: other }, short).map(({ path }) => path),
  ).toEqual(['/conditions']);
});

test('names every field that differs, and no order of keys', () => {
  const labelled = (labels: object) => ({ ...rule, scope: { labels } });
  expect(compareBySchema(LimitRuleBody as object, labelled({ a: '1', b: '2' }), labelled({ b: '2', a: '1' }))).toEqual(
    [],
  );
  const changed = { ...rule, mode: 'OBSERVE', services: ['y@Http1'] };
  expect(
    compareBySchema(LimitRuleBody as object, stored, changed)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['/mode', '/services']);
});
