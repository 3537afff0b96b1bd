import { COUNTER_CELLS, type RuleSlot } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BREAKER_CELLS,
  BREAKER_WORDS,
  Breaker,
  type BreakerParameters,
  BreakerState,
  BreakerVerdict,
  breakerState,
  carryBreaker,
  closeBreaker,
  refreshBreaker,
} from './algorithm.ts';

const { PASS, PROBE, ALWAYS_BLOCK, PROBE_BLOCK } = BreakerVerdict;
const PARAMETERS: BreakerParameters = {
  trigger: 'errorRatio',
  windowMs: 10_000,
  threshold: 50,
  floor: 20,
  openMs: 10_000,
  probes: 2,
};

/** Slots of `threads` threads on the same breaker. */
function slotsOf(threads = 1): RuleSlot[] {
  const words = new Int32Array(new SharedArrayBuffer(4 * BREAKER_WORDS));
  const rowStride = COUNTER_CELLS + BREAKER_CELLS;
  const counters = new Float64Array(rowStride * threads);
  closeBreaker(words, 0);
  return Array.from({ length: threads }, (_, thread) => ({
    words,
    word: 0,
    own: 0,
    counters,
    row: thread * rowStride,
    firstRow: 0,
    rowStride,
    threads,
  }));
}

function start(more: Partial<BreakerParameters> = {}, threads = 1) {
  const transitions: string[] = [];
  const slots = slotsOf(threads);
  const breakers = slots.map(
    (slot) =>
      new Breaker({ ...PARAMETERS, ...more }, slot, {
        onTransition: (from, to, { total, errors }, reason) =>
          void transitions.push(`${from}>${to} ${total}/${errors} ${reason}`),
      }),
  );
  const breaker = breakers[0] as Breaker;
  /** A call that ends at once. */
  const call = (nowMs: number, failed: boolean, durationMs = 1, on = breaker): BreakerVerdict => {
    const verdict = on.admit(nowMs, 0);
    if (verdict === PASS || verdict === PROBE) on.complete(nowMs, on.token, failed, durationMs);
    return verdict;
  };
  return { breaker, breakers, slots, transitions, call };
}

describe('the worked examples', () => {
  test('A: nineteen failures change nothing, the twentieth opens; then two probes decide', () => {
    const { breaker, call, transitions } = start();
    for (let i = 0; i < 19; i++) expect(call(i, true)).toBe(PASS);
    expect(breaker.state).toBe(BreakerState.CLOSED);
    call(19, true);
    expect(breaker.state).toBe(BreakerState.OPEN);
    for (const nowMs of [19, 20, 5000, 10_018]) expect(call(nowMs, false)).toBe(ALWAYS_BLOCK);
    expect(breaker.admit(10_019, 0)).toBe(PROBE);
    const first = breaker.token;
    expect(breaker.admit(10_020, 0)).toBe(PROBE);
    const second = breaker.token;
    expect(breaker.admit(10_021, 0)).toBe(PROBE_BLOCK);
    breaker.complete(10_030, first, false, 10);
    expect(breaker.state).toBe(BreakerState.HALF_OPEN);
    breaker.complete(10_031, second, false, 10);
    expect(breaker.state).toBe(BreakerState.CLOSED);
    expect(transitions).toEqual(['0>2 20/20 errorRatio', '2>1 0/0 meltWindow', '1>0 2/0 probesPassed']);
    expect(breaker.window(10_031)).toEqual({ total: 0, errors: 0, durationMs: 0 });
  });

  test('A: a probe that fails opens it for another ten seconds', () => {
    const { breaker, call } = start();
    for (let i = 0; i < 20; i++) call(0, true);
    expect(call(10_000, true)).toBe(PROBE);
    expect(breaker.state).toBe(BreakerState.OPEN);
    expect(call(19_999, false)).toBe(ALWAYS_BLOCK);
    expect(call(20_000, false)).toBe(PROBE);
  });

  test.each([
    [14, BreakerState.CLOSED],
    [15, BreakerState.OPEN],
  ])('B: of 30 calls %i errors', (errors, state) => {
    const { breaker, call } = start();
    for (let i = 0; i < 30; i++) call(0, i >= 30 - errors);
    expect(breaker.state).toBe(state);
  });

  test('C: ten calls of 400 ms and ten of 700 ms are 500 ms on average before the last', () => {
    const { breaker, call, transitions } = start({ trigger: 'avgRt', threshold: 500, floor: 10 });
    for (let i = 0; i < 10; i++) call(0, false, 400);
    expect(breaker.state).toBe(BreakerState.CLOSED);
    for (let i = 0; i < 10; i++) call(0, false, 700);
    expect(breaker.state).toBe(BreakerState.OPEN);
    expect(transitions).toEqual(['0>2 15/0 avgRt']);
  });

  test('D: one error in two calls, threshold 1 %', () => {
    const { breaker, call } = start({ floor: 2, threshold: 1 });
    call(0, false);
    call(0, true);
    expect(breaker.state).toBe(BreakerState.OPEN);
  });
});

