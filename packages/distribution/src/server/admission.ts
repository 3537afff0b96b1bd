import type { Clock } from '@weft/kit';
import { TokenBucket } from './token-bucket.ts';

interface Waiting {
  readonly sinceMs: number;
  readonly enter: () => void;
  readonly refuse: () => void;
}

/** Lets new streams in at a steady rate; who waits too long, or finds too many waiting, is refused. */
export class Admission {
  readonly #clock: Clock;
  #bucket: TokenBucket;
  #waitMs: number;
  #maxWaiting: number;
  readonly #queue: Waiting[] = [];
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, ratePerSecond: number, waitMs: number) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(ratePerSecond, clock.now());
    this.#waitMs = waitMs;
    this.#maxWaiting = Math.ceil((ratePerSecond * waitMs) / 1000);
  }

  limit(ratePerSecond: number, waitMs: number): void {
    this.#bucket = new TokenBucket(ratePerSecond, this.#clock.now());
    this.#waitMs = waitMs;
    this.#maxWaiting = Math.ceil((ratePerSecond * waitMs) / 1000);
    // Who waits is let in, or given up, by what holds now.
    this.#drain();
  }

  request(enter: () => void, refuse: () => void): void {
    if (this.#queue.length === 0 && this.#bucket.take(this.#clock.now())) enter();
    else if (this.#queue.length >= this.#maxWaiting) refuse();
    else {
      this.#queue.push({ sinceMs: this.#clock.now(), enter, refuse });
      this.#schedule();
    }
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const { refuse } of this.#queue.splice(0)) refuse();
  }

  #schedule(): void {
    this.#cancel ??= this.#clock.schedule(this.#bucket.waitMs, () => {
      this.#cancel = undefined;
      this.#drain();
    });
  }

  #drain(): void {
    const nowMs = this.#clock.now();
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (nowMs - first.sinceMs > this.#waitMs) {
        this.#queue.shift();
        first.refuse();
      } else if (this.#bucket.take(nowMs)) {
        this.#queue.shift();
        first.enter();
      } else {
        this.#schedule();
        return;
      }
    }
  }
}
