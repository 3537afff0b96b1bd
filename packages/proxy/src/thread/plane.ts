import type { Logger } from '@weft/kit';
import { AddressClusters } from '../cluster/index.ts';
import { CopyRests, type DataPlane } from '../exchange/index.ts';
import type { NetContext } from '../net/index.ts';
import { lastByName, type RuntimeState } from '../update/instantiate.ts';
import { Seldom } from './seldom.ts';

/** Enough to tell what somebody speaks who is not understood. */
const SHOWN_BYTES = 16;

/** What the exchanges of a thread share. The limits are defaults until the first program sets them. */
export function createPlane(context: NetContext, process: Float64Array, state: RuntimeState, log: Logger): DataPlane {
  const refusals = new Seldom();
  return {
    context,
    random: Math.random,
    process,
    cluster: lastByName(state, (name) => state.clusters.get(name)),
    addressClusters: new AddressClusters(context),
    copyRests: new CopyRests(),
    protocol: lastByName(state, (name) => state.protocols.get(name) ?? state.protocols.get(name.toLowerCase())),
    retryBufferBytes: 65_536,
    streamBufferBytes: 1_048_576,
    connectionBufferBytes: 4_194_304,
    onFilterFault: (filter, error) => log.error({ filter, err: error }, 'a filter threw'),
    onPeerError: (reason, connection, bytes) => {
      const listener = connection.slot.runtime.name;
      const others = refusals.admit(`${listener} ${reason}`, context.now);
      if (others < 0) return;
      const fields = { listener, remote: connection.connection.remoteAddress, reason };
      const began = bytes === undefined ? {} : { firstBytes: bytes.toString('hex', 0, SHOWN_BYTES) };
      log.info({ ...fields, ...began, others }, 'a caller was refused');
    },
  };
}