test('what was let through before it opened is not counted behind it', () => {
  const { breaker, call } = start({ floor: 2 });
  breaker.admit(0, 0);
  const old = breaker.token;
  call(0, true);
  call(0, true);
  breaker.complete(1, old, true, 1);
  expect(call(10_000, false)).toBe(PROBE);
  breaker.complete(10_001, old, true, 1);
  expect(breaker.state).toBe(BreakerState.HALF_OPEN);
  expect(call(10_002, false)).toBe(PROBE);
  breaker.complete(10_003, old, true, 1);
  expect([breaker.state, breaker.window(10_003).total]).toEqual([BreakerState.CLOSED, 0]);
});

test('the window slides: errors of eleven steps ago are forgotten', () => {
  const { breaker, call } = start({ floor: 2, threshold: 60 });
  call(500, true);
  call(10_400, true);
  expect(breaker.window(10_400)).toMatchObject({ total: 1, errors: 1 });
  call(10_400, false);
  expect(breaker.state).toBe(BreakerState.CLOSED);
});

test('a probe that is given back makes room, one that never ends has failed after 30 s or the timeout of its caller', () => {
  const { breaker, call, transitions } = start({ floor: 1, probes: 1 });
  call(0, true);
  expect(breaker.admit(10_000, 0)).toBe(PROBE);
  breaker.giveBack(breaker.token);
  expect(breaker.admit(10_000, 45_000)).toBe(PROBE);
  expect(breaker.peek(54_999)).toBe(PROBE_BLOCK);
  expect(breaker.admit(54_999, 0)).toBe(PROBE_BLOCK);
  expect(breaker.admit(55_000, 0)).toBe(ALWAYS_BLOCK);
  expect(transitions.at(-1)).toBe('1>2 0/0 probeTimeout');
  expect(breaker.admit(65_000, 0)).toBe(PROBE);
  expect(breaker.admit(94_999, 0)).toBe(PROBE_BLOCK);
  expect(breaker.admit(95_000, 0)).toBe(ALWAYS_BLOCK);
});

test('closed by hand it begins to count anew, and what is under way is not counted', () => {
  const { breaker, breakers, call, transitions } = start({ floor: 2 }, 2);
  expect(breaker.reset()).toBe(false);
  call(0, true);
  call(0, true);
  expect(breakers[1]?.reset()).toBe(true);
  expect([breaker.state, breaker.window(0).total]).toEqual([BreakerState.CLOSED, 0]);
  expect(transitions.at(-1)).toBe('2>0 0/0 reset');
  call(0, true);
  call(0, true);
  expect(call(10_000, true)).toBe(PROBE);
  expect(breaker.admit(20_000, 0)).toBe(PROBE);
  const probe = breaker.token;
  expect(breaker.reset()).toBe(true);
  breaker.complete(20_001, probe, true, 1);
  expect([breaker.state, breaker.window(20_001).total]).toEqual([BreakerState.CLOSED, 0]);
});

test('a slow probe fails where the response time is judged, whatever it answered', () => {
  const { breaker, call } = start({ trigger: 'avgRt', threshold: 100, floor: 1, probes: 1 });
  call(0, false, 100);
  expect(breaker.state).toBe(BreakerState.OPEN);
  expect(call(10_000, false, 100)).toBe(PROBE);
  expect(breaker.state).toBe(BreakerState.OPEN);
  expect(call(20_000, true, 99)).toBe(PROBE);
  expect(breaker.state).toBe(BreakerState.CLOSED);
});

test('all threads share it: what each counts adds up, and what one opens is open for all', () => {
  const { breakers, call, transitions } = start({}, 3);
  for (let i = 0; i < 21; i++) call(i, i % 2 === 0, 1, breakers[i % 3]);
  expect(breakers.map(({ state }) => state)).toEqual([2, 2, 2]);
  expect(transitions).toHaveLength(1);
  expect(breakers.map((breaker) => breaker.admit(10_021, 0))).toEqual([PROBE, PROBE, PROBE_BLOCK]);
});

test('a changed rule keeps its state unless what is counted changes; probes under way are sent anew', () => {
  const { breaker, call, slots } = start({ floor: 2 });
  const words = new Int32Array(8);
  const from = slots[0] as RuleSlot;
  const to = { words, word: 2 };
  call(0, true);
  call(0, true);
  carryBreaker(from, to, true, 100);
  expect(breakerState(words, 2)).toBe(BreakerState.OPEN);
  const changed = new Breaker({ ...PARAMETERS, floor: 2 }, { ...from, ...to }, { onTransition: () => {} });
  expect(changed.waitMs(100)).toBe(9900);
  carryBreaker(from, to, false, 100);
  expect([changed.state, changed.window(100).total]).toEqual([BreakerState.CLOSED, 0]);
  expect(breaker.admit(10_000, 0)).toBe(PROBE);
  carryBreaker(from, to, true, 10_001);
  expect([changed.state, changed.admit(10_001, 0), changed.issued]).toEqual([BreakerState.OPEN, PROBE, 1]);
});

