import { type Message, message, messageText, type RolloutBreach, type RolloutSummary } from '@weft/api';
import type { NodeIdentity, Report } from '@weft/distribution';
import type { StoredValue } from '../../drm/index.ts';
import { ApiFailure, type AuditEntry, type CallContext, type Place } from '../../http/index.ts';
import { type AuditLog, SELF } from '../../osp/index.ts';
import type { Transaction } from '../../storage/index.ts';
import type { BaseParts } from '../base-parts.ts';
import { ownChange } from '../own-change.ts';
import { objectOf } from '../rules/change-rules.ts';
import type { StoredRule } from '../rules/rule-store.ts';
import { RolloutRun } from './rollout-run.ts';
import { sayBreach } from './say-breach.ts';
import { type RolloutNote, readUnderWay, type StoredRollout, updateRollout } from './stored-rollout.ts';

const TICK_MS = 1000;
/** Rollouts under way at a time; each is looked at every second. */
const MAX_UNDER_WAY = 200;

export type RolloutParts = BaseParts & { readonly audit: AuditLog };

/** Who acts, in words of a change. */
export interface RolloutActor {
  readonly by: string;
  readonly changeId: string;
  audit(tx: Transaction, entry: AuditEntry): Promise<void>;
}

export const actorOf = (call: CallContext): RolloutActor => ({
  by: call.caller.loginName,
  changeId: call.changeId,
  audit: (tx, entry) => call.audit(tx, entry),
});

interface Changed {
  readonly row: StoredRollout;
  /** Values for every proxy; null where there is none. */
  readonly written: readonly StoredValue[] | null;
}

type Ending = 'promote' | 'abort' | 'halt';

/**
 * Rollouts that are under way. One value of drm is with a part of the proxies meanwhile, so nothing else can change the
 * documents that it is about. Steps, pauses and ends are transactions: a control plane that is killed goes on where it was.
 */
export class Rollouts {
  readonly #parts: RolloutParts;
  /** By rule. */
  readonly #runs = new Map<number, RolloutRun>();
  #cancel = (): void => {};

  constructor(parts: RolloutParts) {
    this.#parts = parts;
  }

