import type { RuleKind } from '@weft/control';
import { limitRuleKind } from './limit.ts';

/** The rule types of this control plane, one line each; the order does not matter. */
export const ruleKinds: readonly RuleKind[] = [limitRuleKind];

export { limitRuleKind };
