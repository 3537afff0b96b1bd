import { parseConfig } from '@weft/schema';
import { faultDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { faultInject } from './index.ts';

const documentOf = (...faultInjectRules: object[]) => parseConfig({ faultInjectRules }, faultDocumentSchema).value;
const rule = { ruleDbId: 7, services: ['I:1.0@DEFAULT'], methods: ['refused'], faultInjectRuleItems: [{}] };

for (const { name, run } of governanceRuleCompliance({
  rule: faultInject,
  document: documentOf(rule, {
    ...rule,
    ruleDbId: 8,
    methods: ['passed'],
    faultInjectRuleItems: [{ configs: { faultPercent: 0 } }],
  }),
  broken: documentOf({ ...rule, faultInjectRuleItems: [{ configs: { code: 'x' } }] }),
  direction: 'SERVER',
  refused: testRuleRequest({ service: 'I:1.0', method: 'refused' }),
  passed: testRuleRequest({ service: 'I:1.0', method: 'passed' }),
}))
  test(name, run);
