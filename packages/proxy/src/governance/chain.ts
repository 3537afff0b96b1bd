import {
  type HeaderMap,
  type LocalReply,
  type MadeUpAnswer,
  OutcomeKind,
  type RequestHead,
  type ResponseFlagName,
  type ResponseHead,
  RuleDecision,
  type RuleDirection,
  type RuleNode,
  type RuleRejection,
  type RuleSet,
  RuleVerdict,
  UNKNOWN_NODE,
} from '@weft/sdk';
import type { RejectSettings } from './messages.ts';
import { noteHead, noteLocalAnswer, noteTrailers } from './outcome.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { RecordedStream, RequestRecorder } from './recorder.ts';
import { rejectFlag, rejectReply } from './rejection.ts';
import { type RequestPeer, RequestView } from './request-view.ts';
import { refusedTraces, tracesOf } from './rule-traces.ts';

/** What becomes of a request that rules have judged. */
export const Admission = {
  ADMITTED: 0,
  /** It has been answered. */
  REFUSED: 1,
  /** It waits for `waitMs`, then `resume` is called. */
  WAITING: 2,
} as const;
export type Admission = (typeof Admission)[keyof typeof Admission];

/** Who ended a request, where that says more than its answer. */
export const RequestEnd = { ANSWERED: 0, UNANSWERED: 1, CANCELLED: 2 } as const;
export type RequestEnd = (typeof RequestEnd)[keyof typeof RequestEnd];

/** The decision of the rules, with where they stand while the request waits. */
export class ChainDecision extends RuleDecision {
  sets: readonly RuleSet[] = NO_SETS;
  next = 0;
}
const NO_SETS: readonly RuleSet[] = [];

/** A request in progress, as far as rules have to do with it. */
export interface GovernedStream extends RecordedStream {
  readonly request: RequestHead;
  readonly connection: RequestPeer;
  /** What rules hold until the request ends; null for most. */
  ruleDecision: ChainDecision | null;
  /** What is remembered of it; null for most. */
  recorded: RecordedRequest | null;
  /** `ip:port` of the host that is asked, or was last; '' when none. */
  readonly hostAddress: string;
  /** Cluster of that host; '' when none was looked for. */
  readonly clusterName: string;
  /** HTTP-like status of the answer; 0 while there is none. */
  readonly status: number;
  addFlag(flag: ResponseFlagName): void;
  /** Why the caller cannot be given this success that a rule makes up; '' when it can. */
  madeUpProblem(answer: MadeUpAnswer): string;
  reply(reply: LocalReply): void;
}

/** Decisions that are kept for reuse. */
const MAX_IDLE_DECISIONS = 1024;

/**
 * The rules of one direction on one thread, in the order of their types. Listeners point at it for good; what is in it is
 * replaced as a whole.
 */
export class RuleChain {
  readonly direction: RuleDirection;
  /** Added to the thread's clock: all threads' rules have one time. */
  clockOffsetMs = 0;
  reject: RejectSettings = { profile: 'standard', limitMessage: 'limit exceeded' };
  onFault: (error: unknown) => void = () => {};
  /** Remembers requests; null where nobody asks. */
  recorder: RequestRecorder | null = null;
  readonly #view: RequestView;
  readonly #idle: ChainDecision[] = [];
  #sets: readonly RuleSet[] = [];
  /** Those of them that judge what is under way once more. */
  #rechecking: readonly RuleSet[] = NO_SETS;

  constructor(direction: RuleDirection) {
    this.direction = direction;
    this.#view = new RequestView(direction, UNKNOWN_NODE);
  }

  /** From here on new requests are judged by `sets`. */
  replace(sets: readonly RuleSet[], node: RuleNode): void {
    this.#sets = sets.filter((set) => !set.isEmpty(this.direction));
    this.#rechecking = this.#sets.filter((set) => set.recheck !== undefined);
    this.#view.node = node;
    // Those that wait for reuse still point at the rules of before.
    this.#idle.length = 0;
  }

  /** Whether requests that last will be judged again, so that their heads have to stay. */
  get rechecks(): boolean {
    return this.#rechecking.length > 0;
  }

