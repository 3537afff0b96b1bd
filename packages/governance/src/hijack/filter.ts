import {
  type RuleConditionTrace,
  type RuleDecision,
  RuleDirection,
  type RuleHolder,
  type RuleOutcome,
  type RuleRejection,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleSlot,
  type RuleTrace,
  RuleVerdict,
} from '@weft/sdk';
import {
  BlockLog,
  bucketParameters,
  buildSides,
  ConcurrencyGate,
  compileCondition,
  EntryCounters,
  explainSide,
  FlowDetail,
  type MatchedEntry,
  type Matcher,
  Matches,
  permitsText,
  type RuleJudgement,
  type RuleSide,
  shownResource,
  TokenBucket,
} from '../common/index.ts';
import type { HijackEntryProgram, HijackProgram } from './program.ts';

/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;
const SECOND_MS = 1000;

/** The bucket of so many requests a second. */
export const hijackBucket = (maxRequests: number) => bucketParameters(maxRequests, SECOND_MS, 1);

/** A limit on a port, with its state, on one thread. */
class HijackEntry implements MatchedEntry, RuleHolder {
  readonly program: HijackEntryProgram;
  readonly service: string;
  readonly method: string;
  readonly conditions: HijackEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly log: BlockLog;
  /** How the address ends by which callers of the port reach it. */
  readonly #suffix: string;
  readonly #bucket: TokenBucket | null;
  readonly #gate: ConcurrencyGate | null;
  readonly #counters: EntryCounters;

  constructor(program: HijackEntryProgram, slot: RuleSlot, services: RuleServices) {
    this.program = program;
    this.service = program.service;
    this.method = program.method;
    this.conditions = program.conditions;
    this.matchers = program.conditions.map(compileCondition);
    const { ruleDbId, resource, port, maxRequests, unit, rejectStatus, rejectMessage } = program;
    this.#suffix = `:${port}`;
    this.rejection = { word: 'hijack', ruleDbId, resource, status: rejectStatus, message: rejectMessage };
    const concurrency = unit === 'concurrency';
    this.#bucket = concurrency ? null : new TokenBucket(hijackBucket(maxRequests), slot.words, slot.word);
    this.#gate = concurrency ? new ConcurrencyGate(maxRequests, slot.words, slot.word, slot.own) : null;
    this.#counters = new EntryCounters(slot);
    this.log = new BlockLog(services, program.mode, 'HijackSlot', program.resource);
  }

