import type { RuleOutcome, RuleRequest, RuleServices, RuleSlot } from '@weft/sdk';
import { compileCondition, EntryCounters, type MatchedEntry, type Matcher, requestService } from '../common/index.ts';
import type { IsolatedHost, IsolationReport, ServiceReport } from './messages.ts';
import type { IsolateEntryProgram } from './program.ts';
import { ServiceTally, type TallySink } from './service-tally.ts';

/** Services that one rule counts on one thread; requests for others pass and are not counted. */
const MAX_SERVICES = 1000;
/** Timers may be early by this much. */
const TIMER_MARGIN_MS = 2;

/** A rule on one service, or on all, on one thread: counts by service and instance, and reports when a window ends. */
export class IsolateEntry implements MatchedEntry, TallySink {
  readonly program: IsolateEntryProgram;
  readonly service: string;
  readonly method: string;
  readonly conditions: IsolateEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly counters: EntryCounters;
  readonly #services: RuleServices;
  readonly #errorCodes: ReadonlySet<number> | null;
  /** By what requests call them, so that nothing is put together per request. */
  readonly #byHost = new Map<string, ServiceTally>();
  readonly #byService = new Map<string, ServiceTally>();
  /** By dataId. */
  readonly #tallies = new Map<string, ServiceTally>();
  /** Services with calls in the window. */
  readonly #open = new Set<ServiceTally>();
  #window = -1;
  #isolated: ReadonlyMap<string, readonly IsolatedHost[]> = NONE;

  constructor(program: IsolateEntryProgram, services: RuleServices) {
    this.program = program;
    this.service = program.service;
    this.method = program.method;
    this.conditions = program.conditions;
    this.matchers = program.conditions.map(compileCondition);
    this.counters = new EntryCounters(services.slots[program.slot] as RuleSlot);
    this.#services = services;
    this.#errorCodes = program.errorCodes.length === 0 ? null : new Set(program.errorCodes);
  }

  /** Where the calls of a request's service are counted; null when there are too many services. */
  tallyOf(request: RuleRequest): ServiceTally | null {
    const plain = request.isHttp && request.service === '';
    const known = plain ? this.#byHost.get(request.host) : this.#byService.get(request.service);
    return known ?? this.#newTally(request, plain);
  }

  #newTally(request: RuleRequest, plain: boolean): ServiceTally | null {
    const names = plain ? this.#byHost : this.#byService;
    if (names.size >= MAX_SERVICES) return null;
    const service = this.serviceOf(request);
    let tally = this.#tallies.get(service);
    if (tally === undefined) {
      const complete = (outcome: RuleOutcome): void => this.counters.complete(outcome);
      tally = new ServiceTally(service, this.program.direction === 'SERVER', this, this.#errorCodes, complete);
      tally.place(this.#isolated.get(service) ?? []);
      this.#tallies.set(service, tally);
    }
    names.set(plain ? request.host : request.service, tally);
    return tally;
  }

  /** The service that a request calls, as logs name it: as the rule does where it names one. */
  serviceOf(request: RuleRequest): string {
    return this.program.service === '*' ? requestService(request) : this.program.service;
  }

  /** The instances that are left out, or on their way back, by service. */
  place(isolated: ReadonlyMap<string, readonly IsolatedHost[]>): void {
    this.#isolated = isolated;
    for (const [service, tally] of this.#tallies) tally.place(isolated.get(service) ?? []);
  }

  isolatedOf(service: string): readonly IsolatedHost[] {
    return this.#isolated.get(service) ?? [];
  }

  opens(tally: ServiceTally, nowMs: number): boolean {
    const { control } = this.#services;
    if (control === undefined) return false;
    const { windowMs } = this.program.parameters;
    const window = Math.floor(nowMs / windowMs);
    if (window !== this.#window) {
      if (window < this.#window) return true;
      this.#report();
      this.#window = window;
    }
    if (this.#open.size === 0)
      control.after((window + 1) * windowMs - nowMs + TIMER_MARGIN_MS, () => this.#ends(window));
    this.#open.add(tally);
    return true;
  }

  #ends(window: number): void {
    if (window !== this.#window) return;
    this.#report();
    this.#forget();
  }

  #report(): void {
    if (this.#open.size === 0) return;
    const services: ServiceReport[] = [];
    for (const tally of this.#open) services.push(tally.take());
    this.#open.clear();
    const report: IsolationReport = { key: this.program.key, window: this.#window, services };
    this.#services.control?.report(report);
  }

  /** Callers may name any host: names are not kept for ever. */
  #forget(): void {
    if (this.#tallies.size < MAX_SERVICES / 2 && this.#byHost.size < MAX_SERVICES / 2) return;
    this.#byHost.clear();
    this.#byService.clear();
    for (const [service, tally] of this.#tallies) if (tally.empty) this.#tallies.delete(service);
  }
}

const NONE: ReadonlyMap<string, readonly IsolatedHost[]> = new Map();
