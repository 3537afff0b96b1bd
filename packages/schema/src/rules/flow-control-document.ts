import { List, type Parsed, Type } from '../author/index.ts';
import { limitFields, zoneSpec } from './limit-spec.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** One rule of the wire document. Unknown fields are kept. */
export const FlowControlRule = Type.Object(
  { ...wireRuleFields, ...limitFields, zoneSpec },
  { description: 'One rule.', additionalProperties: true },
);
export type FlowControlRule = Parsed<typeof FlowControlRule>;

/** The document that carries the rate-limit rules of an app to its proxies. */
export const FlowControlDocument = Type.Object(
  {
    ...wireDocumentFields,
    flowControlRules: List(FlowControlRule, { description: 'The rules.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The rate-limit rules of an app.', additionalProperties: true },
);
export type FlowControlDocument = Parsed<typeof FlowControlDocument>;
