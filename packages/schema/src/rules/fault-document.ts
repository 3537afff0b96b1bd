import { List, type Parsed, Type } from '../author/index.ts';
import { faultWireFields } from './fault-spec.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** `resource` is a text here; keys are told apart without their case. */
const { Resource: _, ...commonFields } = wireRuleFields;

/** One rule of the wire document. Unknown fields are kept. */
export const FaultRule = Type.Object(
  { ...commonFields, ...faultWireFields },
  { description: 'One rule.', additionalProperties: true },
);
export type FaultRule = Parsed<typeof FaultRule>;

/** The document that carries the fault-injection rules of an app to its proxies. */
export const FaultDocument = Type.Object(
  {
    ...wireDocumentFields,
    faultInjectRules: List(FaultRule, { description: 'The rules.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The fault-injection rules of an app.', additionalProperties: true },
);
export type FaultDocument = Parsed<typeof FaultDocument>;
