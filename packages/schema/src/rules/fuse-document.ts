import { List, type Parsed, Type } from '../author/index.ts';
import { fuseFields } from './fuse-spec.ts';
import { zoneSpec } from './limit-spec.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** One rule of the wire document. Unknown fields are kept. */
export const FuseRule = Type.Object(
  { ...wireRuleFields, ...fuseFields, zoneSpec },
  { description: 'One rule.', additionalProperties: true },
);
export type FuseRule = Parsed<typeof FuseRule>;

/** The document that carries the circuit-breaking rules of an app to its proxies. */
export const FuseDocument = Type.Object(
  {
    ...wireDocumentFields,
    fuseRules: List(FuseRule, { description: 'The rules.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The circuit-breaking rules of an app.', additionalProperties: true },
);
export type FuseDocument = Parsed<typeof FuseDocument>;
