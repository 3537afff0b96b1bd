import type { Clock, Logger } from '@weft/kit';
import type { HealthProbe } from '@weft/sdk';

/** How an application is asked whether it is well, as it was published with a service. */
export interface AppCheckSpec {
  /** Name of a health checker, such as `tcp`. */
  readonly type: string;
  /** As `check_config` of a cluster. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row after which it is not well. */
  readonly fall: number;
  /** Good answers in a row after which it is well again; the very first one is enough. */
  readonly raise: number;
}

export const APP_CHECK_DEFAULTS = { intervalMs: 1000, timeoutMs: 1000, fall: 3, raise: 2 } as const;

/** @throws DiscoveryRefusal for a type that nobody has, or a configuration that it does not take */
export type OpenProbe = (type: string, config: unknown) => Promise<HealthProbe>;

export interface AppHealth {
  readonly healthy: boolean;
  /** What the last check saw: `200`, `ECONNREFUSED`; '' before the first one is over. */
  readonly detail: string;
}

export interface AppCheckOptions {
  readonly spec: AppCheckSpec;
  readonly port: number;
  readonly open: OpenProbe;
  readonly clock: Clock;
  readonly log: Logger;
  onChange(health: AppHealth): void;
}

/**
 * Asks an application on this machine, again and again, whether it is well. It counts as not well until it has answered
 * once: what is published with a check is registered when the application is there, and not before.
 */
export class AppCheck {
  readonly #options: AppCheckOptions;
  #health: AppHealth = { healthy: false, detail: '' };
  /** Results in a row that speak against the state. */
  #against = 0;
  #everHealthy = false;
  #stopped = false;
  #cancel: () => void = () => {};

  constructor(options: AppCheckOptions) {
    this.#options = options;
    const { spec, open, log, port } = options;
    open(spec.type, spec.config).then(
      (probe) => this.#run(probe),
      (error: unknown) => {
        this.#health = { healthy: false, detail: `the check cannot be made: ${(error as Error).message}` };
        log.error({ port, err: error }, 'an application cannot be checked: what it publishes stays unregistered');
      },
    );
  }

  get health(): AppHealth {
    return this.#health;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #run(probe: HealthProbe): void {
    if (this.#stopped) return;
    const { spec, port, clock } = this.#options;
    this.#cancel = probe.check({ host: '127.0.0.1', port, path: '', hostname: '' }, spec.timeoutMs, (result) => {
      if (this.#stopped) return;
      this.#judge(result.healthy, result.detail);
      this.#cancel = clock.schedule(spec.intervalMs, () => this.#run(probe));
    });
  }

  #judge(good: boolean, detail: string): void {
    const { spec, port, log, onChange } = this.#options;
    const { healthy } = this.#health;
    this.#against = good === healthy ? 0 : this.#against + 1;
    const needed = healthy ? spec.fall : this.#everHealthy ? spec.raise : 1;
    if (this.#against < needed) {
      this.#health = { healthy, detail };
      return;
    }
    this.#against = 0;
    this.#everHealthy ||= good;
    this.#health = { healthy: good, detail };
    if (good) log.info({ port, detail }, 'the application is well: what it publishes is registered');
    else log.warn({ port, detail }, 'the application is not well: what it publishes is taken back');
    onChange(this.#health);
  }
}
