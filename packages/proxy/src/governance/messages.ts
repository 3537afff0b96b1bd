import type { RuleNode } from '@weft/sdk';
import type { PackedProgram } from './packed-program.ts';

/** How much a slot has: shared words, and cells of each thread, the counters among them. */
export interface SlotShape {
  readonly words: number;
  readonly cells: number;
}

/** Memory of slots of one shape: all threads see all of it. */
export interface SlotMemory {
  readonly shape: SlotShape;
  /** Int32: shared words and one word per thread, for each slot. */
  readonly words: SharedArrayBuffer;
  /** Float64: counters of each thread, for each slot. */
  readonly counters: SharedArrayBuffer;
}

/** Where the state of one rule lies. */
export interface SlotPlace {
  /** Index of the memory. */
  readonly chunk: number;
  readonly slot: number;
  /** A slot has its words twice: a rule whose parameters changed goes on with the other ones. */
  readonly phase: 0 | 1;
}

/** The compiled rules of one type. */
export interface RuleTypeProgram {
  /** Name of the rule type in the catalogue. */
  readonly name: string;
  readonly program: PackedProgram;
  readonly slots: readonly SlotPlace[];
  /** What the part of the type on the control thread told the threads last; undefined when nothing. */
  readonly notice: unknown;
}

/** What refused callers are told. */
export interface RejectSettings {
  readonly profile: 'standard' | 'mosn';
  readonly limitMessage: string;
}

/** Rules for a data thread. Types that are not named stay as they are. */
export interface RulesUpdate {
  readonly id: number;
  readonly types: readonly RuleTypeProgram[];
  readonly memory: readonly SlotMemory[];
  readonly node: RuleNode;
  readonly reject: RejectSettings;
  /** Index of each log of the area among the files of the proxy. */
  readonly logFiles: Readonly<Record<string, number>>;
  /** Levels of the logs. */
  readonly logLevels: SharedArrayBuffer;
  /** Monotonic ms of the process (high-resolution time) at which the rules' clock stands at 0. */
  readonly epochMs: number;
}
