import {
  type HostSelector,
  type RuleDecision,
  RuleDirection,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleTrace,
  RuleVerdict,
} from '@weft/sdk';
import {
  buildSides,
  contextOf,
  contextPrefix,
  explainSide,
  isAsked,
  type KeyIndex,
  Matches,
  type RuleJudgement,
  type RuleSide,
  requestService,
  servicesInWords,
} from '../common/index.ts';
import { exceptionRate, RAMP_MS, returnLimitMs } from './algorithm.ts';
import { IsolateEntry } from './entry.ts';
import type { IsolatedHost, IsolationNotice } from './messages.ts';
import type { IsolateProgram } from './program.ts';

export const TOLERANCE_LOG = 'fault_tolerance.log';
const MATCHED = '[Tolerance][FaultToleranceChooseFilter] match traffic conditions or without traffic conditions';
/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;

/**
 * Counts what instances do: at the caller those that it calls, and leaves out those that were isolated; at the provider the
 * one beside the proxy, and leaves nothing out, as its callers do.
 */
export class IsolateRuleSet implements RuleSet {
  /** By direction. */
  readonly #sides: readonly RuleSide<IsolateEntry>[];
  readonly #entries: readonly IsolateEntry[];
  readonly #services: RuleServices;
  readonly #matches = new Matches<IsolateEntry>();

  private constructor(
    sides: readonly RuleSide<IsolateEntry>[],
    entries: readonly IsolateEntry[],
    services: RuleServices,
  ) {
    this.#sides = sides;
    this.#entries = entries;
    this.#services = services;
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: IsolateProgram, services: RuleServices): Generator<void, IsolateRuleSet> {
    const entries: IsolateEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new IsolateEntry(entry, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    const sides = yield* buildSides(entries, program.idle);
    return new IsolateRuleSet(sides, entries, services);
  }

  #side(direction: RuleDirection): RuleSide<IsolateEntry> {
    return this.#sides[direction] as RuleSide<IsolateEntry>;
  }

  isEmpty(direction: RuleDirection): boolean {
    return this.#side(direction).entries.length === 0;
  }

  /** Watching rules count for themselves and leave nothing out. */
  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const side = this.#side(direction);
    const { control, observe } = side;
    if (this.#services.detail()) this.#writeDetail(side, request);
    if (observe.size > 0) this.#count(observe, request, decision, false);
    if (control.size > 0) this.#count(control, request, decision, direction === RuleDirection.CLIENT);
    return RuleVerdict.PASS;
  }

  #count(index: KeyIndex<IsolateEntry>, request: RuleRequest, decision: RuleDecision, enforced: boolean): void {
    const entry = this.#first(index, request);
    if (entry === null) return;
    const tally = entry.tallyOf(request);
    if (tally === null) {
      entry.counters.passAndEnd();
      return;
    }
    entry.counters.pass(request.nowMs);
    decision.hold(tally, 0, true);
    if (enforced && tally.leavesOut) decision.hosts.avoid(tally, returnLimitMs(request.nowMs, this.#services.random()));
  }

  /** Of the rules that match, the most specific; null when none does. */
  #first(index: KeyIndex<IsolateEntry>, request: RuleRequest): IsolateEntry | null {
    const count = this.#matches.find(index, request);
    const { found } = this.#matches;
    let first: IsolateEntry | null = null;
    for (let i = 0; i < count; i++) {
      const entry = found[i] as IsolateEntry;
      if (first === null || entry.program.rank < first.program.rank) first = entry;
    }
    return first;
  }

