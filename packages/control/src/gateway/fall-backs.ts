import type { Clock } from '@weft/kit';

/** A level that somebody forgot would fill the disk. */
export const MAX_TTL_MS = 86_400_000;

/** Settings that are as before after a time. */
export class FallBacks {
  readonly #clock: Clock;
  readonly #running = new Map<string, { readonly before: unknown; readonly cancel: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Sets `value`, for 0 ms until the next change. A change while another one runs falls back to what was before both.
   * `set` is told why: by somebody, or as the time is over.
   */
  change<T>(key: string, current: T, value: T, ttlMs: number, set: (value: T, why: 'asked' | 'over') => void): void {
    const running = this.#running.get(key);
    running?.cancel();
    this.#running.delete(key);
    const before = running === undefined ? current : (running.before as T);
    set(value, 'asked');
    if (ttlMs === 0) return;
    const cancel = this.#clock.schedule(ttlMs, () => {
      this.#running.delete(key);
      set(before, 'over');
    });
    this.#running.set(key, { before, cancel });
  }

  stop(): void {
    for (const { cancel } of this.#running.values()) cancel();
    this.#running.clear();
  }
}
