import type { Format, Translate } from '../../i18n/index.ts';

/** The part of a limit that words are made of. */
export interface Limit {
  readonly thresholdType?: string;
  readonly threshold?: number;
  readonly timeMs?: number;
  readonly maxBurstRatio?: number;
}

/** What a limit lets through: null for concurrency, which has no rate. */
export function rateOf(limit: Limit): { perSecond: number; burst: number } | null {
  const { thresholdType = 'invokeTimes', threshold = 0, timeMs = 1000, maxBurstRatio = 1 } = limit;
  if (thresholdType !== 'invokeTimes' || !(timeMs > 0)) return null;
  const perSecond = (threshold * 1000) / timeMs;
  return { perSecond, burst: threshold === 0 ? 0 : Math.max(1, perSecond * maxBurstRatio) };
}

/** A limit in a few words: "0.1/s, burst 1", "20 at a time". */
export function limitInWords(limit: Limit, t: Translate, format: Format): string {
  if (limit.threshold === 0) return t('rules.rejects-all');
  const rate = rateOf(limit);
  if (rate === null) return t('rules.at-a-time', { count: format.integer(limit.threshold ?? 0) });
  return t('rules.rate-and-burst', {
    rate: format.decimal(rate.perSecond, 3),
    burst: format.integer(Math.floor(rate.burst)),
  });
}
