import { type DrmClientState, type Message, message, type RolloutBreach, type RolloutStep } from '@weft/api';
import type { NodeIdentity, Report } from '@weft/distribution';
import type { Clock } from '@weft/kit';
import { type Drm, isSelected } from '../../drm/index.ts';
import type { Registry } from '../../registry/index.ts';
import type { Figures } from '../figures/figures.ts';
import type { Counts } from '../figures/sum.ts';
import { MINUTE_MS } from '../range.ts';
import { judge, MIN_REQUESTS, requestsNeeded } from './guard.ts';
import { missingMark } from './missing-mark.ts';
import { countsOf, RolloutFigures, withRefusals } from './rollout-figures.ts';
import type { StoredRollout } from './stored-rollout.ts';

/** What is judged: the last seconds, so that it halts soon, and the whole step, for those with little traffic. */
export const WINDOW_MS = 10_000;
const BEFORE_MS = 5 * MINUTE_MS;
/** After a start of the control plane the proxies come back first. */
const RETURN_MS = 15_000;
const MAX_PROXIES = 100;

export type Reference = { readonly of: 'others' | 'before' | 'none'; readonly counts: Counts | null };

/** What is to be done with a rollout now. */
export type NextAct =
  | { readonly kind: 'wait'; readonly said: Message }
  | { readonly kind: 'step' }
  | { readonly kind: 'promote' };

/** A connected proxy that a rollout may reach. */
export type RolloutClient = DrmClientState & { readonly selected: boolean };

export interface RunParts {
  readonly drm: Drm;
  readonly figures: Figures;
  readonly registry: Pick<Registry, 'providers'>;
  readonly clock: Clock;
  /** Types by service reach proxies of any app. */
  readonly byApp: boolean;
}

/** A rollout that is under way: who has it, what they report, and whether it may go on. */
export class RolloutRun {
  readonly #parts: RunParts;
  readonly #figures = new RolloutFigures();
  readonly #restartedAt: number | null;
  #clients = new Map<string, RolloutClient>();
  #before: Counts | null = null;
  /** Services that figures are of: those of the rule that somebody publishes, else all that go through its proxies. */
  #counted: readonly string[] = ['*'];
  row: StoredRollout;
  /** A transaction of it is under way. */
  busy = false;

  /** `restarted`: it was under way when the control plane started. */
  constructor(parts: RunParts, row: StoredRollout, restarted: boolean) {
    this.#parts = parts;
    this.row = row;
    this.#restartedAt = restarted ? parts.clock.now() : null;
    this.refresh();
  }

  get stepNow(): RolloutStep {
    return this.row.plan.steps[this.row.step] as RolloutStep;
  }

  get clients(): readonly RolloutClient[] {
    return [...this.#clients.values()];
  }

  /** Of the buckets of what it counts. */
  get boundsMs(): readonly number[] {
    return this.#parts.figures.layout.bounds;
  }

  /** Asks again who is connected and what they have. */
  refresh(): void {
    const { instanceId, workspaceId, plan } = this.row;
    const clients = new Map<string, RolloutClient>();
    for (const { dataId, version } of plan.documents)
      for (const client of this.#parts.drm.status({ instanceId, workspaceId, dataId }).clients) {
        const known = clients.get(client.proxyId);
        // Through several documents: it has the rollout when it has all of them.
        if (known === undefined || known.result === 'APPLIED')
          clients.set(client.proxyId, { ...client, selected: client.expected === version || known?.selected === true });
      }
    this.#clients = clients;
    this.#noteServices();
  }

  /** Figures go by the dataId of what is published; clusters of a file have names of their own there, which no rule knows. */
  #noteServices(): void {
    const { services } = this.row.plan.after;
    if (this.#counted !== services && services.some((service) => this.#isPublished(service))) this.#counted = services;
  }

  #isPublished(service: string): boolean {
    return service === '*' || this.#parts.registry.providers(this.row.instanceId, service).length > 0;
  }

  begin(row: StoredRollout): void {
    if (row.step !== this.row.step) this.#figures.nextStep();
    this.row = row;
    this.refresh();
  }

  add(node: NodeIdentity, report: Report, atMs: number): void {
    const client = node.instanceId === this.row.instanceId ? this.#clients.get(node.id) : undefined;
    if (client === undefined) return;
    const { direction } = this.row.plan.after;
    const side = direction === 'SERVER' ? 'inbound' : 'outbound';
    const edges = countsOf(report.edges, side, this.#counted, ({ histogram }) =>
      this.#parts.figures.layout.place(histogram, report.histogramBoundsMs),
    );
    const counts = withRefusals(edges, report.rules ?? [], this.row.ruleDbId);
    if (counts.requests === 0) return;
    if (!client.selected) this.#figures.others.add(atMs, counts);
    else if (client.result === 'APPLIED') this.#figures.selected.add(atMs, counts);
  }

  window(nowMs: number): { readonly selected: Counts; readonly reference: Reference } {
    return {
      selected: this.#figures.selected.window(nowMs, WINDOW_MS),
      reference: this.#reference(this.#figures.others.window(nowMs, WINDOW_MS)),
    };
  }

