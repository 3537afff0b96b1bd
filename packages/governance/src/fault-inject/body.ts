import { type FaultRuleBody, faultDocumentSchema, faultRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody } from '../common/index.ts';
import { compileFaults } from './compile.ts';
import { toFaultDocument } from './convert.ts';

/** Checks the body of a fault-injection rule as proxies will: the schema, then the compiler that they have. */
export function checkFaultBody(input: unknown): CheckedBody<FaultRuleBody> {
  const checked = checkBody(input, {
    bodySchema: faultRuleBodySchema,
    documentSchema: faultDocumentSchema,
    list: 'faultInjectRules',
    toDocument: toFaultDocument,
    compile: compileFaults,
    specFields: [],
  });
  if (checked.kind === 'ok') return checked;
  const problems = checked.problems.map((problem) => ({ ...problem, path: inBody(problem.path) }));
  return { kind: 'refused', problems };
}

/** The document has the fault in an item of the rule. */
function inBody(path: string): string {
  return path
    .replace(/^faultInjectRuleItems\[\d+\]\.trafficConditions/, 'conditions')
    .replace(/^faultInjectRuleItems\[\d+\]\.configs\./, 'spec.');
}
