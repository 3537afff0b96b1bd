import type { EdgeReport } from '@weft/distribution';
import { BOUNDS_MS } from './mesh-client.ts';

/** What a proxy reports of an edge whose requests took about `tookMs`, a bound of the buckets, each; `change` is what else is not 0 or empty. */
export function edgeReport(
  direction: EdgeReport['direction'],
  service: string,
  tookMs: number,
  change: Partial<EdgeReport> = {},
): EdgeReport {
  const { requests = 0 } = change;
  return {
    direction,
    sourceApp: '',
    targetApp: '',
    service,
    method: '',
    protocol: 'Http1',
    requests,
    errors: 0,
    rejected: 0,
    durationMsSum: requests * tookMs,
    histogram: [...BOUNDS_MS, Number.POSITIVE_INFINITY].map((bound) => (bound === tookMs ? requests : 0)),
    ...change,
  };
}
