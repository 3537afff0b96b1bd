import { parseConfig } from '@weft/schema';
import { downgradeDocumentSchema } from '@weft/schema/wire';
import { governanceRuleCompliance, testRuleRequest } from '@weft/sdk/testing';
import { test } from 'vitest';
import { downgrade } from './index.ts';

const documentOf = (...conditions: object[]) =>
  parseConfig({ downgradeRules: [{ ruleDbId: 7, conditions, actions: [{}] }] }, downgradeDocumentSchema).value;
const service = { field: 'destination.service.name', value: ['I:1.0@DEFAULT'] };
const when = (operation: string, value: string) => ({ type: 'HEADER', field: 'a', operation, value: [value] });

for (const { name, run } of governanceRuleCompliance({
  rule: downgrade,
  document: documentOf(service, when('EQUAL', 'x')),
  broken: documentOf(service, when('REGEX', '(?=a)')),
  direction: 'CLIENT',
  refused: testRuleRequest({ service: 'I:1.0' }, { a: 'x' }),
  passed: testRuleRequest({ service: 'I:1.0' }),
}))
  test(name, run);
