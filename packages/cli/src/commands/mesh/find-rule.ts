import type { ApiClient, LimitRule } from '@weft/api';
import { EXIT } from '@weft/kit';
import { allPages } from '../../mesh-api/all-pages.ts';
import { CommandError } from '../../outcome.ts';

/** A rule by its number, its name, or `app/name`. @throws CommandError with what there is */
export async function findRule(client: ApiClient, wanted: string): Promise<LimitRule> {
  if (/^\d+$/.test(wanted)) return client.ms.getLimitRule({ params: { id: Number(wanted) } });
  const slash = wanted.indexOf('/');
  const all = await allPages((page) => client.ms.listLimitRules({ query: page }));
  const found = all.filter(
    ({ name, app }) =>
      name === wanted || (slash > 0 && app === wanted.slice(0, slash) && name === wanted.slice(slash + 1)),
  );
  if (found.length === 1) return found[0] as LimitRule;
  if (found.length > 1)
    throw new CommandError(
      EXIT.USAGE,
      'ambiguous',
      `"${wanted}" is the name of ${found.length} rules; say which: ${found.map((rule) => `${rule.app}/${rule.name}`).join(', ')}`,
    );
  const some = all.slice(0, 10).map((rule) => `${rule.app}/${rule.name}`);
  throw new CommandError(
    EXIT.FAILED,
    'NOT_FOUND',
    `there is no rule "${wanted}"; ${some.length === 0 ? 'there are none' : `there are: ${some.join(', ')}${all.length > 10 ? ' …' : ''}`}`,
  );
}
