import type { AnyRule, AnyRuleKind, ApiClient, RuleCalls } from '@weft/api';
import { EXIT } from '@weft/kit';
import { nearestName } from '@weft/schema';
import { CommandError } from '../../outcome.ts';

/** A rule of any type: what all have, and what most have. */
export type Rule = AnyRule & { readonly methods?: readonly string[] };

/** How commands take a rule. */
export const RULE = 'number, name, or app/name';

export interface TypeOption {
  readonly type?: string;
}

/** A type of rules with its calls. */
export interface RuleType {
  readonly kind: AnyRuleKind;
  readonly calls: RuleCalls;
}

/** The types of rules, or the one that is named by its word (`limit`) or as rules name it (`LIMIT`). @throws CommandError that says where (`place`) another word was found */
export async function ruleTypes(client: ApiClient, wanted?: string, place = '--type'): Promise<readonly RuleType[]> {
  const { RULE_KINDS, ruleCalls } = await import('@weft/api');
  const word = wanted?.toLowerCase().replaceAll('_', '-');
  const kinds = RULE_KINDS.filter(({ segment }) => word === undefined || segment === word);
  if (kinds.length === 0) {
    const words = RULE_KINDS.map(({ segment }) => segment);
    const near = nearestName(word ?? '', words);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    throw new CommandError(EXIT.USAGE, 'usage', `${place}: found "${wanted}", expected ${words.join(', ')}${hint}`);
  }
  return kinds.map((kind) => ({ kind, calls: ruleCalls(client.ms, kind.segment) }));
}

/** One type: the one named, else rate limiting. */
export async function ruleType(client: ApiClient, wanted = 'limit', place = '--type'): Promise<RuleType> {
  const [first] = await ruleTypes(client, wanted, place);
  return first as RuleType;
}

/** Whether an error of the interface has this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}
