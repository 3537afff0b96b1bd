import type { EntryProgram, IdleProgram } from '../common/index.ts';

/** One rule on one service and method, as plain data. */
export interface HijackEntryProgram extends EntryProgram {
  readonly port: number;
  readonly maxRequests: number;
  readonly unit: 'perSecond' | 'concurrency';
  /** The rule as logs print it. */
  readonly text: string;
  readonly rejectStatus: number;
  readonly rejectMessage: string;
  /** Index among the slots. */
  readonly slot: number;
}

export interface HijackProgram {
  readonly entries: readonly HijackEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
