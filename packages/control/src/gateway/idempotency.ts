import { createHash } from 'node:crypto';
import type { Logger } from '@weft/kit';
import { ApiFailure } from '../http/index.ts';
import type { ComponentMigrations, Storage, Transaction } from '../storage/index.ts';

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

/** Status of a row that was stored with the change, before there was an answer. */
const CARRIED_OUT = 0;
/** Answers that the database did not take, kept until the process ends. */
const MAX_UNSTORED = 1000;

/** Stores inside the transaction of a change that the call was carried out. */
export type MarkCarriedOut = (tx: Transaction, changeId: string) => Promise<void>;

/**
 * Answers to calls with an `Idempotency-Key`, kept for a day: the same call again gets the same answer and does nothing.
 * That a call was carried out is stored with its change, so that nothing between the two can make it act twice.
 */
export class Idempotency {
  readonly #storage: Storage;
  readonly #log: Logger;
  readonly #wallNow: () => number;
  readonly #unstored = new Map<string, { readonly request: string; readonly answer: Answer; readonly at: number }>();
  readonly #running = new Map<string, Promise<unknown>>();
  #sweptAt = 0;

  constructor(storage: Storage, log: Logger, wallNow: () => number) {
    this.#storage = storage;
    this.#log = log;
    this.#wallNow = wallNow;
  }

  /**
   * @param scope caller, place, operation and key
   * @param request everything that the answer depends on
   * @param work is given what it calls inside the transaction of its change
   * @throws ApiFailure IDEMPOTENCY_CONFLICT for another request under the same key; CONFLICT when the change was made and
   *   its answer is lost
   */
  async run(scope: string, request: string, work: (mark: MarkCarriedOut) => Promise<Answer>): Promise<Answer> {
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

  async #runAlone(scope: string, request: string, work: (mark: MarkCarriedOut) => Promise<Answer>): Promise<Answer> {
    const now = this.#wallNow();
    const kept = await this.#find(scope, now);
    if (kept !== null) {
      if (kept.request !== request)
        throw new ApiFailure('IDEMPOTENCY_CONFLICT', 'this Idempotency-Key was used for another call within 24 hours');
      return kept.answer;
    }
    const answer = await work((tx, changeId) =>
      this.#store(tx, scope, request, { status: CARRIED_OUT, headers: { 'x-weft-change-id': changeId }, body: '' }),
    );
    try {
      await this.#storage.write((tx) => this.#store(tx, scope, request, answer));
    } catch (error) {
      // The change is made: an error now would say that it is not.
      this.#log.warn({ err: error }, 'answer to a call with an Idempotency-Key kept in memory only');
      const [oldest] = this.#unstored.keys();
      if (this.#unstored.size >= MAX_UNSTORED && oldest !== undefined) this.#unstored.delete(oldest);
      this.#unstored.set(scope, { request, answer, at: now });
    }
    return answer;
  }

  async #find(scope: string, now: number): Promise<{ readonly request: string; readonly answer: Answer } | null> {
    const unstored = this.#unstored.get(scope);
    if (unstored !== undefined && unstored.at > now - KEEP_MS) return unstored;
    const row = await this.#storage
      .tables<GatewayTables>()
      .selectFrom('t_idempotency')
      .selectAll()
      .where('scope', '=', scope)
      .where('gmt_create', '>', now - KEEP_MS)
      .executeTakeFirst();
    if (row === undefined) return null;
    const headers = JSON.parse(row.headers) as Record<string, string>;
    if (row.status === CARRIED_OUT)
      throw new ApiFailure(
        'CONFLICT',
        `the call with this Idempotency-Key was carried out as change ${headers['x-weft-change-id']}, and its answer is lost: read what it changed`,
        { headers },
      );
    return { request: row.request, answer: { status: row.status, headers, body: row.body } };
  }

  async #store(tx: Transaction, scope: string, request: string, answer: Answer): Promise<void> {
    const now = this.#wallNow();
    const own = tx.tables<GatewayTables>();
    if (this.#sweptAt + SWEEP_MS < now) {
      await own
        .deleteFrom('t_idempotency')
        .where('gmt_create', '<=', now - KEEP_MS)
        .execute();
      this.#sweptAt = now;
    }
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
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
