import { Enum, Flag, List, type Parsed, Text, Type } from '../author/index.ts';
import { authType, GRANULARITIES } from './auth-spec.ts';
import { Condition } from './condition.ts';
import { RejectSpec } from './limit-spec.ts';
import { RuleScope, ruleBodyFields } from './rule-body.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** One rule of a list. Unknown fields are kept. */
export const RbacRule = Type.Object(
  {
    ruleDbId: wireRuleFields.ruleDbId,
    name: wireRuleFields.name,
    type: authType,
    mode: wireRuleFields.mode,
    enabled: Flag({ description: 'Whether the rule acts.', default: true }),
    methods: ruleBodyFields.methods,
    conditions: List(Condition, { description: 'Callers that meet every condition.', maxItems: 32 }),
    scope: RuleScope,
    reject: RejectSpec,
    granularity: Enum(GRANULARITIES, { description: 'As the form has it.', default: 'SERVICE', ignoreCase: true }),
  },
  { description: 'One rule.', additionalProperties: true },
);
export type RbacRule = Parsed<typeof RbacRule>;

/** The lists of one service. */
export const RbacEntry = Type.Object(
  {
    service: Text({
      description: 'dataId of the service; `*` is every service of the app.',
      minLength: 1,
      maxLength: 512,
      examples: ['details.bookinfo:9080@Http1'],
    }),
    whiteListEnabled: Flag({ description: 'Switch of the whitelist.', default: false }),
    blackListEnabled: Flag({ description: 'Switch of the blacklist.', default: false }),
    defaultDeny: Flag({ description: 'A whitelist without a rule that is on denies everybody.', default: false }),
    rules: List(RbacRule, { description: 'The rules of both lists.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The lists of one service.', additionalProperties: true },
);
export type RbacEntry = Parsed<typeof RbacEntry>;

/** The document that carries the authorization rules of an app to its proxies. */
export const RbacDocument = Type.Object(
  {
    ...wireDocumentFields,
    rbacRules: List(RbacEntry, { description: 'The lists, by service.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The authorization rules of an app.', additionalProperties: true },
);
export type RbacDocument = Parsed<typeof RbacDocument>;
