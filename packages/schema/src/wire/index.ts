/** Governance rules as plain schemas for `parseConfig`, without TypeBox: what a running proxy loads. */
export { flowControlDocumentSchema } from '../gen/flow-control-document.gen.ts';
export { limitRuleBodySchema } from '../gen/limit-rule-body.gen.ts';
export type { Condition, SystemField } from '../rules/condition.ts';
export type { FlowControlDocument, FlowControlRule } from '../rules/flow-control-document.ts';
export type { LimitRuleBody } from '../rules/limit-rule-body.ts';
export type { LimitSpec, RejectSpec } from '../rules/limit-spec.ts';
export type { Direction, RuleBody, RuleMode, RuleScope, RuleType } from '../rules/rule-body.ts';
export { MAX_DOCUMENT_LENGTH, type ParsedDocument, parseDocument } from './parse-document.ts';
