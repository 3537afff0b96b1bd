import assert from 'node:assert/strict';
import { parseConfig } from '@weft/schema';
import { isolateDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { isolate } from './index.ts';

const documentOf = (...faultToleranceRules: object[]) =>
  parseConfig({ faultToleranceRules }, isolateDocumentSchema).value;
const rule = { ruleDbId: 7, leastExceptionRate: 20 };

const cases = governanceRuleCompliance({
  rule: isolate,
  document: documentOf(rule),
  broken: documentOf({ ...rule, timeWindow: 1 }),
  direction: 'CLIENT',
  // Isolation refuses nothing: it leaves out hosts.
  refused: testRuleRequest({ service: 'I:1.0' }),
  passed: testRuleRequest({ service: 'I:1.0' }),
});
const REFUSES = /^a refusal|^explains what/;
assert.equal(cases.filter(({ name }) => REFUSES.test(name)).length, 2);
for (const { name, run } of cases) if (!REFUSES.test(name)) test(name, run);
