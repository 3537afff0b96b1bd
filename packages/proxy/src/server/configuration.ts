import path from 'node:path';
import { type ConfigProblem, formatProblem, type Logger, MeshError } from '@weft/kit';
import type { GovernanceRule } from '@weft/sdk';
import type { StatsStore } from '@weft/telemetry';
import { reasonOf } from '../admin/index.ts';
import type { Mesh } from '../control-plane/index.ts';
import {
  type ClusterSlots,
  CompileMemo,
  compileProgram,
  type ExtensionCatalog,
  type Program,
  threadCpuMs,
} from '../update/index.ts';
import type { Inspected, LastReload } from './admin-view.ts';
import { checkListens } from './check-listens.ts';
import { connectionBound, descriptorLimit } from './descriptors.ts';
import type { HealthWatch } from './health-watch.ts';
import type { ListeningSockets } from './listening-sockets.ts';
import type { LogFiles } from './log-files.ts';
import { MappingSupply } from './mapping-supply.ts';
import { ListenerConversions, withServices } from './mesh-part.ts';
import { NameTable } from './name-table.ts';
import type { LoadedConfiguration, ProxyOptions } from './options.ts';
import type { Rollout } from './rollout.ts';
import type { RulesPart } from './rules-part.ts';
import { writeAtomically } from './run-files.ts';
import { isServing, Stage } from './stages.ts';
import type { StatsBlocks } from './stats-blocks.ts';

/** What a configuration is put into. */
export interface ConfigurationTargets {
  readonly catalog: ExtensionCatalog;
  readonly log: Logger;
  readonly stats: StatsStore;
  readonly blocks: StatsBlocks;
  readonly slots: ClusterSlots;
  readonly sockets: ListeningSockets;
  readonly rollout: Rollout;
  readonly rules: RulesPart;
  readonly logFiles: LogFiles;
  readonly health: HealthWatch;
  /** Where a copy of what works is kept. */
  readonly lastGoodFile: string;
  stage(): Stage;
}

/**
 * What is in force: the file, the services that were discovered and the mappings that rules bring, compiled into one
 * program. Changes of any of them come one after the other, each as a whole or not at all.
 */
export class Configuration {
  readonly #options: ProxyOptions;
  readonly #targets: ConfigurationTargets;
  readonly #names = new NameTable();
  readonly #memo = new CompileMemo();
  readonly #conversions = new ListenerConversions();
  readonly #mappings: MappingSupply;
  #mesh: Mesh | null = null;
  /** What the file says, without the services that were discovered. */
  #fromFile: LoadedConfiguration;
  #loaded: LoadedConfiguration;
  #file: string;
  #generation = 0;
  #changes: Promise<unknown> = Promise.resolve();
  #lastReload: LastReload | null = null;
  /** Services changed while the proxy started. */
  #isBehind = false;
  readonly #caughtUp = Promise.withResolvers<boolean>();

  constructor(loaded: LoadedConfiguration, options: ProxyOptions, targets: ConfigurationTargets) {
    this.#options = options;
    this.#targets = targets;
    this.#mappings = new MappingSupply(targets.catalog);
    this.#fromFile = loaded;
    this.#loaded = loaded;
    this.#file = options.configFile;
  }

  /** What is in force, with the services that were discovered. */
  get loaded(): LoadedConfiguration {
    return this.#loaded;
  }

  get lastReload(): LastReload | null {
    return this.#lastReload;
  }

  /** Whether a listener converts calls of a protocol. */
  get canConvert(): (listener: string, protocol: string) => boolean {
    return this.#conversions.canConvert;
  }

  /** What is wrong with what the program of a rule means to the configuration. */
  check(rule: GovernanceRule<unknown, unknown>, program: unknown): Promise<readonly ConfigProblem[]> {
    return this.#mappings.check(this.#fromFile.config, rule, program);
  }

  // ── boot ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Reads what the mesh is told of the file that is in force. */
  readConversions(): Promise<void> {
    return this.#conversions.read(this.#fromFile.config, this.#targets.catalog);
  }

  /** The first program. */
  compileFirst(mesh: Mesh | null): Promise<Program> {
    this.#mesh = mesh;
    this.#loaded = withServices(this.#fromFile, mesh);
    return this.#compile(this.#loaded);
  }

  /** The proxy serves by the first program. */
  settleFirst(program: Program): void {
    this.#targets.health.apply(this.#loaded.config, program);
    this.#remember();
  }

  /** Takes what came while the proxy started. */
  catchUp(): void {
    if (this.#isBehind) this.#caughtUp.resolve(this.followServices());
    void this.followRules();
  }

  // ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @throws ConfigError and others; what was in force stays */
  reload(file: string | null): ReturnType<Inspected['reload']> {
    return this.#queue(async () => {
      if (this.#targets.stage() !== Stage.RUNNING) throw new MeshError('draining', 'the proxy is starting or stopping');
      const { log, rollout } = this.#targets;
      const before = rollout.program?.digest;
      try {
        const loaded = await this.#options.load(file ?? this.#file);
        const program = await this.#install(loaded);
        if (file !== null) this.#file = file;
        this.#remember();
        this.#mesh?.discovery.retell();
        this.#reloaded(null);
        const { generation, digest } = program;
        log.info({ generation, digest: digest.slice(0, 12) }, 'the configuration was reloaded');
        return { changed: digest !== before, generation, digest, warnings: loaded.warnings.map(formatProblem) };
      } catch (error) {
        const reason = reasonOf(error);
        await this.readConversions();
        this.#reloaded(reason);
        log.error({ reason }, 'the configuration was refused; the one before stays in force');
        throw error;
      }
    });
  }

