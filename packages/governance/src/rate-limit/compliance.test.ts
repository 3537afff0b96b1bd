import { parseConfig } from '@weft/schema';
import { flowControlDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { rateLimit } from './index.ts';

const documentOf = (...flowControlRules: object[]) =>
  parseConfig({ flowControlRules }, flowControlDocumentSchema).value;
const rule = { ruleDbId: 7, threshold: 0, services: ['I:1.0@DEFAULT'], methods: ['refused'] };

for (const { name, run } of governanceRuleCompliance({
  rule: rateLimit,
  document: documentOf(rule, { ...rule, ruleDbId: 8, threshold: 10, methods: ['passed'] }),
  broken: documentOf({ ...rule, conditions: [{ type: 'HEADER', field: 'a', operation: 'REGEX', value: ['(?=a)'] }] }),
  direction: 'SERVER',
  refused: testRuleRequest({ service: 'I:1.0', method: 'refused' }),
  passed: testRuleRequest({ service: 'I:1.0', method: 'passed' }),
}))
  test(name, run);
