import type { EntryProgram, IdleProgram } from '../common/index.ts';

/** One fault on one service and method, as plain data. */
export interface FaultEntryProgram extends EntryProgram {
  /** How many of the conditions are those of the traffic; the others are the HTTP method and path of the rule. */
  readonly trafficConditions: number;
  /** Place of the fault in its rule. */
  readonly item: number;
  readonly fault: 'ABORT' | 'DELAY';
  readonly httpStatus: number;
  /** -1 where only the HTTP status is given. */
  readonly grpcStatus: number;
  readonly delayMs: number;
  readonly percent: number;
  /** Seconds after which the rule stops acting; 0 = never. */
  readonly ttlSeconds: number;
  /** Index among the slots. */
  readonly slot: number;
}

export interface FaultProgram {
  readonly entries: readonly FaultEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
