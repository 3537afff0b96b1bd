import type { EntryProgram, IdleProgram } from '../common/index.ts';

/** One rule on one service and method, as plain data. */
export interface LimitEntryProgram extends EntryProgram {
  readonly kind: 'bucket' | 'concurrency' | 'closed';
  readonly threshold: number;
  readonly timeMs: number;
  readonly maxBurstRatio: number;
  /** The rule as logs print it. */
  readonly text: string;
  readonly rejectStatus: number;
  readonly rejectMessage: string;
  /** Index among the slots. */
  readonly slot: number;
}

export interface LimitProgram {
  readonly entries: readonly LimitEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
