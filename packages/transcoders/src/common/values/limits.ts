import { DEFAULT_HESSIAN_LIMITS, type HessianLimits } from '@weft/hessian';

/** Bounds of one conversion. Whoever reaches one gets an error, never a part of the value. */
export interface ValueLimits {
  /** Values within values; default 100. */
  readonly maxDepth: number;
  /** Values altogether. What Java shares is counted as often as it is written; default 200 000. */
  readonly maxValues: number;
  /** Whoever needs more values than these changes it. */
  readonly maxValuesOption: string;
  /** UTF-16 units of the JSON that is written; default 1 048 576. What is read is bounded by the text given. */
  readonly maxLength: number;
}

/** `max_body_bytes` where nothing else is said. */
export const DEFAULT_MAX_BODY_BYTES = 1_048_576;
const MAX_DEPTH = 100;
/** What a body of the default length may have: one that is nothing but empty objects takes as many bytes for each value. */
const VALUES_PER_MIB = 200_000;
/**
 * However long a body may be. So many empty objects are half a second of CPU to convert, in which the thread serves nobody else; a thread
 * that is silent for a second of CPU is ended.
 */
const MAX_VALUES = 500_000;

/**
 * How many values a message may have of which `max_body_bytes` may be there: 200 000 for each MiB, at least 200 000 and at most
 * 500 000. What is bounded is the time and the memory that few bytes can cost.
 */
export function maxValuesOf(maxBodyBytes: number): number {
  const values = Math.floor((maxBodyBytes / DEFAULT_MAX_BODY_BYTES) * VALUES_PER_MIB);
  return Math.min(MAX_VALUES, Math.max(VALUES_PER_MIB, values));
}

/** How many bytes may come of such a message in the other protocol: twice as many, and in any case those of the default of Hessian. */
export function maxWrittenBytesOf(maxBodyBytes: number): number {
  return Math.max(DEFAULT_HESSIAN_LIMITS.maxBytes, 2 * maxBodyBytes);
}

/** Bounds of JSON; it may have as many characters as the message bytes, and those of the default in any case. */
export function valueLimits(maxBodyBytes: number): ValueLimits {
  return {
    maxDepth: MAX_DEPTH,
    maxValues: maxValuesOf(maxBodyBytes),
    maxValuesOption: 'max_body_bytes',
    maxLength: Math.max(DEFAULT_MAX_BODY_BYTES, maxBodyBytes),
  };
}

/** Bounds of Hessian that is read. */
export function hessianReadLimits(maxBodyBytes: number): HessianLimits {
  return { ...DEFAULT_HESSIAN_LIMITS, maxDepth: MAX_DEPTH, maxValues: maxValuesOf(maxBodyBytes) };
}

/** Bounds of Hessian that is written of what was read within bounds: Java has objects for some of what is one value elsewhere. */
export function hessianWriteLimits(maxBodyBytes: number): HessianLimits {
  return {
    ...DEFAULT_HESSIAN_LIMITS,
    maxDepth: MAX_DEPTH,
    maxValues: 2 * maxValuesOf(maxBodyBytes),
    maxBytes: maxWrittenBytesOf(maxBodyBytes),
  };
}

export const DEFAULT_VALUE_LIMITS: ValueLimits = valueLimits(DEFAULT_MAX_BODY_BYTES);
