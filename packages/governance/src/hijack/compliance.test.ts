import { parseConfig } from '@weft/schema';
import { hijackDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { hijack } from './index.ts';

const documentOf = (...hijackRules: object[]) => parseConfig({ hijackRules }, hijackDocumentSchema).value;
const rule = { ruleDbId: 7, port: 80, maxRequests: 1 };

/** A limit that is used up from the start: no other one refuses a first request. */
const used: typeof hijack = {
  ...hijack,
  initSlot(plan, words, word) {
    if (plan.ruleDbId === 7) words[word] = 1;
  },
};

for (const { name, run } of governanceRuleCompliance({
  rule: Object.freeze(used),
  document: documentOf({ ...rule, unit: 'concurrency' }, { ...rule, ruleDbId: 8, port: 81, unit: 'concurrency' }),
  broken: documentOf({ ...rule, services: ['x'] }),
  direction: 'SERVER',
  refused: testRuleRequest({ service: 'I:1.0', localPort: 80 }),
  passed: testRuleRequest({ service: 'I:1.0', localPort: 81 }),
}))
  test(name, run);
