import { List, type Parsed, Type } from '../author/index.ts';
import { MappingSpec } from './mapping-spec.ts';
import { wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** Mappings of one document: each is a service. */
const MAX_MAPPINGS = 1000;

const { ruleDbId, name, enabled, scope } = wireRuleFields;

/** One mapping of the wire document. Unknown fields are kept. */
export const MappingRule = Type.Object(
  { ruleDbId, name, enabled, scope, mapping: MappingSpec },
  { description: 'One mapping.', additionalProperties: true },
);
export type MappingRule = Parsed<typeof MappingRule>;

/** The document that carries the mappings of an app to its proxies. */
export const MappingDocument = Type.Object(
  {
    ...wireDocumentFields,
    mappingRules: List(MappingRule, { description: 'The mappings.', maxItems: MAX_MAPPINGS }),
  },
  { description: 'The mappings of an app.', additionalProperties: true },
);
export type MappingDocument = Parsed<typeof MappingDocument>;
