import type { RuleHolder, RuleOutcome, RuleRejection, RuleRequest, RuleServices, RuleSlot } from '@weft/sdk';
import {
  BlockLog,
  bucketParameters,
  ConcurrencyGate,
  compileCondition,
  EntryCounters,
  type MatchedEntry,
  type Matcher,
  maxPermitsOf,
  permitsText,
  shownResource,
  TokenBucket,
} from '../common/index.ts';
import type { LimitEntryProgram } from './program.ts';

/** A rule on one service and method, with its state, on one thread. */
export class LimitEntry implements MatchedEntry, RuleHolder {
  readonly program: LimitEntryProgram;
  readonly service: string;
  readonly method: string;
  readonly conditions: LimitEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly log: BlockLog;
  readonly #bucket: TokenBucket | null;
  readonly #gate: ConcurrencyGate | null;
  readonly #counters: EntryCounters;

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
    this.#counters = new EntryCounters(slot);
    this.rejection = {
      word: 'limit',
      ruleDbId: program.ruleDbId,
      resource: program.resource,
      status: program.rejectStatus,
      message: program.rejectMessage,
    };
    this.log = new BlockLog(services, program.mode, 'LocalLimitSlot', program.resource);
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
    this.#counters.pass(nowMs);
  }

  /** Counts a refusal and writes its line. */
  refuse(request: RuleRequest): void {
    this.#counters.refuse(this.program.mode === 'OBSERVE');
    if (!this.log.wants(request.nowMs)) return;
    const { program } = this;
    this.log.write(request, shownResource(program, request), `<nil>|${this.figures(request.nowMs)}`, program.text);
  }

  onComplete(outcome: RuleOutcome): void {
    this.#gate?.leave();
    this.#counters.complete(outcome);
  }

  /** Whole seconds until a repeat has a chance. */
  retryAfterSeconds(nowMs: number): number {
    if (this.#bucket !== null) return Math.max(1, Math.ceil(this.#bucket.waitMs(nowMs) / 1000));
    return this.program.kind === 'closed' ? Math.max(1, Math.ceil(this.program.timeMs / 1000)) : 1;
  }

  /** What the limit has, in the words of the block log; of concurrency the places, and those that are free. */
  figures(nowMs: number): string {
    const { threshold, timeMs, maxBurstRatio, kind } = this.program;
    if (this.#gate !== null) return permitsText(this.#gate.threshold, this.#gate.free, 0);
    const max = maxPermitsOf(threshold, timeMs, maxBurstRatio);
    if (kind === 'closed') return permitsText(max, 0, 0);
    return permitsText(max, this.#bucket?.stored(nowMs) ?? 0, this.#bucket?.generated(nowMs) ?? 0);
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
}