  #reference(others: Counts): Reference {
    const enough = Math.max(1, this.stepNow.guard?.minRequests ?? MIN_REQUESTS);
    if (others.requests >= enough) return { of: 'others', counts: others };
    this.#before ??= this.#countsBefore();
    return this.#before.requests >= enough ? { of: 'before', counts: this.#before } : { of: 'none', counts: null };
  }

  /** Of the app, or of the service, before the rollout began. */
  #countsBefore(): Counts {
    const { instanceId, startedAt, plan } = this.row;
    const { direction, app } = plan.after;
    const services = this.#counted;
    const side = direction === 'SERVER' ? 'inbound' : 'outbound';
    const own = [...this.#parts.figures.series(instanceId)].filter(
      ({ key }) =>
        key.method === '' &&
        key.direction === side &&
        (!this.#parts.byApp || app === '*' || key.app === app) &&
        (services.includes('*') || services.includes(key.service)),
    );
    return this.#parts.figures.total(own, startedAt - BEFORE_MS, startedAt);
  }

  /** Why it has to be given up; null: nothing speaks against it. */
  breach(nowMs: number): RolloutBreach | null {
    const selected = this.clients.filter((client) => client.selected);
    const common = {
      at: new Date(nowMs).toISOString(),
      proxies: selected.map(({ proxyId }) => proxyId).slice(0, MAX_PROXIES),
    };
    const refusing = selected.find(({ result }) => result === 'REJECTED');
    if (refusing !== undefined)
      return {
        ...common,
        guard: 'refused',
        limit: 0,
        found: selected.filter(({ result }) => result === 'REJECTED').length,
        reference: 0,
        referenceOf: 'none',
        requests: 0,
        windowSec: 0,
        proxies: [refusing.proxyId],
        reason: refusing.reason,
      };
    const { guard } = this.stepNow;
    if (guard === undefined) return null;
    const { selected: have, others } = this.#figures;
    const sinceStep = Math.max(1, Math.round((nowMs - this.row.stepSince) / 1000));
    const looks = [
      {
        counts: have.window(nowMs, WINDOW_MS),
        others: others.window(nowMs, WINDOW_MS),
        windowSec: Math.min(sinceStep, WINDOW_MS / 1000),
      },
      { counts: have.step, others: others.step, windowSec: sinceStep },
    ];
    for (const look of looks) {
      const reference = this.#reference(look.others);
      const found = judge(guard, look.counts, reference.counts, this.boundsMs);
      if (found !== null)
        return {
          ...common,
          ...found,
          referenceOf: reference.of,
          requests: Math.round(look.counts.requests),
          windowSec: look.windowSec,
          reason: '',
        };
    }
    return null;
  }

  /** Connected proxies that may have it, whatever share and marks it goes by. */
  #connected(): NodeIdentity[] {
    const { instanceId, workspaceId, plan } = this.row;
    return plan.documents.flatMap(({ dataId }) => this.#parts.drm.connected({ instanceId, workspaceId, dataId }));
  }

  /** Whether a larger share may select a proxy that is connected. */
  #hasFitting(): boolean {
    return this.#connected().some((node) => isSelected({ ...this.row.plan.selector, percent: 100 }, node));
  }

  /** Milliseconds of the step that are left. */
  leftMs(nowMs: number): number {
    const waited = this.row.state === 'PAUSED' ? this.row.waitedMs : nowMs - this.row.stepSince;
    return Math.max(0, this.stepNow.waitSec * 1000 - waited);
  }

  next(nowMs: number): NextAct {
    const { percent, guard } = this.stepNow;
    if (this.row.state === 'PAUSED') return { kind: 'wait', said: message('rollout.is-paused', { percent }) };
    if (this.#parts.drm.freezes.state(this.row).frozen)
      return { kind: 'wait', said: message('rollout.is-frozen', { percent }) };
    const returning = this.#restartedAt === null ? 0 : this.#restartedAt + RETURN_MS - this.#parts.clock.now();
    const selected = this.clients.filter((client) => client.selected);
    // Said at once, whatever time the step has: a slip in a mark selects nobody, however long one waits.
    const missing =
      selected.length > 0 || returning > 0 ? null : missingMark(this.row.plan.selector, this.#connected(), percent);
    if (missing !== null) return { kind: 'wait', said: missing };
    const leftMs = Math.max(this.leftMs(nowMs), returning);
    if (leftMs > 0)
      return { kind: 'wait', said: message('rollout.is-waiting', { percent, seconds: Math.ceil(leftMs / 1000) }) };
    const isLast = this.row.step + 1 === this.row.plan.steps.length;
    // A share may be too small for anybody, and then a larger one follows; to everybody goes only what somebody has had.
    if (selected.length === 0 && (isLast || !this.#hasFitting()))
      return { kind: 'wait', said: message('rollout.is-for-nobody', { percent }) };
    const pending = selected.filter(({ result }) => result === 'PENDING').length;
    if (pending > 0) return { kind: 'wait', said: message('rollout.is-settling', { percent, pending }) };
    const needed = guard === undefined ? 0 : requestsNeeded(guard);
    const found = Math.round(this.#figures.selected.step.requests);
    if (selected.length > 0 && found < needed)
      return { kind: 'wait', said: message('rollout.is-quiet', { percent, needed, found }) };
    if (!isLast) return { kind: 'step' };
    if (this.row.plan.autoPromote) return { kind: 'promote' };
    return { kind: 'wait', said: message('rollout.is-last', { percent }) };
  }
}
