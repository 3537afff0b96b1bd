import type { Message } from '@weft/api';
import type { RuleKind } from './rule-kind.ts';
import type { StoredRule } from './rule-store.ts';

/**
 * What a rule and others of its type leave of each other, by the words of the type.
 *
 * @param rules those of the type; the rule itself among them is known by its app and name, one that is new comes last
 */
export function ruleConflicts(
  kind: Pick<RuleKind, 'conflicts'>,
  rules: readonly StoredRule[],
  { workspaceId, body }: Pick<StoredRule, 'workspaceId' | 'body'>,
): readonly Message[] {
  if (kind.conflicts === undefined) return [];
  const isOwn = ({ body: one }: StoredRule): boolean => one.app === body.app && one.name === body.name;
  const peers = rules.filter((one) => one.workspaceId === workspaceId);
  const ruleDbId = peers.find(isOwn)?.ruleDbId ?? Number.POSITIVE_INFINITY;
  const others = peers.filter(
    (one) => one.body.enabled && !isOwn(one) && one.body.services.some((service) => body.services.includes(service)),
  );
  return kind.conflicts({ ruleDbId, body }, others);
}
