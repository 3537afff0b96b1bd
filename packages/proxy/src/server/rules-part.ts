import type { ConfigProblem, Logger } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import type { AskVerdict, GovernanceRule, HostStanding, RuleAsk } from '@weft/sdk';
import type { StatsStore } from '@weft/telemetry';
import {
  OWN_LOG,
  type RejectSettings,
  RuleFigures,
  type RuleHits,
  Rules,
  ruleLogLine,
  type StateEvent,
  StateWatch,
} from '../governance/index.ts';
import {
  digestOf,
  type ExtensionCatalog,
  type Program,
  preloadRules,
  type RuleDocumentSource,
  ruleFinder,
  ruleNode,
} from '../update/index.ts';
import type { LogFiles } from './log-files.ts';
import type { Threads } from './threads.ts';

export interface RulesPartOptions {
  readonly catalog: ExtensionCatalog;
  readonly threads: Threads;
  readonly stats: StatsStore;
  readonly logFiles: LogFiles;
  readonly log: Logger;
  /** What is wrong with what a program means to the configuration. */
  check(rule: GovernanceRule, program: unknown): Promise<readonly ConfigProblem[]>;
  /** The hosts of a cluster now, and whether each is healthy. */
  hosts(cluster: string): readonly HostStanding[];
}

/** The governance rules of the proxy, from its file and from its control plane. */
export class RulesPart {
  readonly rules: Rules;
  readonly #catalog: ExtensionCatalog;
  readonly #figures: RuleFigures;
  readonly #states: StateWatch;
  /** Names that the file brought, and those that the control plane has brought since: these win. */
  #fromFile = new Set<string>();
  readonly #pushed = new Set<string>();

  constructor(config: MosnConfig, { catalog, threads, stats, logFiles, log, check, hosts }: RulesPartOptions) {
    this.#catalog = catalog;
    this.rules = new Rules({
      threads: threads.count,
      log,
      reject: rejectSettings(config),
      node: ruleNode(config),
      rule: ruleFinder(catalog),
      logIndex: (file) => logFiles.index(file),
      writeLine: (file, level, text) => logFiles.write(file, ruleLogLine(Date.now(), level, text)),
      send: (thread, update) => threads.send(thread, { type: 'rules', update }),
      sendNotice: (thread, name, notice) => threads.send(thread, { type: 'rule-notice', name, notice }),
      check,
      hosts,
      ready: () => Array.from({ length: threads.count }, (_, index) => index).filter((index) => threads.isReady(index)),
    });
    this.rules.logLevels.recordRoutes(config.governance.route_record);
    this.#figures = new RuleFigures(this.rules, stats, (file, line) => logFiles.write(file, line));
    this.#figures.start();
    this.#states = new StateWatch(this.rules);
  }

  /** The rules of the configuration; they have been checked. What the control plane has brought stays. */
  async load(config: MosnConfig, documents: readonly RuleDocumentSource[]): Promise<void> {
    if (config.mesh?.control !== undefined) await preloadRules(this.#catalog);
    await this.rules.configure(ruleNode(config), rejectSettings(config));
    this.rules.logLevels.recordRoutes(config.governance.route_record);
    const names = new Set(documents.map(({ dataId }) => dataId));
    for (const dataId of this.#fromFile)
      if (!names.has(dataId) && !this.#pushed.has(dataId)) await this.rules.remove(dataId);
    this.#fromFile = names;
    const held = new Map(this.rules.documents().map((item) => [item.dataId, item]));
    for (const { dataId, text, version } of documents) {
      if (this.#pushed.has(dataId)) continue;
      const known = held.get(dataId);
      if (known !== undefined && known.version === version && JSON.stringify(known.document) === text) continue;
      await this.rules.apply(dataId, text, version, true);
    }
  }

  /** Rules of the control plane. Returns why they are refused, or null. */
  async push(dataId: string, text: string, version: number): Promise<string | null> {
    const first = !this.#pushed.has(dataId);
    const result = await this.rules.apply(dataId, text, version, first);
    if (result.kind === 'rejected') return result.reason;
    this.#pushed.add(dataId);
    return null;
  }

  /** The control plane has no rules of this name any more. */
  async withdraw(dataId: string): Promise<void> {
    if (!this.#pushed.delete(dataId)) return;
    await this.rules.remove(dataId);
  }

  /** Brings the metrics up to date. */
  collect(): void {
    if (this.rules.used) this.#figures.collect();
  }

  /** What the rules decided since it was asked last. */
  takeHits(): RuleHits[] {
    return this.#figures.takeHits();
  }

  /** Which rules have changed their state since it was asked last. */
  takeEvents(): StateEvent[] {
    return this.rules.used ? [...this.#states.take(), ...this.rules.controls.takeEvents()] : [];
  }

  /** What rules ask of the control plane at present. */
  asks(): RuleAsk[] {
    return this.rules.used ? this.rules.controls.asks(this.rules.now()) : [];
  }

  /** What the control plane says to that. */
  onVerdicts(verdicts: readonly AskVerdict[]): void {
    for (const verdict of verdicts) this.rules.controls.onVerdict(verdict, this.rules.now());
  }

  logLevels(): Record<string, string> {
    return this.rules.logLevels.all();
  }

  /** False when `target` is not a log of the area, or the level is none. */
  setLogLevel(target: string, level: string): boolean {
    return this.rules.logLevels.set(target, level);
  }

  /** Lines of rules in the log of the proxy have its level. */
  followOwnLog(level: string): void {
    this.rules.logLevels.set(OWN_LOG, level);
  }

  stop(): void {
    this.#figures.stop();
  }
}

/** Digest of everything that decides about requests: the configuration, and the rules in force. */
export function configDigest(program: Program | null, rules: Rules): string {
  const digest = rules.digest();
  return digest === '' || program === null ? (program?.digest ?? '') : digestOf([program.digest, digest]);
}

function rejectSettings({ governance }: MosnConfig): RejectSettings {
  return { profile: governance.reject_profile, limitMessage: governance.limit_message };
}
