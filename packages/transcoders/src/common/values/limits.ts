/** Bounds of one conversion. Whoever reaches one gets an error, never a part of the value. */
export interface ValueLimits {
  /** Values within values; default 100. */
  readonly maxDepth: number;
  /** Values altogether. What Java shares is counted as often as it is written; default 200 000. */
  readonly maxValues: number;
  /** UTF-16 units of the JSON that is written; default 1 048 576. What is read is bounded by the text given. */
  readonly maxLength: number;
}

export const DEFAULT_VALUE_LIMITS: ValueLimits = { maxDepth: 100, maxValues: 200_000, maxLength: 1_048_576 };
