import type { RuleVersion } from '@weft/api';
import type { Storage, Transaction } from '../../storage/index.ts';
import type { MeshserverTables } from '../tables.ts';
import type { AnyRuleBody } from './rule-kind.ts';

/** Versions kept of a rule. */
const MAX_VERSIONS = 500;

export type Operation = RuleVersion['operation'];

/** Who does what, and why. */
export interface RuleAction {
  readonly operation: Operation;
  readonly operator: string;
  readonly comment: string;
  readonly changeId: string;
}

export interface StoredVersion {
  readonly version: number;
  readonly operation: Operation;
  readonly body: AnyRuleBody;
  readonly operator: string;
  readonly comment: string;
  readonly changeId: string;
  readonly at: number;
}

interface Versioned {
  readonly ruleDbId: number;
  readonly version: number;
  readonly body: AnyRuleBody;
  readonly modifiedAt: number;
}

/** Writes down what a rule has become; of a rule that changes all the time the oldest versions go. */
export async function insertVersion(tx: Transaction, rule: Versioned, action: RuleAction): Promise<void> {
  const db = tx.tables<MeshserverTables>();
  await db
    .insertInto('t_rule_version')
    .values({
      rule_db_id: rule.ruleDbId,
      version: rule.version,
      operation: action.operation,
      body: JSON.stringify(rule.body),
      operator: action.operator,
      comment: action.comment,
      change_id: action.changeId,
      gmt_create: rule.modifiedAt,
    })
    .execute();
  if (rule.version > MAX_VERSIONS)
    await db
      .deleteFrom('t_rule_version')
      .where('rule_db_id', '=', rule.ruleDbId)
      .where('version', '<=', rule.version - MAX_VERSIONS)
      .execute();
}

/** Newest first. */
export async function readVersions(storage: Storage | Transaction, ruleDbId: number): Promise<StoredVersion[]> {
  const rows = await storage
    .tables<MeshserverTables>()
    .selectFrom('t_rule_version')
    .selectAll()
    .where('rule_db_id', '=', ruleDbId)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(toVersion);
}

/** What a rule was in an older version; null when that is not kept. */
export async function readVersion(tx: Transaction, ruleDbId: number, version: number): Promise<StoredVersion | null> {
  const row = await tx
    .tables<MeshserverTables>()
    .selectFrom('t_rule_version')
    .selectAll()
    .where('rule_db_id', '=', ruleDbId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row === undefined ? null : toVersion(row);
}

/** Versions that these changes have made, by rule; oldest first. */
export async function versionsOfChanges(
  tx: Transaction,
  changeIds: readonly string[],
): Promise<Map<number, StoredVersion[]>> {
  const rows = await tx
    .tables<MeshserverTables>()
    .selectFrom('t_rule_version')
    .selectAll()
    .where('change_id', 'in', changeIds)
    .orderBy('rule_db_id')
    .orderBy('version')
    .execute();
  const byRule = new Map<number, StoredVersion[]>();
  for (const row of rows) byRule.set(row.rule_db_id, [...(byRule.get(row.rule_db_id) ?? []), toVersion(row)]);
  return byRule;
}

function toVersion(row: MeshserverTables['t_rule_version']): StoredVersion {
  return {
    version: row.version,
    operation: row.operation as Operation,
    body: JSON.parse(row.body) as AnyRuleBody,
    operator: row.operator,
    comment: row.comment,
    changeId: row.change_id,
    at: row.gmt_create,
  };
}