  /** Whether the request is for the port: that of the listener, or that of the host as the caller names it. */
  isFor(request: RuleRequest): boolean {
    return request.localPort === this.program.port || request.host.endsWith(this.#suffix);
  }

  /** `isFor` of a request that it is not for, in words. */
  unmet({ localPort, host }: RuleRequest): RuleConditionTrace {
    const came = localPort === 0 ? 'unknown' : `${localPort}`;
    return {
      condition: `REQUEST port EXACT [${this.program.port}]`,
      actual: host === '' ? came : `${came} (${host})`,
      matched: false,
    };
  }

  /** Takes a token or a place; false when there is none. */
  admit(nowMs: number): boolean {
    return this.#bucket?.take(nowMs) ?? this.#gate?.enter() ?? false;
  }

  /** Undoes the last `admit`, within the same judgement. */
  giveBack(): void {
    this.#bucket?.giveBack();
    this.#gate?.leave();
  }

  countPass(nowMs: number): void {
    this.#counters.pass(nowMs);
  }

  refuse(request: RuleRequest): void {
    const { mode, text } = this.program;
    this.#counters.refuse(mode === 'OBSERVE');
    if (this.log.wants(request.nowMs))
      this.log.write(request, shownResource(this.program, request), `<nil>|${this.#permits(request.nowMs)}`, text);
  }

  onComplete(outcome: RuleOutcome): void {
    this.#gate?.leave();
    this.#counters.complete(outcome);
  }

  retryAfterSeconds(nowMs: number): number {
    return Math.max(1, Math.ceil((this.#bucket?.waitMs(nowMs) ?? 0) / SECOND_MS));
  }

  peek(nowMs: number): Pick<RuleTrace, 'verdict' | 'detail'> {
    const { maxRequests, port, mode } = this.program;
    const admits = this.#gate === null ? (this.#bucket?.waitMs(nowMs) ?? 0) === 0 : this.#gate.inFlight < maxRequests;
    const refusal = mode === 'CONTROL' ? 'reject' : 'would_reject';
    return { verdict: admits ? 'pass' : refusal, detail: `port ${port}, ${this.#words(nowMs)}` };
  }

  #permits(nowMs: number): string {
    const { maxRequests } = this.program;
    if (this.#gate !== null) return permitsText(maxRequests, this.#gate.free, 0);
    return permitsText(maxRequests, this.#bucket?.stored(nowMs) ?? 0, this.#bucket?.generated(nowMs) ?? 0);
  }

  #words(nowMs: number): string {
    const { maxRequests } = this.program;
    if (this.#gate !== null) return `${this.#gate.inFlight} of ${maxRequests} requests in flight`;
    return `${Math.floor(this.#bucket?.stored(nowMs) ?? 0)} of ${maxRequests} requests a second left`;
  }
}

/** Limits what reaches a port. All limits of a request must admit it. */
export class HijackRuleSet implements RuleSet {
  readonly #side: RuleSide<HijackEntry>;
  readonly #detail: FlowDetail;
  readonly #matches = new Matches<HijackEntry>();
  readonly #taken: HijackEntry[] = [];

  private constructor(side: RuleSide<HijackEntry>, services: RuleServices) {
    this.#side = side;
    this.#detail = new FlowDetail(services);
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: HijackProgram, services: RuleServices): Generator<void, HijackRuleSet> {
    const entries: HijackEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new HijackEntry(entry, services.slots[entry.slot] as RuleSlot, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    const sides = yield* buildSides(entries, program.idle);
    return new HijackRuleSet(sides[RuleDirection.SERVER] as RuleSide<HijackEntry>, services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return direction === RuleDirection.CLIENT || this.#side.entries.length === 0;
  }

  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    if (direction === RuleDirection.CLIENT) return RuleVerdict.PASS;
    const { control, observe, entries } = this.#side;
    this.#detail.note(direction, request, entries);
    const { found } = this.#matches;
    const watching = this.#matches.find(observe, request);
    for (let i = 0; i < watching; i++) {
      const entry = found[i] as HijackEntry;
      if (!entry.isFor(request)) continue;
      if (!entry.admit(request.nowMs)) {
        entry.refuse(request);
        decision.noteWatched(entry.program);
        continue;
      }
      entry.countPass(request.nowMs);
      decision.hold(entry);
    }
    const count = this.#matches.find(control, request);
    const taken = this.#taken;
    let takenCount = 0;
    for (let i = 0; i < count; i++) {
      const entry = found[i] as HijackEntry;
      if (!entry.isFor(request)) continue;
      if (entry.admit(request.nowMs)) {
        taken[takenCount++] = entry;
        continue;
      }
      for (let k = 0; k < takenCount; k++) (taken[k] as HijackEntry).giveBack();
      entry.refuse(request);
      decision.reject(entry.rejection, entry.retryAfterSeconds(request.nowMs));
      return RuleVerdict.REJECT;
    }
    for (let k = 0; k < takenCount; k++) {
      const entry = taken[k] as HijackEntry;
      entry.countPass(request.nowMs);
      decision.hold(entry);
    }
    return RuleVerdict.PASS;
  }

  explain(direction: RuleDirection, request: RuleRequest, limit?: number): RuleTrace[] {
    if (direction === RuleDirection.CLIENT) return [];
    const judge = (entry: HijackEntry): RuleJudgement => {
      if (entry.isFor(request)) return entry.peek(request.nowMs);
      const unmet = entry.unmet(request);
      return {
        verdict: 'not_matched',
        detail: `port ${entry.program.port}, the request came to ${unmet.actual}`,
        unmet,
      };
    };
    return explainSide('HIJACK', this.#side, request, judge, limit);
  }

  tick(nowMs: number): void {
    for (const { log } of this.#side.entries) log.flush(nowMs);
  }
}
