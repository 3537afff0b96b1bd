import type { EntryProgram, IdleProgram } from '../common/index.ts';

/** A group of instances. */
export interface RouteGroupProgram {
  /** Percent; those of a rule sum to 100. */
  readonly weight: number;
  /** Sorted by name, each name once. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** In words, such as `version=v2`; `*` for all instances. */
  readonly text: string;
  /** Index among the slots. */
  readonly slot: number;
}

/** One rule on one service and method, as plain data. */
export interface RouteEntryProgram extends EntryProgram {
  /** Place among all rules: by priority, larger first, then by id. Entries of one rule have the same. */
  readonly rank: number;
  readonly priority: number;
  readonly fallback: boolean;
  readonly faultProtection: boolean;
  readonly strict: boolean;
  readonly groups: readonly RouteGroupProgram[];
  /** Index among the slots. */
  readonly slot: number;
}

export interface RouteProgram {
  readonly entries: readonly RouteEntryProgram[];
  readonly idle: readonly IdleProgram[];
}
