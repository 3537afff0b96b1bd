import type { AskVerdict, RuleAsk } from '@weft/schema/wire';
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
