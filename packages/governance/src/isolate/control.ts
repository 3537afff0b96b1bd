import type { RuleControl, RuleControlServices, RuleSlot, RuleState } from '@weft/sdk';
import { exceptionRate, RAMP_MS } from './algorithm.ts';
import { TOLERANCE_LOG } from './filter.ts';
import type { IsolatedHost, IsolationNotice, IsolationReport } from './messages.ts';
import type { IsolateEntryProgram, IsolateProgram } from './program.ts';
import { type Isolation, ServiceIsolation } from './service-isolation.ts';

/** A window is judged this long after its end, for threads that report late. */
const GRACE_MS = 100;
/** When all threads have reported, one in which rules have just changed may have a second report on its way. */
const SETTLE_MS = 10;

/** A rule's entry, for all threads. */
interface Entry {
  program: IsolateEntryProgram;
  slot: RuleSlot;
  readonly services: Map<string, ServiceIsolation>;
  /** The window that is being collected; -1 for none. */
  window: number;
  readonly reported: Set<number>;
  cancel: (() => void) | null;
}

/** Adds up what threads counted, judges at the end of each window, and tells all threads which instances are left out. */
export class IsolateControl implements RuleControl<IsolateProgram> {
  readonly #services: RuleControlServices;
  readonly #entries = new Map<string, Entry>();
  #cancelWake: (() => void) | null = null;

  constructor(services: RuleControlServices) {
    this.#services = services;
  }

  /** What was found stays as long as the changed rule would have found it, too. */
  replace(program: IsolateProgram, slots: readonly RuleSlot[]): void {
    const nowMs = this.#services.now();
    const kept = new Set<string>();
    for (const own of program.entries) {
      kept.add(own.key);
      const slot = slots[own.slot] as RuleSlot;
      const known = this.#entries.get(own.key);
      if (known === undefined) {
        const reported = new Set<number>();
        this.#entries.set(own.key, { program: own, slot, services: new Map(), window: -1, reported, cancel: null });
        continue;
      }
      const windowChanged = known.program.parameters.windowMs !== own.parameters.windowMs;
      known.program = own;
      known.slot = slot;
      if (windowChanged) this.#dropWindow(known);
      for (const service of known.services.values())
        for (const isolation of service.requalify(own.parameters, this.#rosterOf(service), nowMs))
          this.#sayRecovered(known, service, isolation);
    }
    for (const [key, entry] of this.#entries) {
      if (kept.has(key)) continue;
      this.#dropWindow(entry);
      for (const service of entry.services.values())
        for (const isolation of service.isolated(nowMs)) this.#sayRecovered(entry, service, isolation);
      Atomics.store(entry.slot.words, entry.slot.word, 0);
      this.#entries.delete(key);
    }
    this.#publish(nowMs);
  }

  #dropWindow(entry: Entry): void {
    entry.cancel?.();
    entry.cancel = null;
    entry.window = -1;
    entry.reported.clear();
    for (const service of entry.services.values()) service.clearFigures();
  }

  onReport(thread: number, report: unknown): void {
    const { key, window, services } = report as IsolationReport;
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    // A thread is ahead: the window before is over for all.
    if (entry.window >= 0 && window > entry.window) this.#judge(entry);
    const nowMs = this.#services.now();
    for (const { service: name, clusters, hosts } of services) {
      let service = entry.services.get(name);
      if (service === undefined) {
        service = new ServiceIsolation(name);
        entry.services.set(name, service);
      }
      service.add(clusters, hosts, nowMs);
    }
    if (entry.window < 0) entry.window = window;
    entry.reported.add(thread);
    const all = entry.reported.size >= this.#services.threads;
    if (!all && entry.cancel !== null) return;
    const endMs = (entry.window + 1) * entry.program.parameters.windowMs;
    entry.cancel?.();
    entry.cancel = this.#services.after(Math.max(0, endMs - nowMs) + (all ? SETTLE_MS : GRACE_MS), () =>
      this.#judge(entry),
    );
  }

  /** The window is over: who is left out from now on. */
  #judge(entry: Entry): void {
    entry.cancel?.();
    entry.cancel = null;
    entry.window = -1;
    entry.reported.clear();
    const nowMs = this.#services.now();
    const { parameters } = entry.program;
    for (const [name, service] of entry.services) {
      const isolated = service.judge(parameters, () => this.#rosterOf(service), nowMs);
      for (const isolation of isolated) this.#sayIsolated(entry, service, isolation);
      if (service.forget(parameters, nowMs)) entry.services.delete(name);
    }
    this.#publish(nowMs);
  }

