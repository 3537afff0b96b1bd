const WINDOW_MS = 60_000;
const MAX_KEYS = 256;

/**
 * Lets one line a minute of each kind through, for what peers can bring about as often as they like: that it happens is worth a line, how
 * often is worth a counter. Holds 256 kinds at most; what is new beyond them waits until one of them is a minute old.
 */
export class Seldom {
  readonly #seen = new Map<string, { sinceMs: number; held: number }>();

  /** How many lines of this kind were held back since the one before; -1 for a line that is to be held back itself. */
  admit(kind: string, nowMs: number): number {
    const seen = this.#seen.get(kind);
    if (seen !== undefined && nowMs - seen.sinceMs < WINDOW_MS) {
      seen.held++;
      return -1;
    }
    if (seen === undefined && this.#seen.size >= MAX_KEYS && !this.#forgetOld(nowMs)) return -1;
    this.#seen.set(kind, { sinceMs: nowMs, held: 0 });
    return seen?.held ?? 0;
  }

  #forgetOld(nowMs: number): boolean {
    for (const [kind, { sinceMs }] of this.#seen) if (nowMs - sinceMs >= WINDOW_MS) this.#seen.delete(kind);
    return this.#seen.size < MAX_KEYS;
  }
}