  #writeDetail({ control, observe, entries }: RuleSide<IsolateEntry>, request: RuleRequest): void {
    const { log } = this.#services;
    const trace = contextPrefix(request);
    const matched = this.#first(control, request) ?? this.#first(observe, request);
    const asked = entries.filter(({ program }) => isAsked(program.service, program.method, request));
    if (asked.length === 0) {
      // A service that was mistyped in a rule stands here beside the one that was called.
      const others = servicesInWords(entries.map(({ program }) => program.service));
      log(
        TOLERANCE_LOG,
        'DEBUG',
        `${contextOf(request)}[Tolerance] no rule is for service=${requestService(request)}, rules are for ${others}`,
      );
    }
    for (const { matchers } of asked) {
      for (const { condition, read, test } of matchers) {
        const actual = read(request);
        const { type, field, operation, value } = condition;
        const text = `${operation.toLowerCase()} requirement:&{${field} ${type} ${value.join(' ')}},actualValue:${actual}`;
        log(TOLERANCE_LOG, 'DEBUG', `${trace}[requirement][Match] ${text}`);
        if (!test(actual)) break;
      }
    }
    if (matched !== null) log(TOLERANCE_LOG, 'DEBUG', `${contextOf(request)}${MATCHED}`);
  }

  onNotice(notice: unknown): void {
    const isolated = notice as IsolationNotice;
    for (const entry of this.#entries) entry.place(isolated.get(entry.program.key) ?? NOBODY);
  }

  explain(
    direction: RuleDirection,
    request: RuleRequest,
    limit?: number,
    hasHost?: (selector: HostSelector) => boolean,
    decision?: RuleDecision,
  ): RuleTrace[] {
    const side = this.#side(direction);
    const own = direction === RuleDirection.SERVER;
    const acting = { CONTROL: this.#first(side.control, request), OBSERVE: this.#first(side.observe, request) };
    const judge = (entry: IsolateEntry): RuleJudgement => {
      const first = acting[entry.program.mode];
      if (first !== null && first !== entry)
        return { verdict: 'skipped', detail: `rule ${first.program.ruleDbId} is more specific and acts instead` };
      const hosts = entry.isolatedOf(entry.serviceOf(request));
      const detail = inWords(hosts, request.nowMs, entry.program.mode, own);
      const happened = own || decision === undefined ? '' : whatHappened(hosts, decision);
      const judged: RuleJudgement = { verdict: 'pass', detail: `${detail}${happened}` };
      if (own || hasHost === undefined || entry.program.mode === 'OBSERVE') return judged;
      const out = hosts.filter(({ asking, untilMs }) => asking === undefined && untilMs > request.nowMs);
      return out.length === 0 ? judged : { ...judged, leavesOut: out.map(({ address }) => address) };
    };
    return explainSide('ISOLATE', side, request, judge, limit);
  }

  tick(): void {}
}

/** Of one request that was decided: which instances it was kept from. One that is on its way back gets only a part of them. */
function whatHappened(hosts: readonly IsolatedHost[], { hosts: { avoidance, avoidToken } }: RuleDecision): string {
  if (hosts.length === 0) return '';
  const avoided = hosts.filter(({ address }) => avoidance?.avoids(address, avoidToken) === true);
  if (avoided.length === 0) return '; this request was kept from none of them';
  return `; this request was kept from ${avoided.map(({ address }) => address).join(', ')}`;
}

const NOBODY: ReadonlyMap<string, readonly IsolatedHost[]> = new Map();

/** @param own of the provider's side, where all callers leave out the instance that the request came to */
function inWords(hosts: readonly IsolatedHost[], nowMs: number, mode: 'CONTROL' | 'OBSERVE', own: boolean): string {
  const nobody = own ? 'this instance is not left out' : 'no instance is left out';
  const asking = hosts.find((host) => host.asking !== undefined);
  if (asking !== undefined) {
    const rate = Math.round(exceptionRate(asking) * 10) / 10;
    return `${nobody}, though ${rate} % of ${asking.calls} calls failed: ${asking.asking}`;
  }
  const out = hosts.filter(({ untilMs }) => untilMs > nowMs);
  const back = hosts.filter(({ untilMs }) => untilMs <= nowMs && untilMs + RAMP_MS > nowMs);
  const what = mode === 'CONTROL' ? 'left out' : 'would be left out';
  const parts = [
    ...out.map((host) => {
      const rate = Math.round(exceptionRate(host) * 10) / 10;
      const seconds = Math.ceil((host.untilMs - nowMs) / 1000);
      return `${host.address} ${what} for ${seconds} s more (${rate} % of ${host.calls} calls failed)`;
    }),
    ...back.map(({ address }) => `${address} is on its way back`),
  ];
  return parts.length === 0 ? nobody : parts.join('; ');
}
