import { noopLogger } from '@weft/kit';
import type { HealthProbe } from '@weft/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppCheck, type AppCheckSpec } from './app-check.ts';

const SPEC: AppCheckSpec = { type: 'tcp', config: {}, intervalMs: 1000, timeoutMs: 500, fall: 3, raise: 2 };

/** A check whose answers are given one by one, without time. */
function driven(spec: AppCheckSpec, open?: () => Promise<HealthProbe>) {
  let answer: ((healthy: boolean) => void) | null = null;
  let next: (() => void) | null = null;
  const told: boolean[] = [];
  const probe: HealthProbe = {
    check: (target, timeoutMs, done) => {
      expect(target).toMatchObject({ host: '127.0.0.1', port: 8080 });
      expect(timeoutMs).toBe(spec.timeoutMs);
      answer = (healthy) => done({ healthy, detail: healthy ? '200' : 'ECONNREFUSED' });
      return () => {
        answer = null;
      };
    },
  };
  const check = new AppCheck({
    spec,
    port: 8080,
    open: open ?? (async () => probe),
    clock: {
      now: () => 0,
      wallNow: () => 0,
      schedule: (delayMs, run) => {
        expect(delayMs).toBe(spec.intervalMs);
        next = run;
        return () => {
          next = null;
        };
      },
    },
    log: noopLogger,
    onChange: ({ healthy }) => void told.push(healthy),
  });
  const give = (healthy: boolean): void => {
    answer?.(healthy);
    next?.();
  };
  return { check, told, give, asking: () => answer !== null };
}

const opened = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('is not well until it has answered once, falls after three failures and comes back after two answers', async () => {
  const { check, told, give } = driven(SPEC);
  await opened();
  expect(check.health).toEqual({ healthy: false, detail: '' });
  give(false);
  expect(check.health).toEqual({ healthy: false, detail: 'ECONNREFUSED' });
  give(true);
  expect(told).toEqual([true]);
  for (const healthy of [false, false, true, false, false]) give(healthy);
  expect(told).toEqual([true]);
  give(false);
  expect(told).toEqual([true, false]);
  give(true);
  expect(check.health.healthy).toBe(false);
  give(false);
  give(true);
  expect(told).toEqual([true, false]);
  give(true);
  expect(told).toEqual([true, false, true]);
});

test('changes as a plain counter of results says, whatever comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      async (results, fall, raise) => {
        const { told, give } = driven({ ...SPEC, fall, raise });
        await opened();
        const expected: boolean[] = [];
        let state = false;
        let row = 0;
        for (const result of results) {
          row = result === state ? 0 : row + 1;
          if (row >= (state ? fall : expected.length > 0 ? raise : 1)) {
            state = !state;
            row = 0;
            expected.push(state);
          }
          give(result);
        }
        expect(told).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('asks nobody once it is stopped, also when the checker comes later; says when there can be none', async () => {
  const { check, told, give, asking } = driven(SPEC);
  check.stop();
  await opened();
  expect(asking()).toBe(false);
  give(true);
  expect(told).toEqual([]);
  const broken = driven(SPEC, () => Promise.reject(new Error('no such checker')));
  await opened();
  expect(broken.check.health).toEqual({ healthy: false, detail: 'the check cannot be made: no such checker' });
});
