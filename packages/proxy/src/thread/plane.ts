import type { Logger } from '@weft/kit';
import { AddressClusters } from '../cluster/index.ts';
import type { DataPlane } from '../exchange/index.ts';
import type { NetContext } from '../net/index.ts';
import { lastByName, type RuntimeState } from '../update/instantiate.ts';

/** What the exchanges of a thread share. The limits are defaults until the first program sets them. */
export function createPlane(context: NetContext, process: Float64Array, state: RuntimeState, log: Logger): DataPlane {
  return {
    context,
    random: Math.random,
    process,
    cluster: lastByName(state, (name) => state.clusters.get(name)),
    addressClusters: new AddressClusters(context),
    protocol: lastByName(state, (name) => state.protocols.get(name) ?? state.protocols.get(name.toLowerCase())),
    retryBufferBytes: 65_536,
    streamBufferBytes: 1_048_576,
    connectionBufferBytes: 4_194_304,
    onFilterFault: (filter, error) => log.error({ filter, err: error }, 'a filter threw'),
    onPeerError: (message, connection) => {
      if (log.debugEnabled)
        log.debug(
          { listener: connection.slot.runtime.name, remote: connection.connection.remoteAddress, reason: message },
          'the caller was refused',
        );
    },
  };
}
