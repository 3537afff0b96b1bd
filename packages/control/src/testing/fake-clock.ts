import type { Clock } from '@weft/kit';

/** A clock that stands until it is told to go on. */
export interface FakeClock extends Clock {
  /** Lets time pass; what is due runs in its order. */
  advance(ms: number): void;
}

/** @param wallMs what `wallNow` says at the begin; 2026-01-01 when not given */
export function createFakeClock(wallMs = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<{ at: number; callback: () => void }>();
  let now = 0;
  return {
    now: () => now,
    wallNow: () => wallMs + now,
    schedule(delayMs, callback) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = due.at;
        due.callback();
      }
      now = end;
    },
  };
}
