import type { Format, Translate } from '../../i18n/index.ts';

/** The part of a mapping that words are made of. */
interface Mapping {
  readonly service?: string;
  readonly version?: string;
  readonly target?: string;
  readonly methods?: object;
}

/** Which service, and where: "com.x.Users:1.0 ↔ users@springcloud: 2 methods". Empty while the form has no service. */
export function mappingInWords(
  { service = '', version, target, methods = {} }: Mapping,
  t: Translate,
  format: Format,
): string {
  if (service === '') return '';
  const count = Object.keys(methods).length;
  return t('rules.mapping', {
    service: version ? `${service}:${version}` : service,
    target: target || 'HTTP',
    methods:
      count === 0
        ? t('rules.mapping-all')
        : count === 1
          ? t('rules.mapping-method')
          : t('rules.mapping-methods', { count: format.integer(count) }),
  });
}
