import type { EntryProgram, IdleProgram } from '../common/index.ts';
import type { IsolationParameters } from './algorithm.ts';

/** One rule on one service (or all) and method, as plain data. */
export interface IsolateEntryProgram extends EntryProgram {
  /** The same before and after a change of the rule when what it has found is to be kept. */
  readonly key: string;
  /** Place among all rules, the most specific first: of those that match a request the first acts. */
  readonly rank: number;
  readonly parameters: IsolationParameters;
  /** Statuses that are errors; the usual ones when empty. */
  readonly errorCodes: readonly number[];
  /** Index among the slots. */
  readonly slot: number;
}

export interface IsolateProgram {
  readonly entries: readonly IsolateEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
