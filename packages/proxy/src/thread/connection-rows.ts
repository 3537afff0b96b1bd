import type { Cluster } from '../cluster/index.ts';
import type { ListenerSlot } from '../exchange/index.ts';
import type { Connection } from '../net/index.ts';
import type { ConnectionRow } from './messages.ts';

/** The connections of a thread as the admin API lists them: those of callers, then those to hosts. */
export function connectionRows(
  thread: number,
  now: number,
  slots: readonly ListenerSlot[],
  clusters: Iterable<Cluster>,
): ConnectionRow[] {
  const rows: ConnectionRow[] = [];
  const row = (
    connection: Connection,
    side: ConnectionRow['side'],
    name: string,
    protocol: string,
    inFlight: number,
  ): ConnectionRow => ({
    id: connection.id,
    thread,
    side,
    name,
    local: connection.localAddress,
    remote: connection.remoteAddress,
    protocol,
    bytesRead: connection.bytesRead,
    bytesWritten: connection.bytesWritten,
    inFlight,
    ageMs: Math.round(now - connection.createdAt),
  });
  for (const slot of slots) {
    for (const item of slot.connections)
      rows.push(row(item.connection, 'downstream', slot.runtime.name, item.protocolName, item.activeStreams));
  }
  for (const cluster of clusters) {
    for (const host of cluster.hosts) {
      for (const [protocol, pool] of host.pools) {
        for (const item of pool.connections)
          rows.push(row(item.connection, 'upstream', cluster.name, protocol, item.codec.activeStreams));
      }
    }
  }
  return rows;
}
