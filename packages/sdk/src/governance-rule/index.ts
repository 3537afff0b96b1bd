export {
  type CompiledRules,
  defineGovernanceRule,
  type GovernanceRule,
  type RuleConditionTrace,
  type RuleDocument,
  type RuleGauge,
  type RuleLogLevel,
  type RuleLogLine,
  type RuleServices,
  type RuleSet,
  type RuleState,
  type RuleTrace,
  runSteps,
} from './governance-rule.ts';
export { HostChoice, HostResult, type HostSelector, selectorKey } from './host-choice.ts';
export { type RuleAnswer, RuleDecision, type RuleHolder, type RuleRejection, RuleVerdict } from './rule-decision.ts';
export { OutcomeKind, RuleOutcome } from './rule-outcome.ts';
export { RuleDirection, type RuleNode, type RuleRequest, UNKNOWN_NODE } from './rule-request.ts';
export { COUNTER_CELLS, RuleCounter, type RuleSlot, SLOT_WORDS, type SlotPlan } from './rule-slot.ts';
