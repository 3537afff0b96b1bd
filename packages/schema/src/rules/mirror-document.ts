import { List, type Parsed, Type } from '../author/index.ts';
import { mirrorFields } from './mirror-spec.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** One rule of the wire document. Unknown fields are kept. */
export const MirrorRule = Type.Object(
  { ...wireRuleFields, ...mirrorFields },
  { description: 'One rule.', additionalProperties: true },
);
export type MirrorRule = Parsed<typeof MirrorRule>;

/** The document that carries the mirroring rules of an app to its proxies. */
export const MirrorDocument = Type.Object(
  {
    ...wireDocumentFields,
    mirrorRules: List(MirrorRule, { description: 'The rules.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The mirroring rules of an app.', additionalProperties: true },
);
export type MirrorDocument = Parsed<typeof MirrorDocument>;
