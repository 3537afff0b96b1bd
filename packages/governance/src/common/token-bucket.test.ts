import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketParameters, ConcurrencyGate, fillBucket, refreshBucket, TokenBucket } from './token-bucket.ts';

const open = (threshold: number, timeMs: number, ratio: number, nowMs = 0) => {
  const words = new Int32Array(new SharedArrayBuffer(32));
  const parameters = bucketParameters(threshold, timeMs, ratio);
  fillBucket(parameters, words, 0, nowMs);
  return { bucket: new TokenBucket(parameters, words, 0), words, parameters };
};
const takeMany = (bucket: TokenBucket, count: number, nowMs: number): number => {
  let passed = 0;
  for (let i = 0; i < count; i++) if (bucket.take(nowMs)) passed++;
  return passed;
};

describe('examples', () => {
  test('A: 1 per 10 s', () => {
    const { bucket, parameters } = open(1, 10_000, 1);
    expect(parameters.maxPermits).toBe(1);
    expect([0, 1000, 9990, 10_000, 10_001, 20_000].map((at) => bucket.take(at))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  test('A, refused after 1 s, has a tenth of a token', () => {
    const { bucket } = open(1, 10_000, 1);
    bucket.take(0);
    expect(bucket.stored(1000)).toBeCloseTo(0.1, 3);
    expect(bucket.waitMs(1000)).toBeCloseTo(9000, 0);
  });

  test.each([
    [1, 1000],
    [3, 1000],
    [1, 60_000],
    [7, 60_000],
  ])('%i per %i ms: full at the beginning, and nobody waits where a token would be given', (threshold, timeMs) => {
    const { bucket, parameters } = open(threshold, timeMs, 1, 100);
    // Past the moment that is allowed for threads whose clocks are behind.
    const full = 100 + timeMs + 2000;
    expect(bucket.stored(full)).toBe(parameters.maxPermits);
    for (let ms = full; ms < full + 3 * timeMs; ms += timeMs / 50) {
      const waits = bucket.waitMs(ms) > 0;
      expect(bucket.take(ms)).toBe(!waits);
    }
  });

  test('B: 100 per second, ratio 2', () => {
    const { bucket } = open(100, 1000, 2);
    expect(takeMany(bucket, 250, 5000)).toBe(200);
    let passed = 0;
    for (let ms = 5001; ms <= 15_000; ms++) passed += takeMany(bucket, 5, ms);
    expect(passed).toBe(1000);
  });

  test('C: 600 per minute', () => {
    const { bucket } = open(600, 60_000, 1);
    expect(takeMany(bucket, 30, 0)).toBe(10);
    expect(takeMany(bucket, 5, 99)).toBe(0);
    expect(takeMany(bucket, 5, 101)).toBe(1);
    let passed = 11;
    for (let ms = 102; ms <= 60_000; ms++) passed += takeMany(bucket, 1, ms);
    expect(passed).toBeLessThanOrEqual(610);
    expect(passed).toBeGreaterThanOrEqual(608);
  });

  test('D: 100 per second, ratio 0, paces strictly', () => {
    const { bucket } = open(100, 1000, 0);
    const times: number[] = [];
    for (let ms = 0; ms < 200; ms += 0.5) if (bucket.take(ms)) times.push(ms);
    expect(times).toHaveLength(20);
    for (let i = 1; i < times.length; i++)
      expect((times[i] as number) - (times[i - 1] as number)).toBeGreaterThanOrEqual(9.5);
  });
});

const limits = fc.record({
  threshold: fc.integer({ min: 1, max: 200_000 }),
  timeMs: fc.constantFrom(1, 10, 1000, 10_000, 60_000, 3_600_000),
  ratio: fc.constantFrom(0, 0.5, 1, 2, 100, 1000),
});

test('in every interval no more pass than the bucket holds, what it gains, and one', () => {
  const gaps = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(limits, gaps, fc.integer({ min: 1, max: 40 }), ({ threshold, timeMs, ratio }, waits, burst) => {
      const { bucket, parameters } = open(threshold, timeMs, ratio, 12_345);
      let now = 12_345;
      const passes: number[] = [];
      for (const wait of waits) {
        now += wait;
        for (let i = 0; i < burst; i++) if (bucket.take(now)) passes.push(now);
      }
      for (let first = 0; first < passes.length; first += 7) {
        const from = passes[first] as number;
        // Above some millions a second several tokens share one tick.
        const grain = 1 / parameters.tokenTicks;
        for (let last = first; last < passes.length; last += 5) {
          const bound = parameters.maxPermits + ((passes[last] as number) - from) * parameters.ratePerMs + 1 + grain;
          expect(last - first + 1).toBeLessThanOrEqual(bound * (1 + 1e-6));
        }
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});

/** The formula as it stands in the guides, with the stored permits as a number: slow, and obviously right. */
class NaiveBucket {
  readonly #rate: number;
  readonly max: number;
  stored: number;
  #last = 0;

  constructor(threshold: number, timeMs: number, ratio: number) {
    this.#rate = threshold / timeMs;
    this.max = Math.max(1, ((threshold * 1000) / timeMs) * ratio);
    this.stored = this.max;
  }

  /** Permits there are at that moment. */
  at(nowMs: number): number {
    this.stored = Math.min(this.max, this.stored + this.#rate * (nowMs - this.#last));
    this.#last = nowMs;
    return this.stored;
  }
}

test('agrees with the formula over any sequence of requests, pauses and tokens that are given back', () => {
  const step = fc.record({
    waitMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 50, noNaN: true }), fc.integer({ min: 0, max: 20_000 })),
    givesBack: fc.boolean(),
  });
  // Up to 100 000 requests a second, for which ticks are short enough.
  const usual = fc.record({
    threshold: fc.integer({ min: 1, max: 1000 }),
    timeMs: fc.constantFrom(10, 1000, 10_000, 60_000, 3_600_000),
    ratio: fc.constantFrom(0, 0.5, 1, 2, 100, 1000),
  });
  let verdicts = 0;
  fc.assert(
    fc.property(
      usual,
      fc.array(step, { minLength: 1, maxLength: 300, size: 'max' }),
      ({ threshold, timeMs, ratio }, steps) => {
        const { bucket, parameters } = open(threshold, timeMs, ratio);
        const rounding = 3 / parameters.tokenTicks;
        const naive = new NaiveBucket(threshold, timeMs, ratio);
        let now = 0;
        for (const { waitMs, givesBack } of steps) {
          now += waitMs;
          const permits = naive.at(now);
          const passed = bucket.take(now);
          // The word has whole ticks: at the very edge of a permit it may be to either side.
          if (Math.abs(permits - 1) > rounding) {
            verdicts++;
            expect([now, passed]).toEqual([now, permits > 1]);
          }
          if (passed) naive.stored -= 1;
          if (passed && givesBack) {
            bucket.giveBack();
            naive.stored += 1;
          }
          expect(Math.abs(bucket.stored(now) - naive.stored)).toBeLessThan(rounding);
          naive.stored = bucket.stored(now);
        }
      },
    ),
    { numRuns: 300, seed: 20_261_121 },
  );
  expect(verdicts).toBeGreaterThan(10_000);
});

test('in the long run the smaller of limit and offer passes, within 1 %', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 200, max: 100_000 }),
      fc.constantFrom(0.01, 1, 2, 1000),
      fc.integer({ min: 500, max: 60_000 }),
      (threshold, ratio, offered) => {
        const { bucket, parameters, words } = open(threshold, 1000, ratio);
        fillBucket(parameters, words, 0, 0, 0);
        let passed = 0;
        // Twenty requests at a time, up to 50 000.
        const step = 20_000 / offered;
        const rounds = 2500;
        for (let i = 1; i <= rounds; i++) passed += takeMany(bucket, 20, i * step);
        const seconds = (rounds * step) / 1000;
        const expected = Math.min(offered, threshold) * seconds;
        const slack = Math.max(1, ratio * 10 < 20 ? 20 : 0);
        // A bucket that holds less than what comes at once wastes some: that is its purpose.
        if (parameters.maxPermits >= 20) {
          expect(passed).toBeLessThanOrEqual(expected * 1.01 + slack);
          expect(passed).toBeGreaterThanOrEqual(expected * 0.99 - slack);
        }
      },
    ),
    { seed: 3, numRuns: 40 },
  );
});

