import {
  type RuleDecision,
  RuleDirection,
  type RuleRejection,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleSlot,
  type RuleTrace,
  RuleVerdict,
} from '@weft/sdk';
import {
  askedHeaders,
  type Bucket,
  bucketOf,
  compileCondition,
  contextPrefix,
  EntryCounters,
  explainIdle,
  isAsked,
  type Keyed,
  KeyIndex,
  LineThrottle,
  type Matcher,
  matchesAll,
  OWN_LOG,
  repeatedTimes,
  requestService,
  servicesInWords,
  traceConditions,
  traceHead,
} from '../common/index.ts';
import { AuthResult, AuthVerdict, authorize, type ListRule } from './algorithm.ts';
import type { AuthListProgram, AuthProgram, AuthRuleProgram } from './program.ts';

export const AUTH_LOG = 'rbac.log';
/** Rules with conditions take some microseconds each. */
const RULES_PER_STEP = 16;

/** Rules whose conditions are written for one request. */
const MAX_DETAIL_RULES = 50;

/** One rule of a list, on one thread. */
class AuthEntry implements ListRule {
  readonly program: AuthRuleProgram;
  readonly conditions: AuthRuleProgram['conditions'];
  /** Place in its list. */
  readonly order: number;
  readonly observes: boolean;
  readonly ruleDbId: number;
  readonly matchers: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly counters: EntryCounters;

  constructor(program: AuthRuleProgram, order: number, slot: RuleSlot) {
    this.program = program;
    this.conditions = program.conditions;
    this.order = order;
    this.observes = program.mode === 'OBSERVE';
    this.ruleDbId = program.ruleDbId;
    this.matchers = program.conditions.map(compileCondition);
    this.rejection = {
      word: 'auth',
      ruleDbId: program.ruleDbId,
      resource: program.resource,
      status: program.rejectStatus,
      message: program.rejectMessage,
    };
    this.counters = new EntryCounters(slot);
  }
}

/** One list of one service. */
class RuleList {
  readonly entries: AuthEntry[] = [];
  /** Who speaks for a whitelist that nobody is on: its first rule that acts, and its first that watches. */
  enforcing: AuthEntry | null = null;
  watching: AuthEntry | null = null;
  #bucket: Bucket<AuthEntry> = { plain: this.entries, read: null, byValue: new Map() };

  add(entry: AuthEntry): void {
    this.entries.push(entry);
    if (entry.observes) this.watching ??= entry;
    else if (this.enforcing === null || entry.ruleDbId < this.enforcing.ruleDbId) this.enforcing = entry;
  }

  /** After the last `add`. */
  split(): void {
    this.#bucket = bucketOf(this.entries);
  }

  /** Appends the rules that may match, in their order. */
  collect(request: RuleRequest, into: AuthEntry[]): void {
    const { plain, read, byValue } = this.#bucket;
    const from = into.length;
    for (let i = 0; i < plain.length; i++) into.push(plain[i] as AuthEntry);
    if (read === null) return;
    const more = byValue.get(read(request));
    if (more === undefined) return;
    for (let i = 0; i < more.length; i++) {
      const entry = more[i] as AuthEntry;
      let at = into.length;
      while (at > from && (into[at - 1] as AuthEntry).order > entry.order) {
        into[at] = into[at - 1] as AuthEntry;
        at--;
      }
      into[at] = entry;
    }
  }
}

/** The lists of one service. */
class ServiceLists implements Keyed {
  readonly service: string;
  readonly method = '*';
  readonly conditions = [];
  readonly program: AuthListProgram;
  readonly black = new RuleList();
  readonly white = new RuleList();

  constructor(program: AuthListProgram) {
    this.program = program;
    this.service = program.service;
  }

  get denies(): boolean {
    return this.program.white && this.program.defaultDeny && this.white.entries.length === 0;
  }

  get acts(): boolean {
    return this.black.entries.length > 0 || this.white.entries.length > 0 || this.denies;
  }
}

/** What a caller is told that a list without rules denies. */
const DENIED: RuleRejection = { word: 'auth', ruleDbId: 0, resource: '', status: 0, message: '' };

