import assert from 'node:assert/strict';
import { parseConfig } from '@weft/schema';
import { mirrorDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { mirror } from './index.ts';

const documentOf = (...mirrorRules: object[]) => parseConfig({ mirrorRules }, mirrorDocumentSchema).value;
const rule = { ruleDbId: 7, services: ['I:1.0@DEFAULT'], targetCluster: 'shadow' };

const cases = governanceRuleCompliance({
  rule: mirror,
  document: documentOf(rule),
  broken: documentOf({ ...rule, targetCluster: '' }),
  direction: 'SERVER',
  // Mirroring refuses nothing.
  refused: testRuleRequest({ service: 'I:1.0' }),
  passed: testRuleRequest({ service: 'I:1.0' }),
});
const REFUSES = /^a refusal|^explains what/;
assert.equal(cases.filter(({ name }) => REFUSES.test(name)).length, 2);
for (const { name, run } of cases) if (!REFUSES.test(name)) test(name, run);
