import type { Endpoint } from '@weft/distribution';

/** The registry says itself when an instance comes back, and by degrees; only when it does not, this acts so much later. */
const MARGIN_MS = 30_000;

type Isolable = Pick<Endpoint, 'enabled' | 'isolatedMs'>;

/** Whether an endpoint is left out for a time because its own proxy has found that it fails. */
export const isIsolated = ({ enabled, isolatedMs = 0 }: Isolable): boolean => !enabled && isolatedMs > 0;

/** When the first of them comes back without a word of the registry, ms from when the list was made; null when none is isolated. */
export function untilReturnMs(endpoints: readonly Isolable[]): number | null {
  let leastMs = Number.POSITIVE_INFINITY;
  for (const endpoint of endpoints)
    if (isIsolated(endpoint)) leastMs = Math.min(leastMs, endpoint.isolatedMs as number);
  return leastMs === Number.POSITIVE_INFINITY ? null : leastMs + MARGIN_MS;
}

/** The endpoint after `passedMs` without a word: enabled when its time is over. */
export function returned<One extends Isolable>(endpoint: One, passedMs: number): One {
  if (!isIsolated(endpoint)) return endpoint;
  const leftMs = (endpoint.isolatedMs as number) + MARGIN_MS - passedMs;
  if (leftMs <= 0) return { ...endpoint, enabled: true, isolatedMs: 0 };
  return { ...endpoint, isolatedMs: Math.max(1, leftMs - MARGIN_MS) };
}
