import { parseConfig } from '@weft/schema';
import { fuseDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { BreakerState } from './algorithm.ts';
import { fuse } from './index.ts';

const documentOf = (...fuseRules: object[]) => parseConfig({ fuseRules }, fuseDocumentSchema).value;
const rule = { ruleDbId: 7, threshold: 50, services: ['I:1.0@DEFAULT'], methods: ['refused'] };

/** A breaker that is open from the start: no other one refuses a first request. */
const open: typeof fuse = {
  ...fuse,
  initSlot(plan, words, word, nowMs) {
    fuse.initSlot(plan, words, word, nowMs);
    if (plan.ruleDbId !== 7) return;
    words[word] = BreakerState.OPEN;
    words[word + 1] = 1000;
  },
};

for (const { name, run } of governanceRuleCompliance({
  rule: Object.freeze(open),
  document: documentOf(rule, { ...rule, ruleDbId: 8, methods: ['passed'] }),
  broken: documentOf({ ...rule, conditions: [{ type: 'HEADER', field: 'a', operation: 'REGEX', value: ['(?=a)'] }] }),
  direction: 'SERVER',
  refused: testRuleRequest({ service: 'I:1.0', method: 'refused' }),
  passed: testRuleRequest({ service: 'I:1.0', method: 'passed' }),
}))
  test(name, run);
