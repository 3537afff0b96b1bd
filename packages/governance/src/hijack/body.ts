import { type HijackRuleBody, hijackDocumentSchema, hijackRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody } from '../common/index.ts';
import { compileHijacks } from './compile.ts';
import { toHijackDocument } from './convert.ts';

/** Checks the body of a limit of a hijacked app as proxies will: the schema, then the compiler that they have. */
export function checkHijackBody(input: unknown): CheckedBody<HijackRuleBody> {
  return checkBody(input, {
    bodySchema: hijackRuleBodySchema,
    documentSchema: hijackDocumentSchema,
    list: 'hijackRules',
    toDocument: toHijackDocument,
    compile: compileHijacks,
    specFields: ['reject'],
  });
}