  /** Takes up those that were under way, and looks after them from then on. */
  async load(): Promise<void> {
    for (const row of await readUnderWay(this.#parts.storage)) this.#runs.set(row.ruleDbId, this.#runOf(row, true));
    this.#schedule();
  }

  #runOf(row: StoredRollout, restarted: boolean): RolloutRun {
    const { drm, figures, registry, clock, rules } = this.#parts;
    return new RolloutRun(
      { drm, figures, registry, clock, byApp: rules.byType(row.type).kind.ownedBy === 'app' },
      row,
      restarted,
    );
  }

  get(ruleDbId: number): RolloutRun | null {
    return this.#runs.get(ruleDbId) ?? null;
  }

  /** What lists show; null where none is under way. */
  summaryOf(ruleDbId: number): RolloutSummary | null {
    const run = this.#runs.get(ruleDbId);
    return run === undefined ? null : summaryOf(run.row, run);
  }

  /** @throws ApiFailure CONFLICT that names the rollout under way of a rule */
  refuseFor({ ruleDbId, type, body }: Pick<StoredRule, 'ruleDbId' | 'type' | 'body'>): void {
    const run = this.#runs.get(ruleDbId);
    if (run === undefined) return;
    const object = objectOf(this.#parts.rules.byType(type), { ruleDbId, body });
    throw new ApiFailure(
      'CONFLICT',
      messageText(message('refusal.rollout-under-way', { ...namesOf(run.row), object })),
    );
  }

  /** @throws ApiFailure CONFLICT that names the rollout under way of a document; LIMIT_REACHED */
  refuseForDocuments(instanceId: string, dataIds: readonly string[]): void {
    for (const { row } of this.#runs.values()) {
      const shared = row.plan.documents.find(({ dataId }) => dataIds.includes(dataId));
      if (row.instanceId !== instanceId || shared === undefined) continue;
      const object = objectOf(this.#parts.rules.byType(row.type), { ruleDbId: row.ruleDbId, body: row.plan.after });
      throw new ApiFailure(
        'CONFLICT',
        messageText(message('refusal.rollout-of-document', { ...namesOf(row), object, document: shared.dataId })),
      );
    }
    if (this.#runs.size >= MAX_UNDER_WAY)
      throw new ApiFailure('LIMIT_REACHED', `${MAX_UNDER_WAY} rollouts are under way already`);
  }

  /** A rollout that was stored in this transaction. */
  hold(tx: Transaction, row: StoredRollout): void {
    tx.afterCommit(() => {
      this.#runs.set(row.ruleDbId, this.#runOf(row, false));
      this.#tell(row, 'rollout');
    });
  }

  reported(node: NodeIdentity, report: Report, atMs: number): void {
    for (const run of this.#runs.values()) run.add(node, report, atMs);
  }

  #schedule(): void {
    this.#cancel = this.#parts.clock.schedule(TICK_MS, () => {
      this.#tick();
      this.#schedule();
    });
  }

  #tick(): void {
    const now = this.#parts.clock.wallNow();
    for (const run of this.#runs.values()) {
      if (run.busy) continue;
      run.refresh();
      const act = this.#due(run, now);
      if (act === null) continue;
      run.busy = true;
      act()
        .catch((err: unknown) => {
          // Tried again a second later: nothing was changed.
          const { rolloutId, ruleDbId } = run.row;
          this.#parts.log.warn({ err, rolloutId, ruleDbId }, 'a rollout could not go on');
        })
        .finally(() => {
          run.busy = false;
        });
    }
  }

  /** What a rollout does by itself now. */
  #due(run: RolloutRun, now: number): (() => Promise<unknown>) | null {
    const { instanceId, plan } = run.row;
    if (plan.documents.some(({ dataId }) => this.#parts.drm.gray.get({ instanceId, dataId }) === null))
      return () => this.end(run, 'halt', this.#self(run.row, 'halt'), message('rollout.halted-gone'), null);
    const breach = run.breach(now);
    if (breach !== null) return () => this.end(run, 'halt', this.#self(run.row, 'halt'), sayBreach(breach), breach);
    const next = run.next(now);
    if (next.kind === 'step') return () => this.#step(run, this.#self(run.row, 'step'));
    if (next.kind === 'promote') return () => this.end(run, 'promote', this.#self(run.row, 'promote'), null, null);
    return null;
  }

  #self(place: Place, what: 'step' | Ending): RolloutActor {
    return { by: SELF, ...ownChange(this.#parts.audit, place, `ms.rollout.${what}`) };
  }

  #step(run: RolloutRun, actor: RolloutActor): Promise<StoredRollout> {
    const now = this.#parts.clock.wallNow();
    return this.#change(run, actor, 'step', async (tx, row) => {
      const step = row.step + 1;
      const { percent } = row.plan.steps[step] as { readonly percent: number };
      for (const { dataId } of row.plan.documents)
        await this.#parts.drm.gray.expand(
          tx,
          { instanceId: row.instanceId, dataId },
          { ...row.plan.selector, percent },
          actor.by,
        );
      const said = message('rollout.step', { step: step + 1, steps: row.plan.steps.length, percent });
      return { row: noted({ ...row, step, stepSince: now }, now, actor, 'step', said), written: null };
    });
  }

  /** Stays at its share, or goes on. @throws ApiFailure CONFLICT when it does so already */
  hang(run: RolloutRun, to: 'pause' | 'resume', actor: RolloutActor, said: Message | null): Promise<StoredRollout> {
    const now = this.#parts.clock.wallNow();
    return this.#change(run, actor, to, async (_, row) => {
      if ((row.state === 'PAUSED') === (to === 'pause'))
        throw new ApiFailure('CONFLICT', `${describe(row)} is ${to === 'pause' ? 'paused already' : 'not paused'}`);
      const changed: StoredRollout =
        to === 'pause'
          ? { ...row, state: 'PAUSED', waitedMs: now - row.stepSince }
          : { ...row, state: 'RUNNING', stepSince: now - row.waitedMs, waitedMs: 0 };
      return { row: noted(changed, now, actor, to, said), written: null };
    });
  }

