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
  explainSide,
  FlowDetail,
  type KeyIndex,
  matchesAll,
  type RuleJudgement,
  type RuleSide,
} from '../common/index.ts';
import { LimitEntry } from './entry.ts';
import type { LimitProgram } from './program.ts';

type Side = RuleSide<LimitEntry>;

/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;

/** Judges requests by rate-limit rules: finds the rules of a request, and takes from all of them or from none. */
export class LimitRuleSet implements RuleSet {
  readonly #sides: readonly Side[];
  readonly #detail: FlowDetail;
  /** Reused by every call: a judgement is synchronous. */
  readonly #buckets: Bucket<LimitEntry>[] = [];
  readonly #taken: LimitEntry[] = [];

  private constructor(sides: readonly Side[], services: RuleServices) {
    this.#sides = sides;
    this.#detail = new FlowDetail(services);
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: LimitProgram, services: RuleServices): Generator<void, LimitRuleSet> {
    const entries: LimitEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new LimitEntry(entry, services.slots[entry.slot] as RuleSlot, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    const sides = yield* buildSides(entries, program.idle);
    return new LimitRuleSet(sides, services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return (this.#sides[direction] as Side).entries.length === 0;
  }

  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const { control, observe, entries } = this.#sides[direction] as Side;
    this.#detail.note(direction, request, entries);
    // Watching rules judge every request, whatever the others say: so their figures are those that they would have alone.
    if (observe.size > 0) this.#observe(observe, request, decision);
    return control.size > 0 ? this.#enforce(control, request, decision) : RuleVerdict.PASS;
  }

  #enforce(index: KeyIndex<LimitEntry>, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const buckets = this.#buckets;
    const taken = this.#taken;
    const { nowMs } = request;
    const count = index.collect(request, buckets);
    let takenCount = 0;
    for (let i = 0; i < count; i++) {
      const bucket = buckets[i] as Bucket<LimitEntry>;
      let list: readonly LimitEntry[] | undefined = bucket.plain;
      for (let round = 0; round < 2; round++) {
        for (let j = 0; j < list.length; j++) {
          const entry = list[j] as LimitEntry;
          if (entry.matchers.length > 0 && !matchesAll(entry.matchers, request)) continue;
          if (entry.admit(nowMs)) {
            taken[takenCount++] = entry;
            continue;
          }
          for (let k = 0; k < takenCount; k++) (taken[k] as LimitEntry).giveBack();
          entry.refuse(request);
          decision.reject(entry.rejection, entry.retryAfterSeconds(nowMs));
          return RuleVerdict.REJECT;
        }
        if (bucket.read === null) break;
        list = bucket.byValue.get(bucket.read(request));
        if (list === undefined) break;
      }
    }
    for (let k = 0; k < takenCount; k++) {
      const entry = taken[k] as LimitEntry;
      entry.countPass(nowMs);
      decision.hold(entry);
    }
    return RuleVerdict.PASS;
  }

  #observe(index: KeyIndex<LimitEntry>, request: RuleRequest, decision: RuleDecision): void {
    const buckets = this.#buckets;
    const count = index.collect(request, buckets);
    for (let i = 0; i < count; i++) {
      const { plain, read, byValue } = buckets[i] as Bucket<LimitEntry>;
      this.#observeAll(plain, request, decision);
      const more = read === null ? undefined : byValue.get(read(request));
      if (more !== undefined) this.#observeAll(more, request, decision);
    }
  }

  #observeAll(entries: readonly LimitEntry[], request: RuleRequest, decision: RuleDecision): void {
    const { nowMs } = request;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as LimitEntry;
      if (!matchesAll(entry.matchers, request)) continue;
      if (entry.admit(nowMs)) {
        entry.countPass(nowMs);
        decision.hold(entry);
      } else {
        entry.refuse(request);
        decision.noteWatched(entry.program);
      }
    }
  }

  explain(direction: RuleDirection, request: RuleRequest, limit?: number): RuleTrace[] {
    const judge = (entry: LimitEntry): RuleJudgement => {
      const { admits, detail } = entry.peek(request.nowMs);
      const refusal = entry.program.mode === 'CONTROL' ? 'reject' : 'would_reject';
      return { verdict: admits ? 'pass' : refusal, detail };
    };
    return explainSide('LIMIT', this.#sides[direction] as Side, request, judge, limit);
  }

  tick(nowMs: number): void {
    for (const { entries } of this.#sides) for (const entry of entries) entry.log.flush(nowMs);
  }
}
