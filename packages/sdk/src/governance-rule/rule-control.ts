import type { RuleLogLevel, RuleState } from './governance-rule.ts';
import type { RuleSlot } from './rule-slot.ts';

/** How the rules of a thread reach the part of their type on the control thread. */
export interface ControlLink {
  /** Plain data for `onReport` there. Not per request. */
  report(report: unknown): void;
  /** Calls back once, on this thread, after at least `delayMs`. */
  after(delayMs: number, callback: () => void): void;
}

/** A host of a cluster, as the control thread knows it. */
export interface HostStanding {
  /** `ip:port`. */
  readonly address: string;
  /** No health check has found otherwise. */
  readonly healthy: boolean;
}

/** What a rule asks of the control plane: that all callers leave the instance beside this proxy out. */
export interface RuleAsk {
  readonly ruleDbId: number;
  /** dataId, or what requests call the service by. */
  readonly service: string;
  /** It was granted and goes on. */
  readonly granted: boolean;
  /** How long, or how much longer, ms. */
  readonly forMs: number;
  /** What the instance was judged by. */
  readonly calls: number;
  readonly exceptions: number;
  /** Most instances of the app at one time. */
  readonly maxInstances: number;
  /** Most of the app's instances of the service, 0 to 1. */
  readonly maxRatio: number;
}

/** What the control plane says to it. */
export interface AskVerdict {
  readonly ruleDbId: number;
  /** As it was asked. */
  readonly service: string;
  /** The instance is left out; otherwise it is not, or not any more. */
  readonly granted: boolean;
  /** How long from now, ms. */
  readonly forMs: number;
  /** `ip:port` that callers have of the instance; '' when they have none. */
  readonly host: string;
  /** Why it is not granted; '' when it is. */
  readonly reason: string;
}

/** What the engine gives to the part of a rule type on the control thread. */
export interface RuleControlServices {
  /** Data threads of the proxy. */
  readonly threads: number;
  /** Monotonic ms, on the clock of the rules. */
  now(): number;
  /** Calls back once, after at least `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** The hosts of a cluster now; none when there is no such cluster. */
  hosts(cluster: string): readonly HostStanding[];
  /** Plain data that the rules of every thread get by `onNotice`, also those that are built later. Replaces what was told before. */
  tell(notice: unknown): void;
  log(file: string, level: RuleLogLevel, text: string): void;
  /** Something that people elsewhere are told, such as `isolate.begin`. */
  event(kind: string, message: string): void;
}

/**
 * What of a rule type exists once in a proxy, on the control thread: it hears what threads report, decides for all of
 * them, and tells them. It stays while rules change.
 */
export interface RuleControl<Program = unknown> {
  /** These rules are in force from now on; `slots` are theirs. */
  replace(program: Program, slots: readonly RuleSlot[]): void;
  /** What `ControlLink.report` was given by a data thread. */
  onReport(thread: number, report: unknown): void;
  /** How things stand. */
  states(nowMs: number): readonly RuleState[];
  /** What rules ask of the control plane at present; asked for about once a second, and not without a control plane. */
  asks?(nowMs: number): readonly RuleAsk[];
  /** What the control plane says to one of them, possibly more than once, and possibly too late. */
  onVerdict?(verdict: AskVerdict, nowMs: number): void;
  /** Undoes what it decided and says what there was to undo. */
  reset(which: (state: RuleState) => boolean, nowMs: number): readonly RuleState[];
}