  /** Everybody gets the new content, or everybody has the one from before again. */
  end(
    run: RolloutRun,
    how: Ending,
    actor: RolloutActor,
    said: Message | null,
    breach: RolloutBreach | null,
  ): Promise<StoredRollout> {
    const { drm, clock } = this.#parts;
    const now = clock.wallNow();
    return this.#change(run, actor, how, async (tx, row) => {
      const written: StoredValue[] = [];
      for (const { dataId } of row.plan.documents) {
        const key = { instanceId: row.instanceId, dataId };
        if (how === 'promote') written.push(await drm.gray.promote(tx, key, actor.by));
        else if (drm.gray.get(key) !== null) written.push(await drm.gray.abort(tx, key, actor.by));
      }
      if (how === 'promote') await this.#adopt(tx, row, actor);
      const state = how === 'promote' ? 'PROMOTED' : 'ABORTED';
      const ended: StoredRollout = { ...row, state, breach, endedBy: actor.by, endedAt: now };
      return { row: noted(ended, now, actor, how, said), written };
    });
  }

  /** The new content is the next version of the rule. */
  async #adopt(tx: Transaction, row: StoredRollout, actor: RolloutActor): Promise<void> {
    const store = this.#parts.rules.byType(row.type);
    const before = await store.read(tx, row, row.ruleDbId);
    if (before.version !== row.baseVersion)
      throw new ApiFailure('VERSION_CONFLICT', `rule ${row.ruleDbId} was changed during its rollout: abort it`);
    const { plan, rolloutId, startedBy } = row;
    // Who started it means it; who or what ended it stands with the rollout.
    await store.replace(tx, before, plan.after, {
      operation: 'rollout',
      operator: startedBy,
      comment: plan.comment === '' ? `by rollout ${rolloutId}` : `${plan.comment} (by rollout ${rolloutId})`,
      changeId: actor.changeId,
    });
  }

  /** One change of a rollout: row, values, audit and trace in one transaction. */
  async #change(
    run: RolloutRun,
    actor: RolloutActor,
    what: RolloutNote['what'],
    work: (tx: Transaction, row: StoredRollout) => Promise<Changed>,
  ): Promise<StoredRollout> {
    const { storage, rules, changes } = this.#parts;
    return storage.write(async (tx) => {
      // The one before may have ended it.
      if (this.#runs.get(run.row.ruleDbId) !== run)
        throw new ApiFailure('CONFLICT', `${describe(run.row)} has ended meanwhile`);
      const { row, written } = await work(tx, run.row);
      await updateRollout(tx, row);
      const object = objectOf(rules.byType(row.type), { ruleDbId: row.ruleDbId, body: row.plan.after });
      const note = row.history.at(-1);
      const text = note?.said == null ? '' : messageText(note.said);
      await actor.audit(tx, {
        object,
        diff: {
          rollout: row.rolloutId,
          what,
          percent: note?.percent,
          text,
          ...(row.breach === null ? {} : { breach: row.breach }),
        },
      });
      tx.afterCommit(() => {
        if (row.endedAt === 0) run.begin(row);
        else this.#runs.delete(row.ruleDbId);
        this.#tell(row, what);
      });
      if (written !== null)
        await changes.record(tx, row, {
          changeId: actor.changeId,
          actor: actor.by,
          kind: 'rule',
          object,
          operation: `rollout ${what}`,
          summary: text === '' ? `${what} of rollout ${row.rolloutId} of ${object}` : text,
          written,
        });
      return row;
    });
  }

  #tell(row: StoredRollout, operation: string): void {
    const { events, rules } = this.#parts;
    const rule = rules.byType(row.type).get(row, row.ruleDbId);
    events.tell(row.instanceId, 'rules', {
      ruleDbId: row.ruleDbId,
      type: row.type,
      version: rule.version,
      enabled: rule.body.enabled,
      deleted: false,
      operation,
      changeId: rule.changeId,
    });
  }

  stop(): void {
    this.#cancel();
  }
}

function noted(
  row: StoredRollout,
  atMs: number,
  { by }: RolloutActor,
  what: RolloutNote['what'],
  said: Message | null,
): StoredRollout {
  const { percent } = row.plan.steps[row.step] as { readonly percent: number };
  return { ...row, history: [...row.history, { atMs, by, what, percent, said }] };
}

const namesOf = ({ rolloutId, plan, step, startedBy }: StoredRollout) => ({
  rollout: rolloutId,
  percent: plan.steps[step]?.percent ?? 0,
  user: startedBy,
});
const describe = (row: StoredRollout): string => {
  const { rollout, percent, user } = namesOf(row);
  return `rollout ${rollout} (${percent} %, by ${user})`;
};

/** `run` is null for one that is over. */
export function summaryOf(row: StoredRollout, run: RolloutRun | null): RolloutSummary {
  const clients = run?.clients ?? [];
  const selected = clients.filter((client) => client.selected);
  return {
    rolloutId: row.rolloutId,
    state: row.state,
    step: row.step + 1,
    stepCount: row.plan.steps.length,
    percent: row.plan.steps[row.step]?.percent ?? 0,
    selected: selected.length,
    applied: selected.filter(({ result }) => result === 'APPLIED').length,
    subscribers: clients.length,
  };
}
