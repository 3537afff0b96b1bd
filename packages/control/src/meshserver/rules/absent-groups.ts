import { type Message, message } from '@weft/api';
import { labelName } from '@weft/distribution';
import type { AnyRuleBody } from './rule-kind.ts';

type Labels = Readonly<Record<string, string>>;

/** Groups of instances that a rule sends requests to, in the words of its own body. */
interface GroupedSpec {
  readonly destinations?: readonly { readonly weight: number; readonly labels: Labels }[];
}

const MAX_SHOWN = 10;

/**
 * Says of each group with a share of the requests that no instance is in it now, with the labels that there are. Of a service
 * without any instance nothing is said: its hosts may be in files of proxies.
 *
 * @param labelsOf labels of the instances of a service that get requests
 */
export function absentGroups(
  body: Pick<AnyRuleBody, 'services' | 'spec'>,
  labelsOf: (service: string) => readonly Labels[],
): Message[] {
  const { destinations = [] } = body.spec as GroupedSpec;
  const asked = destinations.filter(({ weight, labels }) => weight > 0 && Object.keys(labels).length > 0);
  if (asked.length === 0) return [];
  return body.services.flatMap((service) => {
    const instances = labelsOf(service);
    if (instances.length === 0) return [];
    return asked.flatMap(({ weight, labels }): Message[] => {
      const wanted = Object.entries(labels).map(([name, value]) => [labelName(name), value] as const);
      if (instances.some((own) => wanted.every(([name, value]) => own[name] === value))) return [];
      const said = { weight, service, labels: shown(wanted) };
      const names = wanted.map(([name]) => name);
      const there = instances.map((own) =>
        names.flatMap((name) => (name in own ? [[name, own[name] ?? ''] as const] : [])),
      );
      const texts = firstOf(there.map(shown).filter((text) => text !== ''));
      return texts === ''
        ? [message('warning.no-such-label', { ...said, names: names.join(', ') })]
        : [message('warning.no-such-group', { ...said, there: texts })];
    });
  });
}

const shown = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${name}=${value}`).join(',');

/** Each once; a long list ends in dots. */
function firstOf(texts: readonly string[]): string {
  const once = [...new Set(texts)].sort();
  return [...once.slice(0, MAX_SHOWN), ...(once.length > MAX_SHOWN ? ['…'] : [])].join('; ');
}
