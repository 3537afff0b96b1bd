import { createHash } from 'node:crypto';
import type { AuditRow, Paging } from '@weft/api';
import { type Page, pageOfQuery, sortOfQuery } from '../http/index.ts';
import type { Storage, Transaction } from '../storage/index.ts';
import type { OspTables } from './tables.ts';

/** Who does what the control plane does by itself; no user has this name. */
export const SELF = 'weft';

export interface AuditRecord {
  readonly actor: string;
  readonly actorType: AuditRow['actorType'];
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly action: string;
  readonly object: string;
  /** Without secrets. */
  readonly diff?: unknown;
  readonly result: AuditRow['result'];
  readonly ip: string;
  readonly requestId: string;
  readonly changeId: string;
}

export interface AuditFilter extends Paging {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  readonly changeId?: string;
  readonly start?: string;
  readonly end?: string;
}

type Row = Omit<OspTables['t_audit_log'], 'id'> & { id: number };

const MAX_DIFF = 64 * 1024;
const MAX_OBJECT = 1024;
/** What the first row is chained to. */
const GENESIS = '0'.repeat(64);
const VERIFY_BATCH = 1000;

/** The audit log: rows are only added, and each hash covers the row and the hash before it. */
export class AuditLog {
  readonly #storage: Storage;
  readonly #wallNow: () => number;

  constructor(storage: Storage, wallNow: () => number) {
    this.#storage = storage;
    this.#wallNow = wallNow;
  }

  /** Adds a row inside the transaction of the change: either both are there, or neither. */
  async append(tx: Transaction, record: AuditRecord): Promise<void> {
    const db = tx.tables<OspTables>();
    const last = await db.selectFrom('t_audit_log').select('hash').orderBy('id', 'desc').limit(1).executeTakeFirst();
    const diff = JSON.stringify(record.diff ?? null);
    // What the hash covers is what the database gives back: it keeps no half of a pair, not one that a cut leaves either.
    const kept = (text: string, length: number): string => text.slice(0, length).toWellFormed();
    const row = {
      ts: this.#wallNow(),
      actor: kept(record.actor, 64),
      actor_type: record.actorType,
      tenant_id: record.tenantId,
      workspace_id: record.workspaceId,
      action: record.action,
      object: kept(record.object, MAX_OBJECT),
      diff: diff.length <= MAX_DIFF ? diff : JSON.stringify({ omitted: `${diff.length} characters` }),
      result: record.result,
      ip: kept(record.ip, 64),
      request_id: record.requestId,
      change_id: record.changeId,
      prev_hash: last?.hash ?? GENESIS,
    };
    await db
      .insertInto('t_audit_log')
      .values({ ...row, hash: hashOf(row) })
      .execute();
  }

  /** Newest first. `withStrangers` adds calls of nobody in particular, such as logins that failed. */
  async list(
    tenantId: string,
    workspaceId: string,
    withStrangers: boolean,
    filter: AuditFilter,
  ): Promise<Page<AuditRow>> {
    const { page, size, offset } = pageOfQuery(filter);
    const { direction } = sortOfQuery(filter, ['at'], '-at');
    let query = this.#storage
      .tables<OspTables>()
      .selectFrom('t_audit_log')
      .where((eb) => {
        const here = eb.and([eb('tenant_id', '=', tenantId), eb('workspace_id', '=', workspaceId)]);
        return withStrangers ? eb.or([here, eb('tenant_id', '=', '')]) : here;
      });
    if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
    if (filter.action !== undefined) query = query.where('action', 'like', `${escapeLike(filter.action)}%`);
    if (filter.object !== undefined) query = query.where('object', 'like', `%${escapeLike(filter.object)}%`);
    if (filter.changeId !== undefined) query = query.where('change_id', '=', filter.changeId);
    if (filter.start !== undefined) query = query.where('ts', '>=', Date.parse(filter.start));
    if (filter.end !== undefined) query = query.where('ts', '<=', Date.parse(filter.end));
    const { total } = await query.select((eb) => eb.fn.countAll().as('total')).executeTakeFirstOrThrow();
    const rows = await query.selectAll().orderBy('id', direction).limit(size).offset(offset).execute();
    return { items: rows.map(toAuditRow), total: Number(total), page, size };
  }

  /** Walks the whole chain. */
  async verify(): Promise<{ rows: number; firstBrokenId: number | null }> {
    const db = this.#storage.tables<OspTables>();
    let previous = GENESIS;
    let rows = 0;
    for (let after = 0; ; ) {
      const batch = await db
        .selectFrom('t_audit_log')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(VERIFY_BATCH)
        .execute();
      for (const { id, hash, ...row } of batch) {
        if (row.prev_hash !== previous || hashOf(row) !== hash) return { rows, firstBrokenId: id };
        previous = hash;
        rows++;
      }
      const last = batch.at(-1);
      if (last === undefined) return { rows, firstBrokenId: null };
      after = last.id;
    }
  }
}

function hashOf(row: Omit<Row, 'id' | 'hash'>): string {
  const fields = [
    row.ts,
    row.actor,
    row.actor_type,
    row.tenant_id,
    row.workspace_id,
    row.action,
    row.object,
    row.diff,
    row.result,
    row.ip,
    row.request_id,
    row.change_id,
  ];
  return createHash('sha256').update(row.prev_hash).update(JSON.stringify(fields)).digest('hex');
}

/** In a pattern of LIKE; databases agree that nothing is escaped unless asked for, so wildcards are matched as one character. */
const escapeLike = (text: string): string => text.replace(/[%_\\]/g, '_');

function toAuditRow(row: Row): AuditRow {
  return {
    id: row.id,
    at: new Date(row.ts).toISOString(),
    actor: row.actor,
    actorType: row.actor_type as AuditRow['actorType'],
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    action: row.action,
    object: row.object,
    result: row.result as AuditRow['result'],
    diff: JSON.parse(row.diff),
    ip: row.ip,
    requestId: row.request_id,
    changeId: row.change_id,
    hash: row.hash,
  };
}
