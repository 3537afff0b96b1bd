import type { StoredRule } from './rule-store.ts';

type Judged = Pick<StoredRule, 'workspaceId' | 'body'>;

/**
 * The rule that keeps another one from acting, of a type of which only the first rule of a service and method does: it is on
 * and for all requests that the other one could be for, and has the smaller number. Null when there is none.
 *
 * @param rules those of the type; the rule itself among them is known by its app and name, one that is new has the largest number
 */
export function ruleBefore(rules: readonly StoredRule[], rule: Judged): StoredRule | null {
  const { workspaceId, body } = rule;
  const peers = rules.filter((one) => one.workspaceId === workspaceId);
  const own = peers.find((one) => one.body.app === body.app && one.body.name === body.name);
  const number = own?.ruleDbId ?? Number.POSITIVE_INFINITY;
  const before = peers.filter((one) => one.ruleDbId < number && one.body.enabled && reachesAll(one.body, body));
  return before.sort((a, b) => a.ruleDbId - b.ruleDbId)[0] ?? null;
}

/** Whether one is for every request that the other is for. Rules that watch and rules that act do not see each other. */
function reachesAll(one: StoredRule['body'], other: StoredRule['body']): boolean {
  return (
    one.direction === other.direction &&
    one.mode === other.mode &&
    (one.app === '*' || one.app === other.app) &&
    containsAll(one.services, other.services) &&
    containsAll(one.methods, other.methods) &&
    JSON.stringify(one.scope) === JSON.stringify(other.scope)
  );
}

const containsAll = (all: readonly string[], some: readonly string[]): boolean =>
  all.includes('*') || some.every((item) => all.includes(item));