test('an open breaker that nobody asks for a month lets its probe through', () => {
  const { breaker, call, slots } = start({ floor: 1 });
  const { words } = slots[0] as RuleSlot;
  call(0, true);
  const days = 24 * 3600 * 1000;
  for (let now = 0; now <= 40 * days; now += days / 4) refreshBreaker(words, 0, now);
  expect(breaker.admit(40 * days, 0)).toBe(PROBE);
  expect(breaker.token % 2).toBe(1);
});

/** The same, written as a list of what happened. */
class NaiveBreaker {
  state: BreakerState = BreakerState.CLOSED;
  era = 0;
  readonly #p: BreakerParameters;
  #ended: { readonly step: number; readonly failed: boolean; readonly ms: number }[] = [];
  #until = 0;
  #issued = 0;
  #passed = 0;
  #lost = 0;

  constructor(parameters: BreakerParameters) {
    this.#p = parameters;
  }

  #enter(state: BreakerState, now: number): void {
    this.state = state;
    this.era++;
    this.#ended = [];
    this.#issued = 0;
    this.#passed = 0;
    if (state === BreakerState.OPEN) this.#until = now + this.#p.openMs;
  }

  admit(now: number): BreakerVerdict {
    if (this.state === BreakerState.CLOSED) return PASS;
    if (this.state === BreakerState.HALF_OPEN && this.#issued >= this.#p.probes && now >= this.#lost)
      this.#enter(BreakerState.OPEN, now);
    if (this.state === BreakerState.OPEN) {
      if (now < this.#until) return ALWAYS_BLOCK;
      this.#enter(BreakerState.HALF_OPEN, now);
    }
    if (this.#issued >= this.#p.probes) return PROBE_BLOCK;
    this.#issued++;
    this.#lost = now + 30_000;
    return PROBE;
  }

  complete(now: number, era: number, cancelled: boolean, failed: boolean, ms: number): void {
    if (era !== this.era) return;
    if (this.state === BreakerState.HALF_OPEN) {
      if (cancelled) this.#issued--;
      else if (this.#p.trigger === 'errorRatio' ? failed : ms >= this.#p.threshold) this.#enter(BreakerState.OPEN, now);
      else if (++this.#passed === this.#p.probes) this.#enter(BreakerState.CLOSED, now);
      return;
    }
    if (cancelled) return;
    const step = Math.floor(now / (this.#p.windowMs / 10));
    this.#ended.push({ step, failed, ms });
    const seen = this.#ended.filter((item) => item.step > step - 10);
    if (seen.length < this.#p.floor) return;
    const errors = seen.filter((item) => item.failed).length;
    const time = seen.reduce((sum, item) => sum + item.ms, 0);
    const reached =
      this.#p.trigger === 'errorRatio'
        ? errors * 100 >= this.#p.threshold * seen.length
        : time >= this.#p.threshold * seen.length;
    if (reached) this.#enter(BreakerState.OPEN, now);
  }
}

test('agrees with a list of everything that happened, on any number of threads', () => {
  const event = fc.record({
    waitMs: fc.oneof(fc.nat(300), fc.nat(12_000), fc.constant(31_000)),
    starts: fc.boolean(),
    pick: fc.nat(),
    failed: fc.boolean(),
    cancelled: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  });
  const parameters = fc.record({
    trigger: fc.constantFrom('errorRatio' as const, 'avgRt' as const),
    windowMs: fc.constantFrom(1000, 10_000),
    threshold: fc.integer({ min: 1, max: 100 }),
    floor: fc.integer({ min: 1, max: 6 }),
    openMs: fc.integer({ min: 1000, max: 10_000 }),
    probes: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(
      parameters,
      fc.integer({ min: 1, max: 3 }),
      fc.array(event, { maxLength: 120 }),
      (p, threads, events) => {
        const { breakers } = start(p, threads);
        const naive = new NaiveBreaker(p);
        const open: { on: Breaker; token: number; era: number; from: number }[] = [];
        let now = 0;
        for (const { waitMs, starts, pick, failed, cancelled } of events) {
          now += waitMs;
          const on = breakers[pick % threads] as Breaker;
          if (starts || open.length === 0) {
            const expected = naive.admit(now);
            expect(on.admit(now, 0)).toBe(expected);
            if (expected === PASS || expected === PROBE) open.push({ on, token: on.token, era: naive.era, from: now });
          } else {
            const [item] = open.splice(pick % open.length, 1) as [(typeof open)[number]];
            naive.complete(now, item.era, cancelled, failed, now - item.from);
            if (cancelled) item.on.giveBack(item.token);
            else item.on.complete(now, item.token, failed, now - item.from);
          }
          expect(on.state).toBe(naive.state);
        }
      },
    ),
    { seed: 42, numRuns: 400 },
  );
});
