import type { RuleRejection, RuleRequest, RuleServices, RuleSlot } from '@weft/sdk';
import {
  compileCondition,
  contextOf,
  EntryCounters,
  LineThrottle,
  type MatchedEntry,
  type Matcher,
  matchesAll,
  type RuleJudgement,
  repeatedTimes,
  shownResource,
} from '../common/index.ts';
import type { FaultEntryProgram } from './program.ts';

export const FAULT_LOG = 'fault_inject.log';

/** Shared words: second in which the rule began, whether its end was logged. */
const STARTED = 0;
const END_LOGGED = 1;

/** Begins the life of a rule. */
export function startFault(words: Int32Array, word: number, nowMs: number): void {
  Atomics.store(words, word + STARTED, Math.floor(nowMs / 1000));
  Atomics.store(words, word + END_LOGGED, 0);
}

/** A fault on one service and method, on one thread. */
export class FaultEntry implements MatchedEntry {
  readonly program: FaultEntryProgram;
  readonly service: string;
  readonly method: string;
  /** Those by which rules of the service are told apart: the first of them acts, whatever the traffic. */
  readonly conditions: FaultEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly #keys: readonly Matcher[];
  readonly #traffic: readonly Matcher[];
  readonly #services: RuleServices;
  readonly #slot: RuleSlot;
  readonly #ttlSeconds: number;
  readonly #counters: EntryCounters;
  readonly #lines: LineThrottle;

  constructor(program: FaultEntryProgram, slot: RuleSlot, services: RuleServices) {
    this.program = program;
    this.service = program.service;
    this.method = program.method;
    this.conditions = program.conditions.slice(program.trafficConditions);
    this.matchers = program.conditions.map(compileCondition);
    this.#traffic = this.matchers.slice(0, program.trafficConditions);
    this.#keys = this.matchers.slice(program.trafficConditions);
    const { grpcStatus, httpStatus, ruleDbId, resource } = program;
    this.rejection = {
      word: 'fault-inject',
      ruleDbId,
      resource,
      status: httpStatus,
      message: '',
      ...(grpcStatus < 0 ? {} : { grpcStatus }),
    };
    this.#services = services;
    this.#slot = slot;
    this.#ttlSeconds = program.ttlSeconds;
    this.#counters = new EntryCounters(slot);
    this.#lines = new LineThrottle((repeats) =>
      services.log(FAULT_LOG, 'INFO', `[hit] resourceName:${resource}, ${repeatedTimes(repeats)}`),
    );
  }

  /** Whether the request is one of the service, method and path that the rule is for. */
  isFor(request: RuleRequest): boolean {
    return matchesAll(this.#keys, request);
  }

  matchesTraffic(request: RuleRequest): boolean {
    return matchesAll(this.#traffic, request);
  }

  /** Whether chance hits a request; counts it, and writes the line of a hit. */
  hits(request: RuleRequest): boolean {
    if (this.#services.random() * 100 >= this.program.percent) {
      this.#counters.passAndEnd();
      return false;
    }
    this.#counters.refuse(this.program.mode === 'OBSERVE');
    if (this.#lines.admits(request.nowMs)) this.#writeHit(request);
    return true;
  }

  #writeHit(request: RuleRequest): void {
    const shown = shownResource(this.program, request);
    const line = request.isHttp ? `${request.httpMethod} ${request.path}` : `${request.service}.${request.method}`;
    const watches = this.program.mode === 'OBSERVE' ? ', mode:OBSERVE' : '';
    this.#services.log(
      FAULT_LOG,
      'INFO',
      `${contextOf(request)}[hit] resourceName:${shown}, headers:${line}${watches}`,
    );
  }

  /** Whether the time of the rule is over. */
  expired(nowMs: number): boolean {
    if (this.#ttlSeconds === 0) return false;
    const { words, word } = this.#slot;
    if (nowMs / 1000 < Atomics.load(words, word + STARTED) + this.#ttlSeconds) return false;
    return true;
  }

  /** Says once that the time of the rule is over. */
  noteExpiry(nowMs: number): void {
    if (!this.expired(nowMs)) return;
    const { words, word } = this.#slot;
    if (Atomics.compareExchange(words, word + END_LOGGED, 0, 1) !== 0) return;
    const { resource, ruleDbId } = this.program;
    this.#services.log(
      FAULT_LOG,
      'INFO',
      `[expired] resourceName:${resource}, rule:${ruleDbId}, after ${this.#ttlSeconds} s`,
    );
  }

  flush(nowMs: number): void {
    this.#lines.flush(nowMs);
    this.noteExpiry(nowMs);
  }

  /** What a request of this rule would meet, in words. */
  peek(nowMs: number): RuleJudgement {
    const { mode, fault, percent, delayMs, httpStatus, grpcStatus } = this.program;
    if (this.expired(nowMs)) return { verdict: 'skipped', detail: 'its time is over' };
    const what = fault === 'DELAY' ? `a delay of ${delayMs} ms` : `status ${httpStatus}`;
    const detail = `${percent} % of the requests meet ${what}`;
    if (percent === 0) return { verdict: 'pass', detail };
    if (fault === 'DELAY') return { verdict: mode === 'CONTROL' ? 'delay' : 'would_delay', detail };
    const status = grpcStatus < 0 ? { status: httpStatus } : { status: httpStatus, grpcStatus };
    const effect = { kind: 'fault', ...status, percent } as const;
    return { verdict: mode === 'CONTROL' ? 'reject' : 'would_reject', detail, effect };
  }
}
