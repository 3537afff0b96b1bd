import type { RuleDraft } from '@weft/api';
import { type ApiFailure, notFound, type Place } from '../../http/index.ts';
import type { Storage, Transaction } from '../../storage/index.ts';
import { iso } from '../range.ts';
import type { MeshserverTables } from '../tables.ts';
import { diffOf } from './diff.ts';
import type { AnyRuleBody } from './rule-kind.ts';
import type { StoredRule } from './rule-store.ts';

/** What a rule that is there may become, kept beside it until somebody publishes it. */
export interface StoredDraft {
  readonly ruleDbId: number;
  readonly body: AnyRuleBody;
  /** Version of the rule that it was made from. */
  readonly baseVersion: number;
  readonly author: string;
  readonly comment: string;
  readonly at: number;
}

/** Drafts by rule, one at most of each; with a copy in memory for lists. */
export class Drafts {
  readonly #storage: Storage;
  readonly #drafts = new Map<number, StoredDraft>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async load(): Promise<void> {
    const rows = await this.#storage.tables<MeshserverTables>().selectFrom('t_rule_draft').selectAll().execute();
    for (const row of rows) this.#drafts.set(row.rule_db_id, toDraft(row));
  }

  /** From memory; null when there is none. */
  of(ruleDbId: number): StoredDraft | null {
    return this.#drafts.get(ruleDbId) ?? null;
  }

  /** @throws ApiFailure NOT_FOUND */
  async read(tx: Transaction, ruleDbId: number): Promise<StoredDraft> {
    const row = await tx
      .tables<MeshserverTables>()
      .selectFrom('t_rule_draft')
      .selectAll()
      .where('rule_db_id', '=', ruleDbId)
      .executeTakeFirst();
    if (row === undefined) throw noDraft(ruleDbId);
    return toDraft(row);
  }

  /** In the place of the one that is there. */
  async save(tx: Transaction, place: Place, draft: StoredDraft): Promise<void> {
    await this.drop(tx, draft.ruleDbId);
    await tx
      .tables<MeshserverTables>()
      .insertInto('t_rule_draft')
      .values({
        rule_db_id: draft.ruleDbId,
        tenant_id: place.tenantId,
        workspace_id: place.workspaceId,
        body: JSON.stringify(draft.body),
        base_version: draft.baseVersion,
        created_by: draft.author,
        comment: draft.comment,
        gmt_create: draft.at,
      })
      .execute();
    tx.afterCommit(() => void this.#drafts.set(draft.ruleDbId, draft));
  }

  async drop(tx: Transaction, ruleDbId: number): Promise<void> {
    await tx.tables<MeshserverTables>().deleteFrom('t_rule_draft').where('rule_db_id', '=', ruleDbId).execute();
    tx.afterCommit(() => void this.#drafts.delete(ruleDbId));
  }
}

export const noDraft = (ruleDbId: number): ApiFailure => notFound(`draft of rule ${ruleDbId}`);

/** As the interface shows it, beside the rule as it is. */
export function draftView(rule: StoredRule, draft: StoredDraft): RuleDraft {
  return {
    ruleDbId: rule.ruleDbId,
    by: draft.author,
    at: iso(draft.at),
    comment: draft.comment,
    baseVersion: draft.baseVersion,
    stale: draft.baseVersion !== rule.version,
    body: draft.body as unknown as RuleDraft['body'],
    changes: diffOf(rule.body, draft.body),
  };
}

function toDraft(row: MeshserverTables['t_rule_draft']): StoredDraft {
  return {
    ruleDbId: row.rule_db_id,
    body: JSON.parse(row.body) as AnyRuleBody,
    baseVersion: row.base_version,
    author: row.created_by,
    comment: row.comment,
    at: row.gmt_create,
  };
}
