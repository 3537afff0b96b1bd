import { message, messageText } from '@weft/api/messages';
import type { Clock } from '@weft/kit';
import { retryAfter } from '../http/index.ts';

export interface RateLimits {
  /** Calls in a second that change nothing; 100 when not given. */
  readonly readsPerSecond?: number;
  /** Calls in a second that change something; 20 when not given. */
  readonly writesPerSecond?: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** What a call is to the limits. `stranger`: with a login that does not hold; as many as changes, for each may be a guess. */
export type CallKind = 'read' | 'write' | 'stranger';

/** Callers remembered; beyond it all begin anew. */
const MAX_BUCKETS = 50_000;

/** A bucket of one second for each caller and kind of call. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #perSecond: Readonly<Record<CallKind, number>>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, limits: RateLimits) {
    this.#clock = clock;
    const write = limits.writesPerSecond ?? 20;
    this.#perSecond = { read: limits.readsPerSecond ?? 100, write, stranger: write };
  }

  /** Takes one; gives the headers of the answer. @throws ApiFailure RATE_LIMITED. */
  take(caller: string, kind: CallKind): Readonly<Record<string, string>> {
    const limit = this.#perSecond[kind];
    const now = this.#clock.now();
    const key = `${kind} ${caller}`;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear();
      bucket = { tokens: limit, at: now };
      this.#buckets.set(key, bucket);
    }
    bucket.tokens = Math.min(limit, bucket.tokens + ((now - bucket.at) * limit) / 1000);
    bucket.at = now;
    if (bucket.tokens < 1)
      throw retryAfter(
        'RATE_LIMITED',
        messageText(message(`refusal.rate-${kind}`, { limit })),
        (1 - bucket.tokens) / limit,
      );
    bucket.tokens--;
    return { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(Math.floor(bucket.tokens)) };
  }
}