  /** Judges a request. One that is refused has been answered when this returns. */
  admit(stream: GovernedStream, nowMs: number): Admission {
    const isRaw = stream.request.family === 'raw';
    // A connection without requests is judged as a whole, by those that can judge it again.
    const sets = isRaw ? this.#rechecking : this.#sets;
    if (sets.length === 0) {
      if (isRaw) return Admission.ADMITTED;
      if (this.recorder !== null) this.#recordFree(stream, this.recorder, nowMs);
      return Admission.ADMITTED;
    }
    return this.#judge(stream, this.#idle.pop() ?? new ChainDecision(), sets, 0, nowMs);
  }

  /** How long a request that waits has to, ms. */
  waitMs(stream: GovernedStream): number {
    return stream.ruleDecision?.delayMs ?? 0;
  }

  /** The wait is over: the rules that it began with go on. */
  resume(stream: GovernedStream, nowMs: number): Admission {
    const decision = stream.ruleDecision;
    if (decision === null) return Admission.ADMITTED;
    stream.ruleDecision = null;
    return this.#judge(stream, decision, decision.sets, decision.next, nowMs);
  }

  /** What ends a request that was let pass and is still under way, now that rules have changed; null: nothing does. */
  recheck(stream: GovernedStream, nowMs: number): LocalReply | null {
    const view = this.#view;
    view.point(stream.request, stream.connection, nowMs + this.clockOffsetMs);
    for (const set of this.#rechecking) {
      const rejection = this.#recheck(set, view);
      if (rejection === null) continue;
      const flag = rejectFlag(rejection);
      if (flag !== null) stream.addFlag(flag);
      return rejectReply(rejection, 0, stream.request, this.reject);
    }
    return null;
  }

