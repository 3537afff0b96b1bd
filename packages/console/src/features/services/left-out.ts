import type { IsolatedInstance } from '../../services/rule-states.ts';

/** How many callers leave an instance out now, and the rules that they do it by, as `app/name`. */
export interface LeftOut {
  readonly callers: number;
  readonly rules: readonly string[];
}

/** Of the instances of a service, by their addresses, those that callers leave out; rules that only watch leave out none. */
export function leftOutOf(isolated: readonly IsolatedInstance[], serviceId: string): ReadonlyMap<string, LeftOut> {
  const found = new Map<string, { readonly proxies: Set<string>; readonly rules: Set<string> }>();
  for (const { service, direction, mode, state, host, proxyId, app, name } of isolated) {
    if (service !== serviceId || direction !== 'CLIENT' || mode !== 'CONTROL' || state !== 'ISOLATED') continue;
    const at = found.get(host) ?? { proxies: new Set(), rules: new Set() };
    at.proxies.add(proxyId);
    at.rules.add(`${app}/${name}`);
    found.set(host, at);
  }
  return new Map([...found].map(([host, { proxies, rules }]) => [host, { callers: proxies.size, rules: [...rules] }]));
}
