import { Count, List, type Parsed, Type } from '../author/index.ts';
import { MappingSpec } from './mapping-spec.ts';
import { wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** Mappings of one document: each is a service. */
const MAX_MAPPINGS = 1000;

const { ruleDbId, name, enabled, scope } = wireRuleFields;

const ruleVersion = Count({
  description: 'Version of the rule at the control plane, as explanations name it; 0 where it is not said.',
  default: 0,
  maximum: Number.MAX_SAFE_INTEGER,
});

/** One mapping of the wire document. Unknown fields are kept. */
export const MappingRule = Type.Object(
  { ruleDbId, name, enabled, scope, ruleVersion, mapping: MappingSpec },
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
