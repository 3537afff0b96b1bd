import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Clock, Logger } from '@weft/kit';
import type { Storage, Transaction } from '../../storage/index.ts';
import type { MeshserverTables } from '../tables.ts';
import type { Ring } from './ring.ts';

/** Figures go to the database this often. */
const FLUSH_MS = 10_000;
/** Series written at once: with the 1000 that there may be, each is written every 100 s. */
const MAX_SERIES_PER_FLUSH = 100;
/** What nobody keeps any more is deleted every so many times. */
const CLEAN_EVERY = 360;
/** Chunks written by one statement. */
const ROWS_PER_STATEMENT = 50;

/** Something whose figures survive a restart; without rings it is a fact that its key says. */
export interface StoredSeries {
  /** JSON that tells it apart from the others of its kind. */
  readonly storedKey: string;
  readonly rings: readonly Ring[];
  /** When it was counted first. */
  readonly sinceMs: number;
}

/** Those who count. */
export interface FigureSource {
  /** Short word; unique. */
  readonly kind: string;
  stored(): Iterable<StoredSeries>;
  /** Makes a series of an earlier run; null: it cannot be used any more. */
  restore(key: string, sinceMs: number): StoredSeries | null;
}

/**
 * Keeps figures over a restart of the control plane: what was counted since the last time goes to the database every 10 s,
 * at the end everything. A process that is killed loses at most the last 10 s (100 s with very many series). A database
 * that cannot be written to loses nothing but this.
 */
export class FigureStore {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #sources: readonly FigureSource[];
  readonly #known = new Set<string>();
  #rounds = 0;
  #cancel = (): void => {};
  #running: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(options: { storage: Storage; clock: Clock; log: Logger; sources: readonly FigureSource[] }) {
    this.#storage = options.storage;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#sources = options.sources;
  }

  async load(): Promise<void> {
    const db = this.#storage.tables<MeshserverTables>();
    const series = new Map<string, StoredSeries>();
    for (const row of await db.selectFrom('t_figure_series').selectAll().execute()) {
      this.#known.add(row.series_id);
      const source = this.#sources.find(({ kind }) => kind === row.kind);
      const restored = source?.restore(row.series_key, row.since) ?? null;
      if (restored !== null) series.set(row.series_id, restored);
    }
    for (const row of await db.selectFrom('t_figure_chunk').selectAll().execute()) {
      const ring = series.get(row.series_id)?.rings[row.ring];
      const bytes = inflateRawSync(Buffer.from(row.cells, 'base64'));
      ring?.restore(row.place, row.epoch, new Float32Array(new Uint8Array(bytes).buffer));
    }
  }

  start(): void {
    this.#cancel = this.#clock.schedule(FLUSH_MS, () => {
      this.#running = this.#flush(MAX_SERIES_PER_FLUSH);
      void this.#running.then(() => this.start());
    });
  }

  /** Writes everything that has not been written. */
  async stop(): Promise<void> {
    this.#cancel();
    await this.#running;
    this.#cancel();
    await this.#flush(Number.POSITIVE_INFINITY);
  }

  async #flush(limit: number): Promise<void> {
    try {
      await this.#write(limit);
      this.#failing = false;
    } catch (error) {
      // Once: it is tried again all the time.
      if (!this.#failing) this.#log.warn({ err: error }, 'figures cannot be stored: a restart would lose those of now');
      this.#failing = true;
    }
  }

  async #write(limit: number): Promise<void> {
    const due: { id: string; kind: string; series: StoredSeries }[] = [];
    const alive = new Set<string>();
    const cleans = this.#rounds++ % CLEAN_EVERY === CLEAN_EVERY - 1;
    for (const { kind, stored } of this.#sources.map((source) => ({ kind: source.kind, stored: source.stored() })))
      for (const series of stored) {
        const isDirty = series.rings.length === 0 || series.rings.some((ring) => ring.isDirty);
        if (!isDirty && !cleans) continue;
        const id = idOf(kind, series.storedKey);
        const isDue = isDirty && due.length < limit && (series.rings.length > 0 || !this.#known.has(id));
        alive.add(id);
        if (isDue) due.push({ id, kind, series });
      }
    if (due.length === 0 && !cleans) return;
    const written: (() => void)[] = [];
    await this.#storage.write(async (tx) => {
      const rows: MeshserverTables['t_figure_chunk'][] = [];
      for (const { id, kind, series } of due) {
        if (!this.#known.has(id)) await this.#introduce(tx, id, kind, series);
        series.rings.forEach((ring, index) => {
          const { chunks, done } = ring.takeDirty();
          written.push(done);
          for (const { place, epoch, cells } of chunks)
            rows.push({ series_id: id, ring: index, place, epoch, cells: encode(cells) });
        });
      }
      for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
        await replaceRows(tx, rows.slice(at, at + ROWS_PER_STATEMENT));
      if (cleans) await this.#clean(tx, alive);
    });
    // Only now: what a failed transaction took with it is written again.
    for (const done of written) done();
  }

  async #introduce(tx: Transaction, id: string, kind: string, { storedKey, sinceMs }: StoredSeries): Promise<void> {
    await tx
      .tables<MeshserverTables>()
      .insertInto('t_figure_series')
      .values({ series_id: id, kind, series_key: storedKey, since: Math.round(sinceMs) })
      .execute();
    tx.afterCommit(() => this.#known.add(id));
  }

  async #clean(tx: Transaction, alive: ReadonlySet<string>): Promise<void> {
    const db = tx.tables<MeshserverTables>();
    for (const id of this.#known) {
      if (alive.has(id)) continue;
      await db.deleteFrom('t_figure_chunk').where('series_id', '=', id).execute();
      await db.deleteFrom('t_figure_series').where('series_id', '=', id).execute();
      tx.afterCommit(() => this.#known.delete(id));
    }
  }
}

async function replaceRows(tx: Transaction, rows: readonly MeshserverTables['t_figure_chunk'][]): Promise<void> {
  const db = tx.tables<MeshserverTables>();
  for (const { series_id, ring, place } of rows)
    await db
      .deleteFrom('t_figure_chunk')
      .where('series_id', '=', series_id)
      .where('ring', '=', ring)
      .where('place', '=', place)
      .execute();
  await db
    .insertInto('t_figure_chunk')
    .values([...rows])
    .execute();
}

const idOf = (kind: string, key: string): string => createHash('sha256').update(`${kind}\n${key}`).digest('hex');

/** Most cells are empty: compressed they take little. */
const encode = (cells: Float32Array): string =>
  deflateRawSync(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), { level: 1 }).toString('base64');
