import type { Transaction } from '../storage/index.ts';

/** Tells who keeps a call open that a user may no longer be allowed what he was. */
export class AccessChanges {
  readonly #listeners = new Set<(userId: string) => void>();

  /** `listener` is called when such a change is durable: a session, a token or a role was taken, or a user disabled. */
  onChange(listener: (userId: string) => void): void {
    this.#listeners.add(listener);
  }

  changed(tx: Transaction, userId: string): void {
    tx.afterCommit(() => {
      for (const listener of this.#listeners) listener(userId);
    });
  }
}
