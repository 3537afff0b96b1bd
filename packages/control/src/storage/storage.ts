import type { Kysely } from 'kysely';

/**
 * Why the database refused. `duplicate` is a unique key that is taken; `full`, `busy`, `readonly` and `unavailable`
 * leave everything as it was, and the same call may succeed later.
 */
export type StorageFault = 'duplicate' | 'full' | 'busy' | 'readonly' | 'unavailable' | 'other';

/** What the database did not do, whatever it was asked; the caller may try again. */
export const REFUSED: ReadonlySet<StorageFault> = new Set(['full', 'busy', 'readonly', 'unavailable']);

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly fault: StorageFault;

  constructor(fault: StorageFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** What a component may do inside one transaction. Each component names its own tables: `tx.tables<DrmTables>()`. */
export interface Transaction {
  tables<T>(): Kysely<T>;
  /** Runs when the transaction is durable, in the order of the calls; never when it is rolled back. */
  afterCommit(callback: () => void): void;
}

/** What differs between databases and is not covered by Kysely. Nothing outside `storage/` asks which one it is. */
export interface Dialect {
  readonly kind: 'sqlite' | 'mysql';
  /** Column type of a key that the database assigns, in a `CREATE TABLE`. */
  readonly serialPrimaryKey: string;
  /** A text of at most `length` characters, that may be part of a key and is compared byte by byte. */
  text(length: number): string;
  /** A text of up to 16 MB. */
  readonly longText: string;
  /** A whole number of 53 bits. */
  readonly integer: string;
}

export interface Migration {
  /** Number within the component, from 1 without gaps. Never changed once released: forward only. */
  readonly id: number;
  readonly title: string;
  /** Statements in the words of the dialect. */
  readonly statements: (dialect: Dialect) => readonly string[];
}

export interface ComponentMigrations {
  /** Component that owns the tables. */
  readonly component: string;
  readonly migrations: readonly Migration[];
}

/**
 * Relational storage of the control plane. All methods throw StorageError for what the database refuses. Instants are
 * whole milliseconds since the Unix epoch, truth values 0 and 1, JSON is text.
 */
export interface Storage {
  readonly dialect: Dialect;
  /** For reads outside a transaction. Inside `write`, use its transaction: this one waits for the end of it. */
  tables<T>(): Kysely<T>;
  /**
   * One transaction: all of it is durable when the promise is fulfilled, nothing of it happened when it is rejected.
   * Transactions run one after the other; do nothing slow inside.
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Brings the tables of a component up to date; each migration in a transaction of its own. */
  migrate(component: ComponentMigrations): Promise<void>;
  /** Whether the database answers, and takes writes again when it refused the last; what happened and what to do when not. */
  check(): Promise<string | null>;
  close(): Promise<void>;
}