  /** The instances of a service now, and whether each is healthy. */
  #rosterOf({ clusters }: ServiceIsolation): ReadonlyMap<string, boolean> {
    const roster = new Map<string, boolean>();
    for (const cluster of clusters)
      for (const { address, healthy } of this.#services.hosts(cluster)) roster.set(address, healthy);
    return roster;
  }

  /** Tells all threads and the metrics how things stand, and wakes when the next instance changes. */
  #publish(nowMs: number): void {
    const notice = new Map<string, Map<string, readonly IsolatedHost[]>>();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, { services, slot }] of this.#entries) {
      const byService = new Map<string, readonly IsolatedHost[]>();
      let count = 0;
      for (const [name, service] of services) {
        const hosts = service.leftOut(nowMs);
        if (hosts.length > 0) byService.set(name, hosts);
        for (const { untilMs } of hosts) {
          if (untilMs > nowMs) count++;
          nextMs = Math.min(nextMs, untilMs > nowMs ? untilMs : untilMs + RAMP_MS);
        }
      }
      if (byService.size > 0) notice.set(key, byService);
      Atomics.store(slot.words, slot.word, count);
    }
    this.#services.tell(notice satisfies IsolationNotice);
    this.#cancelWake?.();
    this.#cancelWake =
      nextMs === Number.POSITIVE_INFINITY
        ? null
        : this.#services.after(Math.max(0, nextMs - nowMs) + 1, () => this.#wake());
  }

  #wake(): void {
    this.#cancelWake = null;
    const nowMs = this.#services.now();
    for (const entry of this.#entries.values())
      for (const service of entry.services.values())
        for (const isolation of service.recover(nowMs)) this.#sayRecovered(entry, service, isolation);
    this.#publish(nowMs);
  }

  #sayIsolated({ program }: Entry, { service }: ServiceIsolation, isolation: Isolation): void {
    const { address, calls, exceptions } = isolation;
    const rate = Math.round(exceptionRate(isolation) * 100) / 100;
    const figures = `call=${calls} exception=${exceptions} rate=${rate}`;
    const would = program.mode === 'OBSERVE' ? 'would ' : '';
    const text = `[Tolerance] ${would}isolate host=${address} service=${service} rule=${program.ruleDbId} ${figures}`;
    this.#services.log(TOLERANCE_LOG, 'INFO', text);
    if (program.mode === 'CONTROL')
      this.#services.event(
        'isolate.begin',
        `${address} of ${service}, rule ${program.ruleDbId}: ${exceptions} of ${calls} calls failed`,
      );
  }

  #sayRecovered({ program }: Entry, { service }: ServiceIsolation, { address }: Isolation): void {
    const would = program.mode === 'OBSERVE' ? 'would ' : '';
    const text = `[Tolerance] ${would}recover host=${address} service=${service} rule=${program.ruleDbId}`;
    this.#services.log(TOLERANCE_LOG, 'INFO', text);
    if (program.mode === 'CONTROL')
      this.#services.event('isolate.end', `${address} of ${service}, rule ${program.ruleDbId}`);
  }

  states(nowMs: number): RuleState[] {
    return [...this.#entries.values()].flatMap((entry) =>
      [...entry.services.values()].flatMap((service) =>
        service.present(nowMs).map((isolation) => stateOf(entry, service, isolation, nowMs)),
      ),
    );
  }

  reset(which: (state: RuleState) => boolean, nowMs: number): RuleState[] {
    const released: RuleState[] = [];
    for (const entry of this.#entries.values())
      for (const service of entry.services.values())
        for (const isolation of service.isolated(nowMs)) {
          const state = stateOf(entry, service, isolation, nowMs);
          if (!which(state)) continue;
          released.push(state);
          service.release(isolation.address, nowMs);
          this.#sayRecovered(entry, service, isolation);
        }
    if (released.length > 0) this.#publish(nowMs);
    return released;
  }
}

function stateOf({ program }: Entry, { service }: ServiceIsolation, isolation: Isolation, nowMs: number): RuleState {
  const { ruleDbId, name, resource, direction, mode } = program;
  const { address, sinceMs, untilMs, calls, exceptions } = isolation;
  const isolated = untilMs > nowMs;
  return {
    ruleDbId,
    name,
    resource,
    direction,
    mode,
    state: isolated ? 'ISOLATED' : 'RECOVERING',
    remainingMs: Math.ceil((isolated ? untilMs : untilMs + RAMP_MS) - nowMs),
    host: address,
    service,
    forMs: Math.max(0, Math.floor(nowMs - (isolated ? sinceMs : untilMs))),
    counts: { calls, exceptions, rate: Math.round(exceptionRate(isolation) * 100) / 100 },
  };
}
