import type { ConfigProblem } from '@weft/kit';
import type { RuleType } from '@weft/schema/wire';
import type { JsonSchema } from '../schema.ts';
import type { HostSelector } from './host-choice.ts';
import type { ControlLink, RuleControl, RuleControlServices } from './rule-control.ts';
import type { RuleDecision, RuleRejection, RuleVerdict } from './rule-decision.ts';
import type { RuleEffort } from './rule-effort.ts';
import type { RuleDirection, RuleNode, RuleRequest } from './rule-request.ts';
import type { RuleSlot, SlotPlan } from './rule-slot.ts';

/** A document of rules, parsed by the schema of its type. */
export interface RuleDocument<Document = unknown> {
  readonly dataId: string;
  readonly version: number;
  readonly value: Document;
}

/** All documents of one type, compiled on the control thread. */
export interface CompiledRules<Program = unknown> {
  /** An object of lists of plain data, such as `{ entries: [] }`: it crosses to the data threads item by item. */
  readonly program: Program;
  /** Slots that the program refers to by index. */
  readonly slots: readonly SlotPlan[];
  /** Rules that act, in documents that are on. */
  readonly active: number;
  /** Why documents are refused, with JSON paths; nothing is applied when there is one. */
  readonly problems: readonly (ConfigProblem & { readonly dataId: string })[];
  readonly warnings: readonly ConfigProblem[];
}

/** Which log a line is for, and how severe it is. */
export type RuleLogLevel = 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';

/** What the engine gives to the rules of a thread. */
export interface RuleServices {
  readonly slots: readonly RuleSlot[];
  readonly node: RuleNode;
  /** Whether somebody reads the details of single requests. Asked per request. */
  detail(): boolean;
  /** Whether a line of this level is written to `file`, for lines that are costly to make. */
  writes(file: string, level: RuleLogLevel): boolean;
  /** A number from 0 up to, and not including, 1. */
  random(): number;
  /** The part of the type on the control thread; none in simulations, and for types without one. */
  readonly control?: ControlLink;
  /** Writes one line; the engine adds time and level. `file` is the base name of a log of the area. Bounded, may drop. */
  log(file: string, level: RuleLogLevel, text: string): void;
}

/** What became of one condition. */
export interface RuleConditionTrace {
  readonly condition: string;
  readonly actual: string;
  readonly matched: boolean;
}

/** A line of a log of the area. */
export interface RuleLogLine {
  readonly file: string;
  readonly level: RuleLogLevel;
  readonly text: string;
}

/** A gauge of one rule. */
export interface RuleGauge {
  /** Name of the metric, such as `weft_limit_tokens`. */
  readonly name: string;
  readonly value: number;
}

/** What one rule says of a request that somebody asks about. */
export interface RuleTrace {
  readonly type: RuleType;
  readonly ruleDbId: number;
  readonly name: string;
  readonly resource: string;
  readonly mode: 'CONTROL' | 'OBSERVE';
  /** Conditions up to the first that does not hold. */
  readonly conditions: readonly RuleConditionTrace[];
  readonly matched: boolean;
  /** `skipped`: another rule of the same service and conditions is stricter and acts instead. */
  readonly verdict: 'pass' | 'reject' | 'would_reject' | 'delay' | 'would_delay' | 'not_matched' | 'skipped';
  /** In words, such as `40 of 100 tokens`. */
  readonly detail: string;
  /** What becomes of a request that meets the verdict `reject` or `would_reject`; without it, it is refused. */
  readonly effect?: RuleEffect;
  /** Where it chooses hosts and these are known: the groups that get requests by it. */
  readonly groups?: readonly RuleHostGroup[];
  /** Hosts, `ip:port`, that it keeps requests from, where the hosts are known. */
  readonly leavesOut?: readonly string[];
}

/** Hosts that a rule sends requests to. */
export interface RuleHostGroup {
  readonly labels: HostSelector['labels'];
  /** The labels in words. */
  readonly text: string;
  /** Share of all requests that are asked about, above 0, at most 100. */
  readonly percent: number;
}

/** A request that does not get where it was to go, though nothing is wrong with it. */
export interface RuleEffect {
  /** `answer`: the rule answers as the service would; `fault`: it fails the request on purpose. */
  readonly kind: 'answer' | 'fault';
  /** Status that an HTTP caller gets. */
  readonly status: number;
  /** Status that a gRPC caller gets, where the rule says one by its name. */
  readonly grpcStatus?: number;
  /** Of `answer`: it has messages, so that callers of gRPC get it, too. */
  readonly hasMessages?: boolean;
  /** Share of the matching requests, 0 to 100. */
  readonly percent: number;
}

