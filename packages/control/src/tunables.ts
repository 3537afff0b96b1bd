import type { DistributionHub } from './distribution/index.ts';
import type { Tunable, Tunables } from './gateway/index.ts';

/** Of the push engine, under the names that runbooks know; a change lasts until the process ends, unless it is kept. */
export function drmTunables({ server }: DistributionHub): Tunables {
  const limit = (
    name: 'maxConcurrentPushes' | 'connectionsPerSecond' | 'connectionWaitMs' | 'maxClients',
    rest: Omit<Tunable, 'read' | 'write'>,
  ): Tunable => ({
    ...rest,
    read: () => server.limits[name],
    write: (value) => server.tune({ [name]: value }),
  });
  return {
    PushConcurrency: limit('maxConcurrentPushes', {
      about: 'pushes that wait for an answer at a time',
      form: 'integer',
      minimum: 1,
      maximum: 10_000,
    }),
    ConnectionBurstSize: limit('connectionsPerSecond', {
      about: 'streams that are let in within a second',
      form: 'integer',
      minimum: 1,
      maximum: 100_000,
    }),
    ConnectionWait: limit('connectionWaitMs', {
      about: 'how long a stream waits to be let in',
      form: 'duration',
      minimum: 0,
      maximum: 60_000,
    }),
    MaxConnections: limit('maxClients', {
      about: 'proxies that may be connected',
      form: 'integer',
      minimum: 1,
      maximum: 100_000,
    }),
  };
}
