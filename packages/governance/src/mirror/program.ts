import type { EntryProgram, IdleProgram } from '../common/index.ts';

/** One rule on one service and method, as plain data. */
export interface MirrorEntryProgram extends EntryProgram {
  /** Above 0, at most 100. */
  readonly percent: number;
  readonly cluster: string;
  readonly addresses: readonly string[];
  readonly times: number;
  readonly toEveryHost: boolean;
  readonly removeHeaders: readonly string[];
  readonly setHeaders: readonly (readonly [name: string, value: string])[];
  readonly hostSuffix: string;
  readonly maxBodyBytes: number;
  readonly maxPending: number;
  /** Index among the slots. */
  readonly slot: number;
  /** The same for copies, by their result. */
  readonly resultSlots: readonly number[];
}

export interface MirrorProgram {
  readonly entries: readonly MirrorEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
