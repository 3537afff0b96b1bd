import type { LimitSpec } from '@weft/schema/wire';
import { maxPermitsOf } from '../common/index.ts';

/** What a limit comes to, for a form that shows it while it is written. */
export interface LimitPreview {
  /** Requests per second and instance; null for a limit of concurrency. */
  readonly ratePerSecond: number | null;
  /** Requests at one instant and instance, after a quiet time. */
  readonly burst: number;
  /** Requests per second of all instances, or at one moment. */
  readonly total: number;
}

export function previewLimit(
  spec: Pick<LimitSpec, 'thresholdType' | 'threshold' | 'timeMs' | 'maxBurstRatio'>,
  instances: number,
): LimitPreview {
  const { thresholdType, threshold, timeMs, maxBurstRatio } = spec;
  if (thresholdType === 'concurrency') return { ratePerSecond: null, burst: threshold, total: threshold * instances };
  const ratePerSecond = (threshold * 1000) / timeMs;
  const burst = threshold === 0 ? 0 : Math.floor(maxPermitsOf(threshold, timeMs, maxBurstRatio));
  return { ratePerSecond, burst, total: ratePerSecond * instances };
}