test('a fast bucket that holds much is not off by the rounding of its tokens', () => {
  // 100 000 a second and a hundred million tokens: less than three ticks each.
  const { bucket, parameters, words } = open(100_000, 1000, 1000);
  fillBucket(parameters, words, 0, 0, 0);
  let passed = 0;
  for (let ms = 1; ms <= 2000; ms++) passed += takeMany(bucket, 200, ms);
  expect(Math.abs(passed - 200_000)).toBeLessThan(2000);
});

test('given-back tokens are there again', () => {
  const { bucket } = open(3, 1000, 1);
  expect(takeMany(bucket, 3, 0)).toBe(3);
  expect(bucket.take(0)).toBe(false);
  bucket.giveBack();
  expect(bucket.take(0)).toBe(true);
  expect(bucket.take(0)).toBe(false);
});

test.each([
  ['an hour', 3_600_000],
  ['thirty days', 30 * 86_400_000],
  ['a year', 365 * 86_400_000],
])('after %s without a request the bucket is full, whether it was refreshed or not', (_name, idleMs) => {
  for (const refreshed of [false, true]) {
    const { bucket, parameters, words } = open(10, 1000, 1);
    takeMany(bucket, 10, 0);
    if (refreshed) for (let ms = 0; ms <= 600_000; ms += 1000) refreshBucket(parameters, words, 0, ms);
    const passed = takeMany(bucket, 20, idleMs);
    // Unrefreshed, the word may have come round to any value: never more than full, never shut.
    expect(passed).toBeLessThanOrEqual(10);
    const soon = takeMany(bucket, 20, idleMs + 1000);
    expect(passed + soon).toBeGreaterThanOrEqual(10);
  }
});

