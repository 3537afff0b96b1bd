/**
 * The two ways to limit, on words of shared memory, so that one limit holds for all threads of a proxy.
 *
 * Token bucket: `rate = threshold / timeMs` tokens per ms, at most `maxPermits = max(1, threshold × 1000 / timeMs × ratio)`
 * of them; a request takes one. Instead of a count and a time, one word holds the moment at which the bucket would have
 * been empty: `stored = (now − word) × rate`, capped. Taking a token moves the word forward by the time that a token
 * takes, so one compare-and-exchange is the whole update, and giving back is one subtraction.
 *
 * The word counts ticks modulo 2³². A tick is short enough for a hundred thousand requests a second and long enough that
 * the 2³¹ ticks that can be told apart last eight times as long as the bucket takes to fill, and eight minutes at least;
 * `refresh` is called about once a second and keeps the word in that range. After a longer stop of the whole process a
 * word may look as if it lay in the future: such a bucket counts as full.
 */

/** Ticks that a bucket may take to fill. */
const FULL_TICKS = 2 ** 28;
/** A word that lies further back than this is brought nearer; well above `FULL_TICKS` and the skew. */
const KEPT_TICKS = 2 ** 29;
/** The range of ticks is made for at least this long, ms. */
const MIN_SPAN_MS = 60_000;
/** Threads may see a moment that others have not reached yet, by so much at most, ms. */
const MAX_SKEW_MS = 1000;

/** A token bucket, in ticks. */
export interface BucketParameters {
  readonly ticksPerMs: number;
  /** Tokens per ms. */
  readonly ratePerMs: number;
  readonly maxPermits: number;
  /** Ticks of one token, exactly. */
  readonly tokenTicks: number;
  /** Ticks of a full bucket. */
  readonly capacityTicks: number;
  /** Ticks by which the moment of one thread may lie before that of another. */
  readonly skewTicks: number;
  /** Below this the word is not in the future but has wrapped around. */
  readonly lowestTicks: number;
}

/**
 * @param threshold tokens per `timeMs`, above 0
 * @param maxBurstRatio 0 … 1000
 */
export function bucketParameters(threshold: number, timeMs: number, maxBurstRatio: number): BucketParameters {
  const ratePerMs = threshold / timeMs;
  const maxPermits = maxPermitsOf(threshold, timeMs, maxBurstRatio);
  const capacityMs = maxPermits / ratePerMs;
  const ticksPerMs = FULL_TICKS / Math.max(capacityMs, MIN_SPAN_MS);
  const tokenTicks = ticksPerMs / ratePerMs;
  const skewTicks = Math.ceil(MAX_SKEW_MS * ticksPerMs);
  return {
    ticksPerMs,
    ratePerMs,
    maxPermits,
    tokenTicks,
    // A bucket for one token must be full when the time of one token has passed, whatever the rounding.
    capacityTicks: Math.max(Math.floor(tokenTicks), Math.floor(capacityMs * ticksPerMs), 1),
    skewTicks,
    lowestTicks: -Math.ceil(tokenTicks) - skewTicks,
  };
}

/** Tokens that a full bucket holds. */
export function maxPermitsOf(threshold: number, timeMs: number, maxBurstRatio: number): number {
  return Math.max(1, ((threshold * 1000) / timeMs) * maxBurstRatio);
}

/** The ticks of a moment, modulo 2³². */
export function ticksAt(parameters: BucketParameters, nowMs: number): number {
  return Math.floor(nowMs * parameters.ticksPerMs) | 0;
}

/** Ticks that are stored; from a little below 0 to the capacity. */
export function storedTicks(parameters: BucketParameters, word: number, now: number): number {
  const stored = (now - word) | 0;
  return stored > parameters.capacityTicks || stored < parameters.lowestTicks ? parameters.capacityTicks : stored;
}

/** One thread's end of a token bucket. */
export class TokenBucket {
  readonly parameters: BucketParameters;
  readonly #words: Int32Array;
  readonly #word: number;
  readonly #wholeTicks: number;
  readonly #fraction: number;
  /** What the rounding of a token's ticks owes: without it a fast bucket would be some per cent too fast. */
  #owed = 0;
  /** Ticks that the last `take` took. */
  #taken = 0;

  constructor(parameters: BucketParameters, words: Int32Array, word: number) {
    this.parameters = parameters;
    this.#words = words;
    this.#word = word;
    this.#wholeTicks = Math.floor(parameters.tokenTicks);
    this.#fraction = parameters.tokenTicks - this.#wholeTicks;
  }

