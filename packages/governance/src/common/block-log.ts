import type { RuleServices } from '@weft/sdk';

export const BLOCK_LOG = 'flowcontrol-block-stat.log';

/** Lines of one resource that are written within a second; the others are counted and summarised. */
const LINES_PER_SECOND = 100;

/** Lets as many lines through as somebody can read, and says how many there would have been. */
export class LineThrottle {
  readonly #summarise: (repeats: number) => void;
  #second = -1;
  #lines = 0;
  #repeats = 0;

  constructor(summarise: (repeats: number) => void) {
    this.#summarise = summarise;
  }

  /** Whether the next line would be written; counts the request as a repeat when not. */
  admits(nowMs: number): boolean {
    this.flush(nowMs);
    if (this.#lines < LINES_PER_SECOND) {
      this.#lines++;
      return true;
    }
    this.#repeats++;
    return false;
  }

  /** At the turn of a second: how many lines the last one would have had more. */
  flush(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#lines = 0;
    if (this.#repeats === 0) return;
    this.#summarise(this.#repeats);
    this.#repeats = 0;
  }
}

/** Writes the lines about one rule's refusals in the log that limits and circuit breakers share. */
export class BlockLog {
  readonly #services: RuleServices;
  readonly #level: 'ERROR' | 'WARN';
  readonly #head: string;
  readonly #slot: string;
  readonly #throttle: LineThrottle;

  /**
   * @param slot what refused, such as `LocalLimitSlot`
   * @param resource that of the summaries
   */
  constructor(services: RuleServices, mode: 'CONTROL' | 'OBSERVE', slot: string, resource: string) {
    this.#services = services;
    this.#level = mode === 'CONTROL' ? 'ERROR' : 'WARN';
    this.#head = mode === 'CONTROL' ? '[flow blocked] ' : '[flow monitored] ';
    this.#slot = slot;
    this.#throttle = new LineThrottle((repeats) =>
      services.log(BLOCK_LOG, this.#level, `${this.#head}|${resource}|${slot}| repeated ${repeats} times`),
    );
  }

  admits(nowMs: number): boolean {
    return this.#throttle.admits(nowMs);
  }

  /** `details`: what stands between the zero and the rule, with its bars. */
  write(resource: string, details: string, rule: string): void {
    this.#services.log(BLOCK_LOG, this.#level, `${this.#head}|${resource}|${this.#slot}|0|${details}|${rule}|`);
  }

  flush(nowMs: number): void {
    this.#throttle.flush(nowMs);
  }
}
