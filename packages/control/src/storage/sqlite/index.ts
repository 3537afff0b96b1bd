import { Kysely, SqliteDialect, sql } from 'kysely';
import { runMigrations } from '../run-migrations.ts';
import { type Dialect, type Storage, StorageError, type Transaction } from '../storage.ts';
import { NodeSqlite } from './database.ts';

export interface SqliteOptions {
  /** Path of the database; `:memory:` keeps nothing. */
  readonly file: string;
  /** Milliseconds since the Unix epoch; `Date.now` when not given. */
  readonly wallNow?: () => number;
  /** How long a write waits for another process that holds the database, blocking this one; 250 ms when not given. */
  readonly busyTimeoutMs?: number;
  /** For tests: the file is full at that many pages of 4 KiB. */
  readonly maxPages?: number;
}

const dialect: Dialect = {
  kind: 'sqlite',
  // AUTOINCREMENT: a key that was deleted is never given again, as in MySQL.
  serialPrimaryKey: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  text: (length) => `VARCHAR(${length})`,
  longText: 'TEXT',
  integer: 'INTEGER',
};

/** Storage in one file, by Node's own SQLite with a write-ahead log. @throws StorageError when it cannot be opened. */
export function openSqlite(options: SqliteOptions): Storage {
  const database = new NodeSqlite(options.file, options.busyTimeoutMs ?? 250);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const wallNow = options.wallNow ?? Date.now;
  const tables = <T>(): Kysely<T> => db as Kysely<T>;
  return {
    dialect,
    tables,
    async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
      const callbacks: (() => void)[] = [];
      const result = await db.transaction().execute(async (inner) =>
        work({
          // Each component sees its own tables: which there are is known to its migrations, and to nobody here.
          tables: <U>() => inner as unknown as Kysely<U>,
          afterCommit: (callback) => void callbacks.push(callback),
        }),
      );
      for (const callback of callbacks) callback();
      return result;
    },
    async migrate(component) {
      await runMigrations(tables(), dialect, component, wallNow());
      if (options.maxPages !== undefined) database.limitPages(options.maxPages);
    },
    async check() {
      try {
        await sql`SELECT 1`.execute(db);
        return null;
      } catch (error) {
        if (error instanceof StorageError) return error.message;
        throw error;
      }
    },
    close: () => db.destroy(),
  };
}
