import type { RuleRequest, RuleServices } from '@weft/sdk';
import { contextPrefix, FLOW_DETAIL_LOG, repeatedTimes } from './log-lines.ts';

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

/** What a limit has left, between the bars of a line: whole permits, rounded down. A request takes one. */
export function permitsText(max: number, stored: number, generated: number): string {
  return `maxPermits:${Math.floor(max)}storedPermits:${Math.floor(stored)}genPermits:${Math.floor(generated)}permits:1`;
}

/**
 * Writes the lines about one rule's refusals in the log that limits and circuit breakers share. At DEBUG the log with what they
 * looked at has each of them, too, behind the connection and trace of its request.
 */
export class BlockLog {
  readonly #services: RuleServices;
  readonly #level: 'ERROR' | 'WARN';
  readonly #head: string;
  readonly #slot: string;
  readonly #throttle: LineThrottle;
  /** The refusal at hand is written, and not one of those that are only counted. */
  #admitted = false;

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
      services.log(BLOCK_LOG, this.#level, `${this.#head}|${resource}|${slot}| ${repeatedTimes(repeats)}`),
    );
  }

  /** Whether a line is written of a refusal: `write` follows. Counts it as a repeat where there are too many. */
  wants(nowMs: number): boolean {
    this.#admitted = this.#throttle.admits(nowMs);
    return this.#admitted || this.#services.detail();
  }

  /** `details`: what stands between the zero and the rule, with its bars. */
  write(request: RuleRequest, resource: string, details: string, rule: string): void {
    const line = `${this.#head}|${resource}|${this.#slot}|0|${details}|${rule}|`;
    if (this.#admitted) this.#services.log(BLOCK_LOG, this.#level, line);
    if (this.#services.detail()) this.#services.log(FLOW_DETAIL_LOG, 'DEBUG', `${contextPrefix(request)}${line}`);
  }

  flush(nowMs: number): void {
    this.#throttle.flush(nowMs);
  }
}
