import {
  type RuleDecision,
  type RuleDirection,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleSlot,
  type RuleState,
  type RuleTrace,
  RuleVerdict,
} from '@weft/sdk';
import { buildSides, explainSide, FlowDetail, Matches, type RuleSide } from '../common/index.ts';
import { BreakerVerdict } from './algorithm.ts';
import { FuseEntry } from './entry.ts';
import type { FuseProgram } from './program.ts';

/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;

const blocks = (verdict: BreakerVerdict): boolean => verdict >= BreakerVerdict.ALWAYS_BLOCK;

/** Judges requests by circuit breakers: any open one refuses, and what ends is told to all that matched. */
export class FuseRuleSet implements RuleSet {
  readonly #sides: readonly RuleSide<FuseEntry>[];
  readonly #detail: FlowDetail;
  readonly #matches = new Matches<FuseEntry>();
  /** Of the breakers that let the request at hand through. */
  readonly #tokens: number[] = [];

  private constructor(sides: readonly RuleSide<FuseEntry>[], services: RuleServices) {
    this.#sides = sides;
    this.#detail = new FlowDetail(services);
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: FuseProgram, services: RuleServices): Generator<void, FuseRuleSet> {
    const entries: FuseEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new FuseEntry(entry, services.slots[entry.slot] as RuleSlot, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    return new FuseRuleSet(yield* buildSides(entries, program.idle), services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return this.#sides[direction]?.entries.length === 0;
  }

  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const side = this.#sides[direction] as RuleSide<FuseEntry>;
    this.#detail.note(direction, request, side.entries);
    // Watching rules judge every request, whatever the others say.
    if (side.observe.size > 0) this.#observe(side, request, decision);
    return side.control.size > 0 ? this.#enforce(side, request, decision) : RuleVerdict.PASS;
  }

  #enforce({ control }: RuleSide<FuseEntry>, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const { found } = this.#matches;
    const tokens = this.#tokens;
    const count = this.#matches.find(control, request);
    for (let i = 0; i < count; i++) {
      const entry = found[i] as FuseEntry;
      const verdict = entry.admit(request);
      if (!blocks(verdict)) {
        tokens[i] = entry.token;
        continue;
      }
      for (let k = 0; k < i; k++) (found[k] as FuseEntry).giveBack(tokens[k] as number);
      entry.refuse(request, verdict);
      decision.reject(entry.rejection, entry.retryAfterSeconds(request.nowMs));
      return RuleVerdict.REJECT;
    }
    for (let k = 0; k < count; k++) {
      const entry = found[k] as FuseEntry;
      entry.countPass(request.nowMs);
      decision.hold(entry, tokens[k] as number, true);
    }
    return RuleVerdict.PASS;
  }

  #observe({ observe }: RuleSide<FuseEntry>, request: RuleRequest, decision: RuleDecision): void {
    const { found } = this.#matches;
    const count = this.#matches.find(observe, request);
    for (let i = 0; i < count; i++) {
      const entry = found[i] as FuseEntry;
      const verdict = entry.admit(request);
      if (blocks(verdict)) {
        entry.refuse(request, verdict);
        decision.noteWatched(entry.program);
        continue;
      }
      entry.countPass(request.nowMs);
      decision.hold(entry, entry.token, true);
    }
  }

  explain(direction: RuleDirection, request: RuleRequest, limit?: number): RuleTrace[] {
    const side = this.#sides[direction] as RuleSide<FuseEntry>;
    return explainSide('FUSE', side, request, (entry) => entry.peek(request.nowMs), limit);
  }

  states(nowMs: number): RuleState[] {
    return this.#sides.flatMap(({ entries }) => entries.map((entry) => entry.state(nowMs)));
  }

  reset(which: (state: RuleState) => boolean, nowMs: number): RuleState[] {
    const before: RuleState[] = [];
    for (const { entries } of this.#sides)
      for (const entry of entries) {
        const state = entry.state(nowMs);
        if (which(state) && entry.reset()) before.push(state);
      }
    return before;
  }

  tick(nowMs: number): void {
    for (const { entries } of this.#sides) for (const entry of entries) entry.log.flush(nowMs);
  }
}
