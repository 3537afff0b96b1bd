import { type Message, message } from '@weft/api';
import type { AnyRuleBody } from './rule-kind.ts';

/** Who provides and calls services, as the registry and the traffic of the proxies have it. */
export interface ServiceUse {
  /** Somebody provides it, or calls it. */
  isKnown(service: string): boolean;
  /** A name that is known and nearly the same. */
  nearest(service: string): string | undefined;
  /** Apps that call it. */
  callers(service: string): ReadonlySet<string>;
}

/**
 * Says of services that a rule names in vain: those that nobody provides or calls while there is one of nearly that name, and,
 * of a rule that acts in callers, those that only other apps call. A service without a like may be in files of proxies, and
 * have had no call so far.
 */
export function uncalledServices(
  { app, direction, services }: Pick<AnyRuleBody, 'app' | 'direction' | 'services'>,
  use: ServiceUse,
): Message[] {
  return services.flatMap((service): Message[] => {
    if (service === '*') return [];
    if (!use.isKnown(service)) {
      const name = use.nearest(service);
      return name === undefined ? [] : [message('warning.unknown-service', { service, name })];
    }
    if (direction === 'SERVER' || app === '*') return [];
    const callers = use.callers(service);
    return callers.size === 0 || callers.has(app) ? [] : [message('warning.not-caller', { app, service })];
  });
}
