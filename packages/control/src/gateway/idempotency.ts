import { createHash } from 'node:crypto';
import { ApiFailure } from '../http/index.ts';
import type { ComponentMigrations, Storage } from '../storage/index.ts';

interface GatewayTables {
  t_idempotency: { scope: string; request: string; status: number; headers: string; body: string; gmt_create: number };
}

export const gatewayMigrations: ComponentMigrations = {
  component: 'gateway',
  migrations: [
    {
      id: 1,
      title: 'answers that are repeated',
      statements: ({ text, integer, longText }) => [
        `CREATE TABLE t_idempotency (scope ${text(64)} NOT NULL PRIMARY KEY, request ${text(64)} NOT NULL, status ${integer} NOT NULL, headers ${longText} NOT NULL, body ${longText} NOT NULL, gmt_create ${integer} NOT NULL)`,
        'CREATE INDEX i_idempotency_age ON t_idempotency (gmt_create)',
      ],
    },
  ],
};

const KEEP_MS = 24 * 3_600_000;
const SWEEP_MS = 600_000;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or '' for none. */
  readonly body: string;
}

/** Answers to calls with an `Idempotency-Key`, kept for a day: the same call again gets the same answer and does nothing. */
export class Idempotency {
  readonly #storage: Storage;
  readonly #wallNow: () => number;
  readonly #running = new Map<string, Promise<unknown>>();
  #sweptAt = 0;

  constructor(storage: Storage, wallNow: () => number) {
    this.#storage = storage;
    this.#wallNow = wallNow;
  }

  /**
   * @param scope caller, operation and key
   * @param request everything that the answer depends on
   * @throws ApiFailure IDEMPOTENCY_CONFLICT for another request under the same key
   */
  async run(scope: string, request: string, work: () => Promise<Answer>): Promise<Answer> {
    const key = hashOf(scope);
    // Of calls at the same time one works, and the others wait for its answer.
    while (this.#running.has(key)) await this.#running.get(key)?.catch(() => {});
    const task = this.#runAlone(key, hashOf(request), work);
    this.#running.set(key, task);
    try {
      return await task;
    } finally {
      this.#running.delete(key);
    }
  }

  async #runAlone(scope: string, request: string, work: () => Promise<Answer>): Promise<Answer> {
    const db = this.#storage.tables<GatewayTables>();
    const now = this.#wallNow();
    const kept = await db
      .selectFrom('t_idempotency')
      .selectAll()
      .where('scope', '=', scope)
      .where('gmt_create', '>', now - KEEP_MS)
      .executeTakeFirst();
    if (kept !== undefined) {
      if (kept.request !== request)
        throw new ApiFailure('IDEMPOTENCY_CONFLICT', 'this Idempotency-Key was used for another call within 24 hours');
      return { status: kept.status, headers: JSON.parse(kept.headers) as Record<string, string>, body: kept.body };
    }
    const answer = await work();
    await this.#storage.write(async (tx) => {
      const own = tx.tables<GatewayTables>();
      if (this.#sweptAt + SWEEP_MS < now)
        await own
          .deleteFrom('t_idempotency')
          .where('gmt_create', '<=', now - KEEP_MS)
          .execute();
      await own.deleteFrom('t_idempotency').where('scope', '=', scope).execute();
      await own
        .insertInto('t_idempotency')
        .values({
          scope,
          request,
          status: answer.status,
          headers: JSON.stringify(answer.headers),
          body: answer.body,
          gmt_create: now,
        })
        .execute();
    });
    this.#sweptAt = now;
    return answer;
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
