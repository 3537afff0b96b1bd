import { parseConfig } from '@weft/schema';
import { rbacDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { auth } from './index.ts';

const documentOf = (rule: object) =>
  parseConfig({ rbacRules: [{ service: 'I:1.0@DEFAULT', blackListEnabled: true, rules: [rule] }] }, rbacDocumentSchema)
    .value;
const when = (operation: string, value: string[]) => [{ type: 'HEADER', field: 'a', operation, value }];
const rule = { ruleDbId: 7, type: 'BLACKLIST', conditions: when('EQUAL', ['x']) };

for (const { name, run } of governanceRuleCompliance({
  rule: auth,
  document: documentOf(rule),
  broken: documentOf({ ...rule, conditions: when('REGEX', ['(?=a)']) }),
  direction: 'SERVER',
  refused: testRuleRequest({ service: 'I:1.0' }, { a: 'x' }),
  passed: testRuleRequest({ service: 'I:1.0' }),
}))
  test(name, run);
