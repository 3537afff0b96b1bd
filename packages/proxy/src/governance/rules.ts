import { createHash } from 'node:crypto';
import { type ConfigProblem, formatProblem, type Logger } from '@weft/kit';
import type { RuleType } from '@weft/schema/wire';
import type { GovernanceRule, HostStanding, RuleDocument, RuleLogLevel, RuleNode } from '@weft/sdk';
import { checkDocument, type FindRule } from './check-document.ts';
import { RuleLogLevels } from './log-levels.ts';
import type { RejectSettings, RulesUpdate, RuleTypeProgram } from './messages.ts';
import { packProgram } from './packed-program.ts';
import { RuleControls } from './rule-controls.ts';
import { type PlacedSlot, RuleSlots } from './slots.ts';
import { highResolutionMs } from './thread-rules.ts';

/** What became of a document. */
export type ApplyResult =
  | { readonly kind: 'applied' }
  /** An older version than the one in force. */
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'rejected'; readonly reason: string; readonly problems: readonly ConfigProblem[] };

/** A document in force, or the last one that was refused beside it. */
export interface RuleDocumentState {
  readonly dataId: string;
  readonly type: RuleType;
  readonly version: number;
  /** SHA-256 of the text, hex. */
  readonly digest: string;
  readonly rules: number;
  readonly appliedAt: string;
  readonly document: unknown;
  readonly rejected: { readonly version: number; readonly reason: string } | null;
}

export interface RulesOptions {
  readonly threads: number;
  readonly log: Logger;
  readonly reject: RejectSettings;
  readonly node: RuleNode;
  readonly rule: FindRule;
  /** Index of a log of the area among the files of the proxy; opened on first use. */
  logIndex(file: string): number;
  /** Writes a line that is about a document. */
  writeLine?(file: string, level: string, text: string): void;
  /** What is wrong with what a program means to the configuration; nothing is applied when there is something. */
  check?(rule: GovernanceRule, program: unknown): Promise<readonly ConfigProblem[]>;
  send(thread: number, update: RulesUpdate): void;
  /** Brings a thread what the part of a type on this thread has to tell. */
  sendNotice?(thread: number, name: string, notice: unknown): void;
  /** The hosts of a cluster now. */
  hosts?(cluster: string): readonly HostStanding[];
  /** Threads that are up. */
  ready(): readonly number[];
}

interface Held {
  readonly type: RuleType;
  readonly version: number;
  readonly text: string;
  readonly value: unknown;
  readonly appliedAt: string;
}

interface TypeState {
  readonly rule: GovernanceRule;
  readonly program: unknown;
  readonly packed: Omit<RuleTypeProgram, 'notice'>;
  readonly slots: readonly PlacedSlot[];
  readonly active: number;
}

const MAX_REASON_PROBLEMS = 5;

/**
 * The governance rules of a proxy: takes documents, compiles them and brings them to the data threads. A document that is
 * refused changes nothing; what was in force stays.
 */
