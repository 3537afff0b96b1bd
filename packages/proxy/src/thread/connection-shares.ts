/** A thread with this many times the mean passes new connections on. */
const IMBALANCE = 1.25;

/**
 * How many connections each thread has, and which of them serves a new one: words that all threads share, each changed with
 * atomics, because a thread that passes a connection on counts it where it goes.
 */
export class ConnectionShares {
  readonly #counts: Int32Array;
  readonly #serving: Int32Array;
  readonly #index: number;
  readonly #threads: number;

  /** @param serving 1 for a thread that takes connections */
  constructor(counts: Int32Array, serving: Int32Array, index: number, threads: number) {
    this.#counts = counts;
    this.#serving = serving;
    this.#index = index;
    this.#threads = threads;
  }

  /** Connections of the proxy. */
  get total(): number {
    let total = 0;
    for (let i = 0; i < this.#threads; i++) total += this.#counts[i] as number;
    return total;
  }

  /** This thread serves another one. */
  add(): void {
    Atomics.add(this.#counts, this.#index, 1);
  }

  /** This thread serves one less. */
  remove(): void {
    Atomics.sub(this.#counts, this.#index, 1);
  }

  /**
   * The thread that serves a new connection: this one, or the one with the fewest when this one has too many. The other one has
   * it counted at once: a burst that is still under way must not pass the limit or all go to one thread.
   */
  assign(): number {
    const counts = this.#counts;
    let serving = 0;
    for (let i = 0; i < this.#threads; i++) serving += this.#serving[i] as number;
    if (serving <= 1 || counts[this.#index]! + 1 <= (this.total / serving) * IMBALANCE + 1) return this.#index;
    let best = this.#index;
    for (let i = 0; i < this.#threads; i++) if (this.#serving[i] === 1 && counts[i]! < counts[best]!) best = i;
    if (best !== this.#index) Atomics.add(counts, best, 1);
    return best;
  }
}
