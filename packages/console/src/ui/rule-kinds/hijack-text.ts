import type { Format, Translate } from '../../i18n/index.ts';

/** The part of an interception rule that words are made of. */
interface Hijack {
  readonly port?: number;
  readonly maxRequests?: number;
  readonly unit?: string;
}

/** What reaches a port: "port 8080: 100/s". Empty while the form has no port. */
export function hijackInWords({ port, maxRequests = 0, unit }: Hijack, t: Translate, format: Format): string {
  if (port === undefined) return '';
  const count = format.integer(maxRequests);
  if (maxRequests === 0) return t('rules.hijack-unlimited', { port });
  return t(unit === 'concurrency' ? 'rules.hijack-at-a-time' : 'rules.hijack-rate', { port, count });
}
