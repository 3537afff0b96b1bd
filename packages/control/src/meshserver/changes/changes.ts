import { type Change, type ChangeDetail, type Message, message, messageText, type Paging } from '@weft/api';
import type { Clock } from '@weft/kit';
import type { AckEvent, Drm } from '../../drm/index.ts';
import { notFound, type Page, type Place, pageOfQuery, sortOfQuery } from '../../http/index.ts';
import type { Storage, Transaction } from '../../storage/index.ts';
import type { MeshserverTables } from '../tables.ts';

/** Changes whose answers are followed, the newest; of older ones there is what the database has. */
const MAX_TRACED = 1000;
/** Changes that one answer is looked up for: of a proxy that comes back the versions that it skipped. */
const MAX_SKIPPED = 20;
/** Proxies whose newest answer to a document is remembered. */
const MAX_NODES = 50_000;
/** Answers kept of one change. */
const MAX_HOPS = 2000;
/** Rows kept in the database. */
const MAX_STORED = 100_000;

type Hop = ChangeDetail['hops'][number];
/** A hop as it is noted; put into words when somebody asks. */
interface NotedHop {
  readonly atMs: number;
  readonly step: 'written' | 'pushed' | 'acked' | 'rejected';
  readonly dataId: string;
  readonly version: number;
  /** Version that brought it, where that is a newer one. */
  readonly by: number;
  /** Null: drm. */
  readonly node: AckEvent['node'] | null;
  readonly reason: string;
}
interface Written {
  readonly dataId: string;
  readonly version: number;
  /** Given to a part of the proxies. */
  readonly part?: boolean;
}

interface Trace {
  readonly changeId: string;
  readonly instanceId: string;
  /** Documents whose answers still come. */
  readonly written: readonly Written[];
  readonly hops: NotedHop[];
  rejected: number;
}

/** The changes of one document that are followed, oldest first, and the version that each proxy has. */
interface Followed {
  readonly traces: { readonly trace: Trace; readonly version: number }[];
  readonly nodes: Map<string, number>;
}

export interface NewChange {
  readonly changeId: string;
  readonly actor: string;
  readonly kind: Change['kind'];
  readonly object: string;
  readonly operation: string;
  readonly summary: string;
  readonly written: readonly Written[];
  /** Only a part of the proxies gets it. */
  readonly part?: boolean;
}

/** What was changed, and where each change has arrived. */
export class Changes {
  readonly #storage: Storage;
  readonly #drm: Drm;
  readonly #clock: Clock;
  /** By change, oldest first. */
  readonly #traces = new Map<string, Trace>();
  /** By instance and dataId. */
  readonly #byDocument = new Map<string, Followed>();

