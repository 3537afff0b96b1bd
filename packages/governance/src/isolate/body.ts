import { type IsolateRuleBody, isolateDocumentSchema, isolateRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody } from '../common/index.ts';
import { compileIsolations } from './compile.ts';
import { toIsolateDocument } from './convert.ts';

/** Checks the body of an isolation rule as proxies will: the schema, then the compiler that they have. */
export function checkIsolateBody(input: unknown): CheckedBody<IsolateRuleBody> {
  return checkBody(input, {
    bodySchema: isolateRuleBodySchema,
    documentSchema: isolateDocumentSchema,
    list: 'faultToleranceRules',
    toDocument: toIsolateDocument,
    compile: compileIsolations,
    specFields: ['timeWindow', 'leastExceptionRate'],
  });
}