  #recheck(set: RuleSet, view: RequestView): RuleRejection | null {
    try {
      return set.recheck?.(this.direction, view) ?? null;
    } catch (error) {
      this.onFault(error);
      return null;
    }
  }

  #judge(
    stream: GovernedStream,
    decision: ChainDecision,
    sets: readonly RuleSet[],
    from: number,
    nowMs: number,
  ): Admission {
    const view = this.#view;
    view.point(stream.request, stream.connection, nowMs + this.clockOffsetMs);
    for (let i = from; i < sets.length; i++) {
      const verdict = this.#decide(sets[i] as RuleSet, view, decision);
      if (verdict === RuleVerdict.PASS) continue;
      stream.ruleDecision = decision;
      if (this.recorder !== null) this.#record(stream, this.recorder, decision, sets, from, i, verdict);
      if (verdict === RuleVerdict.DELAY) {
        decision.sets = sets;
        decision.next = i + 1;
        stream.addFlag('DelayInjected');
        return Admission.WAITING;
      }
      const rejection = decision.rejection as RuleRejection;
      const flag = rejectFlag(rejection);
      if (flag !== null) stream.addFlag(flag);
      const problem = rejection.answer === undefined ? '' : stream.madeUpProblem(rejection.answer);
      stream.reply(rejectReply(rejection, decision.retryAfterSeconds, stream.request, this.reject, problem));
      return Admission.REFUSED;
    }
    if (this.recorder !== null)
      this.#record(stream, this.recorder, decision, sets, from, sets.length, RuleVerdict.PASS);
    decision.sets = NO_SETS;
    if (decision.held > 0) stream.ruleDecision = decision;
    else {
      if (decision.watched.length > 0) decision.watched.length = 0;
      this.#idle.push(decision);
    }
    return Admission.ADMITTED;
  }

  /** A request that no rule is for may be one of the sample. */
  #recordFree(stream: GovernedStream, recorder: RequestRecorder, nowMs: number): void {
    const view = this.#view;
    const now = nowMs + this.clockOffsetMs;
    view.point(stream.request, stream.connection, now);
    const record = recorder.begin(this.direction, stream, now, false, view);
    if (record === null) return;
    stream.recorded = record;
    recorder.keep(record);
  }

  /** Remembers what the rules from `from` on said; those behind `reached` were not asked. */
  #record(
    stream: GovernedStream,
    recorder: RequestRecorder,
    decision: ChainDecision,
    sets: readonly RuleSet[],
    from: number,
    reached: number,
    verdict: RuleVerdict,
  ): void {
    // A connection without requests has nothing that could be played again, or counted among requests.
    if (stream.request.family === 'raw') return;
    const view = this.#view;
    const noticed = verdict !== RuleVerdict.PASS || decision.hosts.count > 0 || decision.watched.length > 0;
    // One that waited has been counted before.
    const before = from > 0 ? stream.recorded : null;
    if (from > 0 && before === null) return;
    const record = before ?? recorder.begin(this.direction, stream, view.nowMs, noticed, view);
    if (record === null) return;
    try {
      view.unread = record.unread;
      const traces = tracesOf(sets, from, reached, verdict, this.direction, view, decision);
      record.rules.push(...recorder.redaction.tracesOf(traces));
    } catch (error) {
      this.onFault(error);
    }
    if (verdict === RuleVerdict.DELAY) record.verdict = 'delay';
    if (verdict === RuleVerdict.REJECT && decision.rejection !== null) {
      record.verdict = 'reject';
      record.ruleDbId = decision.rejection.ruleDbId;
      record.refusedBy = decision.rejection.word;
    }
    if (before !== null) return;
    stream.recorded = record;
    recorder.keep(record);
  }

  /** A rule that fails lets pass: a defect must not take a service away. */
  #decide(set: RuleSet, view: RequestView, decision: RuleDecision): RuleVerdict {
    try {
      return set.decide(this.direction, view, decision);
    } catch (error) {
      this.onFault(error);
      // Half a choice of hosts is none.
      decision.hosts.clear();
      return RuleVerdict.PASS;
    }
  }

  /** No host is left that the request may go to: answers it as the rule says that chose. */
  refuseHosts(stream: GovernedStream): void {
    const choice = stream.ruleDecision?.hosts;
    const rejection = choice?.refusal ?? null;
    if (choice === undefined || rejection === null) return;
    const { recorded } = stream;
    if (recorded !== null) {
      // The rules let it pass: that none of the hosts is there came out later.
      recorded.verdict = 'reject';
      recorded.ruleDbId = rejection.ruleDbId;
      recorded.refusedBy = rejection.word;
      recorded.rules = refusedTraces(recorded.rules, rejection, choice);
    }
    const flag = rejectFlag(rejection);
    if (flag !== null) stream.addFlag(flag);
    stream.reply(rejectReply(rejection, 0, stream.request, this.reject));
  }

  /** The answer begins; asked only for requests that a rule holds. */
  noteHead(stream: GovernedStream, head: ResponseHead): void {
    const decision = stream.ruleDecision;
    if (decision?.readsAnswer === true) noteHead(decision, stream.request, head);
  }

  noteTrailers(stream: GovernedStream, trailers: HeaderMap): void {
    const decision = stream.ruleDecision;
    if (decision?.readsAnswer === true) noteTrailers(decision, trailers);
  }

  /** A try has failed and another one follows; `head` is what the host answered, null when it did not. */
  attemptEnded(stream: GovernedStream, head: ResponseHead | null, nowMs: number): void {
    const decision = stream.ruleDecision;
    if (decision?.readsAttempts !== true) return;
    decision.outcome.hostAddress = stream.hostAddress;
    decision.outcome.clusterName = stream.clusterName;
    if (head !== null) noteHead(decision, stream.request, head);
    const kind = decision.answer < 0 ? OutcomeKind.UNANSWERED : (decision.answer as OutcomeKind);
    decision.attemptEnded(kind, nowMs + this.clockOffsetMs);
  }

  /** The request is over, however it ended. */
  complete(stream: GovernedStream, startedAtMs: number, nowMs: number, failed: boolean, end: RequestEnd): void {
    const decision = stream.ruleDecision;
    if (decision === null) return;
    stream.ruleDecision = null;
    let kind: OutcomeKind = failed ? OutcomeKind.ERROR : OutcomeKind.SUCCESS;
    if (decision.readsAnswer) {
      if (decision.answer < 0 && end === RequestEnd.ANSWERED) noteLocalAnswer(decision, stream.request, stream.status);
      if (decision.answer >= 0) kind = decision.answer as OutcomeKind;
      decision.outcome.hostAddress = stream.hostAddress;
      decision.outcome.clusterName = stream.clusterName;
    }
    if (decision.hosts.count > 0) {
      decision.outcome.hostAddress = stream.hostAddress;
      decision.outcome.clusterName = stream.clusterName;
    }
    if (end !== RequestEnd.ANSWERED)
      kind = end === RequestEnd.CANCELLED ? OutcomeKind.CANCELLED : OutcomeKind.UNANSWERED;
    decision.complete(nowMs - startedAtMs, failed, kind, nowMs + this.clockOffsetMs);
    decision.sets = NO_SETS;
    if (this.#idle.length < MAX_IDLE_DECISIONS) this.#idle.push(decision);
  }
}
