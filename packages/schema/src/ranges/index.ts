/**
 * Bounds of values of rules that no schema says, as they depend on another field or leave their lower end out. Proxies judge
 * by them, and forms say so before anything is sent.
 */
export interface ValueRange {
  readonly from: number;
  /** Whether `from` itself is no value. */
  readonly above: boolean;
  readonly to: number;
}

export function isWithin({ from, above, to }: ValueRange, value: number): boolean {
  return (above ? value > from : value >= from) && value <= to;
}

const SHARE_PERCENT: ValueRange = { from: 0, above: true, to: 100 };
const SHARE: ValueRange = { from: 0, above: true, to: 1 };
const RESPONSE_MS: ValueRange = { from: 1, above: false, to: 3_600_000 };

/** The threshold of a circuit breaker: per cent or a ratio of the calls, or the mean response time in ms. */
export function fuseThresholdRange(fuse: {
  readonly triggerType?: unknown;
  readonly thresholdUnit?: unknown;
}): ValueRange {
  if (fuse.triggerType === 'avgRt') return RESPONSE_MS;
  return fuse.thresholdUnit === 'ratio' ? SHARE : SHARE_PERCENT;
}

/** Fields of isolation rules: seconds that calls are judged over, per cent of them that fail. */
export const ISOLATE_RANGES = {
  timeWindow: { from: 1, above: true, to: 60 },
  leastExceptionRate: SHARE_PERCENT,
} as const satisfies Readonly<Record<string, ValueRange>>;
