import assert from 'node:assert/strict';
import { parseConfig } from '@weft/schema';
import { routeDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { route } from './index.ts';

const documentOf = (...rules: object[]) => parseConfig({ dataId: 'I:1.0@DEFAULT', rules }, routeDocumentSchema).value;
const rule = { id: 7, destinations: [{ weight: 100 }] };

const cases = governanceRuleCompliance({
  rule: route,
  document: documentOf(rule),
  broken: documentOf({ ...rule, conditions: [{ type: 'HEADER', field: 'a', operation: 'REGEX', value: ['(?=a)'] }] }),
  direction: 'CLIENT',
  // Routing refuses nothing by itself: it does when the engine finds no host.
  refused: testRuleRequest({ service: 'I:1.0' }),
  passed: testRuleRequest({ service: 'I:1.0' }),
});
const REFUSES = /^a refusal|^explains what/;
assert.equal(cases.filter(({ name }) => REFUSES.test(name)).length, 2);
for (const { name, run } of cases) if (!REFUSES.test(name)) test(name, run);
