import {
  type GovernanceRule,
  type HostSelector,
  RuleDirection,
  type RuleEffort,
  type RuleServices,
  type RuleSet,
} from '@weft/sdk';
import { RuleChain } from './chain.ts';
import { RuleLogLevels } from './log-levels.ts';
import { ruleLogLine } from './log-line.ts';
import type { RulesUpdate, RuleTypeProgram } from './messages.ts';
import { unpackProgram } from './packed-program.ts';
import { type RecordSettings, RequestRecorder } from './recorder.ts';
import { openMemory, slotOf } from './slot-layout.ts';

const TICK_MS = 1000;

export interface ThreadRulesOptions {
  readonly thread: number;
  readonly threads: number;
  /** The clock of requests on this thread, monotonic ms. */
  now(): number;
  wallNow(): number;
  random(): number;
  load(name: string): Promise<GovernanceRule>;
  run<T>(steps: Generator<void, T>): Promise<T>;
  writeLine(fileIndex: number, line: string): void;
  /** Tells the part of a rule type on the control thread. */
  report(name: string, report: unknown): void;
  /** Rules are about to choose hosts of a service by a selector. */
  prepareHosts(service: string, selector: HostSelector): void;
  onFault(error: unknown): void;
  /** Rules have changed that judge requests under way once more. */
  onRecheck(): void;
}

interface Placed {
  readonly type: string;
  readonly order: GovernanceRule['order'];
  readonly set: RuleSet;
  /** By service. */
  readonly selectors: ReadonlyMap<string, readonly HostSelector[]>;
}

/** The rules of one data thread: built from what main compiled, and put in place between two requests. */
export class ThreadRules {
  readonly server = new RuleChain(RuleDirection.SERVER);
  readonly client = new RuleChain(RuleDirection.CLIENT);
  readonly #options: ThreadRulesOptions;
  readonly #sets = new Map<string, Placed>();
  /** What the parts of rule types on the control thread told last, by name. */
  readonly #notices = new Map<string, unknown>();
  #timer: NodeJS.Timeout | null = null;
  #recordSettings = 'null';

  constructor(options: ThreadRulesOptions) {
    this.#options = options;
    this.server.onFault = options.onFault;
    this.client.onFault = options.onFault;
  }

  /** Remembers requests from here on, or does not any more. What was remembered stays while the settings are the same. */
  record(settings: RecordSettings | null): void {
    const text = JSON.stringify(settings);
    if (text === this.#recordSettings) return;
    this.#recordSettings = text;
    const { threads, wallNow, random } = this.#options;
    const recorder = settings === null ? null : new RequestRecorder(settings, threads, wallNow, random);
    this.server.recorder = recorder;
    this.client.recorder = recorder;
  }

  /** What this thread remembers of requests; null where it remembers nothing. */
  get recorder(): RequestRecorder | null {
    return this.server.recorder;
  }

  /** How what a rule sets going beside requests came out. */
  effortsOf(type: string, ruleDbId: number): RuleEffort[] {
    return [...this.#sets.values()].flatMap((placed) =>
      placed.type === type ? (placed.set.efforts?.(ruleDbId) ?? []) : [],
    );
  }

  /** The chain of a listener of this type; null for listeners that rules do not act on. */
  chainOf(listenerType: string): RuleChain | null {
    if (listenerType === 'ingress') return this.server;
    return listenerType === 'egress' ? this.client : null;
  }

  /** What the rules in force choose hosts of a service by. */
  selectorsOf(service: string): readonly HostSelector[] {
    return [...this.#sets.values()].flatMap(({ selectors }) => selectors.get(service) ?? []);
  }

  /** The part of a rule type on the control thread has something to tell. */
  notice(name: string, notice: unknown): void {
    this.#notices.set(name, notice);
    this.#sets.get(name)?.set.onNotice?.(notice);
  }

  /** What came with an update, before the update itself is in place: a later notice overtakes it. */
  expect(update: RulesUpdate): void {
    for (const { name, notice } of update.types) if (notice !== undefined) this.#notices.set(name, notice);
  }

  /** Builds all types of an update, then puts them in place at once. */
  async apply(update: RulesUpdate): Promise<void> {
    const built = new Map<string, Placed>();
    for (const type of update.types) {
      const rule = await this.#options.load(type.name);
      built.set(type.name, { type: rule.type, order: rule.order, ...(await this.#build(rule, type, update)) });
    }
    let rechecks = false;
    for (const [name, placed] of built) {
      this.#sets.set(name, placed);
      rechecks ||= placed.set.recheck !== undefined;
      if (this.#notices.has(name)) placed.set.onNotice?.(this.#notices.get(name));
    }
    const offsetMs = highResolutionMs() - update.epochMs - this.#options.now();
    for (const chain of [this.server, this.client]) {
      const side = chain === this.server ? 'SERVER' : 'CLIENT';
      const sets = [...this.#sets.values()].filter(({ order }) => order[side] > 0);
      sets.sort((a, b) => a.order[side] - b.order[side]);
      chain.reject = update.reject;
      chain.clockOffsetMs = offsetMs;
      chain.replace(
        sets.map(({ set }) => set),
        update.node,
      );
    }
    if (rechecks) this.#options.onRecheck();
    if (this.#timer === null && this.#sets.size > 0) {
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
      this.#timer.unref();
    }
  }

  /** Behind a timer nobody else catches what a rule throws. */
  #guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #tick(): void {
    const nowMs = this.#options.now() + this.server.clockOffsetMs;
    for (const { set } of this.#sets.values()) set.tick(nowMs);
  }

  #build(rule: GovernanceRule, type: RuleTypeProgram, update: RulesUpdate): Promise<Omit<Placed, 'order' | 'type'>> {
    const { thread, threads, run, writeLine, report, wallNow, random, prepareHosts } = this.#options;
    const memory = update.memory.map(openMemory);
    const levels = new RuleLogLevels(update.logLevels);
    const services: RuleServices = {
      slots: type.slots.map((place) => slotOf(memory, place, thread, threads)),
      node: update.node,
      detail: levels.detail(rule.detailLog),
      writes: (file, level) => levels.writes(file, level),
      random,
      control: {
        report: (data) => report(rule.name, data),
        after: (delayMs, callback) => {
          setTimeout(() => this.#guard(callback), delayMs).unref();
        },
      },
      log(file, level, text) {
        const index = update.logFiles[file];
        if (index !== undefined && levels.writes(file, level)) writeLine(index, ruleLogLine(wallNow(), level, text));
      },
    };
    const build = function* (): Generator<void, Omit<Placed, 'order' | 'type'>> {
      const program = yield* unpackProgram(type.program);
      yield;
      const set = yield* rule.instantiate(program, services);
      const selectors = new Map<string, HostSelector[]>();
      for (const { service, selector } of set.hostSelectors?.() ?? []) {
        const known = selectors.get(service);
        if (known === undefined) selectors.set(service, [selector]);
        else known.push(selector);
        prepareHosts(service, selector);
        yield;
      }
      return { set, selectors };
    };
    return run(build());
  }
}

/** Monotonic ms that all threads of the process agree on. */
export function highResolutionMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
