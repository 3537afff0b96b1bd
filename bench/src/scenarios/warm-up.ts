import type { LoadJob } from '../../load/main.ts';

/**
 * Rate of a warm-up of an open loop, at least. Who compiles while it runs does so over the first 25 000 requests or so, on other
 * threads of its core: four seconds at 1000 requests/s would leave most of that to the first rounds.
 */
const WARM_UP_RATE = 8000;

/** A load as it warms up with: as it is, but for a low rate of an open loop. */
export function brisk<T extends LoadJob>(job: T): T {
  return job.kind === 'requests' && job.ratePerSecond > 0
    ? { ...job, ratePerSecond: Math.max(job.ratePerSecond, WARM_UP_RATE) }
    : job;
}
