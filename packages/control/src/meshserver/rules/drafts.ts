import { message, messageText, type RuleDraft } from '@weft/api';
import { ApiFailure, lacks, type Place } from '../../http/index.ts';
import type { Storage, Transaction } from '../../storage/index.ts';
import { iso } from '../range.ts';
import type { MeshserverTables } from '../tables.ts';
import { diffOf } from './diff.ts';
import type { AnyRuleBody } from './rule-kind.ts';
import type { StoredRule } from './rule-store.ts';

/** What a rule that is there may become, kept beside it until somebody publishes it. */
export interface StoredDraft {
  readonly ruleDbId: number;
  /** Counts the drafts of the rule from 1, so that no other is ever taken for the one that somebody has seen. */
  readonly version: number;
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
    const rows = await this.#storage
      .tables<MeshserverTables>()
      .selectFrom('t_rule_draft as draft')
      .innerJoin('t_rule as rule', 'rule.rule_db_id', 'draft.rule_db_id')
      .selectAll('draft')
      .select('rule.drafts')
      .execute();
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
      .selectFrom('t_rule_draft as draft')
      .innerJoin('t_rule as rule', 'rule.rule_db_id', 'draft.rule_db_id')
      .selectAll('draft')
      .select('rule.drafts')
      .where('draft.rule_db_id', '=', ruleDbId)
      .executeTakeFirst();
    if (row === undefined) throw noDraft(`rule ${ruleDbId}`);
    return toDraft(row);
  }

  /** In the place of the one that is there. */
  async save(tx: Transaction, place: Place, saved: Omit<StoredDraft, 'version'>): Promise<StoredDraft> {
    const { drafts } = await tx
      .tables<MeshserverTables>()
      .selectFrom('t_rule')
      .select('drafts')
      .where('rule_db_id', '=', saved.ruleDbId)
      .executeTakeFirstOrThrow();
    const draft = { ...saved, version: drafts + 1 };
    await this.drop(tx, draft.ruleDbId);
    await tx
      .tables<MeshserverTables>()
      .updateTable('t_rule')
      .set({ drafts: draft.version })
      .where('rule_db_id', '=', draft.ruleDbId)
      .execute();
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
    return draft;
  }

  async drop(tx: Transaction, ruleDbId: number): Promise<void> {
    await tx.tables<MeshserverTables>().deleteFrom('t_rule_draft').where('rule_db_id', '=', ruleDbId).execute();
    tx.afterCommit(() => void this.#drafts.delete(ruleDbId));
  }
}

export const noDraft = (rule: string): ApiFailure => lacks(`${rule} has no draft`);

/**
 * Refuses what is meant for another draft than the one that is there.
 * @throws ApiFailure VERSION_CONFLICT with the version of that one as ETag
 */
export function checkDraft({ version, author }: StoredDraft, ifMatch: number | null, { body }: StoredRule): void {
  if (ifMatch === null || ifMatch === version) return;
  throw new ApiFailure(
    'VERSION_CONFLICT',
    messageText(message('refusal.draft-changed', { name: body.name, version, user: author, seen: ifMatch })),
    { headers: { etag: `"${version}"` } },
  );
}

/** As the interface shows it, beside the rule as it is. */
export function draftView(rule: StoredRule, draft: StoredDraft): RuleDraft {
  return {
    ruleDbId: rule.ruleDbId,
    version: draft.version,
    by: draft.author,
    at: iso(draft.at),
    comment: draft.comment,
    baseVersion: draft.baseVersion,
    stale: draft.baseVersion !== rule.version,
    // Checked by its type when it was saved; the interface has a word for what all types have in common.
    body: draft.body as unknown as RuleDraft['body'],
    changes: diffOf(rule.body, draft.body),
  };
}

function toDraft(row: MeshserverTables['t_rule_draft'] & { readonly drafts: number }): StoredDraft {
  return {
    ruleDbId: row.rule_db_id,
    version: row.drafts,
    body: JSON.parse(row.body) as AnyRuleBody,
    baseVersion: row.base_version,
    author: row.created_by,
    comment: row.comment,
    at: row.gmt_create,
  };
}
