import type { RolloutBreach, RolloutGuard } from '@weft/api';

/** Requests before anything is judged, where a guard does not say. */
export const MIN_REQUESTS = 10;

/** What proxies counted; `requests` has the others in it. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
  readonly rejected: number;
  readonly durationMs: number;
}

export type Judgement = Pick<RolloutBreach, 'guard' | 'limit' | 'found' | 'reference'>;

export const errorRate = ({ errors, requests }: Counts): number => (requests === 0 ? 0 : errors / requests);
export const rejectRate = ({ rejected, requests }: Counts): number => (requests === 0 ? 0 : rejected / requests);
export const meanMs = ({ durationMs, requests }: Counts): number => (requests === 0 ? 0 : durationMs / requests);

/** Whether there is a bound at all. */
export const judges = ({ maxErrorRate, maxRejectRate, maxRtIncreaseMs }: RolloutGuard): boolean =>
  maxErrorRate !== undefined || maxRejectRate !== undefined || maxRtIncreaseMs !== undefined;

/**
 * The first bound that the selected proxies pass, beyond what the others have: a service that fails anyway halts no
 * rollout. Null when none is passed, or when there were too few requests to say. `reference` null: there is nothing to
 * compare with; rates then count from zero, and times cannot be judged.
 */
export function judge(guard: RolloutGuard, selected: Counts, reference: Counts | null): Judgement | null {
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
  const limit = guard.maxRtIncreaseMs;
  if (limit === undefined || reference === null) return null;
  const found = meanMs(selected);
  const base = meanMs(reference);
  return found - base > limit ? { guard: 'maxRtIncreaseMs', limit, found, reference: base } : null;
}
