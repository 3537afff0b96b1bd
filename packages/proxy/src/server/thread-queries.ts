import type { RecordQuestion } from '../governance/index.ts';
import type { FromThread } from '../thread/index.ts';
import type { Threads } from './threads.ts';

/** What threads may be asked, without the number that the answer comes back with. */
type ThreadQuestion =
  | { readonly type: 'connections' | 'memory' }
  | { readonly type: 'records'; readonly question: RecordQuestion };

interface Query {
  /** Threads that have not answered. */
  readonly waiting: Set<number>;
  readonly answers: FromThread[];
  readonly resolve: (answers: FromThread[]) => void;
}

/** Questions to all data threads, for the admin API. */
export class ThreadQueries {
  readonly #threads: Threads;
  readonly #queries = new Map<number, Query>();
  #next = 1;

  constructor(threads: Threads) {
    this.#threads = threads;
  }

  /** Asks every thread that lives; one that dies before it answers is left out. */
  ask(question: ThreadQuestion): Promise<FromThread[]> {
    const id = this.#next++;
    const waiting = new Set<number>();
    for (let index = 0; index < this.#threads.count; index++) if (this.#threads.isReady(index)) waiting.add(index);
    if (waiting.size === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.#queries.set(id, { waiting, answers: [], resolve });
      for (const index of waiting) this.#threads.send(index, { ...question, id });
    });
  }

  answered(id: number, thread: number, message: FromThread | null): void {
    const query = this.#queries.get(id);
    if (query === undefined || !query.waiting.delete(thread)) return;
    if (message !== null) query.answers.push(message);
    if (query.waiting.size > 0) return;
    this.#queries.delete(id);
    query.resolve(query.answers);
  }

  /** Nobody waits for a thread that is gone. */
  threadDied(thread: number): void {
    for (const id of [...this.#queries.keys()]) this.answered(id, thread, null);
  }
}
