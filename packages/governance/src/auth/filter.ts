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
  type Bucket,
  compileCondition,
  EntryCounters,
  explainIdle,
  isAsked,
  type Keyed,
  KeyIndex,
  LineThrottle,
  type Matcher,
  matchesAll,
  requestService,
  traceConditions,
  traceHead,
} from '../common/index.ts';
import { AuthResult, AuthVerdict, authorize, type ListRule } from './algorithm.ts';
import type { AuthListProgram, AuthProgram, AuthRuleProgram } from './program.ts';

export const AUTH_LOG = 'rbac.log';
/** Rules with conditions take some microseconds each. */
const RULES_PER_STEP = 16;

/** One rule of a list, on one thread. */
class AuthEntry implements ListRule {
  readonly program: AuthRuleProgram;
  readonly observes: boolean;
  readonly ruleDbId: number;
  readonly matchers: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly counters: EntryCounters;

  constructor(program: AuthRuleProgram, slot: RuleSlot) {
    this.program = program;
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

/** The lists of one service. */
class ServiceLists implements Keyed {
  readonly service: string;
  readonly method = '*';
  readonly conditions = [];
  readonly program: AuthListProgram;
  readonly black: AuthEntry[] = [];
  readonly white: AuthEntry[] = [];

  constructor(program: AuthListProgram) {
    this.program = program;
    this.service = program.service;
  }

  get denies(): boolean {
    return this.program.white && this.program.defaultDeny && this.white.length === 0;
  }

  get acts(): boolean {
    return this.black.length > 0 || this.white.length > 0 || this.denies;
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
      services.log(AUTH_LOG, 'INFO', `[rbac] request has ben reject repeated ${repeats} times`),
    );
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: AuthProgram, services: RuleServices): Generator<void, AuthRuleSet> {
    const lists = program.lists.map((item) => new ServiceLists(item));
    for (const [count, rule] of program.rules.entries()) {
      if (count % RULES_PER_STEP === 0) yield;
      const { white, black } = lists[rule.entry] as ServiceLists;
      const entry = new AuthEntry(rule, services.slots[rule.slot] as RuleSlot);
      (rule.list === 'WHITELIST' ? white : black).push(entry);
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

  #judge(request: RuleRequest): AuthResult<AuthEntry> {
    const buckets = this.#buckets;
    const black = this.#black;
    const white = this.#white;
    black.length = 0;
    white.length = 0;
    let denies = false;
    const count = this.#index.collect(request, buckets);
    for (let i = 0; i < count; i++) {
      // Lists have no conditions: they all lie in the plain part.
      const { plain } = buckets[i] as Bucket<ServiceLists>;
      for (let j = 0; j < plain.length; j++) {
        const lists = plain[j] as ServiceLists;
        for (let k = 0; k < lists.black.length; k++) black.push(lists.black[k] as AuthEntry);
        for (let k = 0; k < lists.white.length; k++) white.push(lists.white[k] as AuthEntry);
        denies ||= lists.denies;
      }
    }
    this.#request = request;
    authorize(black, white, denies, this.#matches, this.#result);
    return this.#result;
  }

  #write(what: string, entry: AuthEntry | null, request: RuleRequest): void {
    if (!this.#lines.admits(request.nowMs)) return;
    const source = request.system('source.app.name');
    const ip = request.system('source.ip');
    const rule = entry?.ruleDbId ?? 0;
    const list = entry?.program.list ?? 'WHITELIST';
    this.#services.log(
      AUTH_LOG,
      'INFO',
      `[rbac] ${what} rule=${rule} list=${list} source=${source} ip=${ip} identity=asserted`,
    );
  }

  #writeDetail(request: RuleRequest): void {
    const service = requestService(request);
    const { log } = this.#services;
    for (const text of [
      `[rbac] got svc from variable, svc=${service}`,
      `[rbac] svcType=${service.slice(service.lastIndexOf('@') + 1)}`,
      `[rbac] got current service name, svc=${service}`,
      '[rbac] request header=map[]',
    ])
      log(AUTH_LOG, 'DEBUG', text);
  }

  explain(direction: RuleDirection, request: RuleRequest, limit = Number.POSITIVE_INFINITY): RuleTrace[] {
    if (direction === RuleDirection.CLIENT) return [];
    const { verdict, by, watched } = this.#judge(request);
    const traces: RuleTrace[] = [];
    const seen = new Set([...this.#black, ...this.#white]);
    for (const entry of seen) {
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

  tick(nowMs: number): void {
    this.#lines.flush(nowMs);
  }
}

function detailOf({ list }: AuthRuleProgram, matched: boolean, denies: boolean): string {
  const name = list === 'WHITELIST' ? 'whitelist' : 'blacklist';
  if (denies && !matched) return 'no rule of the whitelist matches';
  return matched ? `on the ${name}` : `not on the ${name}`;
}
