import { UPSTREAM } from '@weft/telemetry/stats';
import { expect, test } from 'vitest';
import { HostPool, PoolFailure, type PoolSettings } from './host-pool.ts';
import { Resource, ResourceCounters, resourceBytes } from './limits.ts';

/** A place is free when it is asked for, and taken by another thread before it is taken here. */
class Raced extends ResourceCounters {
  override count(): number {
    return 0;
  }
}

test('who waits for a connection whose place another thread took meanwhile is told, and not forgotten', () => {
  const limits = { maxConnections: 1, maxPendingRequests: 0, maxRequests: 0, maxRetries: 0 };
  const cells = new Int32Array(resourceBytes(2) / Int32Array.BYTES_PER_ELEMENT);
  expect(new ResourceCounters(cells, 1, limits).acquire(Resource.CONNECTIONS)).toBe(true);
  const stats = new Float64Array(100);
  const settings = {
    protocol: { pooling: 'ping-pong' },
    stats,
    resources: new Raced(cells, 0, limits),
    idleTimeoutMs: 0,
  } as unknown as PoolSettings;
  const pool = new HostPool({} as never, {} as never, settings);
  const failures: PoolFailure[] = [];
  const waiter = { onConnection: () => {}, onPoolFailure: (failure: PoolFailure) => void failures.push(failure) };
  expect(pool.acquire(waiter)).toBeNull();
  expect(failures).toEqual([PoolFailure.OVERFLOW]);
  expect(stats[UPSTREAM.request_pending_overflow]).toBe(1);
  expect(pool.size).toBe(0);
});