export class Rules {
  readonly slots: RuleSlots;
  readonly controls: RuleControls;
  readonly logLevels = new RuleLogLevels();
  readonly #options: RulesOptions;
  readonly #documents = new Map<string, Held>();
  readonly #rejected = new Map<string, { readonly version: number; readonly reason: string }>();
  readonly #types = new Map<RuleType, TypeState>();
  readonly #epochMs = highResolutionMs();
  readonly #waiting = new Map<number, { threads: Set<number>; resolve(reason: string | null): void }>();
  #node: RuleNode;
  #reject: RejectSettings;
  #nextId = 1;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: RulesOptions) {
    this.#options = options;
    this.#node = options.node;
    this.#reject = options.reject;
    this.slots = new RuleSlots(options.threads);
    this.controls = new RuleControls({
      slots: this.slots,
      now: () => this.now(),
      hosts: (cluster) => options.hosts?.(cluster) ?? [],
      tell: (name, notice) => {
        for (const thread of options.ready()) options.sendNotice?.(thread, name, notice);
      },
      writeLine: (file, level, text) => this.writeLine(file, level, text),
    });
  }

  /** How refusals are answered. */
  get reject(): RejectSettings {
    return this.#reject;
  }

  /** The rules' own time, ms; the same in every thread. */
  now(): number {
    return highResolutionMs() - this.#epochMs;
  }

  get node(): RuleNode {
    return this.#node;
  }

  /**
   * Puts a document in force, in all threads or in none, and resolves when every thread that is up judges by it.
   *
   * @param dataId says which type of rules it holds
   * @param version higher than that of the document in force under this name; `force` takes any
   */
  apply(dataId: string, text: string, version: number, force = false): Promise<ApplyResult> {
    return this.#run(() => this.#apply(dataId, text, version, force));
  }

  /** Takes a document away with all its rules. Does nothing when there is none. */
  remove(dataId: string): Promise<void> {
    return this.#run(async () => {
      this.#rejected.delete(dataId);
      const held = this.#documents.get(dataId);
      if (held === undefined) return;
      this.#documents.delete(dataId);
      await this.#install(held.type);
    });
  }

  /** Another identity of this proxy, or other answers: everything is compiled anew. */
  configure(node: RuleNode, reject: RejectSettings): Promise<void> {
    return this.#run(async () => {
      if (JSON.stringify([node, reject]) === JSON.stringify([this.#node, this.#reject])) return;
      this.#node = node;
      this.#reject = reject;
      for (const type of [...this.#types.keys()]) await this.#install(type);
    });
  }

  /** What a thread that comes up must know before it serves. */
  threadReady(thread: number): void {
    if (this.#types.size > 0) this.#options.send(thread, this.#update([...this.#types.values()], 0));
  }

  threadDied(thread: number): void {
    this.slots.releaseThread(thread, this.placed());
    for (const id of [...this.#waiting.keys()]) this.threadAnswered(thread, id, null);
  }

  /** A thread has put an update in place, or says why it could not. */
  threadAnswered(thread: number, id: number, reason: string | null): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined || !waiting.threads.delete(thread)) return;
    if (reason === null && waiting.threads.size > 0) return;
    this.#waiting.delete(id);
    waiting.resolve(reason);
  }

  /** The rules of a thread tell the part of their type on this one. */
  threadReported(thread: number, name: string, report: unknown): void {
    for (const { rule } of this.#types.values())
      if (rule.name === name) this.controls.onReport(rule.type, thread, report);
  }

  /** Every rule that acts, with its slot. */
  placed(): PlacedSlot[] {
    return [...this.#types.values()].flatMap(({ slots }) => slots);
  }

  /** Whether any document is or was in force: logs and figures begin with the first. */
  get used(): boolean {
    return this.#types.size > 0;
  }

  /** The compiled rules by type, for explanations. */
  compiled(): {
    readonly rule: GovernanceRule;
    readonly program: unknown;
    readonly slots: readonly PlacedSlot[];
  }[] {
    return [...this.#types.values()].map(({ rule, program, slots }) => ({ rule, program, slots }));
  }

  /** Writes a line that the control thread has to say. */
  writeLine(file: string, level: RuleLogLevel, text: string): void {
    if (this.logLevels.writes(file, level)) this.#options.writeLine?.(file, level, text);
  }

  documents(type?: RuleType): RuleDocumentState[] {
    const states: RuleDocumentState[] = [];
    for (const [dataId, held] of this.#documents) {
      if (type !== undefined && held.type !== type) continue;
      const { text, version, appliedAt } = held;
      const list = this.#types.get(held.type)?.rule.list ?? '';
      const rules = (held.value as Readonly<Record<string, unknown>>)[list];
      states.push({
        dataId,
        type: held.type,
        version,
        digest: sha256(text),
        rules: Array.isArray(rules) ? rules.length : 0,
        appliedAt,
        document: JSON.parse(text),
        rejected: this.#rejected.get(dataId) ?? null,
      });
    }
    return states;
  }

  /** Documents that were refused and have no earlier version in force. */
  refused(): { readonly dataId: string; readonly version: number; readonly reason: string }[] {
    return [...this.#rejected].map(([dataId, rejected]) => ({ dataId, ...rejected }));
  }

  /** SHA-256 over names and contents of all documents in force; '' when there is none. */
  digest(): string {
    const lines = [...this.#documents].map(([dataId, { text }]) => `${dataId}=${sha256(text)}`).sort();
    return lines.length === 0 ? '' : sha256(lines.join('\n'));
  }

  #run<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task);
    this.#queue = run.catch(() => {});
    return run;
  }

  async #apply(dataId: string, text: string, version: number, force: boolean): Promise<ApplyResult> {
    const before = this.#documents.get(dataId);
    if (before !== undefined && !force && version < before.version) {
      const inForce = before.version;
      this.#options.log.warn({ dataId, version, inForce }, 'older rules came than those in force, which stay');
      return { kind: 'ignored', reason: `version ${inForce} is in force, ${version} is older` };
    }
    const parsed = await checkDocument(dataId, text, this.#options.rule, this.#node);
    if (parsed.kind === 'refused') return this.#refuse(dataId, version, parsed.problems);
    for (const warning of parsed.warnings) this.#options.log.warn({ dataId }, formatProblem(warning));
    const appliedAt = new Date().toISOString();
    this.#documents.set(dataId, { type: parsed.rule.type, version, text, value: parsed.value, appliedAt });
    const problems = await this.#install(parsed.rule.type);
    if (problems.length > 0) {
      if (before === undefined) this.#documents.delete(dataId);
      else this.#documents.set(dataId, before);
      await this.#install(parsed.rule.type);
      return this.#refuse(dataId, version, problems);
    }
    this.#rejected.delete(dataId);
    this.#options.log.info({ dataId, version }, 'rules are in force');
    for (const line of parsed.rule.pushLines?.(dataId, text, parsed.value) ?? [])
      if (this.logLevels.writes(line.file, line.level)) this.#options.writeLine?.(line.file, line.level, line.text);
    return { kind: 'applied' };
  }

  #refuse(dataId: string, version: number, problems: readonly ConfigProblem[]): ApplyResult {
    const shown = problems.slice(0, MAX_REASON_PROBLEMS).map((problem) => formatProblem({ ...problem, file: '' }));
    const more = problems.length - shown.length;
    const reason = shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
    this.#rejected.set(dataId, { version, reason });
    this.#options.log.error({ dataId, version, reason }, 'rules are refused; those of before stay in force');
    return { kind: 'rejected', reason, problems };
  }

  /** Compiles all documents of a type and brings them to the threads. Returns why they cannot be in force; nothing when they are. */
  async #install(type: RuleType): Promise<readonly ConfigProblem[]> {
    const rule = (await this.#options.rule(type)) as GovernanceRule;
    const documents: RuleDocument[] = [];
    for (const [dataId, { type: own, version, value }] of this.#documents)
      if (own === type) documents.push({ dataId, version, value });
    const compiled = rule.compile(documents, this.#node);
    if (compiled.problems.length > 0) return compiled.problems;
    const misfits = (await this.#options.check?.(rule, compiled.program)) ?? [];
    if (misfits.length > 0) return misfits;
    const before = this.#types.get(type);
    const slots = this.slots.place(rule, compiled.slots, before?.slots ?? [], this.now());
    const packed = {
      name: rule.name,
      program: packProgram(compiled.program as Readonly<Record<string, readonly unknown[]>>),
      slots: slots.map(({ place }) => place),
    };
    const state: TypeState = { rule, program: compiled.program, packed, slots, active: compiled.active };
    this.#types.set(type, state);
    const reason = await this.#bring(state);
    if (reason !== null) {
      if (before !== undefined) this.#types.set(type, before);
      this.slots.retire(slots, before?.slots ?? []);
      return [{ file: '', path: '', message: reason, expected: 'rules that every data thread can build' }];
    }
    this.slots.retire(before?.slots ?? [], slots);
    this.controls.replace(rule, compiled.program, slots);
    return [];
  }

  #bring(state: TypeState): Promise<string | null> {
    const ready = this.#options.ready();
    if (ready.length === 0) return Promise.resolve(null);
    const id = this.#nextId++;
    const update = this.#update([state], id);
    return new Promise((resolve) => {
      this.#waiting.set(id, { threads: new Set(ready), resolve });
      for (const thread of ready) this.#options.send(thread, update);
    });
  }

  #update(types: readonly TypeState[], id: number): RulesUpdate {
    const logs = new Set([...this.#types.values(), ...types].flatMap(({ rule }) => rule.logs));
    const logFiles = Object.fromEntries([...logs].map((file) => [file, this.#options.logIndex(file)]));
    return {
      id,
      types: types.map(({ packed, rule }) => ({ ...packed, notice: this.controls.notice(rule.type) })),
      memory: this.slots.memory,
      node: this.#node,
      reject: this.#reject,
      logFiles,
      logLevels: this.logLevels.memory,
      epochMs: this.#epochMs,
    };
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
