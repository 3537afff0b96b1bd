import type { LimitRuleBody } from '@weft/schema/rules';
import { invalidRequest } from '../../gateway/validate.ts';
import { ApiFailure, type CallContext } from '../../http/index.ts';
import type { Transaction } from '../../storage/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { diffOf } from './diff.ts';
import type { Operation, RuleAction, StoredRule } from './rule-store.ts';

export const WRITE = 'mesh:rule-limit:write';
export const PUBLISH = 'mesh:rule-limit:publish';

/** One change of one rule inside a transaction. */
export interface RuleChange {
  readonly before: StoredRule | null;
  /** As it is afterwards; deleted for a removal. */
  readonly after: StoredRule;
}

/** Checks a body with the code of the proxies. @throws ApiFailure INVALID with every problem */
export function checkBody({ rules }: MeshserverParts, input: unknown): LimitRuleBody {
  const checked = rules.kind.check(input);
  if (checked.kind === 'ok') return checked.body;
  throw invalidRequest(checked.problems, 'body');
}

export function checkVersion(call: CallContext, rule: StoredRule): void {
  if (call.ifMatch !== null && call.ifMatch !== rule.version)
    throw new ApiFailure(
      'VERSION_CONFLICT',
      `rule ${rule.ruleDbId} has version ${rule.version} by ${rule.modifiedBy}, the change builds on ${call.ifMatch}: read it again`,
      { headers: { etag: `"${rule.version}"` } },
    );
}

/**
 * Changes rules in one transaction: the rules, their versions, the documents that carry them, the audit row and the trace
 * of the change are stored together, or none of them. Proxies hear of it when it is durable.
 */
export async function changeRules(
  parts: MeshserverParts,
  call: CallContext,
  operation: Operation,
  comment: string,
  work: (tx: Transaction, action: RuleAction) => Promise<readonly RuleChange[]>,
): Promise<readonly RuleChange[]> {
  const { rules, storage, changes, events } = parts;
  const { caller, changeId } = call;
  const action: RuleAction = { operation, operator: caller.loginName, comment, changeId };
  return storage.write(async (tx) => {
    const made = await work(tx, action);
    if (made.length === 0) {
      await call.audit(tx, { object: 'rules limit', diff: { changed: 0 } });
      return made;
    }
    // Rules that act, or acted until now, are in documents.
    const apps = made.flatMap(({ before, after }) => [
      ...(before?.body.enabled === true ? [before.body.app] : []),
      ...(after.body.enabled && !after.deleted ? [after.body.app] : []),
    ]);
    const written = await rules.publish(tx, caller.instanceId, apps, action);
    const [first] = made;
    const object =
      made.length === 1 && first !== undefined
        ? `rule limit/${first.after.ruleDbId} ${first.after.body.name}`
        : `rules limit/${made.map(({ after }) => after.ruleDbId).join(',')}`;
    const diffs = made.slice(0, 100).map(({ before, after }) => ({
      id: after.ruleDbId,
      version: after.version,
      changes: diffOf(before?.body ?? null, after.deleted ? null : after.body),
    }));
    await call.audit(tx, {
      object,
      diff: { rules: diffs, documents: written.map(({ dataId, version }) => ({ dataId, version })) },
    });
    await changes.record(tx, caller, {
      changeId,
      actor: caller.loginName,
      kind: 'rule',
      object,
      operation,
      summary: comment === '' ? `${operation} ${object}` : comment,
      written,
    });
    tx.afterCommit(() => {
      for (const { after } of made)
        events.tell(caller.instanceId, 'rules', {
          ruleDbId: after.ruleDbId,
          version: after.version,
          enabled: after.body.enabled && !after.deleted,
          deleted: after.deleted,
          operation,
          changeId,
        });
      if (operation === 'delete') for (const { after } of made) parts.hits.forget(after.instanceId, after.ruleDbId);
    });
    return made;
  });
}
