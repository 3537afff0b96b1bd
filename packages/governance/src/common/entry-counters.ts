import { RuleCounter, type RuleOutcome, type RuleSlot } from '@weft/sdk';

/** The counters of one rule on one thread. */
export class EntryCounters {
  readonly #counters: Float64Array;
  readonly #row: number;

  constructor({ counters, row }: RuleSlot) {
    this.#counters = counters;
    this.#row = row;
  }

  /** A request is let through; `complete` follows. */
  pass(nowMs: number): void {
    const counters = this.#counters;
    const row = this.#row;
    counters[row + RuleCounter.PASS]!++;
    const inFlight = (counters[row + RuleCounter.PASS] as number) - (counters[row + RuleCounter.COMPLETE] as number);
    const second = Math.floor(nowMs / 1000);
    if (second !== counters[row + RuleCounter.PEAK_SECOND]) {
      counters[row + RuleCounter.PEAK_SECOND] = second;
      counters[row + RuleCounter.PEAK] = inFlight;
    } else if (inFlight > (counters[row + RuleCounter.PEAK] as number)) {
      counters[row + RuleCounter.PEAK] = inFlight;
    }
  }

  /** A request is let through that the rule does not ask about any more. */
  passAndEnd(): void {
    this.#counters[this.#row + RuleCounter.PASS]!++;
    this.#counters[this.#row + RuleCounter.COMPLETE]!++;
  }

  refuse(observed: boolean): void {
    this.#counters[this.#row + (observed ? RuleCounter.WOULD_REJECT : RuleCounter.REJECT)]!++;
  }

  complete({ durationMs, failed }: RuleOutcome): void {
    const counters = this.#counters;
    const row = this.#row;
    counters[row + RuleCounter.COMPLETE]!++;
    counters[row + RuleCounter.DURATION_MS]! += durationMs;
    if (failed) counters[row + RuleCounter.EXCEPTION]!++;
  }
}