/** How a rule with a state of its own stands, on one resource. */
export interface RuleState {
  readonly ruleDbId: number;
  readonly name: string;
  readonly resource: string;
  readonly direction: 'SERVER' | 'CLIENT';
  readonly mode: 'CONTROL' | 'OBSERVE';
  /** Such as `OPEN`. */
  readonly state: string;
  /** Until it may change by itself, ms; 0 when only requests change it. */
  readonly remainingMs: number;
  /** The host that is in this state, `ip:port`, and its service; for states of single hosts. */
  readonly host?: string;
  readonly service?: string;
  /** How long it has been in this state, ms. */
  readonly forMs?: number;
  /** Why it is in this state, where that is not in the figures. */
  readonly reason?: string;
  /** What it has counted. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The rules of one type on one thread. */
export interface RuleSet {
  /** Whether no rule acts in this direction: then `decide` is not called. */
  isEmpty(direction: RuleDirection): boolean;
  /**
   * Judges a request. Everything is synchronous; nothing is thrown. What was taken for a request that is refused is given
   * back before the call returns; what is held for one that passes is told to `decision`.
   */
  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict;
  /**
   * What `decide` would say, without taking anything.
   *
   * @param limit about so many rules at most, those that could match first: for records that are made while requests are
   * served; all when it is not given
   * @param hasHost whether a host that the request could go to has the labels; without it that is not known
   * @param decision what was decided of this very request, right behind it: says what the rule did to it, where chance or time
   * have a part in that
   */
  explain(
    direction: RuleDirection,
    request: RuleRequest,
    limit?: number,
    hasHost?: (selector: HostSelector) => boolean,
    decision?: RuleDecision,
  ): RuleTrace[];
  /**
   * Judges a request once more that was let pass and is still under way, after rules of the type have changed; what it gives
   * back ends the request. Also asked about whole connections of protocols without requests, which have a caller's address
   * and nothing else: those are refused when they are opened, too. Absent: what was let pass stays.
   */
  recheck?(direction: RuleDirection, request: RuleRequest): RuleRejection | null;
  /** What `decide` may choose hosts by, with the service, so that the engine has the hosts ready before requests come. */
  hostSelectors?(): Iterable<{ readonly service: string; readonly selector: HostSelector }>;
  /** How what a rule sets going beside requests came out, on this thread. Absent: its rules do nothing of the kind. */
  efforts?(ruleDbId: number): readonly RuleEffort[];
  /** How the rules stand, for types whose rules have a state. */
  states?(nowMs: number): readonly RuleState[];
  /** Puts rules back into the state of new ones and says which were not in it. */
  reset?(which: (state: RuleState) => boolean, nowMs: number): readonly RuleState[];
  /** What the part of the type on the control thread told all threads last. */
  onNotice?(notice: unknown): void;
  /** Once a second: summaries of lines that were held back. */
  tick(nowMs: number): void;
}

/** A document that configures transcoders, as a rule brings it. */
export interface SuppliedMapping {
  /** By which `mapping_refs` of the filter name it. */
  readonly name: string;
  /** Of the rule. */
  readonly ruleDbId: number;
  /** dataId and version of the document that the rule came in. */
  readonly dataId: string;
  readonly version: number;
  /** Of the rule itself, as the control plane counts it; 0 where that is not known. */
  readonly ruleVersion: number;
  /** An entry of `mappings` of a transcoder. */
  readonly document: Readonly<Record<string, unknown>>;
}

/**
 * A type of governance rules: documents in, verdicts out. `compile` runs on the control thread and must be pure;
 * `instantiate` and the set that it gives run on data threads.
 */
export interface GovernanceRule<Document = unknown, Program = unknown> {
  readonly kind: 'governance-rule';
  /** Lower-case word of the type, such as `limit`: as in paths, labels and headers. */
  readonly name: string;
  readonly type: RuleType;
  /** Schema of its document. */
  readonly schema: JsonSchema;
  /** Name of the list of rules in the document. */
  readonly list: string;
  /** Place among the types of each direction, smaller first; 0 = does not act there. */
  readonly order: Readonly<Record<'SERVER' | 'CLIENT', number>>;
  /** Base names of the logs that its rules write; opened with the first document of the type. */
  readonly logs: readonly string[];
  /** The one of them that has the details of single requests while its level asks for them. */
  readonly detailLog: string;
  /** Shared words of a slot; `SLOT_WORDS` unless given. */
  readonly slotWords?: number;
  /** Cells per thread and slot behind the counters; none unless given. */
  readonly slotCells?: number;
  compile(documents: readonly RuleDocument<Document>[], node: RuleNode): CompiledRules<Program>;
  /** Makes the state of a new slot. */
  initSlot(plan: SlotPlan, words: Int32Array, word: number, nowMs: number): void;
  /** Makes the state of a slot whose parameters changed from the state it had. Without it such a slot starts anew. */
  carrySlot?(
    before: { readonly plan: SlotPlan; readonly words: Int32Array; readonly word: number },
    after: { readonly plan: SlotPlan; readonly words: Int32Array; readonly word: number },
    nowMs: number,
  ): void;
  /** Lines that a document which is taken is logged with; written once, by the control thread. */
  pushLines?(dataId: string, text: string, document: Document): readonly RuleLogLine[];
  /** What a slot shows as a gauge, labelled with rule and resource; null when it shows nothing. */
  gauge?(plan: SlotPlan, words: Int32Array, word: number, nowMs: number): RuleGauge | null;
  /** What a change of the gauge is called, by its new value, such as `fuse.open`; new slots are at 0. Told to the control plane. */
  readonly gaugeEvents?: readonly string[];
  /** About once a second for each slot: keeps state that wraps around in range. */
  refreshSlot?(plan: SlotPlan, words: Int32Array, word: number, nowMs: number): void;
  /** Makes what of the type exists once in a proxy; with it, `states` and `reset` of sets are not asked. */
  createControl?(services: RuleControlServices): RuleControl<Program>;
  /**
   * What transcoders are configured with, for types that decide about no request: in place of files. The control thread asks
   * whenever the documents change, and compiles the listeners that use one anew. Names are unique.
   */
  mappings?(program: Program): readonly SuppliedMapping[];
  /** Builds the rules of a thread in small steps, between which requests are served. */
  instantiate(program: Program, services: RuleServices): Generator<void, RuleSet>;
}

/** Takes all steps at once: for tests, simulations and explanations. */
export function runSteps<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Declares a rule type; gives the definition back with its type checked. */
export function defineGovernanceRule<Document, Program>(
  definition: Omit<GovernanceRule<Document, Program>, 'kind'>,
): GovernanceRule<Document, Program> {
  return Object.freeze({ kind: 'governance-rule' as const, ...definition });
}
