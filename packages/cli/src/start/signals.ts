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

/**
 * The signals of a proxy. While it starts there is nothing to stop gracefully: a signal that stops ends the process
 * with 128 plus its number, and what the proxy has written so far is removed on the way out.
 */
export class SignalHandlers {
  #proxy: Stoppable | null = null;
  #stopsNow = false;

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
    const atOnce = signal !== 'SIGTERM';
    if (proxy === null || (atOnce && this.#stopsNow)) process.exit(128 + constants.signals[signal]);
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