/** Judges callers by white and black lists. */
export class AuthRuleSet implements RuleSet {
  readonly #index: KeyIndex<ServiceLists>;
  readonly #program: AuthProgram;
  readonly #services: RuleServices;
  readonly #lines: LineThrottle;
  /** Reused by every call: a judgement is synchronous. */
  readonly #buckets: Bucket<ServiceLists>[] = [];
  readonly #black: AuthEntry[] = [];
  readonly #white: AuthEntry[] = [];
  readonly #result = new AuthResult<AuthEntry>();
  #request!: RuleRequest;
  readonly #matches = (entry: AuthEntry): boolean => matchesAll(entry.matchers, this.#request);

  private constructor(index: KeyIndex<ServiceLists>, program: AuthProgram, services: RuleServices) {
    this.#index = index;
    this.#program = program;
    this.#services = services;
    this.#lines = new LineThrottle((repeats) =>
      services.log(AUTH_LOG, 'INFO', `[rbac] request has ben reject ${repeatedTimes(repeats)}`),
    );
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: AuthProgram, services: RuleServices): Generator<void, AuthRuleSet> {
    const lists = program.lists.map((item) => new ServiceLists(item));
    for (const [count, rule] of program.rules.entries()) {
      if (count % RULES_PER_STEP === 0) yield;
      const { white, black } = lists[rule.entry] as ServiceLists;
      const list = rule.list === 'WHITELIST' ? white : black;
      list.add(new AuthEntry(rule, list.entries.length, services.slots[rule.slot] as RuleSlot));
    }
    for (const { black, white } of lists) {
      yield;
      black.split();
      yield;
      white.split();
    }
    const index = yield* KeyIndex.build(lists.filter((item) => item.acts));
    return new AuthRuleSet(index, program, services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return direction === RuleDirection.CLIENT || this.#index.size === 0;
  }

  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    if (direction === RuleDirection.CLIENT || this.#index.size === 0) return RuleVerdict.PASS;
    if (this.#services.detail()) this.#writeDetail(request);
    const result = this.#judge(request);
    if (result.watched !== null) {
      result.watched.counters.refuse(true);
      decision.noteWatched(result.watched.program);
      this.#write('request would be rejected mode=observe would=deny', result.watched, request);
    }
    if (result.verdict === AuthVerdict.ALLOW) {
      result.by?.counters.passAndEnd();
      return RuleVerdict.PASS;
    }
    result.by?.counters.refuse(false);
    this.#write('request has ben reject', result.by, request);
    decision.reject(result.by?.rejection ?? DENIED, 0);
    return RuleVerdict.REJECT;
  }

  /** Nothing is written of rules that only watch: they have said it when the request began. */
  recheck(direction: RuleDirection, request: RuleRequest): RuleRejection | null {
    if (this.isEmpty(direction)) return null;
    const { verdict, by } = this.#judge(request);
    if (verdict === AuthVerdict.ALLOW) return null;
    by?.counters.refuse(false);
    this.#write('request has ben reject', by, request, ' recheck=true');
    return by?.rejection ?? DENIED;
  }

  #judge(request: RuleRequest): AuthResult<AuthEntry> {
    const buckets = this.#buckets;
    const black = this.#black;
    const white = this.#white;
    black.length = 0;
    white.length = 0;
    let denies = false;
    let enforcing: AuthEntry | null = null;
    let watching: AuthEntry | null = null;
    const count = this.#index.collect(request, buckets);
    for (let i = 0; i < count; i++) {
      // Lists have no conditions: they all lie in the plain part.
      const { plain } = buckets[i] as Bucket<ServiceLists>;
      for (let j = 0; j < plain.length; j++) {
        const lists = plain[j] as ServiceLists;
        lists.black.collect(request, black);
        lists.white.collect(request, white);
        watching ??= lists.white.watching;
        const own = lists.white.enforcing;
        if (own !== null && (enforcing === null || own.ruleDbId < enforcing.ruleDbId)) enforcing = own;
        denies ||= lists.denies;
      }
    }
    this.#request = request;
    authorize({ black, white, enforcing, watching, denies }, this.#matches, this.#result);
    return this.#result;
  }

  #write(what: string, entry: AuthEntry | null, request: RuleRequest, more = ''): void {
    if (!this.#lines.admits(request.nowMs)) return;
    const source = request.system('source.app.name');
    const ip = request.system('source.ip');
    const rule = entry?.ruleDbId ?? 0;
    const list = entry?.program.list ?? 'WHITELIST';
    const line = `[rbac] ${what} rule=${rule} list=${list} source=${source} ip=${ip} identity=asserted${more}`;
    const text = `${contextPrefix(request)}${line}`;
    // Operators look into either.
    for (const file of [AUTH_LOG, OWN_LOG]) this.#services.log(file, 'INFO', text);
  }

  #writeDetail(request: RuleRequest): void {
    const service = requestService(request);
    const { log } = this.#services;
    const asked = [...this.#asked(request)];
    const headers = Object.entries(askedHeaders(asked, request)).map(([name, value]) => `${name}:${value}`);
    const trace = contextPrefix(request);
    for (const text of [
      `[rbac] got svc from variable, svc=${service}`,
      `[rbac] svcType=${service.slice(service.lastIndexOf('@') + 1)}`,
      `[rbac] got current service name, svc=${service}`,
      `[rbac] request header=map[${headers.join(' ')}]`,
      ...(asked.length > 0
        ? []
        : [
            `[rbac] no list is for svc=${service}, lists are for ${servicesInWords(this.#program.lists.map((list) => list.service))}`,
          ]),
    ])
      for (const file of [AUTH_LOG, OWN_LOG]) log(file, 'DEBUG', `${trace}${text}`);
    for (const { program, matchers } of asked.slice(0, MAX_DETAIL_RULES))
      for (const { condition, actual, matched } of traceConditions(matchers, request))
        log(
          AUTH_LOG,
          'DEBUG',
          `${trace}[rbac] rule=${program.ruleDbId} ${condition} actual=${actual} matched=${matched}`,
        );
  }

  explain(direction: RuleDirection, request: RuleRequest, limit = Number.POSITIVE_INFINITY): RuleTrace[] {
    if (direction === RuleDirection.CLIENT) return [];
    const { verdict, by, watched } = this.#judge(request);
    const traces: RuleTrace[] = [];
    for (const entry of decidingFirst([by, watched], this.#asked(request))) {
      if (traces.length >= limit) break;
      const { program } = entry;
      if (!isAsked(program.service, program.method, request)) continue;
      const conditions = traceConditions(entry.matchers, request);
      const matched = conditions.every((condition) => condition.matched);
      const denies = entry === by && verdict === AuthVerdict.DENY;
      const said = denies ? 'reject' : entry === watched ? 'would_reject' : matched ? 'pass' : 'not_matched';
      traces.push({
        ...traceHead('AUTH', program),
        conditions,
        matched,
        verdict: said,
        detail: detailOf(program, matched, denies || entry === watched),
      });
    }
    return [...traces, ...explainIdle('AUTH', this.#program.idle, request, limit - traces.length)];
  }

  /** Every rule that is for the request, whether it may match or not: blacklists first. */
  *#asked(request: RuleRequest): Generator<AuthEntry, void> {
    const count = this.#index.collect(request, this.#buckets);
    const lists = this.#buckets.slice(0, count).flatMap(({ plain }) => plain);
    for (const { black } of lists) yield* black.entries;
    for (const { white } of lists) yield* white.entries;
  }

  tick(nowMs: number): void {
    this.#lines.flush(nowMs);
  }
}

/** Who decided and who would have, then the others: a bound on their number leaves neither out. */
function* decidingFirst(
  deciding: readonly (AuthEntry | null)[],
  asked: Iterable<AuthEntry>,
): Generator<AuthEntry, void> {
  for (const entry of deciding) if (entry !== null) yield entry;
  for (const entry of asked) if (!deciding.includes(entry)) yield entry;
}

function detailOf({ list }: AuthRuleProgram, matched: boolean, denies: boolean): string {
  const name = list === 'WHITELIST' ? 'whitelist' : 'blacklist';
  if (denies && !matched) return 'no rule of the whitelist matches';
  return matched ? `on the ${name}` : `not on the ${name}`;
}
