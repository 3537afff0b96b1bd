import type { Logger } from '@weft/kit';
import { Stage } from './stages.ts';

const POLL_MS = 20;

export interface DrainParts {
  readonly log: Logger;
  /** Data threads of the proxy. */
  readonly threads: number;
  stage(): Stage;
  enter(stage: Stage): void;
  /** Takes back what the registry tells callers of this proxy; whether it told them anything. */
  withdraw(): boolean;
  /** Tells every connection to go, and ends listening. */
  turnAway(): void;
}

export type DrainPhase = 'serving' | 'leaving' | 'draining' | 'stopping';

/** How far the end of a proxy is. */
export interface DrainProgress {
  readonly phase: DrainPhase;
  /** Since the end was asked for. */
  readonly elapsedMs: number;
  /** What the phase takes at most from now on; 0 where nothing bounds it. */
  readonly remainingMs: number;
}

/**
 * How a proxy stops serving. Callers learn of it first and are served meanwhile; then connections are told in their
 * protocol and listening ends; then running requests may finish.
 */
export class Drain {
  readonly #parts: DrainParts;
  readonly #drained = new Set<number>();
  /** Connections that each thread was given by others, whether it knows of them yet or not. */
  readonly #given = new Map<number, number>();
  #startedAt = 0;
  /** Monotonic ms of the end of the phase; 0 where there is none. */
  #phaseEndsAt = 0;
  #begun: Promise<void> | null = null;
  #endPause: (() => void) | null = null;

  constructor(parts: DrainParts) {
    this.#parts = parts;
  }

  /**
   * Fulfilled when connections are told and listening has ended; asked again it is the same. `leaveMs`: time for callers
   * to learn that this proxy is no longer published.
   */
  begin(leaveMs: number): Promise<void> {
    this.#begun ??= this.#begin(leaveMs);
    return this.#begun;
  }

  /** Fulfilled when nothing runs any more, or after so long: with the threads on which something still does. */
  async finish(timeoutMs: number): Promise<number> {
    this.#phaseEndsAt = performance.now() + timeoutMs;
    const left = (): number => this.#parts.threads - this.#drained.size;
    while (performance.now() < this.#phaseEndsAt && left() > 0) {
      if (this.#parts.stage() !== Stage.GRACEFUL_STOPPING) break;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return left();
  }

  /** The proxy ends at once. */
  cancel(): void {
    this.#endPause?.();
  }

  /** Nothing runs on a thread that took so many connections of others; one that is under way to it still has to. */
  threadDrained(index: number, taken: number): void {
    if (taken === (this.#given.get(index) ?? 0)) this.#drained.add(index);
  }

  /** A connection is on its way to a thread, which has something to drain again. */
  threadGiven(index: number): void {
    this.#given.set(index, (this.#given.get(index) ?? 0) + 1);
    this.#drained.delete(index);
  }

  /** Nothing of it is left to drain, unless the one in its place still serves. */
  threadDied(index: number): void {
    this.#given.delete(index);
    if (this.#parts.stage() >= Stage.GRACEFUL_STOPPING) this.#drained.add(index);
  }

  get progress(): DrainProgress {
    const stage = this.#parts.stage();
    const now = performance.now();
    return {
      phase: phaseOf(stage),
      elapsedMs: this.#startedAt === 0 ? 0 : Math.round(now - this.#startedAt),
      remainingMs: stage >= Stage.STOPPING ? 0 : Math.max(0, Math.round(this.#phaseEndsAt - now)),
    };
  }

  async #begin(leaveMs: number): Promise<void> {
    const { log, stage, enter, withdraw, turnAway } = this.#parts;
    enter(Stage.BEFORE_STOP);
    this.#startedAt = performance.now();
    if (withdraw() && leaveMs > 0) {
      log.info(
        { leaveMs },
        'leaving: what is published is taken back, and callers are served until they have heard of it',
      );
      await this.#pause(leaveMs);
    }
    if (stage() !== Stage.BEFORE_STOP) return;
    this.#phaseEndsAt = 0;
    enter(Stage.GRACEFUL_STOPPING);
    turnAway();
  }

  #pause(ms: number): Promise<void> {
    this.#phaseEndsAt = performance.now() + ms;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function phaseOf(stage: Stage): DrainPhase {
  if (stage <= Stage.RUNNING) return 'serving';
  if (stage === Stage.BEFORE_STOP) return 'leaving';
  return stage === Stage.GRACEFUL_STOPPING ? 'draining' : 'stopping';
}
