import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { type Deadline, DeadlineSet } from './deadlines.ts';
import { TICK_MS, TimerWheel } from './timer-wheel.ts';

class Entry implements Deadline {
  deadlineIndex = -1;
  dueAt = 0;
  readonly passedAt: number[] = [];
  readonly #clock: FakeClock;
  readonly #then: () => void;

  constructor(clock: FakeClock, then: () => void = () => {}) {
    this.#clock = clock;
    this.#then = then;
  }

  onDeadline(): void {
    this.passedAt.push(this.#clock.now());
    this.#then();
  }
}

function make(): { clock: FakeClock; set: DeadlineSet; faults: unknown[] } {
  const clock = createFakeClock();
  const faults: unknown[] = [];
  const set = new DeadlineSet(new TimerWheel(clock), clock, (error) => faults.push(error));
  return { clock, set, faults };
}

describe('DeadlineSet', () => {
  it('lets each deadline pass once, never early and within three ticks, unless it was removed or moved', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 400 }),
      entry: fc.nat({ max: 9 }),
      delayMs: fc.option(fc.integer({ min: 0, max: 3000 }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, set } = make();
        const entries = Array.from({ length: 10 }, () => new Entry(clock));
        const due = new Map<Entry, number>();
        const settle = (): void => {
          for (const [entry, at] of due) {
            if (entry.passedAt.length > 0) {
              expect(entry.passedAt).toHaveLength(1);
              expect(entry.passedAt[0]).toBeGreaterThanOrEqual(at);
              expect(entry.passedAt[0]).toBeLessThanOrEqual(at + 3 * TICK_MS);
              entry.passedAt.length = 0;
              due.delete(entry);
            } else {
              expect(clock.now()).toBeLessThanOrEqual(at + 3 * TICK_MS);
            }
          }
          for (const entry of entries) expect(entry.passedAt).toHaveLength(0);
          expect(set.size).toBe(due.size);
        };
        for (const { waitMs, entry: index, delayMs } of steps) {
          clock.advance(waitMs);
          settle();
          const entry = entries[index] as Entry;
          if (delayMs === null) {
            set.remove(entry);
            due.delete(entry);
          } else {
            set.set(entry, clock.now() + delayMs);
            due.set(entry, clock.now() + delayMs);
          }
        }
        clock.advance(4000);
        settle();
        expect(due.size).toBe(0);
      }),
    );
  });

  it('looks about once in the limit, not once per request', () => {
    const clock = createFakeClock();
    const wheel = new TimerWheel(clock);
    const set = new DeadlineSet(wheel, clock, () => {});
    let armed = 0;
    const arm = wheel.arm.bind(wheel);
    wheel.arm = (timer, delayMs) => {
      armed++;
      arm(timer, delayMs);
    };
    // A thousand requests, one after the other, over ten times their limit.
    for (let i = 0; i < 1000; i++) {
      const entry = new Entry(clock);
      set.set(entry, clock.now() + 500);
      clock.advance(5);
      set.remove(entry);
      expect(entry.passedAt).toHaveLength(0);
    }
    expect(armed).toBeGreaterThanOrEqual(1);
    expect(armed).toBeLessThanOrEqual(11);
  });

  it('goes on behind one that throws, and past those that another one ended or postponed', () => {
    const { clock, set, faults } = make();
    const ended = new Entry(clock);
    const postponed = new Entry(clock);
    const first = new Entry(clock, () => {
      set.remove(ended);
      set.set(postponed, clock.now() + 500);
      throw new Error('first');
    });
    const last = new Entry(clock);
    for (const entry of [first, ended, postponed, last]) set.set(entry, 100);
    clock.advance(150);
    expect(faults).toEqual([new Error('first')]);
    expect(ended.passedAt).toHaveLength(0);
    expect(postponed.passedAt).toHaveLength(0);
    expect(last.passedAt).toHaveLength(1);
    clock.advance(600);
    expect(postponed.passedAt).toHaveLength(1);
  });
});
