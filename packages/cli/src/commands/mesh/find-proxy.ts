import { type ApiClient, SILENT_AFTER_MS, type Sidecar } from '@weft/api';
import { EXIT } from '@weft/kit';
import { allPages } from '../../mesh-api/all-pages.ts';
import { CommandError } from '../../outcome.ts';

/** Application and version, as in `reviews-v2`. */
export const nameOf = (item: Sidecar): string => {
  const version = item.labels['version'];
  return version === undefined ? item.app : `${item.app}-${version}`;
};

/**
 * For how long nothing was heard of a connected proxy, where that is longer than reports are late, else 0. A proxy reports
 * every second: one whose main thread hangs keeps its connection open.
 */
export function silentMs({ connected, lastSeenAt }: Pick<Sidecar, 'connected' | 'lastSeenAt'>, nowMs: number): number {
  const ms = nowMs - Date.parse(lastSeenAt);
  return connected && ms > SILENT_AFTER_MS ? ms : 0;
}

/**
 * Proxies by their id (or its beginning), name, application, or application and version (`reviews-v2`); those that are
 * connected before those that are not.
 */
export async function findProxies(client: ApiClient, wanted: string): Promise<Sidecar[]> {
  const all = await allPages((page) => client.ms.listSidecars({ query: page }));
  const ways: readonly ((item: Sidecar) => boolean)[] = [
    (item) => item.proxyId === wanted,
    (item) => item.name === wanted,
    (item) => nameOf(item) === wanted,
    (item) => item.app === wanted,
    (item) => wanted.length >= 4 && item.proxyId.startsWith(wanted),
  ];
  for (const way of ways) {
    const found = all.filter(way);
    if (found.length > 0) return found.sort((a, b) => Number(b.connected) - Number(a.connected));
  }
  return [];
}

/** One proxy. @throws CommandError with those that there are */
export async function findProxy(client: ApiClient, wanted: string): Promise<Sidecar> {
  const found = (await findProxies(client, wanted)).filter((item, index) => item.connected || index === 0);
  if (found.length === 1) return found[0] as Sidecar;
  if (found.length > 1)
    throw new CommandError(
      EXIT.USAGE,
      'ambiguous',
      `"${wanted}" is more than one proxy; name one of: ${found.map((item) => `${nameOf(item)} (${item.proxyId.slice(0, 8)})`).join(', ')}`,
    );
  const all = await allPages((page) => client.ms.listSidecars({ query: page }));
  const names = [...new Set(all.map(nameOf))].slice(0, 20).join(', ');
  throw new CommandError(
    EXIT.FAILED,
    'not_found',
    `there is no proxy "${wanted}"; ${names === '' ? 'no proxy has reported yet' : `there are: ${names}`}`,
  );
}
