import type { Clock, Logger } from '@weft/kit';
import type { Storage } from '../storage/index.ts';
import type { RegistryTables } from './tables.ts';

/** How far ahead of what was given out the database is kept: a wall clock that was set back must not repeat versions. */
const RESERVE = 3_600_000;
const ROW = 1;

/**
 * Versions of service lists: milliseconds of the wall clock, or one more than the newest. They grow over restarts, also
 * when the clock was set back meanwhile, without a write per change.
 */
export class Versions {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Logger;
  #newest = 0;
  #reserved = 0;
  #reserving = false;

  constructor(storage: Storage, clock: Clock, log: Logger) {
    this.#storage = storage;
    this.#clock = clock;
    this.#log = log;
  }

  async load(): Promise<void> {
    const row = await this.#storage
      .tables<RegistryTables>()
      .selectFrom('t_registry_version')
      .selectAll()
      .executeTakeFirst();
    const now = this.#clock.wallNow();
    // A stop in between wasted what was reserved, unless the clock went on past it.
    this.#newest = Math.floor(row !== undefined && row.reserved - RESERVE > now ? row.reserved : now);
    await this.#reserve();
  }

  next(): number {
    this.#newest = Math.max(this.#newest + 1, Math.floor(this.#clock.wallNow()));
    if (this.#newest > this.#reserved - RESERVE / 2 && !this.#reserving)
      this.#reserve().catch((error: unknown) =>
        this.#log.warn({ err: error }, 'versions of services not reserved; asked again with the next change'),
      );
    return this.#newest;
  }

  async #reserve(): Promise<void> {
    this.#reserving = true;
    const reserved = this.#newest + RESERVE;
    try {
      await this.#storage.write(async (tx) => {
        const db = tx.tables<RegistryTables>();
        await db.deleteFrom('t_registry_version').execute();
        await db.insertInto('t_registry_version').values({ id: ROW, reserved }).execute();
      });
      this.#reserved = reserved;
    } finally {
      this.#reserving = false;
    }
  }
}
