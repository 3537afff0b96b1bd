import type { Clock } from '@weft/kit';
import type { LeveledLogger, LogLevel } from '@weft/telemetry';

interface Logging {
  readonly name: string;
  readonly log: LeveledLogger;
}

/** Levels of logs that fall back after a time. */
export class LevelTimers {
  readonly #clock: Clock;
  readonly #running = new Map<string, { readonly before: LogLevel; readonly cancel: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** 0 ms: it stays. A change while another one runs falls back to the level from before both. */
  change({ name, log }: Logging, level: LogLevel, ttlMs: number): void {
    const running = this.#running.get(name);
    running?.cancel();
    this.#running.delete(name);
    const before = running?.before ?? log.level;
    log.setLevel(level);
    if (ttlMs === 0) return;
    const cancel = this.#clock.schedule(ttlMs, () => {
      this.#running.delete(name);
      log.setLevel(before);
      log.warn({ level: before }, 'log level fell back');
    });
    this.#running.set(name, { before, cancel });
  }

  stop(): void {
    for (const { cancel } of this.#running.values()) cancel();
    this.#running.clear();
  }
}
