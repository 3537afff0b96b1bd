import { openMemoryTrim } from '../net/index.ts';
import { threadCpuMs } from '../update/index.ts';

const PAUSE_MS = 10_000;
const MAX_PAUSE_MS = 640_000;
/** A call that takes longer is made half as often, until one does not. More than a tick of the scheduler, in which CPU time may come. */
const LONG_MS = 5;

/**
 * Gives freed memory back to the system. The compiler of V8 takes some MiB for each function that it optimises, and frees
 * them; glibc keeps most of that in the heaps of its threads, so that a proxy stays 8 to 12 MiB larger than it is.
 */
export class MemoryTrim {
  readonly #trim: (() => void) | null;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  #pauseMs = PAUSE_MS;

  /** The parameters are for tests; `now` is a clock of the CPU time of this thread, ms: it may have to wait for a core. */
  constructor(trim: (() => void) | null = openMemoryTrim(), now: () => number = threadCpuMs) {
    this.#trim = trim;
    this.#now = now;
  }

  /** Ms until the next call. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  start(): void {
    if (this.#trim === null) return;
    this.#timer = setTimeout(() => {
      this.run();
      this.start();
    }, this.#pauseMs);
    this.#timer.unref();
  }

  run(): void {
    const startMs = this.#now();
    this.#trim?.();
    const tookLong = this.#now() - startMs > LONG_MS;
    this.#pauseMs = tookLong ? Math.min(MAX_PAUSE_MS, this.#pauseMs * 2) : Math.max(PAUSE_MS, this.#pauseMs / 2);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
