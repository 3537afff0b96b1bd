import type { RolloutBreach, RolloutGuard } from '@weft/api';
import { percentile } from '../figures/histogram.ts';
import type { Counts } from '../figures/sum.ts';

/** Requests before anything is judged, where a guard does not say. */
export const MIN_REQUESTS = 10;
/** Durations of which the slowest hundredth is at least one; a p99 of fewer is their maximum. */
export const MIN_P99_REQUESTS = 100;

export type Judgement = Pick<RolloutBreach, 'guard' | 'limit' | 'found' | 'reference'>;

export const errorRate = ({ errors, requests }: Counts): number => (requests === 0 ? 0 : errors / requests);
export const rejectRate = ({ rejected, requests }: Counts): number => (requests === 0 ? 0 : rejected / requests);
export const meanMs = ({ durationMs, requests }: Counts): number => (requests === 0 ? 0 : durationMs / requests);
/** Null where there are too few durations for it. */
export function p99Ms({ buckets }: Counts, boundsMs: readonly number[]): number | null {
  let known = 0;
  for (let i = 0; i < buckets.length; i++) known += buckets[i] as number;
  return known < MIN_P99_REQUESTS ? null : percentile(buckets, boundsMs, 0.99);
}

/** Requests that a step waits for before it ends; 0 where nothing is judged. */
export function requestsNeeded(guard: RolloutGuard): number {
  const { maxErrorRate, maxRejectRate, maxRtIncreaseMs, maxP99IncreaseMs, minRequests } = guard;
  if (maxP99IncreaseMs !== undefined) return minRequests ?? MIN_P99_REQUESTS;
  const judges = maxErrorRate !== undefined || maxRejectRate !== undefined || maxRtIncreaseMs !== undefined;
  return judges ? (minRequests ?? MIN_REQUESTS) : 0;
}

/**
 * The first bound that the selected proxies pass, beyond what the others have: a service that fails anyway halts no
 * rollout. Null when none is passed, or when there were too few requests to say. `reference` null: there is nothing to
 * compare with; rates then count from zero, and times cannot be judged. `boundsMs`: of the buckets of both.
 */
export function judge(
  guard: RolloutGuard,
  selected: Counts,
  reference: Counts | null,
  boundsMs: readonly number[],
): Judgement | null {
  if (selected.requests < Math.max(1, guard.minRequests ?? MIN_REQUESTS)) return null;
  const rates = [
    ['maxErrorRate', errorRate],
    ['maxRejectRate', rejectRate],
  ] as const;
  for (const [name, rateOf] of rates) {
    const limit = guard[name];
    if (limit === undefined) continue;
    const found = rateOf(selected);
    const base = reference === null ? 0 : rateOf(reference);
    if (found - base > limit) return { guard: name, limit, found, reference: base };
  }
  if (reference === null) return null;
  return judgeMean(guard, selected, reference) ?? judgeP99(guard, selected, reference, boundsMs);
}

function judgeMean({ maxRtIncreaseMs: limit }: RolloutGuard, selected: Counts, reference: Counts): Judgement | null {
  if (limit === undefined) return null;
  const found = meanMs(selected);
  const base = meanMs(reference);
  return found - base > limit ? { guard: 'maxRtIncreaseMs', limit, found, reference: base } : null;
}

/** Within one bucket durations are not told apart: what differs there is only how the percentile is drawn into it. */
function judgeP99(
  { maxP99IncreaseMs: limit }: RolloutGuard,
  selected: Counts,
  reference: Counts,
  boundsMs: readonly number[],
): Judgement | null {
  if (limit === undefined) return null;
  const found = p99Ms(selected, boundsMs);
  const base = p99Ms(reference, boundsMs);
  if (found === null || base === null) return null;
  const bucketOf = (ms: number): number => boundsMs.findIndex((bound) => ms <= bound);
  if (bucketOf(found) === bucketOf(base) || found - base <= limit) return null;
  return { guard: 'maxP99IncreaseMs', limit, found, reference: base };
}
