import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RECHECK_DELAY_MS, Recheck } from './recheck.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Requests on one connection, by when they began. */
function rig() {
  const looked: string[] = [];
  const exchanges: { name: string; startedAt: number; recheck(): void }[] = [];
  const connection = {
    connection: { guard: (call: () => void) => call() },
    get lastingExchanges() {
      return exchanges;
    },
  };
  const recheck = new Recheck({
    slots: () => [{ connections: [connection] }] as never,
    now: () => Date.now(),
    run: async (steps) => {
      for (;;) if (steps.next().done) return;
    },
  });
  const begin = (name: string): void =>
    void exchanges.push({ name, startedAt: Date.now(), recheck: () => looked.push(name) });
  return { looked, exchanges, begin, recheck };
}

it('looks at what began before a change, once, and gives it time to end by itself', () => {
  const { looked, begin, recheck, exchanges } = rig();
  begin('old');
  begin('short');
  vi.advanceTimersByTime(10);
  recheck.schedule();
  vi.advanceTimersByTime(1);
  begin('new');
  vi.advanceTimersByTime(RECHECK_DELAY_MS - 2);
  expect(looked).toEqual([]);
  exchanges.splice(1, 1);
  vi.advanceTimersByTime(1);
  expect(looked).toEqual(['old']);
  vi.advanceTimersByTime(10 * RECHECK_DELAY_MS);
  expect(looked).toEqual(['old']);
});

it('takes changes in a row together, and looks again for what began between them', () => {
  const { looked, begin, recheck } = rig();
  begin('first');
  recheck.schedule();
  vi.advanceTimersByTime(500);
  begin('second');
  recheck.schedule();
  vi.advanceTimersByTime(500);
  recheck.schedule();
  vi.advanceTimersByTime(RECHECK_DELAY_MS - 1000);
  expect(looked).toEqual(['first']);
  vi.advanceTimersByTime(1000);
  expect(looked).toEqual(['first', 'first', 'second']);
});

it('looks within 5 s however often rules change', () => {
  const { looked, begin, recheck } = rig();
  begin('first');
  const began = Date.now();
  while (looked.length === 0) {
    recheck.schedule();
    vi.advanceTimersByTime(100);
    expect(Date.now() - began).toBeLessThan(5000);
  }
});