  /** Discovered services have changed; fulfilled when that is over: whether requests see it. */
  followServices(): Promise<boolean> {
    return this.#bringIn('discovered services');
  }

  /** Brings what rules mean to the configuration into it; fulfilled when requests see it. */
  async followRules(): Promise<void> {
    const { stage, rules } = this.#targets;
    if (isServing(stage()) && this.#mappings.isBehind(rules.rules)) await this.#bringIn('mappings');
  }

  /** A name has other addresses. */
  resolved(name: string, addresses: readonly string[]): void {
    if (!this.#names.update(name, addresses)) return;
    const { log } = this.#targets;
    log.info({ name, addresses }, 'a name has other addresses');
    this.#queue(() => this.#install(this.#fromFile)).catch((error: unknown) =>
      log.error({ name, err: error }, 'the new addresses of a name could not be put in place'),
    );
  }

  /** The same file with something else that has changed; whether requests see it. */
  #bringIn(what: string): Promise<boolean> {
    const { stage, log, rollout } = this.#targets;
    if (stage() < Stage.RUNNING) {
      this.#isBehind = true;
      return this.#caughtUp.promise;
    }
    return this.#queue(async () => {
      if (!isServing(stage())) return false;
      const startMs = performance.now();
      const cpuMs = threadCpuMs();
      const before = new Map(rollout.program?.clusters.map(({ name, digest }) => [name, digest]));
      const { clusters } = await this.#install(this.#fromFile);
      const changed = clusters.filter(({ name, digest }) => before.get(name) !== digest);
      log.info(
        {
          clusters: changed.length,
          ms: Math.round(performance.now() - startMs),
          mainCpuMs: Number((threadCpuMs() - cpuMs).toFixed(1)),
        },
        `${what} are in place`,
      );
      return true;
    }).catch((error: unknown) => {
      log.error({ err: error }, `${what} could not be put in place`);
      return false;
    });
  }

  #reloaded(refusal: string | null): void {
    const result = refusal === null ? 'ok' : 'rejected';
    this.#targets.stats.counter('weft_proxy_config_applied_total', { source: 'file', result });
    this.#lastReload = { ok: refusal === null, message: refusal ?? '' };
  }

  /** One after the other, whatever the one before came to. */
  #queue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#changes.then(task);
    this.#changes = run.catch(() => {});
    return run;
  }

  /** All or nothing: every thread has built the program before the first one uses it. */
  async #install(fromFile: LoadedConfiguration): Promise<Program> {
    const { catalog, sockets, slots, rollout, rules, health } = this.#targets;
    await this.#conversions.read(fromFile.config, catalog);
    const loaded = withServices(fromFile, this.#mesh);
    const before = rollout.program as Program;
    const program = await this.#compile(loaded).catch((error: unknown) => {
      this.#restLogs(before);
      throw error;
    });
    const bound = await sockets.bind(program.listeners, before.listeners);
    let prepared: ReadonlySet<number>;
    try {
      prepared = await rollout.prepare(program, bound.fresh);
    } catch (error) {
      bound.undo();
      this.#forgetRemoved(program, before);
      throw error;
    }
    bound.keep();
    this.#fromFile = fromFile;
    this.#loaded = loaded;
    slots.commit();
    await rollout.commit(program, prepared, bound.fresh);
    this.#forgetRemoved(before, program);
    health.apply(loaded.config, program);
    await rules.load(loaded.config, program.rules);
    // Not waited for: it comes behind this one.
    void this.followRules();
    return program;
  }

  async #compile({ config, locate }: LoadedConfiguration): Promise<Program> {
    const { catalog, slots, log, logFiles, rules } = this.#targets;
    await this.#names.resolve(config, log);
    const { program, warnings } = await compileProgram(config, ++this.#generation, {
      catalog,
      slots,
      names: this.#names.addresses,
      logIndex: (file) => logFiles.indexForProgram(file),
      memo: this.#memo,
      supplied: this.#mappings.take(rules.rules),
      descriptorBound: connectionBound(descriptorLimit()),
      ...(locate === undefined ? {} : { locate }),
    });
    for (const warning of warnings) log.warn({}, formatProblem(warning));
    checkListens(program);
    return program;
  }

  /** Lets go of what only `before` had. */
  #forgetRemoved(before: Program, after: Program): void {
    const { sockets, slots, blocks } = this.#targets;
    sockets.closeAllBut(after.listeners);
    const clusters = new Set(after.clusters.map((item) => item.name));
    for (const cluster of before.clusters) if (!clusters.has(cluster.name)) slots.forget(cluster.name);
    blocks.releaseAllBut(after);
    this.#restLogs(after);
  }

  #restLogs({ listeners }: Program): void {
    const logs = listeners.flatMap((item) => item.accessLogs);
    this.#targets.logFiles.restAllBut(new Set(logs.map((log) => log.fileIndex)));
  }

  /** Keeps a copy of what works, for a start when the file is gone or broken. */
  #remember(): void {
    const { lastGoodFile, log, rollout } = this.#targets;
    const saved = {
      format: 1,
      savedAt: new Date().toISOString(),
      digest: rollout.program?.digest,
      file: path.resolve(this.#options.configFile),
      document: this.#fromFile.document,
    };
    try {
      writeAtomically(lastGoodFile, `${JSON.stringify(saved)}\n`);
    } catch (error) {
      log.warn({ file: lastGoodFile, err: error }, 'the last good configuration could not be saved');
    }
  }
}
