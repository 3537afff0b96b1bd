export { type GovernedStream, RuleChain } from './chain.ts';
export { explainRules } from './explain-rules.ts';
export { RuleFigures, type RuleHits } from './figures.ts';
export type { RejectSettings, RulesUpdate } from './messages.ts';
export type { RequestPeer } from './request-view.ts';
export { resetRules, ruleStates } from './rule-states.ts';
export { type ApplyResult, type RuleDocumentState, Rules, type RulesOptions } from './rules.ts';
export { type StateEvent, StateWatch } from './state-watch.ts';
export { ThreadRules } from './thread-rules.ts';
