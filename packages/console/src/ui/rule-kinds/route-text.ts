import type { Format, Translate } from '../../i18n/index.ts';

/** The part of a routing rule that words are made of. */
interface Route {
  readonly destinations?: readonly {
    readonly weight?: number;
    readonly labels?: Readonly<Record<string, string>>;
  }[];
}

/** Groups that are named; the rest is in the form. */
const MAX_GROUPS = 3;

/** Which instances get which share: "90 % version=v1, 10 % version=v3". */
export function routeInWords({ destinations = [] }: Route, t: Translate, format: Format): string {
  const groups = destinations.slice(0, MAX_GROUPS).map(({ weight = 100, labels = {} }) => {
    const named = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const group = named.length === 0 ? t('rules.route-all') : named.join(' ');
    return `${format.percent(weight)} ${group}`;
  });
  return [...groups, ...(destinations.length > MAX_GROUPS ? ['…'] : [])].join(', ');
}
