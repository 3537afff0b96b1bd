import {
  type HostChoice,
  HostResult,
  type HostSelector,
  type RuleDecision,
  RuleDirection,
  type RuleHolder,
  type RuleHostGroup,
  type RuleMark,
  type RuleOutcome,
  type RuleRejection,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleSlot,
  type RuleTrace,
  RuleVerdict,
  selectorKey,
} from '@weft/sdk';
import {
  buildSides,
  compileCondition,
  conditionsText,
  contextOf,
  EntryCounters,
  explainSide,
  flowComparison,
  isAsked,
  type MatchedEntry,
  type Matcher,
  Matches,
  OWN_LOG,
  type RuleJudgement,
  type RuleSide,
  requestService,
  traceIdOf,
  writeMatchDetail,
} from '../common/index.ts';
import { drawGroup, FULL_WEIGHT, groupOrder } from './algorithm.ts';
import type { RouteEntryProgram, RouteGroupProgram, RouteProgram } from './program.ts';

export const ROUTE_LOG = 'routerule.log';
export const ROUTE_RECORD_LOG = 'routerecord.log';
/** Between the parts of what a request is remembered by: callers choose their trace ids. */
const NOTE_GAP = '\u0000';
/** Rules that the line about one request shows. */
const MAX_SHOWN_RULES = 50;
/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;

/** How logs number what became of a request. */
const Status = { HIT: 0, NO_RULE: 1, OTHER_GROUP: 2, OTHER_RULE: 3, NO_INSTANCE: 4 } as const;

/** A group of instances, as the engine is told of it. */
class RouteGroup implements HostSelector {
  readonly key: string;
  readonly labels: HostSelector['labels'];
  readonly text: string;
  readonly entry: RouteEntry;
  readonly counters: EntryCounters;

  constructor(entry: RouteEntry, { labels, text, slot }: RouteGroupProgram, services: RuleServices) {
    this.entry = entry;
    this.labels = labels;
    this.key = selectorKey(labels);
    this.text = text;
    this.counters = new EntryCounters(services.slots[slot] as RuleSlot);
  }
}

/** A rule on one service and method, on one thread. */
class RouteEntry implements MatchedEntry {
  readonly program: RouteEntryProgram;
  readonly service: string;
  readonly method: string;
  readonly conditions: RouteEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly counters: EntryCounters;
  readonly groups: readonly RouteGroup[];
  /** Index among the entries of the set. */
  readonly index: number;
  readonly #weights: readonly number[];
  /** By the group that is drawn: groups in the order in which they are tried. */
  readonly #orders: readonly (readonly RouteGroup[])[];

  constructor(program: RouteEntryProgram, index: number, services: RuleServices) {
    this.program = program;
    this.index = index;
    this.service = program.service;
    this.method = program.method;
    this.conditions = program.conditions;
    this.matchers = program.conditions.map(compileCondition);
    const { ruleDbId, resource } = program;
    this.rejection = { word: 'route', ruleDbId, resource, status: 0, message: '' };
    this.counters = new EntryCounters(services.slots[program.slot] as RuleSlot);
    this.groups = program.groups.map((group) => new RouteGroup(this, group, services));
    const weights = program.groups.map(({ weight }) => weight);
    this.#weights = weights;
    this.#orders = weights.map((_, first) =>
      groupOrder(weights, first, program.faultProtection).map((at) => this.groups[at] as RouteGroup),
    );
  }

  /** By the group that is drawn: how often that is, in percent, and the groups in the order in which they are tried. */
  draws(): readonly { readonly weight: number; readonly order: readonly RouteGroup[] }[] {
    return this.#orders.map((order, first) => ({ weight: this.#weights[first] as number, order }));
  }

  /** Adds the groups that a request may go to by this rule, the drawn one first. */
  choose(hosts: HostChoice, random: number): void {
    const order = this.#orders[drawGroup(this.#weights, random)] as readonly RouteGroup[];
    for (let i = 0; i < order.length; i++) hosts.add(order[i] as RouteGroup);
  }
}

