import type { Random } from '@weft/kit';

/** Full jitter: between 0 and a bound that doubles with each failure. */
export class BackOff {
  readonly #random: Random;
  readonly #minMs: number;
  readonly #maxMs: number;
  #failures = 0;

  constructor(random: Random, minMs: number, maxMs: number) {
    this.#random = random;
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  next(): number {
    const bound = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    return this.#random.next() * bound;
  }

  /** As after many failures: somewhere in the longest interval. */
  longest(): number {
    return (0.5 + this.#random.next() / 2) * this.#maxMs;
  }

  reset(): void {
    this.#failures = 0;
  }
}
