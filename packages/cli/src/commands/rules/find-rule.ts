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
  const others = async (): Promise<readonly RuleType[]> =>
    type === undefined ? [] : (await ruleTypes(client)).filter(({ kind }) => kind !== types[0]?.kind);
  if (/^\d+$/.test(wanted)) {
    try {
      return await findByNumber(types, wanted);
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND')) throw error;
      const other = await findByNumber(await others(), wanted).catch(() => null);
      throw other === null ? error : ofAnotherType(other, types);
    }
  }
  const all = await allRules(types);
  const slash = wanted.indexOf('/');
  const isWanted = ({ rule: { name, app } }: FoundRule): boolean =>
    name === wanted || (slash > 0 && app === wanted.slice(0, slash) && name === wanted.slice(slash + 1));
  const found = all.filter(isWanted);
  if (found.length === 1) return found[0] as FoundRule;
  if (found.length > 1)
    throw new CommandError(
      EXIT.USAGE,
      'ambiguous',
      `"${wanted}" is the name of ${found.length} rules; say which, by app/name or --type: ${found.map(named).join(', ')}`,
    );
  const { nearestName } = await import('@weft/schema');
  const names = all.flatMap(({ rule: { name, app } }) => (slash > 0 ? [`${app}/${name}`] : [name]));
  const near = nearestName(wanted, names);
  const other = (await allRules(await others())).find(isWanted);
  if (other !== undefined) throw ofAnotherType(other, types);
  const some = all.slice(0, SHOWN).map(named).join(', ');
  throw new CommandError(
    EXIT.FAILED,
    'NOT_FOUND',
    `there is no rule "${wanted}"; ${near === undefined ? '' : `did you mean ${near}? `}${all.length === 0 ? 'there are none' : `there are: ${some}${all.length > SHOWN ? ' …' : ''}`}`,
  );
}

const named = ({ rule, of }: FoundRule): string => `${rule.app}/${rule.name} (${of.kind.segment})`;

const ofAnotherType = (found: FoundRule, [wanted]: readonly RuleType[]): CommandError =>
  new CommandError(
    EXIT.FAILED,
    'wrong_type',
    `${named(found)} is a rule of type ${found.of.kind.segment}, expected one of type ${wanted?.kind.segment}`,
  );

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
