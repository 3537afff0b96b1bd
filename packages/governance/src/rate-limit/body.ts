import { flowControlDocumentSchema, type LimitRuleBody, limitRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody, refuseSameZones } from '../common/index.ts';
import { compileLimits } from './compile.ts';
import { toLimitDocument } from './convert.ts';

/** Checks the body of a rate-limit rule as proxies will: the schema, then the compiler that they have. */
export function checkLimitBody(input: unknown): CheckedBody<LimitRuleBody> {
  return refuseSameZones(
    checkBody(input, {
      bodySchema: limitRuleBodySchema,
      documentSchema: flowControlDocumentSchema,
      list: 'flowControlRules',
      toDocument: toLimitDocument,
      compile: compileLimits,
      specFields: ['reject'],
    }),
  );
}
