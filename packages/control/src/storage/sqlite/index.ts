import { message, messageText } from '@weft/api/messages';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { runMigrations } from '../run-migrations.ts';
import { type Dialect, REFUSED, type Storage, StorageError, type Transaction } from '../storage.ts';
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

/** What happened and what to do; what SQLite says of anything else. */
function problemOf({ fault, message: said }: StorageError): string {
  return fault === 'duplicate' || fault === 'other' ? said : messageText(message(`refusal.database-${fault}`));
}

/** Storage in one file, by Node's own SQLite with a write-ahead log. @throws StorageError when it cannot be opened. */
export function openSqlite(options: SqliteOptions): Storage {
  const database = new NodeSqlite(options.file, options.busyTimeoutMs ?? 250);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const wallNow = options.wallNow ?? Date.now;
  const tables = <T>(): Kysely<T> => db as Kysely<T>;
  /** Whether the last write was refused by the database itself: reads go on where nothing can be written. */
  let refused = false;
  /** All who ask at a time get one answer: while another process holds the database each try takes `busyTimeoutMs`. */
  let checking: Promise<string | null> | null = null;
  const check = async (): Promise<string | null> => {
    try {
      await sql`SELECT 1`.execute(db);
      // Nobody reads this number: what counts is that the disk takes it.
      if (refused) await db.transaction().execute((inner) => sql`PRAGMA user_version = 1`.execute(inner));
      refused = false;
      return null;
    } catch (error) {
      if (error instanceof StorageError) return problemOf(error);
      throw error;
    }
  };
  return {
    dialect,
    tables,
    async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
      const callbacks: (() => void)[] = [];
      const result = await db
        .transaction()
        .execute(async (inner: Kysely<unknown>) =>
          work({
            // Each component sees its own tables: which there are is known to its migrations, and to nobody here.
            tables: <U>() => inner as Kysely<U>,
            afterCommit: (callback) => void callbacks.push(callback),
          }),
        )
        .catch((error: unknown) => {
          if (error instanceof StorageError && REFUSED.has(error.fault)) refused = true;
          throw error;
        });
      refused = false;
      for (const callback of callbacks) callback();
      return result;
    },
    async migrate(component) {
      await runMigrations(tables(), dialect, component, wallNow());
      if (options.maxPages !== undefined) database.limitPages(options.maxPages);
    },
    check() {
      checking ??= check().finally(() => {
        checking = null;
      });
      return checking;
    },
    close: () => db.destroy(),
  };
}
