import { type MappingRuleBody, mappingDocumentSchema, mappingRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody } from '../common/index.ts';
import { compileMappings } from './compile.ts';
import { toMappingDocument } from './convert.ts';

/** Checks the body of a mapping as far as proxies do without a transcoder: the schema, then the compiler that they have. */
export function checkMappingBody(input: unknown): CheckedBody<MappingRuleBody> {
  return checkBody(input, {
    bodySchema: mappingRuleBodySchema,
    documentSchema: mappingDocumentSchema,
    list: 'mappingRules',
    toDocument: toMappingDocument,
    compile: compileMappings,
    specFields: [],
  });
}
