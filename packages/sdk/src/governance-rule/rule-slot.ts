/** Shared words of a slot that a rule may use as it likes, unless its type asks for more; all threads see them. */
export const SLOT_WORDS = 2;

/** Counters of a slot, one copy per thread, written by that thread only. */
export const RuleCounter = {
  PASS: 0,
  REJECT: 1,
  WOULD_REJECT: 2,
  ERROR: 3,
  COMPLETE: 4,
  EXCEPTION: 5,
  /** Sum of the durations of what completed, ms. */
  DURATION_MS: 6,
  /** Most requests at one moment since the second in `PEAK_SECOND`. */
  PEAK: 7,
  PEAK_SECOND: 8,
} as const;
export type RuleCounter = (typeof RuleCounter)[keyof typeof RuleCounter];
export const COUNTER_CELLS = 9;

/**
 * The state of one rule on one resource: words that all threads share, changed with atomics, one word that is this
 * thread's alone (the engine takes it back when the thread dies), and counters of this thread.
 */
export interface RuleSlot {
  readonly words: Int32Array;
  /** Index of the first of the shared words: `SLOT_WORDS`, or as many as the type asks for. */
  readonly word: number;
  /** Index of the word of this thread. */
  readonly own: number;
  readonly counters: Float64Array;
  /**
   * Index of the first of `COUNTER_CELLS` counters of this thread. Behind them lie the cells that the type asks for, which
   * it may use as it likes: written by this thread only, read by all.
   */
  readonly row: number;
  /** Index of the first counter of the first thread. */
  readonly firstRow: number;
  /** From the counters of one thread to those of the next. */
  readonly rowStride: number;
  readonly threads: number;
}

/** What a rule needs a slot for. */
export interface SlotPlan {
  /** The same before and after a change of the rule when its state is to be kept. */
  readonly key: string;
  /**
   * Whatever the state depends on, as plain numbers. With other parameters the slot has other words, so that threads with
   * the old rule and those with the new one do not disturb each other; the engine has them carried over. The counters stay.
   */
  readonly parameters: readonly number[];
  /** For metrics and logs. */
  readonly ruleDbId: number;
  readonly resource: string;
  readonly direction: 'SERVER' | 'CLIENT';
  readonly mode: 'CONTROL' | 'OBSERVE';
  /**
   * With it the slot is shown as this one counter of what passed, and not among the verdicts: for a part of a rule that has
   * a slot of its own.
   */
  readonly series?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  /** Counts in flight in the first word; the thread's share is in its own word. */
  readonly countsInFlight: boolean;
}
