import { constants } from 'node:os';

export interface Stoppable {
  readonly log: {
    warn(fields: object, message: string): void;
    info(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  stopGracefully(): Promise<void>;
  stopNow(): Promise<void>;
  reopenLogs(): Promise<void>;
}

/** A launcher passes a signal on that its whole group had: both are one. */
const SAME_SIGNAL_MS = 500;

/**
 * The signals of a proxy. While it starts there is nothing to stop gracefully: a signal that stops ends the process
 * with 128 plus its number, and what the proxy has written so far is removed on the way out.
 */
export class SignalHandlers {
  #proxy: Stoppable | null = null;
  #stopsNow = false;
  /** Monotonic ms of the first signal that stops; 0 before. */
  #askedAt = 0;

  constructor() {
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM'] as const) process.on(signal, () => this.#stop(signal));
    process.on('SIGHUP', () =>
      this.#proxy?.log.warn(
        {},
        'SIGHUP is refused: this release cannot hand over to a new process; `weft proxy reload` reads the configuration again',
      ),
    );
    process.on('SIGUSR1', () => void this.#reopen());
  }

  attach(proxy: Stoppable): void {
    this.#proxy = proxy;
  }

  #stop(signal: 'SIGINT' | 'SIGQUIT' | 'SIGTERM'): void {
    const proxy = this.#proxy;
    const askedBefore = this.#askedAt !== 0 && performance.now() - this.#askedAt > SAME_SIGNAL_MS;
    if (this.#askedAt === 0) this.#askedAt = performance.now();
    const urgent = signal !== 'SIGTERM';
    if (proxy === null || (urgent && this.#stopsNow)) process.exit(128 + constants.signals[signal]);
    // Who asks again does not want to wait any longer.
    const atOnce = urgent || askedBefore;
    if (atOnce) this.#stopsNow = true;
    proxy.log.info({ signal }, atOnce ? 'stopping at once' : 'stopping gracefully');
    void (atOnce ? proxy.stopNow() : proxy.stopGracefully());
  }

  async #reopen(): Promise<void> {
    if (this.#proxy === null) return;
    try {
      await this.#proxy.reopenLogs();
      this.#proxy.log.info({}, 'the log files were opened again');
    } catch (error) {
      this.#proxy.log.error({ err: error }, 'a log file cannot be opened again; the old one stays in use');
    }
  }
}
