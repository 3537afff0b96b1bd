export type { AskVerdict, RuleAsk } from '@weft/schema/wire';
export { baggageOf } from './baggage.ts';
export {
  type CompiledRules,
  defineGovernanceRule,
  type GovernanceRule,
  type RuleConditionTrace,
  type RuleDocument,
  type RuleEffect,
  type RuleGauge,
  type RuleHostGroup,
  type RuleLogLevel,
  type RuleLogLine,
  type RuleServices,
  type RuleSet,
  type RuleState,
  type RuleTrace,
  runSteps,
  type SuppliedMapping,
} from './governance-rule.ts';
export { type HostAvoidance, HostChoice, HostResult, type HostSelector, selectorKey } from './host-choice.ts';
export { CopyResult, type RequestCopy, type WantedCopy } from './request-copy.ts';
export type {
  ControlLink,
  HostStanding,
  RuleControl,
  RuleControlServices,
} from './rule-control.ts';
export {
  type RuleAnswer,
  RuleDecision,
  type RuleHolder,
  type RuleMark,
  type RuleRejection,
  RuleVerdict,
} from './rule-decision.ts';
export type { RuleEffort } from './rule-effort.ts';
export { OutcomeKind, RuleOutcome } from './rule-outcome.ts';
export { RuleDirection, type RuleNode, type RuleRequest, UNKNOWN_NODE } from './rule-request.ts';
export { COUNTER_CELLS, RuleCounter, type RuleSlot, SLOT_WORDS, type SlotPlan } from './rule-slot.ts';
export { traceIdOf } from './trace-id.ts';
export { type ExplainedRule, markUnsaid, UNSAID } from './unsaid-address.ts';
