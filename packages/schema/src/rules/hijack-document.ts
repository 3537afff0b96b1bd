import { List, type Parsed, Type } from '../author/index.ts';
import { hijackFields } from './hijack-spec.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** One rule of the wire document. Unknown fields are kept. */
export const HijackRule = Type.Object(
  { ...wireRuleFields, ...hijackFields },
  { description: 'One rule.', additionalProperties: true },
);
export type HijackRule = Parsed<typeof HijackRule>;

/** The document that carries the limits of a hijacked app to its proxies. */
export const HijackDocument = Type.Object(
  {
    ...wireDocumentFields,
    hijackRules: List(HijackRule, { description: 'The rules.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The limits of a hijacked app.', additionalProperties: true },
);
export type HijackDocument = Parsed<typeof HijackDocument>;
