import { expect, test } from 'vitest';
import { ruleKindOf } from './rule-change.ts';

const row = (action: string, change: object = {}) => ({
  action,
  object: 'rule limit/7 qps',
  result: 'OK' as const,
  changeId: 'c1',
  diff: {},
  ...change,
});

test.each([
  'ms.createLimitRule',
  'ms.replaceLimitRule',
  'ms.putLimitRuleByName',
  'ms.enableLimitRule',
  'ms.batchLimitRules',
  'ms.importLimitRules',
  'ms.rollbackLimitRule',
  'ms.publishLimitRuleDraft',
  'ms.promoteLimitRuleRollout',
  'ms.rollout.promote',
  'ms.rollbackChanges',
  'ms.expire',
])('%s can be taken back', (action) => expect(ruleKindOf(row(action))?.segment).toBe('limit'));

test.each([
  'ms.saveLimitRuleDraft',
  'ms.discardLimitRuleDraft',
  'ms.retryLimitRulePush',
  'ms.startLimitRuleRollout',
  'ms.abortLimitRuleRollout',
  'ms.rollout.step',
  'ms.resetBreakers',
  'drm.putValue',
])('%s has changed no rule', (action) => expect(ruleKindOf(row(action))).toBe(null));

test('what was refused, or only tried, has changed no rule', () => {
  expect(ruleKindOf(row('ms.createLimitRule', { result: 'REFUSED' }))).toBe(null);
  expect(ruleKindOf(row('ms.rollbackChanges', { object: '/openapi/v1/ms/changes:rollback?dryRun=true' }))).toBe(null);
  expect(ruleKindOf(row('ms.createLimitRule', { changeId: '' }))).toBe(null);
  expect(ruleKindOf(row('ms.putLimitRuleByName', { diff: { changed: 0 } }))).toBe(null);
  expect(ruleKindOf(row('ms.rollbackChanges', { object: 'rules fuse/1 a, limit/2 b' }))?.segment).toBe('fuse');
});
