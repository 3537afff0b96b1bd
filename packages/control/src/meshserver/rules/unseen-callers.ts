import { type Message, type MessageId, message } from '@weft/api';
import { nearestName } from '@weft/schema';
import type { AnyRuleBody } from './rule-kind.ts';

/** The caller's app in the spellings that conditions take, in lower case. */
const CALLER_APP: ReadonlySet<string> = new Set(['source.app.name', 'system.sourceapp', 'sourceapp']);
const NAMES: ReadonlySet<string> = new Set(['EQUAL', 'IN']);

/** What a list is said to do that is for nobody. */
const LISTS: ReadonlyMap<unknown, { readonly nobody: MessageId; readonly nobodyNear: MessageId }> = new Map([
  ['WHITELIST', { nobody: 'warning.no-caller', nobodyNear: 'warning.no-caller-near' }],
  ['BLACKLIST', { nobody: 'warning.nobody-refused', nobodyNear: 'warning.nobody-refused-near' }],
]);

/**
 * Says of a list which apps it lets in or refuses that no proxy is known of. Beside known apps only a name that is
 * nearly one of them is a slip: callers without a proxy may say any name.
 *
 * @param apps of every proxy that is known: those that were heard of within the last hour; while there is none nothing is said
 */
export function unseenCallers(
  { spec, conditions }: Pick<AnyRuleBody, 'spec' | 'conditions'>,
  apps: ReadonlySet<string>,
): Message[] {
  const list = LISTS.get((spec as { readonly type?: unknown }).type);
  if (list === undefined || apps.size === 0) return [];
  return conditions.flatMap(({ type, field, operation, value }): Message[] => {
    if (type !== 'SYSTEM' || !CALLER_APP.has(field.toLowerCase()) || !NAMES.has(operation)) return [];
    const unseen = value.filter((app) => app !== '' && !apps.has(app));
    const isNobody = unseen.length === value.length;
    const slips = unseen.flatMap((app): Message[] => {
      const name = nearestName(app, apps);
      if (name === undefined) return [];
      return [message(isNobody ? list.nobodyNear : 'warning.unseen-caller', { app, name })];
    });
    if (slips.length > 0 || !isNobody || unseen.length === 0) return slips;
    return [message(list.nobody, { apps: unseen.join(', ') })];
  });
}
