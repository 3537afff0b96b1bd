import type { Endpoint } from '@weft/distribution';
import type { ServiceList } from './registry-port.ts';

/** Lists shorter than this are not judged by the share that they lose. */
const MIN_GUARDED_ENDPOINTS = 5;

/**
 * Whether a push is suspicious: it empties a list, has nobody who may be called, or takes away a larger share of it than is usual, and the registry does
 * not say that it is sure. Such a push waits (see `empty_push_hold`); what is in force keeps serving meanwhile.
 */
export function isSuspicious(before: readonly Endpoint[], push: ServiceList, shrinkGuardPercent: number): boolean {
  if (push.confirmed || before.length === 0) return false;
  if (push.endpoints.length === 0) return true;
  // While a registry rebuilds, one that is disabled or isolated may be the first to be back.
  if (before.some(isServing) && !push.endpoints.some(isServing)) return true;
  if (before.length < MIN_GUARDED_ENDPOINTS) return false;
  const after = new Set(push.endpoints.map(addressOf));
  const removed = before.filter((endpoint) => !after.has(addressOf(endpoint))).length;
  return removed * 100 > shrinkGuardPercent * before.length;
}

const isServing = ({ enabled, weight }: Endpoint): boolean => enabled && weight > 0;

/** `ip:port` or `[ipv6]:port`. */
export function addressOf(endpoint: { readonly address: string; readonly port: number }): string {
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}
