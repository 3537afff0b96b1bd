import type { Clock } from './clock.ts';

/**
 * Many coarse timeouts for the price of one system timer.
 *
 *     slot  0   1   2  ...  SLOTS-1        each slot: a doubly linked list of timers
 *               ^ #cursor                  a timer further away than one turn keeps its due tick and is passed over
 *
 * Arming and cancelling are O(1) and allocate nothing: the timer object is owned by its user (an exchange, a
 * connection) and linked in place. A timer fires never early and less than three ticks late.
 */
export const TICK_MS = 10;
const SLOTS = 1024;

/** One timeout. Create it once with its owner and arm it as often as needed. */
export class WheelTimer {
  /** @internal */ next: WheelTimer | null = null;
  /** @internal */ previous: WheelTimer | null = null;
  /** @internal */ dueTick = -1;
  readonly #callback: (() => void) | null;

  /** A subclass that overrides `fire` needs no callback: one object fewer for owners that are made per request. */
  constructor(callback: (() => void) | null = null) {
    this.#callback = callback;
  }

  /** @internal Called by the wheel. */
  fire(): void {
    this.#callback?.();
  }

  get armed(): boolean {
    return this.dueTick >= 0;
  }
}

export class TimerWheel {
  readonly #clock: Clock;
  readonly #slots: WheelTimer[] = [];
  readonly #startMs: number;
  readonly #onFault: ((error: unknown) => void) | null;
  #cursor = 0;
  #count = 0;
  #cancelTick: (() => void) | null = null;
  /** Slots are being visited: what a timer arms meanwhile must not move the cursor past those that are left. */
  #ticking = false;
  readonly #onTick = (): void => this.#tick();

  /** `onFault` gets what a timer throws, and the other timers go on; without it the wheel's caller gets it. */
  constructor(clock: Clock, onFault: ((error: unknown) => void) | null = null) {
    this.#clock = clock;
    this.#onFault = onFault;
    this.#startMs = clock.now();
    for (let i = 0; i < SLOTS; i++) {
      const sentinel = new WheelTimer(() => {});
      sentinel.next = sentinel;
      sentinel.previous = sentinel;
      this.#slots.push(sentinel);
    }
  }

  /** Armed timers. */
  get size(): number {
    return this.#count;
  }

  /** Arms (or re-arms) `timer` to fire in `delayMs` milliseconds; 0 fires on the next tick. */
  arm(timer: WheelTimer, delayMs: number): void {
    if (timer.dueTick >= 0) this.#unlink(timer);
    else this.#count++;
    const nowTick = this.#nowTick();
    // The tick under way may have begun long ago: counting from "now" rounded up keeps the promise "never early".
    const due = Math.max(nowTick + 1 + Math.ceil(delayMs / TICK_MS), this.#cursor + 1);
    timer.dueTick = due;
    const slot = this.#slots[due % SLOTS] as WheelTimer;
    const last = slot.previous as WheelTimer;
    last.next = timer;
    timer.previous = last;
    timer.next = slot;
    slot.previous = timer;
    if (this.#cancelTick === null && !this.#ticking) {
      this.#cursor = Math.max(this.#cursor, nowTick);
      this.#cancelTick = this.#clock.schedule(TICK_MS, this.#onTick);
    }
  }

  /** Disarms `timer`; does nothing when it is not armed. */
  cancel(timer: WheelTimer): void {
    if (timer.dueTick < 0) return;
    this.#unlink(timer);
    timer.dueTick = -1;
    this.#count--;
  }

  /** Disarms everything and stops the system timer. */
  close(): void {
    for (const slot of this.#slots) {
      while (slot.next !== slot) this.cancel(slot.next as WheelTimer);
    }
    this.#cancelTick?.();
    this.#cancelTick = null;
  }

  #nowTick(): number {
    return Math.floor((this.#clock.now() - this.#startMs) / TICK_MS);
  }

  #unlink(timer: WheelTimer): void {
    const { previous, next } = timer;
    (previous as WheelTimer).next = next;
    (next as WheelTimer).previous = previous;
    timer.next = null;
    timer.previous = null;
  }

  #tick(): void {
    this.#cancelTick = null;
    this.#ticking = true;
    try {
      const target = this.#nowTick();
      // After a long pause one turn visits every slot; more turns would find nothing new.
      if (target - this.#cursor > SLOTS) this.#cursor = target - SLOTS;
      while (this.#cursor < target) {
        this.#cursor++;
        this.#fireSlot(this.#slots[this.#cursor % SLOTS] as WheelTimer);
      }
    } finally {
      this.#ticking = false;
      if (this.#count > 0) this.#cancelTick = this.#clock.schedule(TICK_MS, this.#onTick);
    }
  }

  #fire(timer: WheelTimer): void {
    if (this.#onFault === null) {
      timer.fire();
      return;
    }
    try {
      timer.fire();
    } catch (error) {
      this.#onFault(error);
    }
  }

  #fireSlot(slot: WheelTimer): void {
    let timer = slot.next as WheelTimer;
    while (timer !== slot) {
      const next = timer.next as WheelTimer;
      if (timer.dueTick <= this.#cursor) {
        this.cancel(timer);
        this.#fire(timer);
        // `fire` may have changed this list; start again from its head (what is left is not yet due or re-armed later).
        timer = slot.next as WheelTimer;
        continue;
      }
      timer = next;
    }
  }
}
