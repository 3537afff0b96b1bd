export { createMeshserver, type Meshserver, type MeshserverOptions } from './meshserver.ts';
export type { KeyedRule, RuleKind, SimulatedAnswer, SimulatedCall, SimulatedRule } from './rules/rule-kind.ts';
