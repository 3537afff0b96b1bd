/** What the kernel says of a thread. */
export interface ThreadTimes {
  /** CPU time since the thread began, ms. */
  readonly cpuMs: number;
  /** Time that it waited for a core, ms, up to when it ran last. */
  readonly delayMs: number;
  /** It runs or waits for a core; otherwise it waits for something else. */
  readonly runnable: boolean;
}

export type Verdict =
  /** Heard of, or not silent for long enough. */
  | { readonly kind: 'fine' }
  /** Silent for longer than allowed, but it did not get the CPU that it would need to say something. */
  | { readonly kind: 'starved'; readonly silentMs: number; readonly cpuMs: number }
  /** It does not come back. `reason` says what it did instead. */
  | { readonly kind: 'lost'; readonly silentMs: number; readonly cpuMs: number; readonly reason: string };

const FINE: Verdict = { kind: 'fine' };
/** A thread that used this part of the allowed silence as CPU time loops: a heartbeat takes microseconds. */
const LOOPING_PART = 0.5;
/**
 * A thread that neither runs nor wants to is given this many times as long, and so many looks at least: it may wait for
 * helpers of the collector that are starved themselves.
 */
const WAITING_TIMES = 2;
const WAITING_LOOKS = 4;

/**
 * Watches one data thread by its heartbeat. Time on the clock alone says little: on a machine with more to do than cores, or
 * after the whole process was stopped for a while, a healthy thread is silent as well. So its silence counts by what it did
 * meanwhile: CPU time says that it loops, sleep that it is stuck, and waiting for a core says nothing.
 */
export class ThreadWatch {
  readonly #allowedMs: number;
  readonly #waitingLimitMs: number;
  readonly #maxStepMs: number;
  #beat = 0;
  #heardAt = 0;
  #lookedAt = 0;
  /** At the look before; null when there was none, or the system does not tell. */
  #times: ThreadTimes | null = null;
  #busyMs = 0;
  #waitingMs = 0;
  #unknownMs = 0;

  /**
   * `allowedMs`: silence that is nothing to worry about. `lookMs`: pause between two looks. A look that comes late counts as
   * two at most, since then it was the watcher who did not get to run.
   */
  constructor(allowedMs: number, lookMs: number) {
    this.#allowedMs = allowedMs;
    this.#waitingLimitMs = Math.max(WAITING_TIMES * allowedMs, WAITING_LOOKS * lookMs);
    this.#maxStepMs = 2 * lookMs;
  }

  /** Monotonic ms of the last look that heard of the thread. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** The thread is heard of; `times` as the kernel tells them at this moment. */
  heard(now: number, times: ThreadTimes | null): void {
    this.#heardAt = now;
    this.#lookedAt = now;
    this.#times = times;
    this.#busyMs = 0;
    this.#waitingMs = 0;
    this.#unknownMs = 0;
  }

  /** `times` is null where the system does not tell. */
  look(now: number, beat: number, times: ThreadTimes | null): Verdict {
    if (beat !== this.#beat) {
      this.#beat = beat;
      this.heard(now, times);
      return FINE;
    }
    this.#count(Math.min(now - this.#lookedAt, this.#maxStepMs), times);
    this.#times = times;
    this.#lookedAt = now;
    const silentMs = now - this.#heardAt;
    return silentMs > this.#allowedMs ? this.#judge(silentMs) : FINE;
  }

  #count(stepMs: number, times: ThreadTimes | null): void {
    if (times === null || this.#times === null) {
      this.#unknownMs += stepMs;
      return;
    }
    const cpuMs = Math.min(stepMs, times.cpuMs - this.#times.cpuMs);
    this.#busyMs += cpuMs;
    // One that sleeps ran before: how long it had to wait for that is complete.
    if (!times.runnable) this.#waitingMs += Math.max(0, stepMs - cpuMs - (times.delayMs - this.#times.delayMs));
  }

  #judge(silentMs: number): Verdict {
    const cpuMs = this.#busyMs;
    const [busy, waiting, unknown] = [cpuMs, this.#waitingMs, this.#unknownMs].map(Math.round) as [
      number,
      number,
      number,
    ];
    const lost = (reason: string): Verdict => ({ kind: 'lost', silentMs, cpuMs, reason });
    if (cpuMs >= this.#allowedMs * LOOPING_PART) return lost(`it used ${busy} ms of CPU without a sign of life`);
    if (this.#waitingMs >= this.#waitingLimitMs)
      return lost(`it waited ${waiting} ms for something that does not come, without a sign of life`);
    if (this.#unknownMs >= this.#allowedMs) return lost(`it gave no sign of life for ${unknown} ms`);
    return { kind: 'starved', silentMs, cpuMs };
  }
}
