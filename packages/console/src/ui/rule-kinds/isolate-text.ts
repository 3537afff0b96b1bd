import type { Format, Translate } from '../../i18n/index.ts';

/** The part of an isolation rule that words are made of. */
interface Isolate {
  readonly leastExceptionRate?: number;
  readonly exceptionRateMultiple?: number;
  readonly timeWindow?: number;
  readonly maxIpCount?: number;
}

/** When an instance is left out: "20 % errors in 10 s, at most 1". Empty while the form has no ratio. */
export function isolateInWords(spec: Isolate, t: Translate, format: Format): string {
  const { leastExceptionRate, exceptionRateMultiple = 1, timeWindow = 10, maxIpCount = 1 } = spec;
  if (leastExceptionRate === undefined) return '';
  if (maxIpCount === 0) return t('rules.isolate-none');
  const rate = format.percent(leastExceptionRate * exceptionRateMultiple);
  return t('rules.isolate', { rate, window: format.span(timeWindow * 1000), count: format.integer(maxIpCount) });
}
