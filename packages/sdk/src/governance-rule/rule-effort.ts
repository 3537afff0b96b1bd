/**
 * How what a rule sets going beside the request came out, such as copies of it: nothing of it shows in requests. Counts of one
 * thread, since its rules were built last.
 */
export interface RuleEffort {
  /** Where to, such as the target of copies. */
  readonly target: string;
  readonly succeeded: number;
  readonly failed: number;
  /** The last ones, one behind the other, that failed; 0: the last one succeeded. */
  readonly failedInARow: number;
  /** Why the last that failed did; '' while none has. */
  readonly reason: string;
}
