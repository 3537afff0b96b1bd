import type { Clock, Logger } from '@weft/kit';
import type { Storage, Transaction } from '../storage/index.ts';

/** Values that wait to be raised. */
const MAX_WAITING = 10_000;
/** Proxies that come back together tell their versions before anything is written. */
const GATHER_MS = 50;
const RETRY_MS = 5000;
/** A version far above what anybody counts to is a lie, or damaged: it must not use the numbers up. */
const MAX_VERSION = 2 ** 52;

export interface ZonedKey {
  readonly instanceId: string;
  readonly dataId: string;
  readonly zone: string;
}

export interface VersionsAheadOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
  /** Stores the value that is in force once more, above a version. Does nothing when it is above it already. */
  raise(tx: Transaction, key: ZonedKey, above: number): Promise<void>;
}

/**
 * After an older backup was restored, proxies hold versions that this control plane never gave out, and take nothing
 * that is not above them; one that was away while the numbers here caught up holds the same number with other content. What they hold is not known here; what is stored here is in force, so it gets a number above theirs.
 */
export class VersionsAhead {
  readonly #options: VersionsAheadOptions;
  readonly #waiting = new Map<string, { readonly key: ZonedKey; above: number }>();
  #cancel: (() => void) | null = null;

  constructor(options: VersionsAheadOptions) {
    this.#options = options;
  }

  /** A proxy holds this version of a value, which is above the one that is stored, or that one with other content. */
  see(key: ZonedKey, version: number): void {
    if (version > MAX_VERSION) {
      this.#options.log.error({ ...key, version }, 'a proxy holds a version that cannot be: it is sent no other');
      return;
    }
    const id = JSON.stringify([key.instanceId, key.zone, key.dataId]);
    const known = this.#waiting.get(id);
    if (known !== undefined) known.above = Math.max(known.above, version);
    else if (this.#waiting.size < MAX_WAITING) this.#waiting.set(id, { key, above: version });
    this.#cancel ??= this.#options.clock.schedule(GATHER_MS, () => this.#run());
  }

  #run(): void {
    const { storage, log } = this.#options;
    const batch = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#cancel = null;
    storage
      .write(async (tx) => {
        for (const { key, above } of batch) await this.#options.raise(tx, key, above);
      })
      .then(
        () => log.warn({ values: batch.length }, 'proxies held versions above those stored here: stored values raised'),
        (error: unknown) => {
          log.warn(
            { err: error, values: batch.length },
            'values not raised above the versions of proxies: tried again',
          );
          for (const { key, above } of batch) this.#again(key, above);
        },
      );
  }

  #again(key: ZonedKey, above: number): void {
    this.#cancel ??= this.#options.clock.schedule(RETRY_MS, () => this.#run());
    this.see(key, above);
  }

  stop(): void {
    this.#cancel?.();
    this.#waiting.clear();
  }
}