test('refreshing changes no verdict', () => {
  const plain = open(50, 1000, 1);
  const refreshed = open(50, 1000, 1);
  for (let ms = 0; ms < 20_000; ms += 7) {
    if (ms % 5 === 0) refreshBucket(refreshed.parameters, refreshed.words, 0, ms);
    expect(refreshed.bucket.take(ms)).toBe(plain.bucket.take(ms));
  }
});

describe('concurrency', () => {
  const gate = (threshold: number) => {
    const words = new Int32Array(new SharedArrayBuffer(32));
    return { gate: new ConcurrencyGate(threshold, words, 0, 5), words };
  };

  test('admits while fewer than the threshold are in flight, and counts what this thread holds', () => {
    const { gate: limit, words } = gate(2);
    expect([limit.enter(), limit.enter(), limit.enter()]).toEqual([true, true, false]);
    expect([words[0], words[5]]).toEqual([2, 2]);
    limit.leave();
    expect(limit.enter()).toBe(true);
    limit.leave();
    limit.leave();
    expect([words[0], words[5]]).toEqual([0, 0]);
  });

  test('agrees with a list of who is in, over any number of threads that share it', () => {
    const event = fc.record({ thread: fc.nat(3), leaves: fc.boolean(), which: fc.nat() });
    fc.assert(
      fc.property(fc.nat(6), fc.array(event, { maxLength: 200 }), (threshold, events) => {
        const words = new Int32Array(new SharedArrayBuffer(64));
        const gates = Array.from({ length: 4 }, (_, thread) => new ConcurrencyGate(threshold, words, 0, 5 + thread));
        /** Thread of each request in flight. */
        const inside: number[] = [];
        for (const { thread, leaves, which } of events) {
          if (leaves && inside.length > 0) {
            const [gone = 0] = inside.splice(which % inside.length, 1);
            gates[gone]?.leave();
          } else {
            const admitted = inside.length < threshold;
            expect(gates[thread]?.enter()).toBe(admitted);
            if (admitted) inside.push(thread);
          }
          expect(gates[thread]?.inFlight).toBe(inside.length);
          expect([...words.subarray(5, 9)]).toEqual(
            [0, 1, 2, 3].map((own) => inside.filter((of) => of === own).length),
          );
        }
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
  });

  test('0 admits nothing', () => {
    expect(gate(0).gate.enter()).toBe(false);
  });
});

test('a bucket of one token that another thread filled or refreshed just now gives it', () => {
  for (const refreshed of [false, true]) {
    const { bucket, parameters, words } = open(1, 1_000_000, 1000);
    fillBucket(parameters, words, 0, 5000);
    if (refreshed) for (let ms = 6000; ms <= 9000; ms += 1000) refreshBucket(parameters, words, 0, ms);
    // This thread read its clock half a millisecond before the other one did.
    const readAt = refreshed ? 8999.5 : 4999.5;
    expect(bucket.stored(readAt)).toBe(1);
    expect(bucket.take(readAt)).toBe(true);
    expect(bucket.take(readAt)).toBe(false);
    expect(bucket.take(readAt + 999_999)).toBe(false);
    expect(bucket.take(readAt + 1_000_001)).toBe(true);
  }
});