  constructor(storage: Storage, drm: Drm, clock: Clock) {
    this.#storage = storage;
    this.#drm = drm;
    this.#clock = clock;
    drm.onAck((event) => this.#answered(event));
  }

  /** Inside the transaction of the change. */
  async record(tx: Transaction, place: Place, change: NewChange): Promise<void> {
    const db = tx.tables<MeshserverTables>();
    const at = this.#clock.wallNow();
    const part = change.part === true ? { part: true } : {};
    const written = change.written.map(({ dataId, version }): Written => ({ dataId, version, ...part }));
    await db
      .insertInto('t_change')
      .values({
        change_id: change.changeId,
        tenant_id: place.tenantId,
        workspace_id: place.workspaceId,
        at,
        actor: change.actor,
        kind: change.kind,
        object: change.object.slice(0, 1024),
        operation: change.operation,
        summary: change.summary.slice(0, 1024),
        written: JSON.stringify(written),
      })
      .execute();
    if (this.#traces.size % 100 === 99) {
      const { count } = await db
        .selectFrom('t_change')
        .select((eb) => eb.fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
      if (Number(count) > MAX_STORED)
        await db
          .deleteFrom('t_change')
          .where('change_id', 'in', (eb) =>
            eb
              .selectFrom('t_change')
              .select('change_id')
              .orderBy('at')
              .limit(Number(count) - MAX_STORED),
          )
          .execute();
    }
    tx.afterCommit(() => this.#trace(change.changeId, place.instanceId, written));
  }

  #trace(changeId: string, instanceId: string, written: readonly Written[]): void {
    const trace: Trace = { changeId, instanceId, written, hops: [], rejected: 0 };
    const atMs = this.#clock.wallNow();
    for (const { dataId, version } of written) {
      trace.hops.push({ atMs, step: 'written', dataId, version, by: version, node: null, reason: '' });
      const key = documentKey(instanceId, dataId);
      const followed: Followed = this.#byDocument.get(key) ?? { traces: [], nodes: new Map() };
      this.#byDocument.set(key, followed);
      followed.traces.push({ trace, version });
    }
    this.#traces.set(changeId, trace);
    if (this.#traces.size <= MAX_TRACED) return;
    const [oldest] = this.#traces.values();
    if (oldest !== undefined) this.#forget(oldest);
  }

  #forget(trace: Trace): void {
    this.#traces.delete(trace.changeId);
    for (const { dataId } of trace.written) {
      const key = documentKey(trace.instanceId, dataId);
      const traces = this.#byDocument.get(key)?.traces ?? [];
      const place = traces.findIndex((item) => item.trace === trace);
      if (place >= 0) traces.splice(place, 1);
      if (traces.length === 0) this.#byDocument.delete(key);
    }
  }

  #answered({ dataId, version, node, reason, elapsedMs }: AckEvent): void {
    const followed = this.#byDocument.get(documentKey(node.instanceId, dataId));
    if (followed === undefined) return;
    const atMs = this.#clock.wallNow();
    const before = followed.nodes.get(node.id) ?? 0;
    // Versions may be skipped: who has a newer one has what came before.
    if (followed.nodes.size >= MAX_NODES) followed.nodes.clear();
    if (reason === '') followed.nodes.set(node.id, Math.max(before, version));
    const { traces } = followed;
    for (let i = traces.length - 1; i >= Math.max(0, traces.length - MAX_SKIPPED); i--) {
      const { trace, version: own } = traces[i] as Followed['traces'][number];
      if (own > version) continue;
      if (own <= before) break;
      if (reason !== '') {
        if (own !== version) break;
        trace.rejected++;
      }
      if (trace.hops.length >= MAX_HOPS) continue;
      const common = { dataId, version: own, by: version, node, reason };
      if (elapsedMs !== null) trace.hops.push({ ...common, atMs: atMs - elapsedMs, step: 'pushed' });
      trace.hops.push({ ...common, atMs, step: reason === '' ? 'acked' : 'rejected' });
    }
  }

  async list(
    place: Place,
    filter: Paging & {
      readonly kind?: string;
      readonly object?: string;
      readonly start?: string;
      readonly end?: string;
    },
  ): Promise<Page<Change>> {
    const { page, size, offset } = pageOfQuery(filter);
    const { direction } = sortOfQuery(filter, ['at'], '-at');
    let query = this.#storage
      .tables<MeshserverTables>()
      .selectFrom('t_change')
      .where('tenant_id', '=', place.tenantId)
      .where('workspace_id', '=', place.workspaceId);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.object !== undefined)
      query = query.where('object', 'like', `%${filter.object.replace(/[%_\\]/g, '_')}%`);
    if (filter.start !== undefined) query = query.where('at', '>=', Date.parse(filter.start));
    if (filter.end !== undefined) query = query.where('at', '<=', Date.parse(filter.end));
    const { total } = await query.select((eb) => eb.fn.countAll().as('total')).executeTakeFirstOrThrow();
    const rows = await query.selectAll().orderBy('at', direction).limit(size).offset(offset).execute();
    return { items: rows.map((row) => this.#toChange(row, place.instanceId)), total: Number(total), page, size };
  }

  async get(place: Place, changeId: string): Promise<ChangeDetail> {
    const row = await this.#storage
      .tables<MeshserverTables>()
      .selectFrom('t_change')
      .selectAll()
      .where('change_id', '=', changeId)
      .executeTakeFirst();
    if (row === undefined || row.tenant_id !== place.tenantId || row.workspace_id !== place.workspaceId)
      throw notFound(`change ${changeId}`);
    const stored: Hop = {
      at: new Date(row.at).toISOString(),
      step: 'stored',
      where: 'meshserver',
      detail: `${row.operation} ${row.object}`,
    };
    const trace = this.#traces.get(changeId);
    const written = JSON.parse(row.written) as Written[];
    const hops =
      trace?.hops.map(toHop) ??
      // Of an earlier run of the control plane: who has it now, without the times on the way.
      written.map(
        ({ dataId, version }): Hop => ({
          at: new Date(row.at).toISOString(),
          step: 'written',
          where: 'drm',
          detail: `${dataId} version ${version}`,
        }),
      );
    const sorted = [...hops].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    return { ...this.#toChange(row, place.instanceId), hops: [stored, ...sorted] };
  }

  #toChange(row: MeshserverTables['t_change'], instanceId: string): Change {
    return {
      changeId: row.change_id,
      at: new Date(row.at).toISOString(),
      actor: row.actor,
      kind: row.kind as Change['kind'],
      object: row.object,
      operation: row.operation,
      summary: row.summary,
      ...this.#resultOf(JSON.parse(row.written) as Written[], row.change_id, instanceId),
    };
  }

  #resultOf(
    written: readonly Written[],
    changeId: string,
    instanceId: string,
  ): Pick<Change, 'result' | 'resultMessage'> {
    const said = this.#said(written, changeId, instanceId);
    return { result: messageText(said), resultMessage: said };
  }

  #said(written: readonly Written[], changeId: string, instanceId: string): Message {
    if (written.length === 0) return message('change.stored');
    const trace = this.#traces.get(changeId);
    const refused = trace?.rejected ?? 0;
    let all = 0;
    let have = 0;
    let isOfPart = false;
    for (const { dataId, version, part = false } of written) {
      const { clients, formal, gray } = this.#drm.status({ instanceId, dataId });
      if (part && gray !== version && formal !== version) return partOver(trace);
      isOfPart ||= part && gray === version;
      for (const client of clients) {
        if (part && gray === version && client.expected !== version) continue;
        all++;
        if (client.version >= version) have++;
      }
    }
    if (all === 0) return message(isOfPart ? 'change.nobody-selected' : 'change.no-subscriber');
    if (isOfPart)
      return refused === 0
        ? message('change.selected-have', { have, all })
        : message('change.selected-have-refused', { have, all, refused });
    return refused === 0
      ? message('change.have', { have, all })
      : message('change.have-refused', { have, all, refused });
  }
}

/** Of what a part of the proxies had: a newer version, which may have another content, is no sign of it. */
function partOver(trace: Trace | undefined): Message {
  const answers = trace?.hops.filter(({ node, version, by }) => node !== null && version === by) ?? [];
  const of = (hops: readonly NotedHop[]): number =>
    new Set(hops.map(({ node, dataId }) => `${dataId}\n${node?.id}`)).size;
  const all = of(answers);
  return all === 0
    ? message('change.part-over')
    : message('change.selected-had', { have: of(answers.filter(({ step }) => step === 'acked')), all });
}

function toHop({ atMs, step, dataId, version, by, node, reason }: NotedHop): Hop {
  const at = new Date(atMs).toISOString();
  const where = node === null ? 'drm' : `${node.app} ${node.ip} ${node.id}`;
  if (step === 'rejected') return { at, step, where, detail: reason };
  if (step === 'pushed') return { at, step, where, detail: by > version ? `${dataId} (by version ${by})` : dataId };
  return { at, step, where, detail: `${dataId} version ${by}` };
}

const documentKey = (instanceId: string, dataId: string): string => `${instanceId}\n${dataId}`;
