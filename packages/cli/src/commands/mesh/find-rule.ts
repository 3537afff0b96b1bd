import type { ApiClient } from '@weft/api';
import { EXIT } from '@weft/kit';
import { allPages } from '../../mesh-api/all-pages.ts';
import { CommandError } from '../../outcome.ts';
import { hasCode, type Rule, type RuleType, ruleTypes } from './rule-types.ts';

/** A rule with the calls of its type. */
export interface FoundRule {
  readonly rule: Rule;
  readonly of: RuleType;
}

const SHOWN = 10;

/**
 * A rule by its number, its name, or `app/name`; of the type that is named, else of any.
 * @throws CommandError with what there is
 */
export async function findRule(client: ApiClient, wanted: string, type?: string): Promise<FoundRule> {
  const types = await ruleTypes(client, type);
  if (/^\d+$/.test(wanted)) return findByNumber(types, wanted);
  const all = await allRules(types);
  const slash = wanted.indexOf('/');
  const found = all.filter(
    ({ rule: { name, app } }) =>
      name === wanted || (slash > 0 && app === wanted.slice(0, slash) && name === wanted.slice(slash + 1)),
  );
  if (found.length === 1) return found[0] as FoundRule;
  const named = ({ rule, of }: FoundRule): string => `${rule.app}/${rule.name} (${of.kind.segment})`;
  if (found.length > 1)
    throw new CommandError(
      EXIT.USAGE,
      'ambiguous',
      `"${wanted}" is the name of ${found.length} rules; say which, by app/name or --type: ${found.map(named).join(', ')}`,
    );
  const some = all.slice(0, SHOWN).map(named).join(', ');
  throw new CommandError(
    EXIT.FAILED,
    'NOT_FOUND',
    `there is no rule "${wanted}"; ${all.length === 0 ? 'there are none' : `there are: ${some}${all.length > SHOWN ? ' …' : ''}`}`,
  );
}

/** Every rule of these types. Types that the caller may not see, or an older control plane lacks, are left out, unless no other is asked for. */
export async function allRules(types: readonly RuleType[], query: object = {}): Promise<FoundRule[]> {
  const found: FoundRule[] = [];
  for (const of of types) {
    try {
      const rules = await allPages((page) => of.calls.list({ query: { ...query, ...page } }));
      for (const rule of rules) found.push({ rule, of });
    } catch (error) {
      if (types.length === 1 || !(hasCode(error, 'FORBIDDEN') || hasCode(error, 'NOT_FOUND'))) throw error;
    }
  }
  return found;
}

async function findByNumber(types: readonly RuleType[], wanted: string): Promise<FoundRule> {
  let last: unknown;
  for (const of of types) {
    try {
      return { rule: await of.calls.get({ params: { id: Number(wanted) } }), of };
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND') && !hasCode(error, 'FORBIDDEN')) throw error;
      last = error;
    }
  }
  throw last;
}
