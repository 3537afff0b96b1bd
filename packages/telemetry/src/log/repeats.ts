import type { Clock } from '@weft/kit';

const WINDOW_MS = 1000;
const MAX_TEMPLATES = 1024;

interface Template<T> {
  lines: number;
  suppressed: number;
  last: T;
}

/**
 * Lets the first `limit` lines of one template through per second and tells how many it held back when the second is over.
 * Bounded: past 1024 templates in one second the further ones pass uncounted.
 */
export class RepeatFilter<T> {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #summarise: (last: T, suppressed: number) => void;
  readonly #templates = new Map<string, Template<T>>();
  #windowStart = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(limit: number, clock: Clock, summarise: (last: T, suppressed: number) => void) {
    this.#limit = limit;
    this.#clock = clock;
    this.#summarise = summarise;
  }

  /** Whether this line is to be written. */
  admit(key: string, line: T): boolean {
    const now = this.#clock.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.flush();
      this.#windowStart = now;
    }
    const template = this.#templates.get(key);
    if (template === undefined) {
      if (this.#templates.size < MAX_TEMPLATES) this.#templates.set(key, { lines: 1, suppressed: 0, last: line });
      return true;
    }
    if (++template.lines <= this.#limit) return true;
    template.suppressed++;
    template.last = line;
    // Without a further line nobody would tell; the timer exists only while something is held back.
    this.#cancelTimer ??= this.#clock.schedule(WINDOW_MS, () => this.flush());
    return false;
  }

  /** Writes the summaries that are due. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const due = [...this.#templates.values()].filter((template) => template.suppressed > 0);
    this.#templates.clear();
    for (const template of due) this.#summarise(template.last, template.suppressed);
  }
}