/** Chooses the instances that requests go to, at the caller. */
export class RouteRuleSet implements RuleSet, RuleHolder {
  /** Its entries in the order in which they are tried. */
  readonly #side: RuleSide<RouteEntry>;
  readonly #byMark: ReadonlyMap<string, RouteEntry>;
  readonly #entries: readonly RouteEntry[];
  readonly #services: RuleServices;
  readonly #matches = new Matches<RouteEntry>();

  private constructor(side: RuleSide<RouteEntry>, entries: readonly RouteEntry[], services: RuleServices) {
    this.#side = { ...side, entries: [...side.entries].sort((a, b) => a.program.rank - b.program.rank) };
    this.#byMark = new Map(entries.map((entry) => [markOf(entry.program), entry]));
    this.#entries = entries;
    this.#services = services;
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: RouteProgram, services: RuleServices): Generator<void, RouteRuleSet> {
    const entries: RouteEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new RouteEntry(entry, entries.length, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    const sides = yield* buildSides(entries, program.idle);
    return new RouteRuleSet(sides[RuleDirection.CLIENT] as RuleSide<RouteEntry>, entries, services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return direction === RuleDirection.SERVER || this.#entries.length === 0;
  }

  /** Rules that a request may be left to are asked now, while there is a request to ask; groups are tried by the engine. */
  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    if (direction === RuleDirection.SERVER) return RuleVerdict.PASS;
    const { found } = this.#matches;
    const count = this.#matches.find(this.#side.control, request);
    if (this.#services.detail()) this.#writeRules(request, count);
    if (count === 0) return RuleVerdict.PASS;
    sortByRank(found, count);
    const { hosts } = decision;
    let rank = -1;
    let refusing: RouteEntry | null = null;
    for (let i = 0; i < count; i++) {
      const entry = found[i] as RouteEntry;
      const { program } = entry;
      // Of a rule that names the method in two ways.
      if (program.rank === rank) continue;
      rank = program.rank;
      entry.choose(hosts, this.#services.random());
      if (!program.fallback) {
        refusing = entry;
        break;
      }
      if (program.strict) refusing ??= entry;
    }
    hosts.refusal = refusing === null ? null : refusing.rejection;
    if (this.#services.writes(OWN_LOG, 'DEBUG')) hosts.tellsOrigin = true;
    if (hosts.tellsOrigin || this.#services.detail() || this.#services.writes(ROUTE_RECORD_LOG, 'INFO'))
      hosts.note = [contextOf(request), traceIdOf(request), requestService(request)].join(NOTE_GAP);
    decision.hold(this, refusing === null ? 0 : refusing.index);
    return RuleVerdict.PASS;
  }

  onComplete({ hosts, hostAddress, clusterName }: RuleOutcome, token: number): void {
    if (hosts.count === 0) return;
    const first = (hosts.at(0) as RouteGroup).entry;
    const taken = hosts.taken as RouteGroup | null;
    let status: number = Status.HIT;
    switch (hosts.result) {
      case HostResult.NONE:
        return;
      case HostResult.REFUSED:
        (this.#entries[token] as RouteEntry).counters.refuse(false);
        status = Status.NO_INSTANCE;
        break;
      case HostResult.ANY:
        first.counters.passAndEnd();
        status = Status.OTHER_RULE;
        break;
      default:
        if (taken === null) return;
        taken.entry.counters.passAndEnd();
        taken.counters.passAndEnd();
        if (hosts.takenIndex > 0) status = taken.entry === first ? Status.OTHER_GROUP : Status.OTHER_RULE;
    }
    if (hosts.note === '') return;
    const [context = '', traceId = '-', service = ''] = hosts.note.split(NOTE_GAP);
    if (this.#services.detail()) this.#writeStatus(status, context);
    if (hosts.tellsOrigin) this.#writeChoice(context, service, hosts.origin, hostAddress, clusterName);
    if (this.#services.writes(ROUTE_RECORD_LOG, 'INFO')) {
      const rule = (taken?.entry ?? first).program.ruleDbId;
      const record = { traceId, service, rule, group: taken?.text ?? '', host: hostAddress, status };
      this.#services.log(ROUTE_RECORD_LOG, 'INFO', JSON.stringify(record));
    }
  }

  #writeRules(request: RuleRequest, count: number): void {
    const isFor = ({ service, method }: { readonly service: string; readonly method: string }): boolean =>
      isAsked(service, method, request);
    const { entries, idle } = this.#side;
    const asked = entries.filter(isFor);
    const acts = asked.length > 0;
    const shown = asked.slice(0, MAX_SHOWN_RULES).map(ruleText).join(' ');
    const context = contextOf(request);
    this.#services.log(
      ROUTE_LOG,
      'DEBUG',
      `${context}[cloud][router]get router rule,serviceId:${requestService(request)},ok:${acts},rule:{${acts || idle.some(isFor)} ${acts} [${shown}]}`,
    );
    if (count > 0) return;
    // A value or a service that was mistyped stands here beside the one that was asked for.
    writeMatchDetail(this.#services, ROUTE_LOG, RuleDirection.CLIENT, request, entries, flowComparison);
    this.#writeStatus(Status.NO_RULE, context);
  }

  #writeStatus(status: number, context: string): void {
    this.#services.log(
      ROUTE_LOG,
      'DEBUG',
      `${context}[cloud][router] hit the service gov router handler,status:${status}`,
    );
  }

  /** In the log of the proxy: what there was to choose from, and what was chosen. */
  #writeChoice(context: string, service: string, origin: string, host: string, cluster: string): void {
    const prefix = context === '' ? '' : `${context} `;
    for (const text of [
      `[Router][loadBalance][GovernLoadBalance], originHosts = [${origin}]`,
      `[Router][loadBalance][GovernLoadBalance], service = ${service}`,
      `clusterSnapshot.loadbalancer.ChooseHost result is ${host}, cluster name = ${cluster}`,
    ])
      this.#services.log(OWN_LOG, 'DEBUG', `${prefix}${text}`);
  }

  /** In the order in which they are tried; which group is drawn differs from request to request. */
  explain(
    direction: RuleDirection,
    request: RuleRequest,
    limit?: number,
    hasHost?: (selector: HostSelector) => boolean,
  ): RuleTrace[] {
    if (direction === RuleDirection.SERVER) return [];
    let decided = 0;
    const absence = hasHost === undefined ? null : new Absence(hasHost);
    const shares = hasHost === undefined ? null : new Shares(hasHost);
    let before = 0;
    const judge = (entry: RouteEntry): RuleJudgement => ({ verdict: 'pass', detail: inWords(entry) });
    const traces = explainSide('ROUTE', this.#side, request, judge, limit);
    traces.sort((a, b) => this.#rankOf(a) - this.#rankOf(b));
    const told = traces.map((trace): RuleTrace => {
      if (!trace.matched || trace.verdict !== 'pass') return trace;
      if (decided !== 0)
        return { ...trace, verdict: 'skipped', detail: `rule ${decided} comes first and leaves nothing to others` };
      const text = before === 0 ? trace.detail : `when rule ${before} has no instance: ${trace.detail}`;
      before = trace.ruleDbId;
      const entry = this.#byMark.get(markOf(trace));
      if (entry === undefined) return { ...trace, detail: text };
      if (!entry.program.fallback) decided = trace.ruleDbId;
      absence?.ask(entry, trace);
      const groups = shares?.take(entry) ?? [];
      return groups.length === 0 ? { ...trace, detail: text } : { ...trace, detail: text, groups };
    });
    if (absence === null || absence.refusing === null) return told;
    const { refusing, detail } = absence;
    return told.map((trace) =>
      trace.matched && markOf(trace) === markOf(refusing) ? { ...trace, verdict: 'reject', detail } : trace,
    );
  }

  /** Those that do not act come last. */
  #rankOf(trace: RuleMark): number {
    return this.#byMark.get(markOf(trace))?.program.rank ?? Number.MAX_SAFE_INTEGER;
  }

  *hostSelectors(): Generator<{ readonly service: string; readonly selector: HostSelector }, void> {
    for (const { service, groups } of this.#entries) for (const selector of groups) yield { service, selector };
  }

  tick(): void {}
}

/** Follows the rules that a request is left to, for the part of such requests that no rule before had an instance for. */
class Absence {
  readonly #hasHost: (selector: HostSelector) => boolean;
  readonly #missing = new Set<string>();
  /** Share of the requests that have come so far, 0 to 1. */
  #share = 1;
  /** As in `decide`: the rule in whose name a request is refused that no rule has an instance for. */
  #strict: RuleMark | null = null;
  #over = false;
  refusing: RuleMark | null = null;
  detail = '';

  constructor(hasHost: (selector: HostSelector) => boolean) {
    this.#hasHost = hasHost;
  }

  ask({ program, groups }: RouteEntry, mark: RuleMark): void {
    if (this.#over) return;
    const weights = program.groups.map(({ weight }) => weight);
    const absent = groups.filter((group) => !this.#hasHost(group));
    const isSaved = program.faultProtection && absent.length < groups.length;
    const lost = isSaved
      ? 0
      : groups.reduce((sum, group, at) => sum + (absent.includes(group) ? (weights[at] as number) : 0), 0);
    this.#share *= lost / FULL_WEIGHT;
    if (lost === 0) {
      this.#over = true;
      this.refusing = null;
      return;
    }
    for (const [at, group] of groups.entries())
      if (absent.includes(group) && ((weights[at] as number) > 0 || program.faultProtection))
        this.#missing.add(group.text);
    if (program.strict) this.#strict ??= mark;
    this.#over = !program.fallback;
    this.refusing = this.#over ? mark : this.#strict;
    const why = `no instance has ${[...this.#missing].join(' or ')}`;
    const percent = Math.round(1000 * this.#share * 100) / 1000;
    this.detail = this.#share === 1 ? why : `${percent} % of such requests: ${why}`;
  }
}

/** Follows the rules of a request, in the order in which they are tried, and says how much of such requests each group gets. */
class Shares {
  readonly #hasHost: (selector: HostSelector) => boolean;
  /** What the rules so far have left to others, 0 to 1. */
  #rest = 1;
  #rank = -1;

  constructor(hasHost: (selector: HostSelector) => boolean) {
    this.#hasHost = hasHost;
  }

  take(entry: RouteEntry): RuleHostGroup[] {
    // Of a rule that names the method in two ways.
    if (entry.program.rank === this.#rank) return [];
    this.#rank = entry.program.rank;
    const present = new Set(entry.groups.filter((group) => this.#hasHost(group)));
    const weights = new Map<RouteGroup, number>();
    let lost = 0;
    for (const { weight, order } of entry.draws()) {
      const taken = order.find((group) => present.has(group));
      if (taken === undefined) lost += weight;
      else weights.set(taken, (weights.get(taken) ?? 0) + weight);
    }
    const rest = this.#rest;
    this.#rest = (rest * lost) / FULL_WEIGHT;
    return [...weights].flatMap(([{ labels, text }, weight]) => {
      const percent = Math.round(1000 * rest * weight) / 1000;
      return percent === 0 ? [] : [{ labels, text, percent }];
    });
  }
}

/** Few match one request, and most come in order. */
function sortByRank(entries: RouteEntry[], count: number): void {
  for (let i = 1; i < count; i++) {
    const entry = entries[i] as RouteEntry;
    let at = i;
    while (at > 0 && (entries[at - 1] as RouteEntry).program.rank > entry.program.rank) {
      entries[at] = entries[at - 1] as RouteEntry;
      at--;
    }
    entries[at] = entry;
  }
}

const markOf = ({ ruleDbId, resource }: RuleMark): string => `${ruleDbId} ${resource}`;

/** `{<id> <fallback> <faultProtection> <conditions> <destinations>}` */
function ruleText({ program: { ruleDbId, fallback, faultProtection, conditions, groups } }: RouteEntry): string {
  const destinations = groups.map(({ weight, text }) => `{${weight} ${text}}`).join(' ');
  return `{${ruleDbId} ${fallback} ${faultProtection} ${conditionsText(conditions)} [${destinations}]}`;
}

function inWords({ program: { groups, fallback, faultProtection, strict } }: RouteEntry): string {
  const shares = groups.map(({ weight, text }) => `${weight} % to ${text}`).join(', ');
  const others = faultProtection && groups.length > 1 ? 'the other groups, then ' : '';
  const end = fallback ? `the next rule${strict ? ', else refused' : ', else any instance'}` : 'refused';
  return `${shares}; without an instance: ${others}${end}`;
}
