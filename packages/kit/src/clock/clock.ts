/** Time for one thread. Monotonic readings never go back; wall time may jump. */
export interface Clock {
  /** Monotonic milliseconds, fractional. */
  now(): number;
  /** Milliseconds since the Unix epoch. */
  wallNow(): number;
  /** Runs `callback` once after at least `delayMs` milliseconds; returns a function that cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** The global name is a getter. */
const monotonic = performance;

export const systemClock: Clock = {
  now: () => monotonic.now(),
  wallNow: () => Date.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
