import type { Endpoint } from '@weft/distribution';
import type { ServiceList } from './registry-port.ts';

type Judged = Pick<ServiceList, 'endpoints' | 'confirmed'>;

/**
 * Who stays in a list for now though a push of a registry that is not sure lacks them (see `empty_push_hold`): all of them where
 * the push has nobody who may be called, or lacks a larger share than is usual of those that could be called before; else
 * nobody. Who is in the push is as the push says, and a proxy that is in it is where the push says.
 *
 * @param before what is in force
 * @param shrinkGuardPercent 0 to 100; 100: a share is never too large
 */
export function missing(before: readonly Endpoint[], push: Judged, shrinkGuardPercent: number): readonly Endpoint[] {
  if (push.confirmed) return NOBODY;
  const places = new Set<string>();
  const proxies = new Set<string>();
  for (const endpoint of push.endpoints) {
    places.add(addressOf(endpoint));
    if (endpoint.proxyId !== '') proxies.add(endpoint.proxyId);
  }
  const lacking = before.filter((endpoint) => !places.has(addressOf(endpoint)) && !proxies.has(endpoint.proxyId));
  if (push.endpoints.length === 0) return lacking;
  const lost = count(lacking, isServing);
  if (lost === 0) return NOBODY;
  const tooMany = lost * 100 > shrinkGuardPercent * count(before, isServing);
  return tooMany || !push.endpoints.some(isServing) ? lacking : NOBODY;
}

const NOBODY: readonly Endpoint[] = [];
const isServing = ({ enabled, weight }: Endpoint): boolean => enabled && weight > 0;

function count<One>(items: readonly One[], matches: (item: One) => boolean): number {
  let found = 0;
  for (const item of items) if (matches(item)) found++;
  return found;
}

/** `ip:port` or `[ipv6]:port`. */
export function addressOf(endpoint: { readonly address: string; readonly port: number }): string {
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}
