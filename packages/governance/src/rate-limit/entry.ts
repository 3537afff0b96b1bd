import {
  RuleCounter,
  type RuleHolder,
  type RuleOutcome,
  type RuleRejection,
  type RuleRequest,
  type RuleServices,
  type RuleSlot,
} from '@weft/sdk';
import { compileCondition, type Keyed, type Matcher, requestService } from '../common/index.ts';
import { bucketParameters, ConcurrencyGate, maxPermitsOf, TokenBucket } from './algorithm.ts';
import { BlockLog } from './log-lines.ts';
import type { LimitEntryProgram } from './program.ts';

/** A rule on one service and method, with its state, on one thread. */
export class LimitEntry implements Keyed, RuleHolder {
  readonly program: LimitEntryProgram;
  readonly service: string;
  readonly method: string;
  readonly conditions: LimitEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly log: BlockLog;
  readonly #bucket: TokenBucket | null;
  readonly #gate: ConcurrencyGate | null;
  readonly #counters: Float64Array;
  readonly #row: number;

  constructor(program: LimitEntryProgram, slot: RuleSlot, services: RuleServices) {
    this.program = program;
    this.service = program.service;
    this.method = program.method;
    this.conditions = program.conditions;
    this.matchers = program.conditions.map(compileCondition);
    const { threshold, timeMs, maxBurstRatio, kind } = program;
    this.#bucket =
      kind === 'bucket'
        ? new TokenBucket(bucketParameters(threshold, timeMs, maxBurstRatio), slot.words, slot.word)
        : null;
    this.#gate = kind === 'concurrency' ? new ConcurrencyGate(threshold, slot.words, slot.word, slot.own) : null;
    this.#counters = slot.counters;
    this.#row = slot.row;
    this.rejection = {
      word: 'limit',
      ruleDbId: program.ruleDbId,
      resource: program.resource,
      status: program.rejectStatus,
      message: program.rejectMessage,
    };
    this.log = new BlockLog(services, program.mode);
    this.log.nameResource(program.resource);
  }

  /** Takes a token or a place; false when there is none. */
  admit(nowMs: number): boolean {
    if (this.#bucket !== null) return this.#bucket.take(nowMs);
    return this.#gate?.enter() ?? false;
  }

  /** Undoes the last `admit`, within the same judgement. */
  giveBack(): void {
    this.#bucket?.giveBack();
    this.#gate?.leave();
  }

  countPass(nowMs: number): void {
    const counters = this.#counters;
    const row = this.#row;
    counters[row + RuleCounter.PASS]!++;
    const inFlight = (counters[row + RuleCounter.PASS] as number) - (counters[row + RuleCounter.COMPLETE] as number);
    const second = Math.floor(nowMs / 1000);
    if (second !== counters[row + RuleCounter.PEAK_SECOND]) {
      counters[row + RuleCounter.PEAK_SECOND] = second;
      counters[row + RuleCounter.PEAK] = inFlight;
    } else if (inFlight > (counters[row + RuleCounter.PEAK] as number)) {
      counters[row + RuleCounter.PEAK] = inFlight;
    }
  }

  /** Counts a refusal and writes its line. */
  refuse(request: RuleRequest): void {
    const observed = this.program.mode === 'OBSERVE';
    this.#counters[this.#row + (observed ? RuleCounter.WOULD_REJECT : RuleCounter.REJECT)]!++;
    if (this.log.admits(request.nowMs))
      this.log.write(this.#resourceOf(request), this.figures(request.nowMs), this.program.text);
  }

  onComplete({ durationMs, failed }: RuleOutcome): void {
    this.#gate?.leave();
    const counters = this.#counters;
    const row = this.#row;
    counters[row + RuleCounter.COMPLETE]!++;
    counters[row + RuleCounter.DURATION_MS]! += durationMs;
    if (failed) counters[row + RuleCounter.EXCEPTION]!++;
  }

  /** Whole seconds until a repeat has a chance. */
  retryAfterSeconds(nowMs: number): number {
    if (this.#bucket !== null) return Math.max(1, Math.ceil(this.#bucket.waitMs(nowMs) / 1000));
    return this.program.kind === 'closed' ? Math.max(1, Math.ceil(this.program.timeMs / 1000)) : 1;
  }

  /** What the limit has, in the words of the block log; integers, rounded down. */
  figures(nowMs: number): string {
    const { threshold, timeMs, maxBurstRatio, kind } = this.program;
    if (this.#gate !== null) return `threshold:${this.#gate.threshold}concurrency:${this.#gate.inFlight}permits:1`;
    const max = Math.floor(maxPermitsOf(threshold, timeMs, maxBurstRatio));
    const stored = kind === 'closed' ? 0 : Math.floor(this.#bucket?.stored(nowMs) ?? 0);
    const generated = kind === 'closed' ? 0 : Math.floor(this.#bucket?.generated(nowMs) ?? 0);
    return `maxPermits:${max}storedPermits:${stored}genPermits:${generated}permits:1`;
  }

  /** Whether a request would be let through now, and why, in words. Takes nothing. */
  peek(nowMs: number): { readonly admits: boolean; readonly detail: string } {
    if (this.#gate !== null) {
      const { inFlight, threshold } = this.#gate;
      return { admits: inFlight < threshold, detail: `${inFlight} of ${threshold} requests in flight` };
    }
    if (this.#bucket === null) return { admits: false, detail: 'the threshold is 0' };
    const stored = this.#bucket.stored(nowMs);
    const max = this.#bucket.parameters.maxPermits;
    // A full bucket may lack a fraction of a tick.
    const shown = Math.floor(stored * 10 + 1e-4) / 10;
    // The same rounding as `take`: a token that is there but for a fraction of a tick is there.
    return {
      admits: this.#bucket.waitMs(nowMs) * this.#bucket.parameters.ticksPerMs < 1,
      detail: `${shown} of ${max} tokens`,
    };
  }

  /** What a rule for every service counts is named by the service that was called. */
  #resourceOf(request: RuleRequest): string {
    const { resource } = this.program;
    return this.service === '*' ? `${requestService(request)}${resource.slice(1)}` : resource;
  }
}
