import type { RuleServices } from '@weft/sdk';

export const BLOCK_LOG = 'flowcontrol-block-stat.log';
export const DETAIL_LOG = 'flowcontrol-default.log';

/** Lines of one resource that are written within a second; the others are counted and summarised. */
const LINES_PER_SECOND = 100;

/** Writes the lines about one rule's refusals, and no more of them than anybody can read. */
export class BlockLog {
  readonly #services: RuleServices;
  readonly #level: 'ERROR' | 'WARN';
  readonly #head: string;
  #second = -1;
  #lines = 0;
  #repeats = 0;

  constructor(services: RuleServices, mode: 'CONTROL' | 'OBSERVE') {
    this.#services = services;
    this.#level = mode === 'CONTROL' ? 'ERROR' : 'WARN';
    this.#head = mode === 'CONTROL' ? '[flow blocked] ' : '[flow monitored] ';
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

  write(resource: string, figures: string, rule: string): void {
    this.#services.log(BLOCK_LOG, this.#level, `${this.#head}|${resource}|LocalLimitSlot|0|<nil>|${figures}|${rule}|`);
  }

  /** At the turn of a second: how many lines the last one would have had more. */
  flush(nowMs: number, resource = this.#resource): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#lines = 0;
    if (this.#repeats === 0) return;
    this.#services.log(
      BLOCK_LOG,
      this.#level,
      `${this.#head}|${resource}|LocalLimitSlot| repeated ${this.#repeats} times`,
    );
    this.#repeats = 0;
  }

  #resource = '';

  /** Names the resource of the summaries. */
  nameResource(resource: string): void {
    this.#resource = resource;
  }
}
