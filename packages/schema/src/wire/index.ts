/** Governance rules as plain schemas for `parseConfig`, without TypeBox: what a running proxy loads. */

export { authRuleBodySchema } from '../gen/auth-rule-body.gen.ts';
export { faultDocumentSchema } from '../gen/fault-document.gen.ts';
export { faultRuleBodySchema } from '../gen/fault-rule-body.gen.ts';
export { flowControlDocumentSchema } from '../gen/flow-control-document.gen.ts';
export { fuseDocumentSchema } from '../gen/fuse-document.gen.ts';
export { fuseRuleBodySchema } from '../gen/fuse-rule-body.gen.ts';
export { limitRuleBodySchema } from '../gen/limit-rule-body.gen.ts';
export { rbacDocumentSchema } from '../gen/rbac-document.gen.ts';
export type { AuthRuleBody } from '../rules/auth-rule-body.ts';
export type { AuthSpec, AuthType } from '../rules/auth-spec.ts';
export type { Condition, SystemField } from '../rules/condition.ts';
export type { FaultDocument, FaultRule } from '../rules/fault-document.ts';
export type { FaultRuleBody } from '../rules/fault-rule-body.ts';
export type { FaultSpec, FaultType } from '../rules/fault-spec.ts';
export type { FlowControlDocument, FlowControlRule } from '../rules/flow-control-document.ts';
export type { FuseDocument, FuseRule } from '../rules/fuse-document.ts';
export type { FuseRuleBody } from '../rules/fuse-rule-body.ts';
export type { FuseSpec, TriggerType } from '../rules/fuse-spec.ts';
export type { LimitRuleBody } from '../rules/limit-rule-body.ts';
export type { LimitSpec, RejectSpec } from '../rules/limit-spec.ts';
export type { RbacDocument, RbacEntry, RbacRule } from '../rules/rbac-document.ts';
export type { Direction, RuleBody, RuleMode, RuleScope, RuleType } from '../rules/rule-body.ts';
export { instancePercentile } from './instance-percentile.ts';
export { MAX_DOCUMENT_LENGTH, type ParsedDocument, parseDocument } from './parse-document.ts';
