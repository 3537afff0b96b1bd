import { auditEffect } from '@weft/api/osp';
import type { AuditRow } from '../../services/audit.ts';
import { kindOf, type RuleKind } from '../../ui/rule-kinds/index.ts';

/** Of a rule or of several; a rollout that is under way, a draft and a repeated push change none. */
const MAKES_VERSIONS =
  /^ms\.(?:(?:create|replace|delete|put|enable|disable|batch|rollback|import|publish)[A-Z]\w*?Rules?(?:ByName|Draft)?|promote[A-Z]\w*?RuleRollout|rollbackChanges|rollout\.promote|expire)$/;

/** The type of the rules, or of the first of them, that a row of the audit log says to have changed; null: it changed none. */
export function ruleKindOf({
  action,
  object,
  result,
  changeId,
  diff,
}: Pick<AuditRow, 'action' | 'object' | 'result' | 'changeId' | 'diff'>): RuleKind | null {
  if (result !== 'OK' || changeId === '' || !MAKES_VERSIONS.test(action)) return null;
  if (auditEffect({ object, diff }) !== 'done') return null;
  const [, segment = ''] = /^rules? ([a-z-]+)\//.exec(object) ?? [];
  return kindOf(segment) ?? null;
}
