import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/index.ts';
import { TICK_MS, TimerWheel, WheelTimer } from './timer-wheel.ts';

describe('TimerWheel', () => {
  it('fires never early and less than three ticks late, for delays within and beyond one turn', () => {
    for (const delay of [0, 1, 9, 10, 11, 95, 1000, 10_239, 10_240, 25_000]) {
      const clock = createFakeClock();
      const wheel = new TimerWheel(clock);
      let firedAt = -1;
      wheel.arm(
        new WheelTimer(() => {
          firedAt = clock.now();
        }),
        delay,
      );
      clock.advance(60_000);
      expect(firedAt, `delay ${delay}`).toBeGreaterThanOrEqual(delay);
      expect(firedAt, `delay ${delay}`).toBeLessThan(delay + 3 * TICK_MS);
    }
  });

  it('does not fire what was cancelled, and fires what was armed anew only once', () => {
    const clock = createFakeClock();
    const wheel = new TimerWheel(clock);
    let fired = 0;
    const timer = new WheelTimer(() => fired++);
    wheel.arm(timer, 50);
    wheel.cancel(timer);
    clock.advance(200);
    expect(fired).toBe(0);
    wheel.arm(timer, 50);
    clock.advance(30);
    wheel.arm(timer, 50);
    clock.advance(30);
    expect(fired).toBe(0);
    clock.advance(100);
    expect(fired).toBe(1);
    expect(timer.armed).toBe(false);
  });

  it('lets a firing timer arm itself, arm others and cancel others', () => {
    const clock = createFakeClock();
    const wheel = new TimerWheel(clock);
    const log: string[] = [];
    const victim = new WheelTimer(() => log.push('victim'));
    let rounds = 0;
    const again = new WheelTimer(() => {
      log.push('again');
      wheel.cancel(victim);
      if (++rounds < 3) wheel.arm(again, 20);
    });
    wheel.arm(again, 20);
    wheel.arm(victim, 20);
    clock.advance(500);
    expect(log).toEqual(['again', 'again', 'again']);
  });

  it('fires everything that is overdue when a late tick meets a timer that arms another', () => {
    const clock = createFakeClock();
    const wheel = new TimerWheel(clock);
    const fired: [string, number][] = [];
    const note = (name: string) => (): void => void fired.push([name, clock.now()]);
    const armed = new WheelTimer(note('armed by the first'));
    const first = new WheelTimer(() => {
      note('first')();
      wheel.arm(armed, 50);
    });
    const second = new WheelTimer(note('second'));
    wheel.arm(first, 5);
    wheel.arm(second, 35);
    // A process that was stopped or busy: the tick comes when both are due.
    clock.jump(200);
    expect(fired).toEqual([
      ['first', 200],
      ['second', 200],
    ]);
    clock.advance(100);
    expect(fired[2]?.[0]).toBe('armed by the first');
    expect(fired[2]?.[1]).toBeLessThan(200 + 50 + 3 * TICK_MS);
    expect([clock.pending, wheel.size]).toEqual([0, 0]);
  });

  it('holds no system timer while nothing is armed', () => {
    const clock = createFakeClock();
    const wheel = new TimerWheel(clock);
    const timer = new WheelTimer(() => {});
    wheel.arm(timer, 10);
    expect(clock.pending).toBe(1);
    clock.advance(100);
    expect([clock.pending, wheel.size]).toEqual([0, 0]);
  });

  it('agrees with a naive model over random sequences', () => {
    let seed = 12_345;
    const random = (bound: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed % bound;
    };
    const clock = createFakeClock();
    const wheel = new TimerWheel(clock);
    const timers = Array.from({ length: 50 }, (_, index) => {
      const model = { due: -1, timer: null as unknown as WheelTimer, index };
      model.timer = new WheelTimer(() => {
        expect(model.due, `timer ${index} was not armed`).toBeGreaterThanOrEqual(0);
        expect(clock.now()).toBeGreaterThanOrEqual(model.due);
        expect(clock.now()).toBeLessThan(model.due + 3 * TICK_MS);
        model.due = -1;
      });
      return model;
    });
    for (let step = 0; step < 20_000; step++) {
      const model = timers[random(50)] as (typeof timers)[number];
      switch (random(3)) {
        case 0: {
          const delay = random(30_000);
          wheel.arm(model.timer, delay);
          model.due = clock.now() + delay;
          break;
        }
        case 1:
          wheel.cancel(model.timer);
          model.due = -1;
          break;
        default:
          clock.advance(random(100));
      }
      expect(wheel.size).toBe(timers.filter((item) => item.due >= 0).length);
    }
  });
});
