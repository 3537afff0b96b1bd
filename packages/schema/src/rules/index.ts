/**
 * Governance rules as TypeBox schemas, for what makes OpenAPI documents and forms of them. A proxy imports the generated
 * form instead: `@weft/schema/wire`.
 */
export { AuthRuleBody } from './auth-rule-body.ts';
export { AUTH_TYPES, AuthSpec, type AuthType } from './auth-spec.ts';
export {
  CONDITION_OPERATIONS,
  CONDITION_TYPES,
  Condition,
  SYSTEM_FIELDS,
  type SystemField,
} from './condition.ts';
export { DowngradeDocument, DowngradeRule } from './downgrade-document.ts';
export { DowngradeRuleBody } from './downgrade-rule-body.ts';
export { DOWNGRADE_ACTIONS, type DowngradeAction, DowngradeSpec } from './downgrade-spec.ts';
export { FaultDocument, FaultRule } from './fault-document.ts';
export { FaultRuleBody } from './fault-rule-body.ts';
export { FAULT_TYPES, FaultSpec, type FaultType } from './fault-spec.ts';
export { FlowControlDocument, FlowControlRule } from './flow-control-document.ts';
export { FuseDocument, FuseRule } from './fuse-document.ts';
export { FuseRuleBody } from './fuse-rule-body.ts';
export { FuseSpec, TRIGGER_TYPES, type TriggerType } from './fuse-spec.ts';
export { HijackDocument, HijackRule } from './hijack-document.ts';
export { HijackRuleBody } from './hijack-rule-body.ts';
export { HIJACK_UNITS, HijackSpec } from './hijack-spec.ts';
export { IsolateDocument, IsolateRule } from './isolate-document.ts';
export { IsolateRuleBody } from './isolate-rule-body.ts';
export { IsolateSpec } from './isolate-spec.ts';
export { LimitRuleBody } from './limit-rule-body.ts';
export { LimitSpec, RejectSpec, THRESHOLD_TYPES, type ThresholdType, ZoneThreshold } from './limit-spec.ts';
export { MappingDocument, MappingRule } from './mapping-document.ts';
export { MappingRuleBody } from './mapping-rule-body.ts';
export { MappingSpec, type MethodDocument, mappingFields } from './mapping-spec.ts';
export { MirrorDocument, MirrorRule } from './mirror-document.ts';
export { MirrorRuleBody } from './mirror-rule-body.ts';
export { MirrorSpec } from './mirror-spec.ts';
export { RbacDocument, RbacEntry, RbacRule } from './rbac-document.ts';
export { RouteDocument, RouteRule } from './route-document.ts';
export { RouteRuleBody } from './route-rule-body.ts';
export { RouteSpec } from './route-spec.ts';
export {
  DIRECTIONS,
  type Direction,
  MODES,
  RULE_TYPES,
  RuleBody,
  type RuleMode,
  RuleScope,
  type RuleType,
} from './rule-body.ts';
export { DOCUMENT_TYPES, MAX_DOCUMENT_RULES } from './wire-rule.ts';
