import type { Clock } from './clock.ts';
import { type TimerWheel, WheelTimer } from './timer-wheel.ts';

/** What may run out of time. The object that it limits implements it itself. */
export interface Deadline {
  /** Place in the set, -1 when it is in none; changed by the set only. Begin with -1. */
  deadlineIndex: number;
  /** Monotonic ms; changed by the set only. */
  dueAt: number;
  /** The deadline has passed; the set has let go of it. */
  onDeadline(): void;
}

/**
 * Deadlines that nearly never pass, as those of requests: setting and removing one is two writes to an array.
 *
 *     entries   [ a | b | c | - | - … ]      in no order; who leaves is replaced by the last
 *     #nextMs   no entry is due before it    one timer of the wheel waits for it, and then looks at all of them
 *
 * With a limit of 60 s the look comes about once in 60 s, whatever the rate, because those that it waited for are gone by then.
 * Only deadlines that do pass bring looks closer to each other; the wheel's tick is the least there is between two.
 * A deadline passes never early, and as late as a timer of the wheel.
 */
export class DeadlineSet {
  readonly #wheel: TimerWheel;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onFault: (error: unknown) => void;
  readonly #entries: (Deadline | null)[] = [];
  #count = 0;
  #nextMs = Number.POSITIVE_INFINITY;
  readonly #timer = new WheelTimer(() => this.#look());

  /** `onFault` gets what `onDeadline` throws; the other deadlines of that look go on. */
  constructor(wheel: TimerWheel, clock: Pick<Clock, 'now'>, onFault: (error: unknown) => void) {
    this.#wheel = wheel;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  /** Deadlines that wait. */
  get size(): number {
    return this.#count;
  }

  /** Sets or moves the deadline of `entry` to the monotonic time `dueAt`, ms. */
  set(entry: Deadline, dueAt: number): void {
    entry.dueAt = dueAt;
    if (entry.deadlineIndex < 0) {
      entry.deadlineIndex = this.#count;
      this.#entries[this.#count++] = entry;
    }
    if (dueAt < this.#nextMs) this.#lookAt(dueAt);
  }

  /** Does nothing when `entry` has no deadline. */
  remove(entry: Deadline): void {
    const at = entry.deadlineIndex;
    if (at < 0) return;
    const entries = this.#entries;
    const last = --this.#count;
    if (at !== last) {
      const moved = entries[last] as Deadline;
      entries[at] = moved;
      moved.deadlineIndex = at;
    }
    // The array is old; what it forgot to let go of would be old soon, and whatever hangs on it.
    entries[last] = null;
    entry.deadlineIndex = -1;
  }

  #lookAt(dueAt: number): void {
    this.#nextMs = dueAt;
    this.#wheel.arm(this.#timer, Math.max(0, dueAt - this.#clock.now()));
  }

  #look(): void {
    const now = this.#clock.now();
    const passed: Deadline[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#count; i++) {
      const entry = this.#entries[i] as Deadline;
      if (entry.dueAt <= now) passed.push(entry);
      else if (entry.dueAt < next) next = entry.dueAt;
    }
    this.#nextMs = Number.POSITIVE_INFINITY;
    if (next !== Number.POSITIVE_INFINITY) this.#lookAt(next);
    for (const entry of passed) {
      // One that passed may have ended, or postponed, another one.
      if (entry.deadlineIndex < 0 || entry.dueAt > now) continue;
      this.remove(entry);
      try {
        entry.onDeadline();
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