  /** Takes a token if there is one. */
  take(nowMs: number): boolean {
    const { parameters } = this;
    const words = this.#words;
    const at = this.#word;
    const now = Math.floor(nowMs * parameters.ticksPerMs) | 0;
    words[at + 1] = now;
    let ticks = this.#wholeTicks;
    let owed = this.#owed + this.#fraction;
    if (owed >= 1) {
      owed -= 1;
      ticks++;
    }
    for (;;) {
      const word = Atomics.load(words, at);
      let stored = (now - word) | 0;
      if (stored > parameters.capacityTicks || stored < parameters.lowestTicks) stored = parameters.capacityTicks;
      if (stored < this.#wholeTicks || stored <= 0) return false;
      if (Atomics.compareExchange(words, at, word, (now - stored + ticks) | 0) === word) {
        this.#owed = owed;
        this.#taken = ticks;
        return true;
      }
    }
  }

  /** Gives the token of the last successful `take` back. */
  giveBack(): void {
    Atomics.sub(this.#words, this.#word, this.#taken);
  }

  /** Tokens that are there, with fractions. */
  stored(nowMs: number): number {
    const { capacityTicks, maxPermits, tokenTicks } = this.parameters;
    const stored = this.#ticks(nowMs);
    // Whole ticks: those of a full bucket may be a fraction short of its tokens.
    if (stored >= capacityTicks) return maxPermits;
    return Math.max(0, Math.min(maxPermits, stored / tokenTicks));
  }

  #ticks(nowMs: number): number {
    const { parameters } = this;
    return storedTicks(parameters, Atomics.load(this.#words, this.#word), ticksAt(parameters, nowMs));
  }

  /** Tokens made since the last request, with fractions; read it before `take`. */
  generated(nowMs: number): number {
    const last = this.#words[this.#word + 1] as number;
    const ticks = (ticksAt(this.parameters, nowMs) - last) | 0;
    return ticks <= 0 ? 0 : ticks / this.parameters.tokenTicks;
  }

  /** Ms until there is a token; 0 when `take` would find one. */
  waitMs(nowMs: number): number {
    const ticks = this.#ticks(nowMs);
    if (ticks > 0 && ticks >= this.#wholeTicks) return 0;
    const missing = 1 - this.stored(nowMs);
    return missing <= 0 ? 0 : missing / this.parameters.ratePerMs;
  }
}

/** Fills a bucket with `permits` tokens; as many as it holds at most. */
export function fillBucket(
  parameters: BucketParameters,
  words: Int32Array,
  word: number,
  nowMs: number,
  permits = parameters.maxPermits,
): void {
  const now = ticksAt(parameters, nowMs);
  Atomics.store(words, word + 1, now);
  Atomics.store(
    words,
    word,
    permits >= parameters.maxPermits
      ? fullAt(parameters, now)
      : (now - Math.max(0, Math.round(permits * parameters.tokenTicks))) | 0,
  );
}

/** Keeps the word of a bucket that nobody asks in range. Changes nothing that `take` could see. */
export function refreshBucket(parameters: BucketParameters, words: Int32Array, word: number, nowMs: number): void {
  const now = ticksAt(parameters, nowMs);
  const value = Atomics.load(words, word);
  const raw = (now - value) | 0;
  if (raw > KEPT_TICKS || raw < parameters.lowestTicks) {
    Atomics.compareExchange(words, word, value, fullAt(parameters, now));
  }
  if (((now - (words[word + 1] as number)) | 0) > 2 ** 30) words[word + 1] = (now - 2 ** 30) | 0;
}

/**
 * The word of a bucket that is full, also for a thread that read its clock a little earlier: to it, a bucket that became
 * full just now would lack a few ticks, and one that holds a single token would refuse it.
 */
function fullAt(parameters: BucketParameters, now: number): number {
  return (now - parameters.capacityTicks - parameters.skewTicks) | 0;
}

/** Counts requests in flight, for the proxy and for this thread. */
export class ConcurrencyGate {
  readonly threshold: number;
  readonly #words: Int32Array;
  readonly #word: number;
  readonly #own: number;

  constructor(threshold: number, words: Int32Array, word: number, own: number) {
    this.threshold = threshold;
    this.#words = words;
    this.#word = word;
    this.#own = own;
  }

  get inFlight(): number {
    return Atomics.load(this.#words, this.#word);
  }

  /** Places that are left. */
  get free(): number {
    return Math.max(0, this.threshold - this.inFlight);
  }

  /** Counts one more if fewer than `threshold` are in flight. Each success is ended by one `leave`. */
  enter(): boolean {
    for (;;) {
      const count = Atomics.load(this.#words, this.#word);
      if (count >= this.threshold) return false;
      if (Atomics.compareExchange(this.#words, this.#word, count, count + 1) === count) {
        Atomics.add(this.#words, this.#own, 1);
        return true;
      }
    }
  }

  leave(): void {
    Atomics.sub(this.#words, this.#own, 1);
    Atomics.sub(this.#words, this.#word, 1);
  }
}
