import {
  type RuleDecision,
  type RuleDirection,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleSlot,
  type RuleTrace,
  RuleVerdict,
} from '@weft/sdk';
import {
  type Bucket,
  buildSides,
  type ComparisonText,
  explainSide,
  type KeyIndex,
  type RuleJudgement,
  type RuleSide,
  writeMatchDetail,
} from '../common/index.ts';
import { FAULT_LOG, FaultEntry } from './entry.ts';
import type { FaultProgram } from './program.ts';

/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;

const comparison: ComparisonText = (actual, operation, values) =>
  `[IsMatch]leftVal:${actual},op:${operation},rightVal:[${values.join(' ')}]`;

/** Injects faults: of the rules of a service only the first acts, hit or not. */
export class FaultRuleSet implements RuleSet {
  readonly #sides: readonly RuleSide<FaultEntry>[];
  readonly #services: RuleServices;
  /** Reused by every call: a judgement is synchronous. */
  readonly #buckets: Bucket<FaultEntry>[] = [];

  private constructor(sides: readonly RuleSide<FaultEntry>[], services: RuleServices) {
    this.#sides = sides;
    this.#services = services;
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: FaultProgram, services: RuleServices): Generator<void, FaultRuleSet> {
    const entries: FaultEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new FaultEntry(entry, services.slots[entry.slot] as RuleSlot, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    return new FaultRuleSet(yield* buildSides(entries, program.idle), services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return this.#sides[direction]?.entries.length === 0;
  }

  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const { control, observe, entries } = this.#sides[direction] as RuleSide<FaultEntry>;
    if (this.#services.detail()) writeMatchDetail(this.#services, FAULT_LOG, direction, request, entries, comparison);
    const watching = observe.size === 0 ? null : this.#find(observe, request);
    if (watching?.hits(request) === true) decision.noteWatched(watching.program);
    const entry = control.size === 0 ? null : this.#find(control, request);
    if (entry === null || !entry.hits(request)) return RuleVerdict.PASS;
    if (entry.program.fault === 'DELAY') {
      decision.delayMs = entry.program.delayMs;
      return RuleVerdict.DELAY;
    }
    decision.reject(entry.rejection, 0);
    return RuleVerdict.REJECT;
  }

  /** The fault that a request may meet: the first of the first rule of its service whose conditions hold. */
  #find(index: KeyIndex<FaultEntry>, request: RuleRequest): FaultEntry | null {
    const buckets = this.#buckets;
    const count = index.collect(request, buckets);
    const first = this.#firstRule(count, request);
    if (first === Number.POSITIVE_INFINITY) return null;
    let found: FaultEntry | null = null;
    for (let i = 0; i < count; i++) {
      const { plain, read, byValue } = buckets[i] as Bucket<FaultEntry>;
      found = firstFault(plain, first, request, found);
      const more = read === null ? undefined : byValue.get(read(request));
      if (more !== undefined) found = firstFault(more, first, request, found);
    }
    return found;
  }

  /** Id of the rule that is the first for the request, whatever its traffic, in the buckets found last; infinite where none is. */
  #firstRule(count: number, request: RuleRequest): number {
    let first = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const { plain, read, byValue } = this.#buckets[i] as Bucket<FaultEntry>;
      first = firstRule(plain, request, first);
      const more = read === null ? undefined : byValue.get(read(request));
      if (more !== undefined) first = firstRule(more, request, first);
    }
    return first;
  }

  explain(direction: RuleDirection, request: RuleRequest, limit?: number): RuleTrace[] {
    const side = this.#sides[direction] as RuleSide<FaultEntry>;
    const ofMode = (index: KeyIndex<FaultEntry>) => ({
      first: this.#firstRule(index.collect(request, this.#buckets), request),
      acting: this.#find(index, request),
    });
    const found = { CONTROL: ofMode(side.control), OBSERVE: ofMode(side.observe) };
    const judge = (entry: FaultEntry): RuleJudgement => {
      const { mode, ruleDbId } = entry.program;
      const { first, acting } = found[mode];
      const own = entry.peek(request.nowMs);
      if (acting === entry || own.verdict === 'skipped') return own;
      if (!entry.isFor(request) || !entry.matchesTraffic(request))
        return { verdict: 'not_matched', detail: 'its conditions do not hold' };
      const detail =
        first === ruleDbId
          ? `fault ${(acting?.program.item ?? 0) + 1} of the rule comes first`
          : `rule ${first} is the first for such calls: no other injects faults into them, whether its conditions hold or not`;
      return { verdict: 'skipped', detail };
    };
    return explainSide('FAULT_INJECT', side, request, judge, limit);
  }

  tick(nowMs: number): void {
    for (const { entries } of this.#sides) for (const entry of entries) entry.flush(nowMs);
  }
}

/** The lowest id of the rules that are for the request and whose time is not over. */
function firstRule(entries: readonly FaultEntry[], request: RuleRequest, known: number): number {
  let first = known;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as FaultEntry;
    if (entry.program.ruleDbId < first && !entry.expired(request.nowMs) && entry.isFor(request))
      first = entry.program.ruleDbId;
  }
  return first;
}

function firstFault(
  entries: readonly FaultEntry[],
  ruleDbId: number,
  request: RuleRequest,
  known: FaultEntry | null,
): FaultEntry | null {
  let found = known;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as FaultEntry;
    if (entry.program.ruleDbId !== ruleDbId || (found !== null && found.program.item <= entry.program.item)) continue;
    if (entry.isFor(request) && entry.matchesTraffic(request)) found = entry;
  }
  return found;
}
