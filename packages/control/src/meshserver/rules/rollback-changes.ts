import { type BodyOf, type MessageId, message, messageText, type ms, type ReplyOf } from '@weft/api';
import { ApiFailure, type CallContext, notFound } from '../../http/index.ts';
import type { Transaction } from '../../storage/index.ts';
import type { MeshserverParts } from '../parts.ts';
import type { MeshserverTables } from '../tables.ts';
import {
  type ChangedRules,
  changeRulesOfTypes,
  checkBody,
  pointOf,
  type RuleChange,
  tryRulesOfTypes,
} from './change-rules.ts';
import { diffOf } from './diff.ts';
import type { AnyRuleBody } from './rule-kind.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';
import { type RuleAction, readVersion, type StoredVersion, versionsOfChanges } from './rule-versions.ts';

type Route = (typeof ms)['routes']['rollbackChanges'];
type RolledBack = ReplyOf<Route>['items'][number];
interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** In the words of the contract, so that other languages can say it. */
const say = (id: MessageId, params: Parameters<typeof message>[1] = {}): string => messageText(message(id, params));

/** One rule on its way back. `body` null: it was not there before. */
interface Return {
  readonly rules: RuleStore;
  readonly before: StoredRule;
  readonly body: AnyRuleBody | null;
}

/**
 * Makes every rule that these changes have touched what it was before them, in one transaction: content and switch; rules
 * that they made are deleted, and rules that they deleted come back. History is not rewritten: each rule gets another version.
 * @throws ApiFailure NOT_FOUND for a change that is not known; CONFLICT where a rule was changed by others since, or in between
 */
export async function rollbackChanges(
  parts: MeshserverParts,
  call: CallContext & { readonly body: BodyOf<Route> },
): Promise<ReplyOf<Route>> {
  const changeIds = [...new Set(call.body.changeIds)];
  const { dryRun = false, comment = '' } = call.body;
  const why = comment === '' ? `back to before ${changeIds.map((id) => id.slice(0, 8)).join(', ')}` : comment;
  const items: RolledBack[] = [];
  await (dryRun ? tryRulesOfTypes : changeRulesOfTypes)(parts, call, 'rollback', why, async (tx, action) => {
    const returns = await returnsOf(parts, call, tx, changeIds);
    items.push(...returns.map(itemOf));
    return carryOut(tx, returns, action);
  });
  // A row that says what was only tried, and not that it was done.
  if (dryRun)
    await parts.storage.write((tx) =>
      call.audit(tx, { object: `changes ${changeIds.join(' ')}`.slice(0, 1024), diff: { dryRun } }),
    );
  return { applied: !dryRun, items };
}

async function returnsOf(
  parts: MeshserverParts,
  call: CallContext,
  tx: Transaction,
  changeIds: readonly string[],
): Promise<Return[]> {
  const { tenantId, workspaceId } = call.caller;
  const known = await tx
    .tables<MeshserverTables>()
    .selectFrom('t_change')
    .select('change_id')
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .where('change_id', 'in', changeIds)
    .execute();
  const missing = changeIds.find((id) => !known.some((row) => row.change_id === id));
  if (missing !== undefined) throw notFound(`change ${missing}`);
  const returns: Return[] = [];
  const problems: FieldProblem[] = [];
  for (const [id, made] of await versionsOfChanges(tx, changeIds)) {
    const found = await returnOf(parts, call, tx, id, made);
    if (typeof found === 'string') problems.push({ path: `rule ${id}`, message: found });
    else returns.push(found);
  }
  if (problems.length > 0)
    throw new ApiFailure(
      'CONFLICT',
      problems.length === 1
        ? say('refusal.not-taken-back-one')
        : say('refusal.not-taken-back', { count: problems.length }),
      { fields: problems },
    );
  if (returns.length === 0) throw new ApiFailure('CONFLICT', say('refusal.nothing-to-take-back'));
  return returns;
}

/** What becomes of one rule; a text says why it cannot go back. `made`: versions by the changes, oldest first. */
async function returnOf(
  { rules: all }: MeshserverParts,
  call: CallContext,
  tx: Transaction,
  id: number,
  made: readonly StoredVersion[],
): Promise<Return | string> {
  const row = await tx
    .tables<MeshserverTables>()
    .selectFrom('t_rule')
    .select('type')
    .where('rule_db_id', '=', id)
    .executeTakeFirstOrThrow();
  const rules = all.byType(row.type as StoredRule['type']);
  call.caller.require(pointOf(rules, 'publish'));
  const before = await rules.readAny(tx, call.caller, id);
  const { name } = before.body;
  const first = (made[0] as StoredVersion).version;
  const last = (made.at(-1) as StoredVersion).version;
  if (before.version !== last)
    return say('refusal.changed-since', {
      name,
      version: before.version,
      user: before.modifiedBy,
      change: before.changeId,
    });
  if (made.length !== last - first + 1) return say('refusal.changed-between', { name, first, last });
  if (first === 1) return { rules, before, body: null };
  const old = await readVersion(tx, id, first - 1);
  if (old === null) return say('refusal.version-gone', { name, version: first - 1 });
  return { rules, before, body: old.operation === 'delete' ? null : checkBody(rules, old.body) };
}

async function carryOut(tx: Transaction, returns: readonly Return[], action: RuleAction): Promise<ChangedRules[]> {
  const byType = new Map<RuleStore, RuleChange[]>();
  for (const { rules, before, body } of returns) {
    if (body === null && before.deleted) continue;
    const after =
      body === null
        ? // What goes away with its change needs no switch to be turned first.
          await rules.remove(tx, { ...before, body: { ...before.body, enabled: false } }, action)
        : await rules.replace(tx, before, body, action);
    byType.set(rules, [...(byType.get(rules) ?? []), { before, after }]);
  }
  return [...byType].map(([rules, made]) => ({ rules, made }));
}

function itemOf({ rules, before, body }: Return): RolledBack {
  const action = body === null ? 'delete' : before.deleted ? 'restore' : 'replace';
  return {
    type: rules.contract.segment,
    ruleDbId: before.ruleDbId,
    app: before.body.app,
    name: before.body.name,
    action,
    changes: diffOf(before.deleted ? null : before.body, body),
  };
}
