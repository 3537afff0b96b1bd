import { createFakeClock } from '@weft/kit/testing';
import { expect, test } from 'vitest';
import type { ApiFailure } from '../http/index.ts';
import { type CallKind, RateLimiter } from './rate-limit.ts';

const attempt = (limiter: RateLimiter, caller: string, kind: CallKind, times: number): number => {
  let taken = 0;
  for (let i = 0; i < times; i++) {
    try {
      limiter.take(caller, kind);
      taken++;
    } catch (error) {
      expect(error).toMatchObject({
        code: 'RATE_LIMITED',
        headers: { 'retry-after': '1' },
      } satisfies Partial<ApiFailure>);
    }
  }
  return taken;
};

test('each caller has a second of calls, reads and writes apart', () => {
  const clock = createFakeClock();
  const limiter = new RateLimiter(clock, { readsPerSecond: 10, writesPerSecond: 2 });
  expect([
    attempt(limiter, 'a', 'read', 50),
    attempt(limiter, 'a', 'write', 50),
    attempt(limiter, 'b', 'read', 50),
  ]).toEqual([10, 2, 10]);
  clock.advance(500);
  expect([attempt(limiter, 'a', 'read', 50), attempt(limiter, 'a', 'write', 50)]).toEqual([5, 1]);
  clock.advance(60_000);
  expect(attempt(limiter, 'a', 'read', 50)).toBe(10);
});

test.each([
  ['read', 'at most 1 reading calls a second'],
  ['write', 'at most 1 changing calls a second'],
  ['stranger', 'at most 1 calls a second without a login that holds'],
] as const)('says of which calls there were too many: %s', (kind, said) => {
  const limiter = new RateLimiter(createFakeClock(), { readsPerSecond: 1, writesPerSecond: 1 });
  limiter.take('a', kind);
  expect(() => limiter.take('a', kind)).toThrow(said);
});

test('says how many are left', () => {
  const limiter = new RateLimiter(createFakeClock(), { readsPerSecond: 3 });
  expect(limiter.take('a', 'read')).toEqual({ 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '2' });
});
