import type { Clock } from '../clock.ts';

/** A clock that moves only when told; scheduled callbacks run in order of their time. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #due: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry = { at: this.#now + delayMs, run: callback };
    this.#due.push(entry);
    return () => {
      const at = this.#due.indexOf(entry);
      if (at >= 0) this.#due.splice(at, 1);
    };
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    while (true) {
      const next = this.#due.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }

  /** Time passes while nothing runs, as for a process that was stopped; what is due then runs late. */
  jump(ms: number): void {
    this.#now += ms;
    for (const entry of this.#due.filter(({ at }) => at <= this.#now)) {
      this.#due.splice(this.#due.indexOf(entry), 1);
      entry.run();
    }
  }

  get pending(): number {
    return this.#due.length;
  }
}
