import { Enum, List, type Parsed, Type } from '../author/index.ts';
import { isolateFields } from './isolate-spec.ts';
import { DIRECTIONS } from './rule-body.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** One rule of the wire document. Unknown fields are kept. */
export const IsolateRule = Type.Object(
  {
    ...wireRuleFields,
    direction: Enum(DIRECTIONS, {
      description: 'CLIENT judges at the callers, each for itself; SERVER at the instance, for all callers.',
      default: 'CLIENT',
      ignoreCase: true,
    }),
    ...isolateFields,
  },
  { description: 'One rule.', additionalProperties: true },
);
export type IsolateRule = Parsed<typeof IsolateRule>;

/** The document that carries the isolation rules of an app to its proxies. */
export const IsolateDocument = Type.Object(
  {
    ...wireDocumentFields,
    faultToleranceRules: List(IsolateRule, { description: 'The rules.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The isolation rules of an app.', additionalProperties: true },
);
export type IsolateDocument = Parsed<typeof IsolateDocument>;
