import {
  type LocalReply,
  type RequestHead,
  type ResponseFlagName,
  RuleDecision,
  type RuleDirection,
  type RuleNode,
  type RuleRejection,
  type RuleSet,
  RuleVerdict,
  UNKNOWN_NODE,
} from '@weft/sdk';
import type { RejectSettings } from './messages.ts';
import { rejectFlag, rejectReply } from './rejection.ts';
import { type RequestPeer, RequestView } from './request-view.ts';

/** A request in progress, as far as rules have to do with it. */
export interface GovernedStream {
  readonly request: RequestHead;
  readonly connection: RequestPeer;
  /** What rules hold until the request ends; null for most. */
  ruleDecision: RuleDecision | null;
  addFlag(flag: ResponseFlagName): void;
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
  readonly #view: RequestView;
  readonly #idle: RuleDecision[] = [];
  #sets: readonly RuleSet[] = [];

  constructor(direction: RuleDirection) {
    this.direction = direction;
    this.#view = new RequestView(direction, UNKNOWN_NODE);
  }

  /** From here on new requests are judged by `sets`. */
  replace(sets: readonly RuleSet[], node: RuleNode): void {
    this.#sets = sets.filter((set) => !set.isEmpty(this.direction));
    this.#view.node = node;
    // Those that wait for reuse still point at the rules of before.
    this.#idle.length = 0;
  }

  /** Judges a request; when a rule refuses it, it has been answered and false comes back. */
  admit(stream: GovernedStream, nowMs: number): boolean {
    const sets = this.#sets;
    if (sets.length === 0 || stream.request.family === 'raw') return true;
    const view = this.#view;
    view.point(stream.request, stream.connection, nowMs + this.clockOffsetMs);
    const decision = this.#idle.pop() ?? new RuleDecision();
    for (let i = 0; i < sets.length; i++) {
      if (this.#decide(sets[i] as RuleSet, view, decision) === RuleVerdict.PASS) continue;
      const rejection = decision.rejection as RuleRejection;
      stream.ruleDecision = decision;
      stream.addFlag(rejectFlag(rejection));
      stream.reply(rejectReply(rejection, decision.retryAfterSeconds, stream.request, this.reject));
      return false;
    }
    if (decision.held > 0) stream.ruleDecision = decision;
    else this.#idle.push(decision);
    return true;
  }

  /** A rule that fails lets pass: a defect must not take a service away. */
  #decide(set: RuleSet, view: RequestView, decision: RuleDecision): RuleVerdict {
    try {
      return set.decide(this.direction, view, decision);
    } catch (error) {
      this.onFault(error);
      return RuleVerdict.PASS;
    }
  }

  /** The request is over, however it ended. */
  complete(stream: GovernedStream, durationMs: number, failed: boolean): void {
    const decision = stream.ruleDecision;
    if (decision === null) return;
    stream.ruleDecision = null;
    decision.complete(durationMs, failed);
    if (this.#idle.length < MAX_IDLE_DECISIONS) this.#idle.push(decision);
  }
}
