import type { MadeUpAnswer } from '../protocol/index.ts';
import type { HostChoice } from './host-choice.ts';
import type { RequestCopy, WantedCopy } from './request-copy.ts';
import { type OutcomeKind, RuleOutcome } from './rule-outcome.ts';

/** What a rule says of a request. Small integers: compared on the request path. */
export const RuleVerdict = {
  PASS: 0,
  /** Answered at once, as `reject` says; nothing is sent. */
  REJECT: 1,
  /** Goes on after `delayMs`, with the rules behind this one. */
  DELAY: 2,
} as const;
export type RuleVerdict = (typeof RuleVerdict)[keyof typeof RuleVerdict];

/** An answer that is no refusal: what a caller gets instead of that of the service. */
export interface RuleAnswer extends MadeUpAnswer {
  /** Lower-case names; for callers of HTTP and gRPC. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What the caller of a refused request is told; one object per rule, made when the rule is compiled. */
export interface RuleRejection {
  /** Lower-case word of the rule type, such as `limit`. */
  readonly word: string;
  readonly ruleDbId: number;
  readonly resource: string;
  /** HTTP status that the rule wants instead of the profile's; 0 = that of the profile. */
  readonly status: number;
  /** Text that the rule wants instead of the profile's; '' = that of the profile. */
  readonly message: string;
  /** Status of gRPC that the rule names; without it that of the HTTP status. */
  readonly grpcStatus?: number;
  /** With it the answer is a success. */
  readonly answer?: RuleAnswer;
}

/** Names a rule on one resource. */
export interface RuleMark {
  readonly ruleDbId: number;
  readonly resource: string;
}

/** A rule that wants to be told how a request ended that it let through. */
export interface RuleHolder {
  /**
   * Exactly once per `hold`.
   *
   * @param outcome valid until the call returns
   * @param token what `hold` was given
   */
  onComplete(outcome: RuleOutcome, token: number): void;
  /**
   * A try has failed and the request is sent once more: before `onComplete`, for each such try. `outcome` says what the host
   * did; its durations are those of no request.
   */
  onAttempt?(outcome: RuleOutcome, token: number): void;
}

/** No answer has been noted. */
const NOT_ANSWERED = -1;

/**
 * What the rules decided about one request, kept until it ends. Reused from request to request, so that a matched request
 * allocates nothing.
 */
export class RuleDecision {
  rejection: RuleRejection | null = null;
  /** For the caller: whole seconds until a repeat has a chance, at least 1; 0 = not said. */
  retryAfterSeconds = 0;
  /** With the verdict DELAY: how long the request waits. */
  delayMs = 0;
  /** A rule that holds the request judges by the answer: the engine reads what it says. */
  readsAnswer = false;
  /** A rule that holds the request asks about tries that are repeated. */
  readsAttempts = false;
  readonly outcome = new RuleOutcome();
  /** Rules in OBSERVE that would have refused the request. */
  readonly watched: RuleMark[] = [];
  /** Copies of the request that rules want. */
  readonly copies: WantedCopy[] = [];
  readonly #holders: RuleHolder[] = [];
  readonly #tokens: number[] = [];
  #count = 0;
  #answer: OutcomeKind | typeof NOT_ANSWERED = NOT_ANSWERED;

  /** To which hosts the request goes. A rule that adds to it also holds the request. */
  get hosts(): HostChoice {
    return this.outcome.hosts;
  }

  /** Rules that wait for the end of the request. */
  get held(): number {
    return this.#count;
  }

  /**
   * @param token a small integer that comes back with the end of the request
   * @param readsAnswer the rule asks what kind of answer it was
   */
  hold(holder: RuleHolder, token = 0, readsAnswer = false): void {
    const index = this.#count++;
    if (index < this.#holders.length) {
      this.#holders[index] = holder;
      this.#tokens[index] = token;
    } else {
      this.#holders.push(holder);
      this.#tokens.push(token);
    }
    if (readsAnswer) this.readsAnswer = true;
    if (holder.onAttempt !== undefined) this.readsAttempts = true;
  }

  /** A rule in OBSERVE would have refused the request: for records of single requests. */
  noteWatched(rule: RuleMark): void {
    this.watched.push(rule);
  }

  /** Wants a copy of the request elsewhere. A rule that does also holds the request. */
  copy(copy: RequestCopy, note: string): void {
    this.copies.push({ copy, note });
  }

  reject(rejection: RuleRejection, retryAfterSeconds: number): void {
    this.rejection = rejection;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The answer has begun. A later call takes the place of an earlier one: trailers know better than a head. */
  noteAnswer(kind: OutcomeKind, code: number): void {
    this.#answer = kind;
    this.outcome.code = code;
  }

  /** What `noteAnswer` was told; -1 when nothing. */
  get answer(): OutcomeKind | typeof NOT_ANSWERED {
    return this.#answer;
  }

  /** A try has failed that another one follows. What was noted of its answer is forgotten. */
  attemptEnded(kind: OutcomeKind, nowMs: number): void {
    const { outcome } = this;
    outcome.kind = kind;
    outcome.nowMs = nowMs;
    outcome.durationMs = 0;
    outcome.failed = true;
    for (let i = 0; i < this.#count; i++)
      (this.#holders[i] as RuleHolder).onAttempt?.(outcome, this.#tokens[i] as number);
    this.#answer = NOT_ANSWERED;
    outcome.code = 0;
  }

  /**
   * Ends the request for every rule that holds it, and makes the object ready for the next one.
   *
   * @param nowMs when it ended, on the clock of the rules
   * @param kind SUCCESS or ERROR, by `failed`, where nobody said it better
   */
  complete(durationMs: number, failed: boolean, kind: OutcomeKind = failed ? 1 : 0, nowMs = 0): void {
    const count = this.#count;
    const { outcome } = this;
    outcome.durationMs = durationMs;
    outcome.nowMs = nowMs;
    outcome.failed = failed;
    outcome.kind = kind;
    this.#count = 0;
    this.rejection = null;
    if (this.copies.length > 0) this.copies.length = 0;
    if (this.watched.length > 0) this.watched.length = 0;
    for (let i = 0; i < count; i++) (this.#holders[i] as RuleHolder).onComplete(outcome, this.#tokens[i] as number);
    this.readsAnswer = false;
    this.readsAttempts = false;
    this.#answer = NOT_ANSWERED;
    outcome.code = 0;
    outcome.hostAddress = '';
    outcome.clusterName = '';
    outcome.hosts.clear();
  }
}
