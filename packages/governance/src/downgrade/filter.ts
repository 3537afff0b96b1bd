import {
  type RuleAnswer,
  type RuleDecision,
  RuleDirection,
  type RuleEffect,
  type RuleRejection,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleSlot,
  type RuleTrace,
  RuleVerdict,
} from '@weft/sdk';
import {
  buildSides,
  compileCondition,
  contextOf,
  contextPrefix,
  EntryCounters,
  explainSide,
  LineThrottle,
  type MatchedEntry,
  type Matcher,
  Matches,
  type RuleJudgement,
  type RuleSide,
  repeatedTimes,
} from '../common/index.ts';
import type { AnswerProgram, DowngradeEntryProgram, DowngradeProgram } from './program.ts';

export const DOWNGRADE_LOG = 'downgrade.log';
const HIT = '[downgradeFilter] downgrade rule is active and hijack response';
const WATCHED = '[downgradeFilter] downgrade rule is active and trafficConditions matched, but mode is not reject';
/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;

/** A rule on one service and method, on one thread. */
class DowngradeEntry implements MatchedEntry {
  readonly program: DowngradeEntryProgram;
  readonly service: string;
  readonly method: string;
  readonly conditions: DowngradeEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly written: readonly Matcher[];
  readonly rejection: RuleRejection;
  readonly lines: LineThrottle;
  readonly #services: RuleServices;
  readonly #counters: EntryCounters;

  constructor(program: DowngradeEntryProgram, slot: RuleSlot, services: RuleServices) {
    this.program = program;
    this.service = program.service;
    this.method = program.method;
    this.conditions = program.conditions;
    this.matchers = program.conditions.map(compileCondition);
    this.written = program.written.map(compileCondition);
    const { ruleDbId, resource, status, message, answer } = program;
    const made = answer === null ? {} : { answer: toAnswer(answer) };
    this.rejection = { word: 'downgrade', ruleDbId, resource, status, message, ...made };
    this.#services = services;
    this.#counters = new EntryCounters(slot);
    this.lines = new LineThrottle((repeats) => this.#log(`${this.#text} ${repeatedTimes(repeats)}`));
  }

  get #text(): string {
    return this.program.mode === 'CONTROL' ? HIT : WATCHED;
  }

  hit(request: RuleRequest): void {
    this.#counters.refuse(this.program.mode === 'OBSERVE');
    if (this.program.logLevel !== '' && this.lines.admits(request.nowMs))
      this.#log(`${contextOf(request)}${this.#text}`);
  }

  #log(text: string): void {
    const { logLevel } = this.program;
    if (logLevel !== '') this.#services.log(DOWNGRADE_LOG, logLevel, text);
  }
}

const effectOf = ({ messages }: AnswerProgram): RuleEffect => ({
  kind: 'answer',
  status: 200,
  ...(messages === null ? {} : { hasMessages: true }),
  percent: 100,
});

function toAnswer({ headers, body, messages }: AnswerProgram): RuleAnswer {
  return messages === null
    ? { headers, body }
    : { headers, body, messages: messages.map((text) => Buffer.from(text, 'base64')) };
}

/** Rules whose conditions are written for one request. */
const MAX_DETAIL_RULES = 50;

/** Answers calls instead of the services that are degraded, at the caller. */
export class DowngradeRuleSet implements RuleSet {
  readonly #side: RuleSide<DowngradeEntry>;
  readonly #services: RuleServices;
  readonly #matches = new Matches<DowngradeEntry>();

  private constructor(side: RuleSide<DowngradeEntry>, services: RuleServices) {
    this.#side = side;
    this.#services = services;
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: DowngradeProgram, services: RuleServices): Generator<void, DowngradeRuleSet> {
    const entries: DowngradeEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new DowngradeEntry(entry, services.slots[entry.slot] as RuleSlot, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    const sides = yield* buildSides(entries, program.idle);
    return new DowngradeRuleSet(sides[RuleDirection.CLIENT] as RuleSide<DowngradeEntry>, services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return direction === RuleDirection.SERVER || this.#side.entries.length === 0;
  }

  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    if (direction === RuleDirection.SERVER) return RuleVerdict.PASS;
    const { control, observe } = this.#side;
    if (this.#services.detail()) this.#writeDetail(request);
    const watching = this.#matches.find(observe, request);
    for (let i = 0; i < watching; i++) {
      const entry = this.#matches.found[i] as DowngradeEntry;
      entry.hit(request);
      decision.noteWatched(entry.program);
    }
    if (this.#matches.find(control, request) === 0) return RuleVerdict.PASS;
    const entry = this.#matches.found[0] as DowngradeEntry;
    entry.hit(request);
    decision.reject(entry.rejection, 0);
    return RuleVerdict.REJECT;
  }

  #writeDetail(request: RuleRequest): void {
    const trace = contextPrefix(request);
    for (const { written } of this.#side.entries.slice(0, MAX_DETAIL_RULES)) {
      for (const { condition, read } of written) {
        const { type, field, operation, value } = condition;
        this.#services.log(
          DOWNGRADE_LOG,
          'DEBUG',
          `${trace}[requirement][Match] ${operation.toLowerCase()} requirement:&{${field} ${type} ${value.join(' ')}},actualValue:${read(request)}`,
        );
      }
    }
  }

  explain(direction: RuleDirection, request: RuleRequest, limit?: number): RuleTrace[] {
    if (direction === RuleDirection.SERVER) return [];
    const judge = ({ program }: DowngradeEntry): RuleJudgement => ({
      verdict: program.mode === 'CONTROL' ? 'reject' : 'would_reject',
      detail: program.answer === null ? 'answered with an error' : 'answered by the rule',
      ...(program.answer === null ? {} : { effect: effectOf(program.answer) }),
    });
    return explainSide('DOWNGRADE', this.#side, request, judge, limit);
  }

  tick(nowMs: number): void {
    for (const { lines } of this.#side.entries) lines.flush(nowMs);
  }
}
