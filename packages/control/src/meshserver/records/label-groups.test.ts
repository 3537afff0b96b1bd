import { expect, test } from 'vitest';
import type { AnyRuleBody, InstanceFinder } from '../rules/rule-kind.ts';
import { missingGroups } from './label-groups.ts';

const SERVICES = ['a@Http1', 'b@Http1'];
/** Instances of `a` are v1, those of `b` are v1 or v2. */
const has: InstanceFinder = (service, labels) =>
  labels.every(([name, value]) => name === 'version' && (value === 'v1' || (value === 'v2' && service === 'b@Http1')));
const ruleOf = (shares: Readonly<Record<string, number>>, faultProtection = false) =>
  ({
    services: SERVICES,
    spec: {
      faultProtection,
      destinations: Object.entries(shares).map(([version, weight]) => ({ weight, labels: { version } })),
    },
  }) as unknown as AnyRuleBody;

test.each([
  [{ v1: 100 }, false, [], false],
  [{ v1: 50, v2: 50 }, false, ['a@Http1 version=v2'], false],
  [{ v9: 100 }, false, ['a@Http1 version=v9', 'b@Http1 version=v9'], true],
  [{ v1: 100, v9: 0 }, false, [], false],
  [{ v1: 100, v9: 0 }, true, ['a@Http1 version=v9', 'b@Http1 version=v9'], false],
])('%j with diversion %s', (shares, diverts, missing, all) => {
  const found = missingGroups(ruleOf(shares as unknown as Record<string, number>, diverts), has);
  expect(found.missing.map(({ service, labels }) => `${service} ${labels}`)).toEqual(missing);
  expect(found.all).toBe(all);
});

test('a rule of another type has no groups', () => {
  expect(missingGroups({ services: SERVICES, spec: {} } as unknown as AnyRuleBody, has)).toEqual({
    missing: [],
    all: false,
  });
});
