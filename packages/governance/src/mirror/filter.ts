import {
  CopyResult,
  type HostSelector,
  type RequestCopy,
  type RuleDecision,
  type RuleDirection,
  type RuleEffort,
  type RuleHolder,
  type RuleOutcome,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleSlot,
  type RuleTrace,
  RuleVerdict,
  traceIdOf,
} from '@weft/sdk';
import {
  buildSides,
  compileCondition,
  EntryCounters,
  explainSide,
  flowComparison,
  LineThrottle,
  type MatchedEntry,
  type Matcher,
  Matches,
  type RuleJudgement,
  type RuleSide,
  repeatedTimes,
  shownResource,
  writeMatchDetail,
} from '../common/index.ts';
import { RESULTS } from './compile.ts';
import type { MirrorEntryProgram, MirrorProgram } from './program.ts';

export const MIRROR_LOG = 'mirror.log';
/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;

/** A rule on one service and method, on one thread. */
class MirrorEntry implements MatchedEntry, RuleHolder, RequestCopy {
  readonly program: MirrorEntryProgram;
  readonly service: string;
  readonly method: string;
  readonly conditions: MirrorEntryProgram['conditions'];
  readonly matchers: readonly Matcher[];
  readonly cluster: string;
  readonly addresses: readonly string[];
  readonly toEveryHost: boolean;
  readonly times: number;
  readonly maxBodyBytes: number;
  readonly maxPending: number;
  readonly removeHeaders: readonly string[];
  readonly setHeaders: RequestCopy['setHeaders'];
  readonly hostSuffix: string;
  pending = 0;
  /** What became of copies, on this thread. */
  succeeded = 0;
  failed = 0;
  failedInARow = 0;
  failure = '';
  readonly lines: LineThrottle;
  readonly #services: RuleServices;
  readonly #counters: EntryCounters;
  readonly #results: readonly EntryCounters[];
  /** Of the last copy that a line is written about. */
  #second = -1;
  #nowMs = 0;

  constructor(program: MirrorEntryProgram, services: RuleServices) {
    this.program = program;
    this.service = program.service;
    this.method = program.method;
    this.conditions = program.conditions;
    this.matchers = program.conditions.map(compileCondition);
    this.cluster = program.cluster;
    this.addresses = program.addresses;
    this.toEveryHost = program.toEveryHost;
    this.times = program.times;
    this.maxBodyBytes = program.maxBodyBytes;
    this.removeHeaders = program.removeHeaders;
    this.setHeaders = program.setHeaders;
    this.hostSuffix = program.hostSuffix;
    const slot = services.slots[program.slot] as RuleSlot;
    // Each thread has its part of them.
    this.maxPending = Math.max(1, Math.ceil(program.maxPending / slot.threads));
    this.#services = services;
    this.#counters = new EntryCounters(slot);
    this.#results = program.resultSlots.map((index) => new EntryCounters(services.slots[index] as RuleSlot));
    this.lines = new LineThrottle((repeats) =>
      services.log(MIRROR_LOG, 'WARN', `[mirror] - ${program.resource} dropped, ${repeatedTimes(repeats)}`),
    );
  }

