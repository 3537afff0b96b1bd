import type { AskVerdict, RuleAsk, RuleControl, RuleControlServices, RuleSlot, RuleState } from '@weft/sdk';
import { isAbnormal, RAMP_MS } from './algorithm.ts';
import { TOLERANCE_LOG } from './filter.ts';
import { type IsolatedHost, type IsolationNotice, type IsolationReport, OWN } from './messages.ts';
import type { IsolateEntryProgram, IsolateProgram } from './program.ts';
import { type Isolation, ServiceIsolation } from './service-isolation.ts';
import { askStateOf, figuresOf, stateOf } from './states.ts';

/** A window is judged this long after its end, for threads that report late. */
const GRACE_MS = 100;
/** When all threads have reported, one in which rules have just changed may have a second report on its way. */
const SETTLE_MS = 10;
/** After so long without a word of the control plane it is said that there is none. */
const ANSWER_MS = 5000;
const NO_ANSWER = 'no answer from the control plane';

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

/**
 * Adds up what threads counted, judges at the end of each window, and tells all threads which instances are left out. A rule
 * of the provider's side judges the instance beside the proxy; as only the control plane knows the others, it asks there.
 */
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
      for (const service of known.services.values()) this.#requalify(known, service, nowMs);
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

  #requalify(entry: Entry, service: ServiceIsolation, nowMs: number): void {
    const { parameters, direction } = entry.program;
    const { ask } = service;
    if (ask !== null && (parameters.maxHosts === 0 || !isAbnormal({ address: OWN, ...ask }, parameters)))
      service.ask = null;
    // How many of the others may be left out is not known at the provider.
    const released =
      direction === 'SERVER'
        ? service.requalify({ ...parameters, maxRatio: 1 }, new Map([[OWN, true]]), nowMs)
        : service.requalify(parameters, this.#rosterOf(service), nowMs);
    for (const isolation of released) this.#sayRecovered(entry, service, isolation);
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
    const { parameters, direction } = entry.program;
    for (const [name, service] of entry.services) {
      if (direction === 'SERVER') this.#judgeOwn(entry, service, nowMs);
      else
        for (const isolation of service.judge(parameters, () => this.#rosterOf(service), nowMs))
          this.#sayIsolated(entry, service, isolation);
      if (service.forget(parameters, nowMs)) entry.services.delete(name);
    }
    this.#publish(nowMs);
  }

  /** A window of the instance beside the proxy is over: it asks to be left out, or does so no more. */
  #judgeOwn(entry: Entry, service: ServiceIsolation, nowMs: number): void {
    const { parameters, mode } = entry.program;
    const own = service.takeOwn();
    // What calls there were in a window with too few says nothing: it asks on, until its time is over.
    if (own.calls < Math.max(1, parameters.leastCalls) && parameters.maxHosts > 0) return;
    const asked = service.ask !== null && service.ask.endsMs > nowMs;
    if (!asked) service.ask = null;
    if (parameters.maxHosts === 0 || service.ownOut(nowMs) !== null || !isAbnormal(own, parameters)) {
      if (asked) this.#say(entry, 'asks no more to isolate', service, OWN, '');
      service.ask = null;
      return;
    }
    service.askFor(own, parameters, nowMs);
    if (mode === 'OBSERVE') {
      const forMs = service.wantedMs(parameters, nowMs) ?? 0;
      service.ask = null;
      this.#sayIsolated(entry, service, service.isolate(own, forMs, nowMs));
    } else if (!asked) {
      this.#say(entry, 'asks to isolate', service, own.address, figuresOf(own));
      this.#awaitAnswer(entry, service, nowMs);
    }
  }

  /** Each report that asks is answered: as long as it asks it is looked whether anybody still does. */
  #awaitAnswer(entry: Entry, service: ServiceIsolation, sinceMs: number): void {
    this.#services.after(ANSWER_MS, () => {
      const nowMs = this.#services.now();
      const { ask } = service;
      if (this.#entries.get(entry.program.key) !== entry || ask === null) return;
      if (ask.sinceMs !== sinceMs || ask.endsMs <= nowMs) return;
      if (nowMs - ask.answeredMs >= ANSWER_MS) this.#refused(entry, service, NO_ANSWER);
      this.#awaitAnswer(entry, service, sinceMs);
    });
  }

  /** The instance stays in, for now: it asks on as long as it is abnormal. */
  #refused(entry: Entry, service: ServiceIsolation, reason: string): void {
    const { ask } = service;
    if (ask === null || ask.reason === reason) return;
    service.ask = { ...ask, reason };
    this.#say(entry, 'stays in', service, OWN, `reason=${reason}`);
    this.#publish(this.#services.now());
  }

  asks(nowMs: number): RuleAsk[] {
    const asks = new Map<string, RuleAsk>();
    for (const { program, services } of this.#entries.values()) {
      const { direction, mode, ruleDbId, parameters } = program;
      if (direction !== 'SERVER' || mode !== 'CONTROL') continue;
      for (const service of services.values()) {
        const { ask } = service;
        if (ask !== null && ask.endsMs <= nowMs) service.ask = null;
        const forMs = service.wantedMs(parameters, nowMs);
        const out = service.ownOut(nowMs);
        const judged = out ?? ask;
        if (forMs === null || judged === null) continue;
        // Methods of a rule are judged apart and leave out the same instance.
        const key = `${ruleDbId} ${service.service}`;
        if (out === null && asks.has(key)) continue;
        asks.set(key, {
          ruleDbId,
          service: service.service,
          granted: out !== null,
          forMs: Math.ceil(forMs),
          calls: judged.calls,
          exceptions: judged.exceptions,
          maxInstances: parameters.maxHosts,
          maxRatio: parameters.maxRatio,
        });
      }
    }
    return [...asks.values()];
  }

  onVerdict({ ruleDbId, service: name, granted, forMs, host, reason }: AskVerdict, nowMs: number): void {
    for (const entry of this.#entries.values()) {
      const { program, services } = entry;
      const service = services.get(name);
      if (service === undefined || program.ruleDbId !== ruleDbId || program.direction !== 'SERVER') continue;
      const out = service.ownOut(nowMs);
      if (!granted) {
        if (service.ask !== null) service.ask = { ...service.ask, answeredMs: nowMs };
        this.#refused(entry, service, reason);
        if (out === null) continue;
        service.end(OWN, nowMs);
        this.#sayRecovered(entry, service, out, ` reason=${reason}`);
        this.#publish(nowMs);
      } else if (out === null && service.ask !== null) {
        const { calls, exceptions } = service.ask;
        service.ask = null;
        service.host = host;
        this.#sayIsolated(entry, service, service.isolate({ address: OWN, calls, exceptions }, forMs, nowMs));
        this.#publish(nowMs);
      }
    }
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
        for (const { untilMs } of hosts) {
          if (untilMs > nowMs) count++;
          nextMs = Math.min(nextMs, untilMs > nowMs ? untilMs : untilMs + RAMP_MS);
        }
        if (service.ask !== null) {
          const { calls, exceptions, reason } = service.ask;
          hosts.push({ address: service.host, untilMs: 0, calls, exceptions, asking: reason || 'it has asked' });
        }
        if (hosts.length > 0) byService.set(name, hosts);
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

  #say({ program }: Entry, what: string, service: ServiceIsolation, address: string, more: string): void {
    const would = program.mode === 'OBSERVE' ? 'would ' : '';
    const about = `host=${service.shownAddress({ address })} service=${service.service} rule=${program.ruleDbId}`;
    this.#services.log(TOLERANCE_LOG, 'INFO', `[Tolerance] ${would}${what} ${about}${more === '' ? '' : ` ${more}`}`);
  }

  /** Tells people elsewhere; instances that their own proxies take out have words of their own. */
  #tell({ program }: Entry, kinds: readonly [client: string, server: string], about: string): void {
    if (program.mode === 'CONTROL') this.#services.event(kinds[program.direction === 'SERVER' ? 1 : 0], about);
  }

  #sayIsolated(entry: Entry, service: ServiceIsolation, isolation: Isolation): void {
    const { calls, exceptions } = isolation;
    this.#say(entry, 'isolate', service, isolation.address, figuresOf(isolation));
    const about = `${service.shownAddress(isolation)} of ${service.service}, rule ${entry.program.ruleDbId}`;
    this.#tell(entry, ['isolate.begin', 'isolate.out'], `${about}: ${exceptions} of ${calls} calls failed`);
  }

  #sayRecovered(entry: Entry, service: ServiceIsolation, isolation: Isolation, why = ''): void {
    this.#say(entry, 'recover', service, isolation.address, why.trim());
    const about = `${service.shownAddress(isolation)} of ${service.service}, rule ${entry.program.ruleDbId}`;
    this.#tell(entry, ['isolate.end', 'isolate.back'], about);
  }

  states(nowMs: number): RuleState[] {
    return [...this.#entries.values()].flatMap((entry) =>
      [...entry.services.values()].flatMap((service) => [
        ...service.present(nowMs).map((isolation) => stateOf(entry.program, service, isolation, nowMs)),
        ...askStateOf(entry.program, service, nowMs),
      ]),
    );
  }

  reset(which: (state: RuleState) => boolean, nowMs: number): RuleState[] {
    const released: RuleState[] = [];
    for (const entry of this.#entries.values())
      for (const service of entry.services.values())
        for (const isolation of service.isolated(nowMs)) {
          const state = stateOf(entry.program, service, isolation, nowMs);
          if (!which(state)) continue;
          released.push(state);
          service.release(isolation.address, nowMs);
          this.#sayRecovered(entry, service, isolation);
        }
    if (released.length > 0) this.#publish(nowMs);
    return released;
  }
}
