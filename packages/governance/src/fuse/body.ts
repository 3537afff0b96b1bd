import { type FuseRuleBody, fuseDocumentSchema, fuseRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody, refuseSameZones } from '../common/index.ts';
import { compileFuses } from './compile.ts';
import { toFuseDocument } from './convert.ts';
import { fromVendorForm } from './vendor-form.ts';

/** Checks the body of a circuit-breaking rule as proxies will; the form of the vendor's interface is taken as well. */
export function checkFuseBody(input: unknown): CheckedBody<FuseRuleBody> {
  return refuseSameZones(
    checkBody(fromVendorForm(input), {
      bodySchema: fuseRuleBodySchema,
      documentSchema: fuseDocumentSchema,
      list: 'fuseRules',
      toDocument: toFuseDocument,
      compile: compileFuses,
      specFields: ['reject', 'threshold', 'zoneSpec'],
    }),
  );
}
