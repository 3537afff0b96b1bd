import type { Message, RolloutBreach, RolloutSelector, RolloutState, RolloutStep } from '@weft/api';
import type { RuleType } from '@weft/schema/rules';
import type { Place } from '../../http/index.ts';
import type { Storage, Transaction } from '../../storage/index.ts';
import type { AnyRuleBody } from '../rules/rule-kind.ts';
import type { MeshserverTables } from '../tables.ts';

/** Rollouts kept of a rule, and things kept that happened in one. */
export const MAX_KEPT = 50;
const MAX_HISTORY = 200;

/** What is fixed when a rollout starts. */
export interface RolloutPlan {
  readonly steps: readonly RolloutStep[];
  readonly selector: RolloutSelector;
  readonly autoPromote: boolean;
  readonly comment: string;
  readonly before: AnyRuleBody;
  readonly after: AnyRuleBody;
  /** Documents that carry it, and the version that selected proxies get. */
  readonly documents: readonly { readonly dataId: string; readonly version: number }[];
}

export interface RolloutNote {
  readonly atMs: number;
  readonly by: string;
  readonly what: 'start' | 'step' | 'pause' | 'resume' | 'promote' | 'abort' | 'halt';
  readonly percent: number;
  readonly said: Message | null;
}

export interface StoredRollout extends Place {
  readonly rolloutId: number;
  readonly ruleDbId: number;
  readonly type: RuleType;
  readonly state: RolloutState;
  /** From 0. */
  readonly step: number;
  /** Begin of the step, Unix milliseconds; moved by pauses. */
  readonly stepSince: number;
  /** Milliseconds of the step that were over when it was paused. */
  readonly waitedMs: number;
  readonly baseVersion: number;
  readonly plan: RolloutPlan;
  readonly history: readonly RolloutNote[];
  readonly breach: RolloutBreach | null;
  readonly startedBy: string;
  readonly startedAt: number;
  /** '' while it is under way. */
  readonly endedBy: string;
  readonly endedAt: number;
}

type Row = Omit<MeshserverTables['t_rollout'], 'rollout_id'> & { readonly rollout_id: number };

const changeable = (rollout: Omit<StoredRollout, 'rolloutId'>) => ({
  state: rollout.state,
  step: rollout.step,
  step_since: rollout.stepSince,
  waited: rollout.waitedMs,
  history: JSON.stringify(rollout.history.slice(-MAX_HISTORY)),
  breach: JSON.stringify(rollout.breach),
  ended_by: rollout.endedBy,
  gmt_end: rollout.endedAt,
});

/** Stores a new rollout; the oldest of its rule make room. */
export async function insertRollout(
  tx: Transaction,
  rollout: Omit<StoredRollout, 'rolloutId'>,
): Promise<StoredRollout> {
  const db = tx.tables<MeshserverTables>();
  const { insertId } = await db
    .insertInto('t_rollout')
    .values({
      rule_db_id: rollout.ruleDbId,
      tenant_id: rollout.tenantId,
      workspace_id: rollout.workspaceId,
      instance_id: rollout.instanceId,
      type: rollout.type,
      base_version: rollout.baseVersion,
      plan: JSON.stringify(rollout.plan),
      created_by: rollout.startedBy,
      gmt_create: rollout.startedAt,
      ...changeable(rollout),
    })
    .executeTakeFirstOrThrow();
  const kept = await db
    .selectFrom('t_rollout')
    .select('rollout_id')
    .where('rule_db_id', '=', rollout.ruleDbId)
    .orderBy('rollout_id', 'desc')
    .limit(MAX_KEPT)
    .execute();
  await db
    .deleteFrom('t_rollout')
    .where('rule_db_id', '=', rollout.ruleDbId)
    .where('rollout_id', '<', kept.at(-1)?.rollout_id ?? 0)
    .execute();
  return { ...rollout, rolloutId: Number(insertId) };
}

export async function updateRollout(tx: Transaction, rollout: StoredRollout): Promise<void> {
  await tx
    .tables<MeshserverTables>()
    .updateTable('t_rollout')
    .set(changeable(rollout))
    .where('rollout_id', '=', rollout.rolloutId)
    .execute();
}

/** Those that are under way. */
export async function readUnderWay(storage: Storage): Promise<StoredRollout[]> {
  const rows = await storage
    .tables<MeshserverTables>()
    .selectFrom('t_rollout')
    .selectAll()
    .where('gmt_end', '=', 0)
    .execute();
  return rows.map(toRollout);
}

/** Of one rule, newest first. */
export async function readRollouts(storage: Storage, ruleDbId: number, limit = MAX_KEPT): Promise<StoredRollout[]> {
  const rows = await storage
    .tables<MeshserverTables>()
    .selectFrom('t_rollout')
    .selectAll()
    .where('rule_db_id', '=', ruleDbId)
    .orderBy('rollout_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toRollout);
}

function toRollout(row: Row): StoredRollout {
  return {
    rolloutId: row.rollout_id,
    ruleDbId: row.rule_db_id,
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    instanceId: row.instance_id,
    type: row.type as RuleType,
    state: row.state as RolloutState,
    step: row.step,
    stepSince: row.step_since,
    waitedMs: row.waited,
    baseVersion: row.base_version,
    plan: JSON.parse(row.plan) as RolloutPlan,
    history: JSON.parse(row.history) as RolloutNote[],
    breach: JSON.parse(row.breach) as RolloutBreach | null,
    startedBy: row.created_by,
    startedAt: row.gmt_create,
    endedBy: row.ended_by,
    endedAt: row.gmt_end,
  };
}
