import type { Condition } from '@weft/schema/wire';
import type { EntryProgram, IdleProgram } from '../common/index.ts';

/** A success that takes the place of the answer. */
export interface AnswerProgram {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** Messages of gRPC, in base64; null where no service of the rule has any. */
  readonly messages: readonly string[] | null;
}

/** One rule on one service and method, as plain data. */
export interface DowngradeEntryProgram extends EntryProgram {
  /** Every condition as the document has it, for the details. */
  readonly written: readonly Condition[];
  readonly status: number;
  readonly message: string;
  /** A success instead of an error; null for errors. */
  readonly answer: AnswerProgram | null;
  /** '' = hits are not logged. */
  readonly logLevel: '' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
  /** Index among the slots. */
  readonly slot: number;
}

export interface DowngradeProgram {
  readonly entries: readonly DowngradeEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
