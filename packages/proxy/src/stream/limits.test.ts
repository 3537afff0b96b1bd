import { expect, it } from 'vitest';
import { Resource, ResourceCounters, releaseThread, resourceBytes } from './limits.ts';

const LIMITS = { maxConnections: 3, maxPendingRequests: 0, maxRequests: 2, maxRetries: 1 };

it('holds a limit over all threads', () => {
  const cells = new Int32Array(new SharedArrayBuffer(resourceBytes(2)));
  const [one, two] = [new ResourceCounters(cells, 0, LIMITS), new ResourceCounters(cells, 1, LIMITS)] as const;
  expect([
    one.acquire(Resource.CONNECTIONS),
    two.acquire(Resource.CONNECTIONS),
    one.acquire(Resource.CONNECTIONS),
  ]).toEqual([true, true, true]);
  expect([one.acquire(Resource.CONNECTIONS), two.acquire(Resource.CONNECTIONS)]).toEqual([false, false]);
  expect(one.count(Resource.CONNECTIONS)).toBe(3);
  two.release(Resource.CONNECTIONS);
  expect(one.acquire(Resource.CONNECTIONS)).toBe(true);
  expect([one.limited(Resource.PENDING), one.limited(Resource.RETRIES)]).toEqual([false, true]);
});

it('gives back what a dead thread held, and only that', () => {
  const cells = new Int32Array(new SharedArrayBuffer(resourceBytes(2)));
  const [one, two] = [new ResourceCounters(cells, 0, LIMITS), new ResourceCounters(cells, 1, LIMITS)] as const;
  one.acquire(Resource.CONNECTIONS);
  one.acquire(Resource.REQUESTS);
  two.acquire(Resource.CONNECTIONS);
  releaseThread(cells, 0);
  expect([two.count(Resource.CONNECTIONS), two.count(Resource.REQUESTS)]).toEqual([1, 0]);
  two.release(Resource.CONNECTIONS);
  expect([...cells]).toEqual(Array.from({ length: cells.length }, () => 0));
});

it('holds a limit where there is one thread, and gives back what it held when it died', () => {
  const cells = new Int32Array(new SharedArrayBuffer(resourceBytes(1)));
  const only = new ResourceCounters(cells, 0, LIMITS);
  expect([1, 2, 3].map(() => only.acquire(Resource.REQUESTS))).toEqual([true, true, false]);
  expect(only.count(Resource.REQUESTS)).toBe(2);
  only.release(Resource.REQUESTS);
  expect(only.acquire(Resource.REQUESTS)).toBe(true);
  releaseThread(cells, 0);
  expect([...cells]).toEqual(Array.from({ length: cells.length }, () => 0));
});
