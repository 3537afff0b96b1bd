import type { Clock, Logger } from '@weft/kit';
import type { SnapshotEntry, SnapshotStore } from '../snapshot/contract.ts';

/** After a write that failed, e.g. on a full disk. */
const RETRY_MS = 10_000;

/** Writes the snapshot a little after a change, all changes meanwhile together. */
export class Saver {
  readonly #store: SnapshotStore;
  readonly #entries: () => readonly SnapshotEntry[];
  readonly #delayMs: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  #cancel: (() => void) | undefined;
  #dirty = false;
  #closed = false;

  constructor(
    store: SnapshotStore,
    entries: () => readonly SnapshotEntry[],
    delayMs: number,
    clock: Clock,
    log: Logger,
  ) {
    this.#store = store;
    this.#entries = entries;
    this.#delayMs = delayMs;
    this.#clock = clock;
    this.#log = log;
  }

  changed(): void {
    this.#dirty = true;
    this.#schedule(this.#delayMs);
  }

  async saveNow(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#dirty = false;
    try {
      await this.#store.save(this.#entries());
    } catch (error) {
      this.#dirty = true;
      this.#log.error({ err: error }, '[snapshot] not written; a restart would use an older one');
      this.#schedule(RETRY_MS);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#dirty) await this.saveNow().catch(() => {});
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(delayMs: number): void {
    if (this.#closed) return;
    this.#cancel ??= this.#clock.schedule(delayMs, () => {
      this.#cancel = undefined;
      // Logged and tried again there.
      this.saveNow().catch(() => {});
    });
  }
}
