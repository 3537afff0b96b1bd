import { OutcomeKind } from '@weft/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SERVICE, TestProxy } from './test-proxy.ts';

const HOSTS = ['h1', 'h2', 'h3', 'h4'];
const WINDOW_MS = 2000;
const RECOVER_MS = 3000;
/** No call ends within this time of the beginning of a window: when it is judged is not the question here. */
const QUIET_MS = 200;

interface Step {
  /** In units of 10 ms. */
  readonly pause: number;
  readonly thread: number;
  readonly host: number;
  readonly kind: OutcomeKind;
  readonly draw: number;
}

interface Rule {
  readonly leastWindowCount: number;
  readonly leastExceptionRate: number;
  readonly exceptionRateMultiple: number;
  readonly maxIpCount: number;
  readonly maxIpRatio: number;
}

/** Everything that happened, and what follows from it, looked up from the beginning each time. */
class Naive {
  readonly #rule: Rule;
  readonly #threads: number;
  readonly #calls: { atMs: number; thread: number; host: string; bad: boolean }[] = [];
  readonly #isolations: { host: string; fromMs: number; untilMs: number; before: number }[] = [];
  #judged = 0;

  constructor(rule: Rule, threads: number) {
    this.#rule = rule;
    this.#threads = threads;
  }

  #last(host: string) {
    return this.#isolations.filter((item) => item.host === host).at(-1);
  }

  isolatedAt(nowMs: number): string[] {
    return HOSTS.filter((host) => (this.#last(host)?.untilMs ?? 0) > nowMs);
  }

  /** The share of the requests that a host takes part in. */
  share(host: string, nowMs: number): number {
    const untilMs = this.#last(host)?.untilMs;
    if (untilMs === undefined) return 1;
    return nowMs < untilMs ? 0 : Math.min(1, 0.1 + (0.9 * (nowMs - untilMs)) / 10_000);
  }

  /** Judges all windows that ended before `nowMs`. */
  advance(nowMs: number): void {
    for (; (this.#judged + 1) * WINDOW_MS + QUIET_MS <= nowMs; this.#judged++) {
      const from = this.#judged * WINDOW_MS;
      const inWindow = this.#calls.filter(({ atMs }) => atMs >= from && atMs < from + WINDOW_MS);
      if (inWindow.length === 0) continue;
      const all = new Set(inWindow.map(({ thread }) => thread)).size === this.#threads;
      this.#judge(inWindow, from + WINDOW_MS + (all ? 12 : 102));
    }
  }

  #judge(calls: readonly { host: string; bad: boolean }[], atMs: number): void {
    const { leastWindowCount, leastExceptionRate, exceptionRateMultiple, maxIpCount, maxIpRatio } = this.#rule;
    const judged = HOSTS.map((host) => {
      const own = calls.filter((item) => item.host === host);
      const bad = own.filter((item) => item.bad).length;
      return { host, calls: own.length, bad, rate: own.length === 0 ? 0 : (100 * bad) / own.length };
    });
    const limit = leastExceptionRate * exceptionRateMultiple;
    const abnormal = judged
      .filter((item) => item.bad > 0 && item.calls >= Math.max(1, leastWindowCount) && item.rate >= limit)
      .sort((a, b) => b.rate - a.rate || b.calls - a.calls || (a.host < b.host ? -1 : 1));
    const most = Math.min(maxIpCount, Math.floor(maxIpRatio * HOSTS.length));
    for (const { host } of abnormal) {
      const out = this.isolatedAt(atMs);
      if (out.includes(host)) continue;
      if (out.length >= most || HOSTS.length - out.length <= 1) break;
      const known = this.#last(host);
      // Nothing is forgotten before 110 s, which the traces do not last.
      const before = known === undefined ? 0 : known.before + 1;
      const forMs = RECOVER_MS * Math.min(4, 2 ** before);
      this.#isolations.push({ host, fromMs: atMs, untilMs: atMs + forMs, before });
    }
  }

  record({ thread, host, kind }: Step, nowMs: number): void {
    const address = HOSTS[host] as string;
    if (kind === OutcomeKind.CANCELLED || this.isolatedAt(nowMs).includes(address)) return;
    this.#calls.push({ atMs: nowMs, thread, host: address, bad: kind !== OutcomeKind.SUCCESS });
  }
}

const { SUCCESS, ERROR, UNANSWERED, CANCELLED } = OutcomeKind;
const step = (threads: number): fc.Arbitrary<Step> =>
  fc.record({
    pause: fc.integer({ min: 0, max: 60 }),
    thread: fc.integer({ min: 0, max: threads - 1 }),
    host: fc.integer({ min: 0, max: HOSTS.length - 1 }),
    kind: fc.constantFrom(SUCCESS, SUCCESS, ERROR, ERROR, UNANSWERED, CANCELLED),
    draw: fc.double({ min: 0, max: 0.9999, noNaN: true }),
  });
const trace = fc
  .tuple(fc.integer({ min: 1, max: 3 }))
  .chain(([threads]) => fc.tuple(fc.constant(threads), fc.array(step(threads), { minLength: 50, maxLength: 250 })));
const rule = fc.record({
  leastWindowCount: fc.integer({ min: 0, max: 3 }),
  leastExceptionRate: fc.constantFrom(20, 50, 75, 100),
  exceptionRateMultiple: fc.constantFrom(0, 1, 1, 2),
  maxIpCount: fc.integer({ min: 0, max: 4 }),
  maxIpRatio: fc.constantFrom(0.25, 0.5, 1),
});

test('agrees with a list of everything that happened', () => {
  let isolations = 0;
  fc.assert(
    fc.property(trace, rule, ([threads, steps], own) => {
      const proxy = new TestProxy(threads, HOSTS).rules({
        ruleDbId: 1,
        services: [SERVICE],
        timeWindow: WINDOW_MS / 1000,
        recoverTime: RECOVER_MS,
        ...own,
      });
      const naive = new Naive(own, threads);
      for (const item of steps) {
        let nowMs = proxy.nowMs + item.pause * 10;
        if (nowMs % WINDOW_MS < QUIET_MS) nowMs += QUIET_MS - (nowMs % WINDOW_MS);
        proxy.advance(nowMs);
        naive.advance(nowMs);
        expect(proxy.isolated().sort()).toEqual(naive.isolatedAt(nowMs));
        isolations += proxy.isolated().length;
        proxy.draw = item.draw;
        for (const host of HOSTS) {
          const share = naive.share(host, nowMs);
          // Where rounding decides, nobody is wrong.
          if (Math.abs(share - item.draw) < 1e-6) continue;
          expect([nowMs, host, proxy.avoids(host, item.thread)]).toEqual([nowMs, host, item.draw >= share]);
        }
        proxy.calls(HOSTS[item.host] as string, item.kind, { thread: item.thread });
        naive.record(item, nowMs);
      }
      expect(proxy.gauge).toBe(proxy.isolated().length);
    }),
    { seed: 11, numRuns: 150 },
  );
  expect(isolations).toBeGreaterThan(1000);
});
