import {
  OutcomeKind,
  type RuleHolder,
  type RuleOutcome,
  type RuleRejection,
  type RuleRequest,
  type RuleServices,
  type RuleSlot,
  type RuleState,
  type RuleTrace,
} from '@weft/sdk';
import {
  BlockLog,
  compileCondition,
  EntryCounters,
  type MatchedEntry,
  type Matcher,
  shownResource,
} from '../common/index.ts';
import {
  Breaker,
  BreakerState,
  BreakerVerdict,
  STATE_NAMES,
  type TransitionReason,
  type TransitionSink,
  type WindowFigures,
} from './algorithm.ts';
import type { FuseEntryProgram } from './program.ts';
import { shownRule } from './rule-text.ts';

export const FUSE_LOG = 'fuse.log';

/** A rule on one service and method, with its breaker, on one thread. */
export class FuseEntry implements MatchedEntry, RuleHolder, TransitionSink {
  readonly program: FuseEntryProgram;
  readonly service: string;
  readonly method: string;
  readonly conditions: FuseEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly log: BlockLog;
  readonly #services: RuleServices;
  readonly #breaker: Breaker;
  readonly #counters: EntryCounters;
  readonly #errorCodes: ReadonlySet<number> | null;

  constructor(program: FuseEntryProgram, slot: RuleSlot, services: RuleServices) {
    this.program = program;
    this.service = program.service;
    this.method = program.method;
    this.conditions = program.conditions;
    this.matchers = program.conditions.map(compileCondition);
    this.rejection = {
      word: 'fuse',
      ruleDbId: program.ruleDbId,
      resource: program.resource,
      status: program.rejectStatus,
      message: program.rejectMessage,
    };
    this.log = new BlockLog(services, program.mode, 'FuseSlot', program.resource);
    this.#services = services;
    this.#breaker = new Breaker(program.breaker, slot, this);
    this.#counters = new EntryCounters(slot);
    this.#errorCodes = program.errorCodes.length === 0 ? null : new Set(program.errorCodes);
  }

  /** What `hold` needs for the request that was admitted last. */
  get token(): number {
    return this.#breaker.token;
  }

  admit(request: RuleRequest): BreakerVerdict {
    return this.#breaker.admit(request.nowMs, request.timeoutMs);
  }

  giveBack(token: number): void {
    this.#breaker.giveBack(token);
  }

  countPass(nowMs: number): void {
    this.#counters.pass(nowMs);
  }

  /** Counts a refusal and writes its line. */
  refuse(request: RuleRequest, verdict: BreakerVerdict): void {
    this.#counters.refuse(this.program.mode === 'OBSERVE');
    if (!this.log.wants(request.nowMs)) return;
    const detail = verdict === BreakerVerdict.PROBE_BLOCK ? 'PROBE_BLOCK' : 'ALWAYS_BLOCK';
    const resource = shownResource(this.program, request);
    this.log.write(request, resource, `Block(${detail})|`, shownRule(this.program.text, this.program, resource));
  }

  onComplete(outcome: RuleOutcome, token: number): void {
    this.#counters.complete(outcome);
    if (outcome.kind === OutcomeKind.CANCELLED) {
      this.#breaker.giveBack(token);
      return;
    }
    this.#breaker.complete(outcome.nowMs, token, this.#isError(outcome), outcome.durationMs);
  }

  #isError({ kind, code }: RuleOutcome): boolean {
    if (kind === OutcomeKind.UNANSWERED) return true;
    return this.#errorCodes === null ? kind === OutcomeKind.ERROR : this.#errorCodes.has(code);
  }

  onTransition(from: BreakerState, to: BreakerState, figures: WindowFigures, reason: TransitionReason): void {
    const { total, errors, durationMs } = figures;
    const rt = total === 0 ? 0 : Math.round(durationMs / total);
    const { resource, ruleDbId } = this.program;
    this.#services.log(
      FUSE_LOG,
      'INFO',
      `[fuse] resource:${resource},rule:${ruleDbId},from:${STATE_NAMES[from]},to:${STATE_NAMES[to]},total:${total},error:${errors},rt:${rt},reason:${reason}`,
    );
  }

  /** Whole seconds until a repeat has a chance. */
  retryAfterSeconds(nowMs: number): number {
    return Math.max(1, Math.ceil(this.#breaker.waitMs(nowMs) / 1000));
  }

  /** How it stands. */
  state(nowMs: number): RuleState {
    const { ruleDbId, name, resource, direction, mode } = this.program;
    const breaker = this.#breaker;
    const { total, errors, durationMs } = breaker.window(nowMs);
    return {
      ruleDbId,
      name,
      resource,
      direction,
      mode,
      state: STATE_NAMES[breaker.state],
      remainingMs: breaker.waitMs(nowMs),
      counts: { total, errors, averageMs: total === 0 ? 0 : Math.round(durationMs / total), probes: breaker.issued },
    };
  }

  /** Closes it by hand. False when it is closed. */
  reset(): boolean {
    return this.#breaker.reset();
  }

  /** What a request would be told now, and why, in words. Changes nothing. */
  peek(nowMs: number): Pick<RuleTrace, 'verdict' | 'detail'> {
    const verdict = this.#breaker.peek(nowMs);
    const blocks = verdict === BreakerVerdict.ALWAYS_BLOCK || verdict === BreakerVerdict.PROBE_BLOCK;
    const refusal = this.program.mode === 'CONTROL' ? 'reject' : 'would_reject';
    return { verdict: blocks ? refusal : 'pass', detail: this.#words(nowMs) };
  }

  #words(nowMs: number): string {
    const breaker = this.#breaker;
    const { trigger, threshold, windowMs, floor, probes } = breaker.parameters;
    switch (breaker.state) {
      case BreakerState.OPEN: {
        const waitMs = breaker.waitMs(nowMs);
        return waitMs === 0 ? 'OPEN, the next request is a probe' : `OPEN for ${waitMs} ms more`;
      }
      case BreakerState.HALF_OPEN:
        return `HALF_OPEN, ${breaker.issued} of ${probes} probes sent`;
      default: {
        const { total, errors, durationMs } = breaker.window(nowMs);
        const of = `${total} of at least ${floor} calls in ${windowMs / 1000} s`;
        return trigger === 'errorRatio'
          ? `CLOSED, ${of}, ${total === 0 ? 0 : Math.round((errors * 1000) / total) / 10} % errors of ${threshold} %`
          : `CLOSED, ${of}, ${total === 0 ? 0 : Math.round(durationMs / total)} ms of ${threshold} ms`;
      }
    }
  }
}
