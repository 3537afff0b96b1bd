export { createMeshserver, type Meshserver, type MeshserverOptions } from './meshserver.ts';
export { type GivenRule, type GivenRules, giveRules } from './rules/given-rules.ts';
export type {
  AnyRuleBody,
  KeyedRule,
  RecordedCall,
  ReplayedCall,
  ReplayingProxy,
  RuleKind,
  RuleList,
  RulePreviewed,
  SimulatedAnswer,
  SimulatedCall,
  SimulatedRule,
} from './rules/rule-kind.ts';
