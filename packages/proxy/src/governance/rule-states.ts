import type { RuleType } from '@weft/schema/wire';
import { type RuleServices, type RuleSet, type RuleSlot, type RuleState, runSteps } from '@weft/sdk';
import type { Rules } from './rules.ts';

/** How the rules of a type stand; none when the type has no rules in force, or rules without a state. */
export const ruleStates = (rules: Rules, type: RuleType): readonly RuleState[] =>
  rules.controls.of(type)?.states(rules.now()) ?? setOf(rules, type)?.states?.(rules.now()) ?? [];

/** Puts rules of a type back into the state of new ones, for all threads. Returns how those stood that were not in it. */
export const resetRules = (rules: Rules, type: RuleType, which: (state: RuleState) => boolean): readonly RuleState[] =>
  rules.controls.of(type)?.reset(which, rules.now()) ?? setOf(rules, type)?.reset?.(which, rules.now()) ?? [];

/** The rules of a type as this thread sees them: their state is in memory that all threads share. */
function setOf(rules: Rules, type: RuleType): RuleSet | null {
  const found = rules.compiled().find(({ rule }) => rule.type === type);
  if (found === undefined) return null;
  const { rule, program, slots } = found;
  const views: RuleSlot[] = slots.map(({ place }) => rules.slots.view(place));
  const services: RuleServices = {
    slots: views,
    node: rules.node,
    detail: () => false,
    writes: (file, level) => rules.logLevels.writes(file, level),
    random: () => 0,
    log: (file, level, text) => rules.writeLine(file, level, text),
  };
  return runSteps(rule.instantiate(program, services));
}