  /** Has a request copied, or not, as chance will have it. */
  take(request: RuleRequest, decision: RuleDecision): void {
    this.#counters.pass(request.nowMs);
    decision.hold(this);
    if (this.#services.random() * 100 >= this.program.percent) return;
    this.#nowMs = request.nowMs;
    const second = Math.floor(request.nowMs / 1000);
    let note = '';
    // A line a second is what somebody reads.
    if (second !== this.#second) {
      this.#second = second;
      note = `${traceIdOf(request)} ${shownResource(this.program, request)}`;
    }
    decision.copy(this, note);
  }

  onComplete(outcome: RuleOutcome): void {
    this.#counters.complete(outcome);
  }

  onCopied(result: CopyResult, durationMs: number, target: string, reason: string, note: string): void {
    this.#results[result]?.passAndEnd();
    this.#note(result, reason);
    const { log } = this.#services;
    const name = RESULTS[result];
    const head = `[mirror] ${note === '' ? `- ${this.program.resource}` : note} -> ${target} ${name}`;
    if (result === CopyResult.DROPPED) {
      if (this.lines.admits(this.#nowMs)) log(MIRROR_LOG, 'WARN', `${head} ${reason}`);
    } else if (result === CopyResult.RESTED) {
      if (note !== '') log(MIRROR_LOG, 'WARN', `${head} ${reason}`);
    } else if (note !== '') {
      log(MIRROR_LOG, 'INFO', `${head} ${Math.round(durationMs)}${reason === '' ? '' : ` ${reason}`}`);
    }
  }

  /** An answer that is an error arrived all the same. */
  #note(result: CopyResult, reason: string): void {
    if (result === CopyResult.OK || result === CopyResult.ERROR) {
      this.succeeded++;
      this.failedInARow = 0;
      return;
    }
    this.failed++;
    this.failedInARow++;
    // Why a host rests is what the copy before said.
    if (result !== CopyResult.RESTED || this.failure === '') this.failure = reason;
  }
}

/** Has requests copied elsewhere; the requests themselves go on as they would. */
export class MirrorRuleSet implements RuleSet {
  readonly #sides: readonly RuleSide<MirrorEntry>[];
  readonly #services: RuleServices;
  readonly #matches = new Matches<MirrorEntry>();

  private constructor(sides: readonly RuleSide<MirrorEntry>[], services: RuleServices) {
    this.#sides = sides;
    this.#services = services;
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: MirrorProgram, services: RuleServices): Generator<void, MirrorRuleSet> {
    const entries: MirrorEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new MirrorEntry(entry, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    return new MirrorRuleSet(yield* buildSides(entries, program.idle), services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return this.#sides[direction]?.entries.length === 0;
  }

  /** All rules that match copy, each for itself, and each once: a rule may name a request by several of its services. */
  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const side = this.#sides[direction] as RuleSide<MirrorEntry>;
    if (this.#services.detail())
      writeMatchDetail(this.#services, MIRROR_LOG, direction, request, side.entries, flowComparison);
    const count = this.#matches.find(side.control, request);
    const { found } = this.#matches;
    for (let i = 0; i < count; i++) if (!isNamedBefore(found, i)) (found[i] as MirrorEntry).take(request, decision);
    return RuleVerdict.PASS;
  }

  explain(
    direction: RuleDirection,
    request: RuleRequest,
    limit?: number,
    _hasHost?: (selector: HostSelector) => boolean,
    decision?: RuleDecision,
  ): RuleTrace[] {
    const side = this.#sides[direction] as RuleSide<MirrorEntry>;
    const judge = (entry: MirrorEntry): RuleJudgement => ({
      verdict: 'pass',
      detail: decision === undefined ? inWords(entry) : whatHappened(entry, decision),
    });
    return explainSide('MIRROR', side, request, judge, limit);
  }

  efforts(ruleDbId: number): RuleEffort[] {
    return this.#sides.flatMap(({ entries }) => entries.filter(hasTried(ruleDbId)).map(effortOf));
  }

  tick(nowMs: number): void {
    for (const { entries } of this.#sides) for (const entry of entries) entry.lines.flush(nowMs);
  }
}

function isNamedBefore(found: readonly MirrorEntry[], at: number): boolean {
  const { ruleDbId } = (found[at] as MirrorEntry).program;
  for (let i = 0; i < at; i++) if ((found[i] as MirrorEntry).program.ruleDbId === ruleDbId) return true;
  return false;
}

function copiedTo({ program: { times, toEveryHost, cluster, addresses } }: MirrorEntry): string {
  const copies = times === 1 ? 'copied' : `copied ${times} times`;
  return `${copies} to ${toEveryHost ? 'every instance of ' : ''}${cluster || addresses.join(', ')}`;
}

function inWords(entry: MirrorEntry): string {
  return `${entry.program.percent} % of the requests are ${copiedTo(entry)}`;
}

/** Of one request that was decided; what became of its copies is known when it is long over. */
function whatHappened(entry: MirrorEntry, { copies }: RuleDecision): string {
  const { percent } = entry.program;
  return copies.some(({ copy }) => copy === entry)
    ? `this request was to be ${copiedTo(entry)}`
    : `this request was not among the ${percent} % that are ${copiedTo(entry)}`;
}

const hasTried =
  (ruleDbId: number) =>
  ({ program, succeeded, failed }: MirrorEntry): boolean =>
    program.ruleDbId === ruleDbId && succeeded + failed > 0;

function effortOf({ cluster, addresses, succeeded, failed, failedInARow, failure }: MirrorEntry): RuleEffort {
  return { target: cluster || addresses.join(', '), succeeded, failed, failedInARow, reason: failure };
}
