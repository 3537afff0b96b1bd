import type { Condition } from '@weft/schema/wire';
import type { EntryProgram, IdleProgram } from '../common/index.ts';

/** One rule on one service and method, as plain data. */
export interface DowngradeEntryProgram extends EntryProgram {
  /** Every condition as the document has it, for the details. */
  readonly written: readonly Condition[];
  readonly status: number;
  readonly message: string;
  /** A success instead of an error; null for errors. */
  readonly answer: { readonly headers: readonly (readonly [string, string])[]; readonly body: string } | null;
  /** '' = hits are not logged. */
  readonly logLevel: '' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
  /** Index among the slots. */
  readonly slot: number;
}

export interface DowngradeProgram {
  readonly entries: readonly DowngradeEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
