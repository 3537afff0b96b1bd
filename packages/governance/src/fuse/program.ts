import type { EntryProgram, IdleProgram } from '../common/index.ts';
import type { BreakerParameters } from './algorithm.ts';

/** One rule on one service and method, as plain data. */
export interface FuseEntryProgram extends EntryProgram {
  readonly breaker: BreakerParameters;
  /** Statuses that are errors; the usual ones when empty. */
  readonly errorCodes: readonly number[];
  /** The rule as it came, for logs. */
  readonly text: string;
  readonly rejectStatus: number;
  readonly rejectMessage: string;
  /** Index among the slots. */
  readonly slot: number;
}

export interface FuseProgram {
  readonly entries: readonly FuseEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
