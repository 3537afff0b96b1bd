import type { Condition, Direction, RuleMode } from '@weft/schema/wire';

/** One rule on one service and method, as plain data. */
export interface LimitEntryProgram {
  readonly ruleDbId: number;
  readonly name: string;
  readonly direction: Direction;
  readonly service: string;
  readonly method: string;
  readonly mode: RuleMode;
  /** Conditions, with those that the HTTP method and path stand for. */
  readonly conditions: readonly Condition[];
  readonly resource: string;
  readonly conditionId: string;
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

/** A rule that is there and does not act, and why. */
export interface IdleEntryProgram extends Omit<LimitEntryProgram, 'slot'> {
  readonly why: string;
}

export interface LimitProgram {
  readonly entries: readonly LimitEntryProgram[];
  readonly idle: readonly IdleEntryProgram[];
}
