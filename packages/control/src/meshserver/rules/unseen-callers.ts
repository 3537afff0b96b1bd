import { type Message, message } from '@weft/api';
import { nearestName } from '@weft/schema';
import type { AnyRuleBody } from './rule-kind.ts';

/** The caller's app in the spellings that conditions take, in lower case. */
const CALLER_APP: ReadonlySet<string> = new Set(['source.app.name', 'system.sourceapp', 'sourceapp']);
const NAMES: ReadonlySet<string> = new Set(['EQUAL', 'IN']);

/**
 * Says of a whitelist which apps it lets in that no proxy was ever seen of. Beside apps that were seen only a name that is
 * nearly one of them is a slip: callers without a proxy may say any name.
 *
 * @param apps of every proxy that was ever seen; while there is none nothing is said
 */
export function unseenCallers({ spec, conditions }: AnyRuleBody, apps: ReadonlySet<string>): Message[] {
  if ((spec as { readonly type?: unknown }).type !== 'WHITELIST' || apps.size === 0) return [];
  return conditions.flatMap(({ type, field, operation, value }): Message[] => {
    if (type !== 'SYSTEM' || !CALLER_APP.has(field.toLowerCase()) || !NAMES.has(operation)) return [];
    const unseen = value.filter((app) => app !== '' && !apps.has(app));
    const isNobody = unseen.length === value.length;
    const slips = unseen.flatMap((app): Message[] => {
      const name = nearestName(app, apps);
      if (name === undefined) return [];
      return [message(isNobody ? 'warning.no-caller-near' : 'warning.unseen-caller', { app, name })];
    });
    if (slips.length > 0 || !isNobody || unseen.length === 0) return slips;
    return [message('warning.no-caller', { apps: unseen.join(', ') })];
  });
}
