import { WheelTimer } from '@weft/kit';
import { Admission, type RuleChain } from '../governance/chain.ts';
import type { Exchange } from './exchange.ts';

/** A request that a rule makes wait before it goes on. Requests that nothing delays have no such object. */
export class RuleWait {
  readonly #exchange: Exchange;
  readonly #rules: RuleChain;
  readonly #timer: WheelTimer;

  constructor(exchange: Exchange, rules: RuleChain, next: () => void) {
    this.#exchange = exchange;
    this.#rules = rules;
    this.#timer = new WheelTimer(() => exchange.guardTimer(() => this.#over(next)));
  }

  start(): void {
    this.#exchange.context.timers.arm(this.#timer, this.#rules.waitMs(this.#exchange));
  }

  /** The rules behind the one that delayed go on; one of them may delay once more. */
  #over(next: () => void): void {
    const exchange = this.#exchange;
    if (exchange.done) return;
    const admission = this.#rules.resume(exchange, exchange.context.now);
    if (admission === Admission.WAITING) this.start();
    else if (admission === Admission.ADMITTED) next();
  }

  cancel(): void {
    this.#exchange.context.timers.cancel(this.#timer);
  }
}
