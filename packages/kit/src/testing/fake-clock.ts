import type { Clock } from '../clock/index.ts';

/** A clock that stands until it is told to go on. */
export interface FakeClock extends Clock {
  /** Lets time pass; what falls due runs in its order, each at its own time. */
  advance(ms: number): void;
  /** Time passes while nothing runs, as for a process that was stopped; what is due then runs late. */
  jump(ms: number): void;
  /** Callbacks that wait. */
  readonly pending: number;
}

/**
 * @param wallMs what `wallNow` says at the beginning; 2026-01-01 when not given
 * @param nowMs what `now` says at the beginning
 */
export function createFakeClock(wallMs = Date.UTC(2026, 0, 1), nowMs = 0): FakeClock {
  const timers = new Set<{ at: number; callback: () => void }>();
  let now = nowMs;
  return {
    now: () => now,
    wallNow: () => wallMs + now - nowMs,
    schedule(delayMs, callback) {
      const timer = { at: now + Math.max(0, delayMs), callback };
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
    jump(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.callback();
      }
    },
    get pending() {
      return timers.size;
    },
  };
}
