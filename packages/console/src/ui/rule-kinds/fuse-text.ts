import type { Format, Translate } from '../../i18n/index.ts';

/** The part of a circuit-breaking rule that words are made of. */
interface Fuse {
  readonly triggerType?: string;
  readonly threshold?: number;
  readonly thresholdUnit?: string;
  readonly triggerWindowMillis?: number;
}

/** When a breaker opens, in a few words: "50 % errors in 10 s". */
export function fuseInWords(fuse: Fuse, t: Translate, format: Format): string {
  const { threshold, triggerWindowMillis = 10_000 } = fuse;
  if (threshold === undefined) return '';
  const window = format.span(triggerWindowMillis);
  if (fuse.triggerType === 'avgRt') return t('rules.fuse-time', { threshold: format.milliseconds(threshold), window });
  const percent = fuse.thresholdUnit === 'ratio' ? threshold * 100 : threshold;
  return t('rules.fuse-errors', { threshold: format.percent(percent), window });
}
