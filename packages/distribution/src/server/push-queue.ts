import type { Clock } from '@weft/kit';
import { TokenBucket } from './token-bucket.ts';

/** Longest uninterrupted work; the event loop turns in between. */
const SLICE_MS = 5;
/** Turns behind which what was served is forgotten: among clients that always have more the queue is never empty. */
const FORGET_AFTER = 1024;

/** Something that may have a response to send. */
export interface Pushable {
  queued: boolean;
  /** Sends at most one response; how many concurrent slots that took (0 or 1), and whether more is ready. */
  push(): { readonly sent: boolean; readonly more: boolean };
}

/** Serves clients with something to send in turn, within the rate and the number of pushes under way. */
export class PushQueue {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  #maxConcurrent: number;
  #ready: Pushable[] = [];
  #next = 0;
  #cancel: (() => void) | undefined;
  #slots = 0;

  constructor(clock: Clock, ratePerSecond: number, maxConcurrent: number) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(ratePerSecond, clock.now());
    this.#maxConcurrent = maxConcurrent;
  }

  get slots(): number {
    return this.#slots;
  }

  add(client: Pushable): void {
    if (client.queued) return;
    client.queued = true;
    if (this.#next >= FORGET_AFTER && this.#next * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#next);
      this.#next = 0;
    }
    this.#ready.push(client);
    this.#schedule(0);
  }

  /** Pushes under way that are more than that end as they are. */
  limit(maxConcurrent: number): void {
    this.#maxConcurrent = maxConcurrent;
    if (this.#next < this.#ready.length) this.#schedule(0);
  }

  release(): void {
    this.#slots--;
    if (this.#next < this.#ready.length) this.#schedule(0);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#ready = [];
    this.#next = 0;
  }

  #schedule(delayMs: number): void {
    this.#cancel ??= this.#clock.schedule(delayMs, () => {
      this.#cancel = undefined;
      this.#run();
    });
  }

  #run(): void {
    const untilMs = this.#clock.now() + SLICE_MS;
    while (this.#next < this.#ready.length) {
      const nowMs = this.#clock.now();
      // A slot that comes free calls again.
      if (this.#slots >= this.#maxConcurrent) return;
      if (nowMs > untilMs) {
        this.#schedule(0);
        return;
      }
      if (!this.#bucket.take(nowMs)) {
        this.#schedule(this.#bucket.waitMs);
        return;
      }
      const client = this.#ready[this.#next++] as Pushable;
      client.queued = false;
      const { sent, more } = client.push();
      if (sent) this.#slots++;
      if (more) this.add(client);
    }
    this.#ready = [];
    this.#next = 0;
  }
}
