import type { AuditLog } from '../../osp/index.ts';
import { ownChange } from '../own-change.ts';
import type { MeshserverParts } from '../parts.ts';
import { changeRules } from './change-rules.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';

const TICK_MS = 1000;
/** After a failure, such as a full disk or a rollout in the same document. */
const RETRY_MS = 10_000;

/**
 * Switches rules off whose time is over. When it is over is stored with the rule, so that it holds over a restart of the
 * control plane; proxies stop by themselves as well, also while there is none.
 */
export class RuleExpiry {
  readonly #parts: MeshserverParts;
  readonly #audit: AuditLog;
  /** Rules that could not be switched off, and when that is tried again. */
  readonly #waiting = new Map<number, number>();
  readonly #busy = new Set<number>();
  #cancel = (): void => {};

  constructor(parts: MeshserverParts, audit: AuditLog) {
    this.#parts = parts;
    this.#audit = audit;
  }

  start(): void {
    this.#cancel = this.#parts.clock.schedule(TICK_MS, () => {
      this.#tick();
      this.start();
    });
  }

  #tick(): void {
    const { clock, rules, rollouts, log } = this.#parts;
    const now = clock.wallNow();
    for (const store of rules.stores)
      for (const rule of store.expired(now)) {
        const { ruleDbId } = rule;
        // The end of a rollout decides what becomes of its rule.
        if (this.#busy.has(ruleDbId) || rollouts.get(ruleDbId) !== null || (this.#waiting.get(ruleDbId) ?? 0) > now)
          continue;
        this.#busy.add(ruleDbId);
        this.#waiting.delete(ruleDbId);
        this.#switchOff(store, rule)
          .catch((err: unknown) => {
            log.warn({ err, ruleDbId }, 'a rule whose time is over could not be switched off');
            this.#waiting.set(ruleDbId, now + RETRY_MS);
          })
          .finally(() => this.#busy.delete(ruleDbId));
      }
  }

  async #switchOff(store: RuleStore, rule: StoredRule): Promise<void> {
    const seconds = store.kind.ttlSecondsOf?.(rule.body) ?? 0;
    const change = ownChange(this.#audit, rule, 'ms.expire');
    await changeRules(this.#parts, store, change, 'expire', `its ${seconds} s are over`, async (tx, action) => {
      const before = await store.read(tx, rule, rule.ruleDbId);
      // Somebody was faster.
      if (!before.body.enabled) return [];
      return [{ before, after: await store.replace(tx, before, { ...before.body, enabled: false }, action) }];
    });
  }

  stop(): void {
    this.#cancel();
  }
}
