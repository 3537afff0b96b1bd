import type { StoredRule } from '../rules/rule-store.ts';

/** Calls whose service or method proxies could not read, so that a rule was not asked about them; see their admin interface. */
export interface UnreadCalls {
  readonly direction: 'SERVER' | 'CLIENT';
  readonly protocol: string;
  /** dataId; '' where the service is not known either. */
  readonly service: string;
  /** Why, in words. */
  readonly reason: string;
  readonly count: number;
}

/**
 * Those that may be of the services and methods of a rule. Of calls whose service is not known, those over a protocol that its
 * services are published with.
 *
 * @param protocolsOf protocols of a service in small letters; none where nobody publishes it
 */
export function missedCalls(
  { direction, services, methods }: Pick<StoredRule['body'], 'direction' | 'services' | 'methods'>,
  unread: readonly UnreadCalls[],
  protocolsOf: (service: string) => ReadonlySet<string>,
): UnreadCalls[] {
  const every = services.includes('*');
  return unread.filter((calls) => {
    if (calls.direction !== direction) return false;
    if (calls.service !== '') return !methods.includes('*') && (every || services.includes(calls.service));
    const spoken = calls.protocol.toLowerCase();
    const isSpoken = (service: string): boolean => {
      const known = protocolsOf(service);
      return known.size === 0 || known.has(spoken) || CARRIED[spoken]?.some((name) => known.has(name)) === true;
    };
    return every || services.some(isSpoken);
  });
}

/** Services that are published with these protocols are called over one of another name, too: proxies turn the one into the other. */
const CARRIED: Readonly<Record<string, readonly string[]>> = {
  bolt: ['boltv2'],
  boltv2: ['bolt'],
  http1: ['http2'],
  http2: ['http1', 'grpc', 'tri'],
};

/** What all proxies have seen. */
export function sumOfUnread(all: readonly UnreadCalls[]): UnreadCalls[] {
  const sums = new Map<string, UnreadCalls>();
  for (const calls of all) {
    const { direction, protocol, service, reason, count } = calls;
    const key = JSON.stringify([direction, protocol, service, reason]);
    sums.set(key, { ...calls, count: count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}
