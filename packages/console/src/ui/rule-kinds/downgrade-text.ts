import type { Format, Translate } from '../../i18n/index.ts';

/** The part of a degradation rule that words are made of. */
interface Downgrade {
  readonly action?: string;
  readonly status?: number;
}

/** What callers get instead of the service: "error 503", "an empty answer". */
export function downgradeInWords({ action, status = 0 }: Downgrade, t: Translate, _format: Format): string {
  if (action === 'RETURN_NULL') return t('rules.downgrade-empty');
  if (action === 'MOCK') return t('rules.downgrade-given');
  return status === 0 ? t('rules.downgrade-error') : t('rules.downgrade-status', { status });
}
