/** Runs tasks one after the other; what is synchronous runs at once when nothing else is under way. */
export class Serial {
  readonly #waiting: (() => void | Promise<void>)[] = [];
  #busy = false;

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Tasks must not throw or reject. */
  run(task: () => void | Promise<void>): void {
    this.#waiting.push(task);
    if (!this.#busy) this.#next();
  }

  #next(): void {
    this.#busy = true;
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      const pending = task();
      if (pending !== undefined) {
        void pending.then(() => this.#next());
        return;
      }
    }
    this.#busy = false;
  }
}
