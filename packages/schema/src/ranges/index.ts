/**
 * Bounds of values of rules that no schema says, as they depend on another field or leave their lower end out. Proxies judge
 * by them, and forms say so before anything is sent.
 */
export interface ValueRange {
  readonly from: number;
  /** Whether `from` itself is no value. */
  readonly above: boolean;
  readonly to: number;
  /** Whether 0 is a value too, outside of the bounds: the usual one. */
  readonly orZero?: boolean;
  /** Said with the bounds where the schema of the field cannot, as it depends on another. */
  readonly unit?: 'ms' | 'percent';
}

export function isWithin({ from, above, to, orZero }: ValueRange, value: number): boolean {
  if (orZero === true && value === 0) return true;
  return (above ? value > from : value >= from) && value <= to;
}

const SHARE_PERCENT: ValueRange = { from: 0, above: true, to: 100, unit: 'percent' };
const SHARE: ValueRange = { from: 0, above: true, to: 1 };
const RESPONSE_MS: ValueRange = { from: 1, above: false, to: 3_600_000, unit: 'ms' };

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

/** The HTTP status of an answer that is an error; 0 stands for the usual one. */
export const ERROR_STATUS: ValueRange = { from: 400, above: false, to: 599, orZero: true };

/** How long an injected fault lets requests wait. */
export const FAULT_DELAY: ValueRange = { from: 1, above: false, to: 3_600_000 };
