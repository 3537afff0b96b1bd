import type { DownstreamConnection, ListenerSlot } from '../exchange/index.ts';

/**
 * How long after a change of rules requests under way are judged again, ms: most are over by then, as they would have been
 * without the change.
 */
export const RECHECK_DELAY_MS = 2000;

export interface RecheckOptions {
  /** All listeners, those that are going away among them. */
  slots(): readonly ListenerSlot[];
  /** The clock of requests, monotonic ms. */
  now(): number;
  run(steps: Generator<void, void>): Promise<void>;
}

/**
 * Lets the rules judge streams and connections again that began before a change of the rules. Costs nothing until one has
 * changed: the requests of a thread are found by its connections and are in no list of their own.
 */
export class Recheck {
  readonly #options: RecheckOptions;
  /** When rules changed last; what began later has been judged by them. */
  #changedAt = 0;
  #due = false;

  constructor(options: RecheckOptions) {
    this.#options = options;
  }

  /** Rules have changed. */
  schedule(): void {
    this.#changedAt = this.#options.now();
    if (!this.#due) this.#wait(RECHECK_DELAY_MS);
  }

  #wait(delayMs: number): void {
    this.#due = true;
    const changedAt = this.#changedAt;
    setTimeout(() => {
      this.#due = false;
      // For what began between two changes it is too early yet.
      if (this.#changedAt > changedAt) this.#wait(this.#changedAt + RECHECK_DELAY_MS - this.#options.now());
      void this.#options.run(this.#steps(changedAt));
    }, delayMs).unref();
  }

  *#steps(changedAt: number): Generator<void, void> {
    for (const slot of this.#options.slots())
      for (const connection of [...slot.connections]) {
        yield;
        yield* this.#connection(connection, changedAt);
      }
  }

  *#connection(connection: DownstreamConnection, changedAt: number): Generator<void, void> {
    for (const exchange of connection.lastingExchanges) {
      if (exchange.startedAt > changedAt) continue;
      connection.connection.guard(() => exchange.recheck());
      yield;
    }
  }
}
