import { type GivenRule, type GivenRules, giveRules } from '@weft/control';
import { ruleKinds } from './index.ts';

export type AskedRules = GivenRules;

/** Rules that are stored nowhere, checked and asked by the types of this control plane. */
export const giveToKinds = (given: readonly GivenRule[]): AskedRules => giveRules(ruleKinds, given);
