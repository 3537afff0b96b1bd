import type { RuleScope } from '@weft/schema/wire';
import { expect, test } from 'vitest';
import { coversScope } from './peers.ts';

const scope = (more: Partial<RuleScope> = {}): RuleScope => ({
  clusters: [],
  zones: [],
  dataCenters: [],
  ips: [],
  labels: {},
  percent: 100,
  ...more,
});
const SOME = scope({ zones: ['z1'], percent: 50 });

test('a scope of every instance covers any other', () => {
  expect(coversScope(scope(), SOME)).toBe(true);
  expect(coversScope(scope(), scope())).toBe(true);
});

test.each<Partial<RuleScope>>([
  { clusters: ['c'] },
  { zones: ['z2'] },
  { dataCenters: ['d'] },
  { ips: ['10.0.0.1'] },
  { labels: { version: 'v1' } },
  { percent: 99 },
])('a scope of %j covers itself, and no other for certain', (part) => {
  expect(coversScope(scope(part), scope(part))).toBe(true);
  expect(coversScope(scope(part), SOME)).toBe(false);
  expect(coversScope(scope(part), scope())).toBe(false);
});
