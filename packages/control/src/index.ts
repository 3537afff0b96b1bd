export { COMPONENTS, type ControlComponent, EMBEDDED, selectComponents } from './components.ts';
export {
  type ControlPlane,
  type ControlPlaneOptions,
  type PartContext,
  type RunningPart,
  startControlPlane,
} from './control-plane.ts';
export { type Address, checkAddresses, ListenFailure } from './listen-addresses.ts';
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
} from './meshserver/index.ts';
export { type GivenRule, type GivenRules, giveRules } from './meshserver/index.ts';
export type { Seeded } from './osp/index.ts';
