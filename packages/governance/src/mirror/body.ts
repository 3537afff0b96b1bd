import { type MirrorRuleBody, mirrorDocumentSchema, mirrorRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody } from '../common/index.ts';
import { compileMirrors } from './compile.ts';
import { toMirrorDocument } from './convert.ts';

/** Checks the body of a mirroring rule as proxies will: the schema, then the compiler that they have. */
export function checkMirrorBody(input: unknown): CheckedBody<MirrorRuleBody> {
  return checkBody(input, {
    bodySchema: mirrorRuleBodySchema,
    documentSchema: mirrorDocumentSchema,
    list: 'mirrorRules',
    toDocument: toMirrorDocument,
    compile: compileMirrors,
    specFields: ['targetDataId', 'targetAddresses', 'stripHeaders', 'addHeaders'],
  });
}
