import { createRandom } from '@weft/kit';
import { createFakeClock } from '@weft/kit/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BackOff } from './back-off.ts';
import { createLink } from './link.ts';

const NODE = {
  id: 'p',
  app: 'shop',
  ip: '10.0.0.1',
  zone: '',
  dataCenter: '',
  cluster: '',
  labels: {},
  version: '0',
  pid: 1,
  startedAtMs: 0,
  adminPort: 0,
};

/** When a link with nobody at the other end tries, in ms after its start. */
function attempts(seed: number, forMs: number): number[] {
  const clock = createFakeClock();
  const startMs = clock.now();
  const at: number[] = [];
  const link = createLink({
    addresses: ['127.0.0.1:1'],
    node: NODE,
    credentials: { accessKey: 'k', secret: 's' },
    clock,
    random: createRandom(seed),
    transport: {
      connect: (_address, events) => {
        at.push(clock.now() - startMs);
        events.lost('nobody answers');
        return { open: () => expect.unreachable('nobody is connected'), close: () => {} };
      },
    },
  });
  clock.advance(forMs);
  link.close();
  clock.advance(forMs);
  return at;
}

describe('a link that nobody answers', () => {
  test('tries less and less often, and never stops', () => {
    for (const seed of [1, 2, 3]) {
      const at = attempts(seed, 3_600_000);
      const gaps = at.slice(1).map((time, index) => time - (at[index] as number));
      // 1 s, doubled each time up to 30 s, of which each wait is a random part.
      gaps.forEach((gap, index) => expect(gap).toBeLessThanOrEqual(Math.min(30_000, 1000 * 2 ** index)));
      // An hour of waits of 15 s on the average.
      expect(at.length).toBeGreaterThan(180);
      expect(at.length).toBeLessThan(320);
    }
  });

  test('a thousand links that lost the same server do not come back together', () => {
    const seconds = new Map<number, number>();
    for (let seed = 1; seed <= 1000; seed++)
      for (const at of attempts(seed, 60_000).filter((time) => time >= 10_000))
        seconds.set(Math.floor(at / 1000), (seconds.get(Math.floor(at / 1000)) ?? 0) + 1);
    const counts = [...seconds.values()];
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(counts.length).toBe(50);
    expect(Math.max(...counts)).toBeLessThan(2 * mean);
  });
});

test('a wait lies between nothing and a bound that doubles with each failure, and begins anew', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.boolean(), { maxLength: 50 }), (seed, resets) => {
      const backOff = new BackOff(createRandom(seed), 1000, 30_000);
      let failures = 0;
      for (const isReset of resets) {
        if (isReset) {
          backOff.reset();
          failures = 0;
        }
        const waitMs = backOff.next();
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(Math.min(30_000, 1000 * 2 ** failures++));
        expect(backOff.longest()).toBeGreaterThanOrEqual(15_000);
      }
    }),
  );
});
