import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { StorageError, type StorageFault } from '../storage.ts';

/** Prepared statements kept: Kysely makes the same few texts over and over. */
const MAX_STATEMENTS = 256;

/** Node's own SQLite in the shape that Kysely drives; faults become StorageError. */
export class NodeSqlite implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, SqliteStatement>();

  /** Opens or creates `file`; `:memory:` keeps nothing. */
  constructor(file: string, busyTimeoutMs: number) {
    try {
      // It holds password hashes: nobody else reads it, whatever the umask; its log gets the same mode.
      if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600));
      this.#database = new DatabaseSync(file, { timeout: busyTimeoutMs });
      // FULL: what was acknowledged is on the disk, also when the machine loses power.
      this.#database.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY',
      );
    } catch (error) {
      throw toStorageError(error, file);
    }
  }

  prepare(text: string): SqliteStatement {
    const kept = this.#statements.get(text);
    if (kept !== undefined) return kept;
    const statement = guard(() => this.#prepare(text));
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    this.#statements.set(text, statement);
    return statement;
  }

  #prepare(text: string): SqliteStatement {
    // The lock is taken at the begin: a transaction that read first could not become a writer beside another process.
    if (text === 'begin') return wrap(this.#database.prepare('begin immediate'));
    const statement = wrap(this.#database.prepare(text));
    if (text !== 'rollback') return statement;
    // A full disk has ended the transaction already; a second end would hide why.
    const run: SqliteStatement['run'] = (parameters) =>
      this.#database.isTransaction ? statement.run(parameters) : { changes: 0, lastInsertRowid: 0 };
    return { ...statement, run };
  }

  /** For tests: pages that the file may have, after which it is full. */
  limitPages(count: number): void {
    this.#database.exec(`PRAGMA max_page_count = ${count}`);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

function wrap(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => guard(() => statement.all(...(parameters as SQLInputValue[]))),
    run: (parameters) => guard(() => statement.run(...(parameters as SQLInputValue[]))),
    iterate: (parameters) => guard(() => statement.iterate(...(parameters as SQLInputValue[]))),
  };
}

function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStorageError(error);
  }
}

/** Primary result codes of SQLite; the extended ones have them in their low byte. */
const FAULTS: Readonly<Record<number, StorageFault>> = {
  5: 'busy',
  6: 'busy',
  8: 'readonly',
  10: 'unavailable',
  13: 'full',
  14: 'unavailable',
};
const UNIQUE = new Set([1555, 2067, 2579]);

function toStorageError(error: unknown, file?: string): unknown {
  if (!(error instanceof Error)) return error;
  if ('syscall' in error) return new StorageError('unavailable', error.message, { cause: error });
  if (!('errcode' in error)) return error;
  const code = Number(error.errcode);
  const fault = UNIQUE.has(code) ? 'duplicate' : (FAULTS[code & 0xff] ?? 'other');
  return new StorageError(fault, file === undefined ? error.message : `${file}: ${error.message}`, { cause: error });
}
