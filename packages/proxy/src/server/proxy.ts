import path from 'node:path';
import { formatProblem, type Logger, MeshError } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import { EDGE_BOUNDS_MS, StatsStore } from '@weft/telemetry';
import { reasonOf } from '../admin/index.ts';
import type { Mesh } from '../control-plane/index.ts';
import { DRM_LOG, OWN_LOG } from '../governance/index.ts';
import type { FromThread } from '../thread/index.ts';
import {
  ClusterSlots,
  CompileMemo,
  compileProgram,
  ExtensionCatalog,
  type Program,
  threadCpuMs,
} from '../update/index.ts';
import { AdminQueries } from './admin-queries.ts';
import { AdminServers } from './admin-servers.ts';
import { AdminView, type Inspected, type LastReload } from './admin-view.ts';
import { checkListens } from './check-listens.ts';
import { cpuLimit } from './cpu-limit.ts';
import { checkDescriptors, connectionBound, descriptorLimit } from './descriptors.ts';
import { EdgeFigures } from './edge-figures.ts';
import { passMoved, passSocket } from './hand-over.ts';
import { HealthWatch } from './health-watch.ts';
import { addressOf, ListeningSockets } from './listening-sockets.ts';
import { LogFiles } from './log-files.ts';
import { MappingSupply } from './mapping-supply.ts';
import { MemoryTrim } from './memory-trim.ts';
import { joinMesh, ListenerConversions, meshDirectory, withServices } from './mesh-part.ts';
import { NameTable } from './name-table.ts';
import type { LoadedConfiguration, ProxyOptions } from './options.ts';
import { logDirectory, OwnLog } from './own-log.ts';
import { ProcessFigures } from './process-figures.ts';
import { Rollout } from './rollout.ts';
import { configDigest, RulesPart } from './rules-part.ts';
import { claimRunFiles, releaseRunFiles } from './run-claim.ts';
import { type RunFiles, runFiles, writeAtomically } from './run-files.ts';
import { Stage } from './stages.ts';
import { StatsBlocks } from './stats-blocks.ts';
import { ThreadQueries } from './thread-queries.ts';
import { Threads } from './threads.ts';
import { holdYoungGeneration, releaseYoungGeneration } from './young-generation.ts';

const SWEEP_MS = 60_000;

/** The control thread of a proxy: boot, reload, graceful stop. Every part has a file of its own. */
export class ProxyServer implements Inspected {
  readonly options: ProxyOptions;
  readonly #catalog: ExtensionCatalog;
  readonly #names = new NameTable();
  readonly #memo = new CompileMemo();
  readonly #sockets = new ListeningSockets();
  readonly #startedAt = performance.now();
  readonly #drained = new Set<number>();
  #stage: Stage = Stage.NIL;
  // Made while it boots, in this order; an abandoned boot closes those that are there.
  #loaded!: LoadedConfiguration;
  /** What the file says, without the services that were discovered. */
  #fromFile!: LoadedConfiguration;
  readonly #conversions = new ListenerConversions();
  readonly #mappings: MappingSupply;
  #ownLog!: OwnLog;
  #files!: RunFiles;
  #stats!: StatsStore;
  #slots!: ClusterSlots;
  #threads!: Threads;
  #queries!: ThreadQueries;
  #blocks!: StatsBlocks;
  #rollout!: Rollout;
  #edges!: EdgeFigures;
  #rules!: RulesPart;
  #logFiles!: LogFiles;
  #health!: HealthWatch;
  #admin!: AdminServers;
  #mesh: Mesh | null = null;
  /** Services changed while it started. */
  #reconfigureLater = false;
  #configFile: string;
  #generation = 0;
  #reloads: Promise<unknown> = Promise.resolve();
  #lastReload: LastReload | null = null;
  #drainStartedAt = 0;
  #sweep: NodeJS.Timeout | null = null;
  readonly #trim = new MemoryTrim();

  /** Whatever ends the process while the proxy starts or runs (a signal, a defect): no file of it stays behind. */
  readonly #leaveNothing = (): void => {
    this.#sockets.closeAllBut([]);
    releaseRunFiles(this.#files);
  };

  private constructor(options: ProxyOptions) {
    this.options = options;
    this.#configFile = options.configFile;
    this.#catalog = new ExtensionCatalog(options.extensions);
    this.#mappings = new MappingSupply(this.#catalog);
  }

  /**
   * Starts a proxy and resolves when every data thread serves.
   * @throws ConfigError, or MeshError for an address or a limit of the system
   */
  static async start(options: ProxyOptions): Promise<ProxyServer> {
    const proxy = new ProxyServer(options);
    holdYoungGeneration();
    try {
      await proxy.#boot();
    } catch (error) {
      await proxy.#abandon();
      throw error;
    }
    return proxy;
  }

  get log(): Logger {
    return this.#ownLog.log;
  }

  get files(): RunFiles {
    return this.#files;
  }

  /** Port of the admin API; 0 when it has its Unix socket only. */
  get adminPort(): number {
    return this.#admin.port;
  }

  /** The port that a listener really has; 0 when it is not open. */
  port(listener: string): number {
    return this.#rollout.port(listener);
  }

  // ── boot ────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #boot(): Promise<void> {
    this.#stage = Stage.PARAMS_PARSED;
    const loaded = await this.options.load(this.#configFile);
    this.#fromFile = loaded;
    this.#loaded = loaded;
    const { config } = loaded;
    this.#ownLog = new OwnLog(serverOf(config), this.options.logLevel);
    this.#stage = Stage.INITING;
    for (const warning of loaded.warnings) this.log.warn({}, formatProblem(warning));
    this.#files = runFiles(config, this.#configFile);
    process.on('exit', this.#leaveNothing);
    claimRunFiles(this.#files, this.#configFile);
    checkDescriptors();
    this.#createParts(config);
    await this.#conversions.read(config, this.#catalog);
    this.#mesh = await this.#join(config);
    this.#loaded = withServices(loaded, this.#mesh);
    const program = await this.#compile(this.#loaded);
    this.#stage = Stage.PRE_START;
    (await this.#sockets.bind(program.listeners, [])).keep();
    this.#stage = Stage.STARTING;
    this.#slots.commit();
    // Every address before the first thread: one that is taken costs no more than saying so.
    await this.#admin.start(config, this.#files.socketFile);
    this.#logFiles.start();
    await this.#rules.load(config, program.rules);
    releaseYoungGeneration();
    await this.#rollout.start(program);
    this.#stage = Stage.AFTER_START;
    this.#health.apply(this.#loaded.config, program);
    this.#remember(loaded);
    this.#mesh?.serving();
    this.#sweep = setInterval(() => this.#stats.sweep(performance.now()), SWEEP_MS);
    this.#sweep.unref();
    this.#trim.start();
    this.#stage = Stage.RUNNING;
    this.#announce(config, program);
    if (this.#reconfigureLater) void this.#reconfigure();
    void this.#followRules();
  }

  #createParts(config: MosnConfig): void {
    const server = serverOf(config);
    const count = threadCount(config);
    this.#stats = new StatsStore(count);
    this.#slots = new ClusterSlots(count);
    this.#threads = this.#createThreads(config, count);
    this.#queries = new ThreadQueries(this.#threads);
    this.#blocks = new StatsBlocks(this.#stats);
    this.#edges = new EdgeFigures(
      config.mesh?.app ?? '',
      this.#stats,
      (service) => this.#mesh?.discovery.appOf(service) ?? '',
    );
    this.#rollout = new Rollout(this.#threads, this.#sockets, this.#blocks);
    this.#logFiles = new LogFiles(this.#threads.rings(), logDirectory(server), server.global_log_roller);
    this.#logFiles.adopt(OWN_LOG, this.#ownLog.file);
    this.#rules = new RulesPart(config, {
      catalog: this.#catalog,
      threads: this.#threads,
      stats: this.#stats,
      logFiles: this.#logFiles,
      log: this.log.child('governance'),
      check: (rule, program) => this.#mappings.check(this.#fromFile.config, rule, program),
      hosts: (cluster) => this.#rollout.hosts(cluster),
    });
    this.#rules.followOwnLog(this.#ownLog.log.level);
    this.#health = new HealthWatch({
      catalog: this.#catalog,
      log: this.log.child('cluster'),
      stats: this.#stats,
      logFiles: this.#logFiles,
      onResolved: (name, addresses) => this.#resolved(name, addresses),
    });
    this.#admin = new AdminServers(new AdminView(this), this.log);
  }

  #createThreads({ weft }: MosnConfig, count: number): Threads {
    return new Threads({
      count,
      entry: this.options.threadEntry,
      log: this.log.child('threads'),
      stats: this.#stats,
      processBlock: this.#stats.allocate('process', {}),
      watchdogMs: weft.watchdog_timeout,
      softBufferBytes: weft.soft_buffer_bytes,
      hardBufferBytes: weft.hard_buffer_bytes,
      poison: this.options.poison ?? false,
      faults: this.options.faults ?? false,
      onReady: (index) => {
        // Rules first: they act before a listener opens.
        this.#rules.rules.threadReady(index);
        this.#rollout.threadReady(index);
      },
      onMessage: (index, message) => this.#threadMessage(index, message),
      onDeath: (index, reason) => this.#threadDied(index, reason),
    });
  }

  #announce(config: MosnConfig, program: Program): void {
    const listeners = program.listeners
      .filter((listener) => listener.bound)
      .map((listener) => `${listener.name} on ${addressOf(listener, this.port(listener.name))}`);
    this.log.info(
      { pid: process.pid, threads: this.#threads.count, ms: Math.round(performance.now() - this.#startedAt) },
      `serving: ${listeners.join(', ')}`,
    );
    if (config.admin === undefined)
      this.log.info({ socket: this.#files.socketFile }, 'no admin config, no admin api served on a port');
  }

  #join(config: MosnConfig): Promise<Mesh | null> {
    const queries = new AdminQueries(new AdminView(this));
    const figures = new ProcessFigures();
    return joinMesh(config, this.#catalog, {
      log: this.log.child('mesh'),
      version: this.options.version,
      configFile: this.#configFile,
      stateDirectory: meshDirectory(this.#files.lastGoodFile),
      adminPort: config.admin?.address.socket_address.port_value ?? 0,
      listenerAddress: (name) => {
        const listener = this.#rollout.program?.listeners.find((item) => item.name === name && item.bound);
        return listener === undefined ? null : { host: listener.host, port: this.port(name) };
      },
      canConvert: this.#conversions.canConvert,
      reconfigure: () => this.#reconfigure(),
      drmLog: (level, text) => this.#rules.rules.writeLine(DRM_LOG, level, text),
      applyRules: async (dataId, document, version) => {
        const reason = await this.#rules.push(dataId, document, version);
        if (reason === null) await this.#followRules();
        return reason;
      },
      removeRules: async (dataId) => {
        await this.#rules.withdraw(dataId);
        await this.#followRules();
      },
      takeFigures: () => {
        const { edges, requests } = this.#edges.take();
        return {
          edges,
          histogramBoundsMs: EDGE_BOUNDS_MS,
          process: figures.take(this.#connections(), requests),
          rules: this.#rules.takeHits(),
          events: this.#rules.takeEvents(),
        };
      },
      answer: (query) => queries.answer(query),
      configDigest: () => configDigest(this.#rollout.program, this.#rules.rules),
    });
  }

  #connections(): number {
    return new Int32Array(this.#threads.shared.connections).reduce((sum, count) => sum + count, 0);
  }

  /** Brings what rules mean to the configuration into it; fulfilled when requests see it. */
  async #followRules(): Promise<void> {
    if (this.#stage !== Stage.RUNNING || !this.#mappings.isBehind(this.#rules.rules)) return;
    await this.#reconfigure('mappings');
  }

  /** Discovered services have changed, or what is said. */
  #reconfigure(what = 'discovered services'): Promise<void> {
    if (this.#stage < Stage.RUNNING) this.#reconfigureLater = true;
    if (this.#stage !== Stage.RUNNING) return Promise.resolve();
    return this.#queue(async () => {
      if (this.#stage !== Stage.RUNNING) return;
      const startMs = performance.now();
      const cpuMs = threadCpuMs();
      const before = new Map(this.#rollout.program?.clusters.map(({ name, digest }) => [name, digest]));
      const { clusters } = await this.#install(this.#fromFile);
      const changed = clusters.filter(({ name, digest }) => before.get(name) !== digest);
      this.log.info(
        {
          clusters: changed.length,
          ms: Math.round(performance.now() - startMs),
          mainCpuMs: Number((threadCpuMs() - cpuMs).toFixed(1)),
        },
        `${what} are in place`,
      );
    }).catch((error: unknown) => this.log.error({ err: error }, `${what} could not be put in place`));
  }

  // ── data threads ────────────────────────────────────────────────────────────────────────────────────────────────

  #threadMessage(index: number, message: FromThread): void {
    switch (message.type) {
      case 'applied':
        this.#rollout.applied(index, message);
        break;
      case 'prepared':
        this.#rollout.prepared(index, message.generation);
        break;
      case 'rejected':
        this.#rollout.rejected(index, message);
        break;
      case 'log':
        this.#ownLog.log
          .child(message.component.replace(/^proxy\.?/, '') || 'data')
          [message.level](message.fields, message.message);
        break;
      case 'handover':
        // The thread that gets it has something to drain again.
        this.#drained.delete(message.to);
        passSocket(this.#threads, message);
        break;
      case 'moved':
        passMoved(this.#threads, message);
        break;
      case 'rules':
        this.#rules.rules.threadAnswered(index, message.id, message.reason);
        break;
      case 'rule-report':
        this.#rules.rules.threadReported(index, message.name, message.report);
        break;
      case 'edges':
        this.#edges.add(message.deltas);
        break;
      case 'drained':
        this.#drained.add(index);
        break;
      case 'memory':
      case 'records':
      case 'connections':
        this.#queries.answered(message.id, index, message);
        break;
      default:
        break;
    }
  }

  #threadDied(index: number, reason: string): void {
    this.#slots.releaseThread(index);
    this.#rules.rules.threadDied(index);
    this.log.error({ thread: index, reason }, 'a data thread ended and is started again; its connections are lost');
    this.#stats.counter('weft_proxy_thread_restarts_total', { thread: String(index) });
    this.#queries.threadDied(index);
    // Nothing of it is left to drain.
    if (this.#stage > Stage.RUNNING) this.#drained.add(index);
    this.#rollout.threadDied(index);
  }

  // ── reload ──────────────────────────────────────────────────────────────────────────────────────────────────────

  reload(file: string | null): ReturnType<Inspected['reload']> {
    return this.#queue(async () => {
      if (this.#stage !== Stage.RUNNING) throw new MeshError('draining', 'the proxy is starting or stopping');
      const before = this.#rollout.program?.digest;
      try {
        const loaded = await this.options.load(file ?? this.#configFile);
        const program = await this.#install(loaded);
        if (file !== null) this.#configFile = file;
        this.#remember(loaded);
        this.#mesh?.discovery.retell();
        this.#reloaded(null);
        const { generation, digest } = program;
        this.log.info({ generation, digest: digest.slice(0, 12) }, 'the configuration was reloaded');
        return { changed: digest !== before, generation, digest, warnings: loaded.warnings.map(formatProblem) };
      } catch (error) {
        const reason = reasonOf(error);
        await this.#conversions.read(this.#fromFile.config, this.#catalog);
        this.#reloaded(reason);
        this.log.error({ reason }, 'the configuration was refused; the one before stays in force');
        throw error;
      }
    });
  }

  #reloaded(refusal: string | null): void {
    const result = refusal === null ? 'ok' : 'rejected';
    this.#stats.counter('weft_proxy_config_applied_total', { source: 'file', result });
    this.#lastReload = { ok: refusal === null, message: refusal ?? '' };
  }

  /** One after the other, whatever the one before came to. */
  #queue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#reloads.then(task);
    this.#reloads = run.catch(() => {});
    return run;
  }

  /** All or nothing: every thread has built the program before the first one uses it. */
  async #install(fromFile: LoadedConfiguration): Promise<Program> {
    await this.#conversions.read(fromFile.config, this.#catalog);
    const loaded = withServices(fromFile, this.#mesh);
    const before = this.#rollout.program as Program;
    const program = await this.#compile(loaded).catch((error: unknown) => {
      this.#restLogs(before);
      throw error;
    });
    const sockets = await this.#sockets.bind(program.listeners, before.listeners);
    let prepared: ReadonlySet<number>;
    try {
      prepared = await this.#rollout.prepare(program, sockets.fresh);
    } catch (error) {
      sockets.undo();
      this.#forgetRemoved(program, before);
      throw error;
    }
    sockets.keep();
    this.#fromFile = fromFile;
    this.#loaded = loaded;
    this.#slots.commit();
    await this.#rollout.commit(program, prepared, sockets.fresh);
    this.#forgetRemoved(before, program);
    this.#health.apply(loaded.config, program);
    await this.#rules.load(loaded.config, program.rules);
    // Not waited for: it comes behind this one.
    void this.#followRules();
    return program;
  }

  async #compile({ config, locate }: LoadedConfiguration): Promise<Program> {
    await this.#names.resolve(config, this.log);
    const { program, warnings } = await compileProgram(config, ++this.#generation, {
      catalog: this.#catalog,
      slots: this.#slots,
      names: this.#names.addresses,
      logIndex: (file) => this.#logFiles.indexForProgram(file),
      memo: this.#memo,
      supplied: this.#mappings.take(this.#rules.rules),
      descriptorBound: connectionBound(descriptorLimit()),
      ...(locate === undefined ? {} : { locate }),
    });
    for (const warning of warnings) this.log.warn({}, formatProblem(warning));
    checkListens(program);
    return program;
  }

  /** Lets go of what only `before` had. */
  #forgetRemoved(before: Program, after: Program): void {
    this.#sockets.closeAllBut(after.listeners);
    const clusters = new Set(after.clusters.map((item) => item.name));
    for (const cluster of before.clusters) if (!clusters.has(cluster.name)) this.#slots.forget(cluster.name);
    this.#blocks.releaseAllBut(after);
    this.#restLogs(after);
  }

  #restLogs({ listeners }: Program): void {
    const logs = listeners.flatMap((item) => item.accessLogs);
    this.#logFiles.restAllBut(new Set(logs.map((log) => log.fileIndex)));
  }

  #resolved(name: string, addresses: readonly string[]): void {
    if (!this.#names.update(name, addresses)) return;
    this.log.info({ name, addresses }, 'a name has other addresses');
    this.#queue(() => this.#install(this.#fromFile)).catch((error: unknown) =>
      this.log.error({ name, err: error }, 'the new addresses of a name could not be put in place'),
    );
  }

  /** Keeps a copy of what works, for a start when the file is gone or broken. */
  #remember({ document }: LoadedConfiguration): void {
    const file = this.#files.lastGoodFile;
    const saved = {
      format: 1,
      savedAt: new Date().toISOString(),
      digest: this.#rollout.program?.digest,
      file: path.resolve(this.options.configFile),
      document,
    };
    try {
      writeAtomically(file, `${JSON.stringify(saved)}\n`);
    } catch (error) {
      this.log.warn({ file, err: error }, 'the last good configuration could not be saved');
    }
  }

  // ── stop ────────────────────────────────────────────────────────────────────────────────────────────────────────

  drain(): void {
    if (this.#stage !== Stage.RUNNING) return;
    this.#stage = Stage.BEFORE_STOP;
    this.#drainStartedAt = performance.now();
    this.#threads.broadcast({ type: 'drain' });
    // The threads accept what is queued and close last: while any of them listens the kernel takes connections.
    this.#sockets.closeAllBut([]);
  }

  stop(graceful: boolean): void {
    // A turn later, so that a caller of the admin API still gets its answer.
    setImmediate(() => void (graceful ? this.stopGracefully() : this.stopNow()));
  }

  /** GOAWAY and drain, then the end: no later than the graceful timeout. */
  async stopGracefully(): Promise<void> {
    if (this.#stage >= Stage.GRACEFUL_STOPPING) return;
    // Before it serves there is nothing to wait for.
    if (this.#stage < Stage.RUNNING) return this.stopNow();
    // Callers go elsewhere before this proxy turns them away.
    this.#mesh?.withdraw();
    this.drain();
    this.#stage = Stage.GRACEFUL_STOPPING;
    const timeoutMs = serverOf(this.#loaded.config).graceful_timeout;
    this.log.info({ timeoutMs }, 'stopping: running requests may finish');
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline && this.#drained.size < this.#threads.count)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const forced = this.#threads.count - this.#drained.size;
    if (forced > 0) this.log.warn({ threads: forced }, 'the graceful timeout is over; what still runs is cut');
    await this.stopNow();
  }

  async stopNow(): Promise<void> {
    if (this.#stage >= Stage.STOPPING) return;
    this.#stage = Stage.STOPPING;
    await this.#abandon();
    this.#stage = Stage.STOPPED;
    this.options.onStopped(0);
  }

  /** Reopens all log files, after something else has moved them away. */
  async reopenLogs(): Promise<void> {
    await Promise.all([this.#ownLog.reopen(), this.#logFiles.reopen()]);
  }

  async #abandon(): Promise<void> {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#trim.stop();
    this.#health?.close();
    this.#rules?.stop();
    this.#admin?.close();
    await this.#mesh?.stop();
    await this.#threads?.stop();
    this.#sockets.closeAllBut([]);
    if (this.#files !== undefined) releaseRunFiles(this.#files);
    process.off('exit', this.#leaveNothing);
    await this.#logFiles?.close();
    // A start that failed has nothing to say here: its error is the message.
    if (this.#stage > Stage.RUNNING) this.log.info({}, 'stopped');
    await this.#ownLog?.close();
  }

  // ── what the admin API looks at ─────────────────────────────────────────────────────────────────────────────────

  get currentStage(): Stage {
    return this.#stage;
  }

  get loaded(): LoadedConfiguration {
    return this.#loaded;
  }

  get lastReload(): LastReload | null {
    return this.#lastReload;
  }

  get drainStartedAt(): number {
    return this.#drainStartedAt;
  }

  get rules(): RulesPart {
    return this.#rules;
  }

  get mesh(): Mesh | null {
    return this.#mesh;
  }

  get ownLog(): OwnLog {
    return this.#ownLog;
  }

  get logFiles(): LogFiles {
    return this.#logFiles;
  }

  get stats(): StatsStore {
    return this.#stats;
  }

  get threads(): Threads {
    return this.#threads;
  }

  get queries(): ThreadQueries {
    return this.#queries;
  }

  get rollout(): Rollout {
    return this.#rollout;
  }
}

const serverOf = (config: MosnConfig): MosnConfig['servers'][number] =>
  config.servers[0] as MosnConfig['servers'][number];

/** `weft.data_threads`, then `processor`, then the whole cores that the process may use. */
function threadCount(config: MosnConfig): number {
  const chosen = config.weft.data_threads || serverOf(config).processor || Math.floor(cpuLimit());
  return Math.min(256, Math.max(1, chosen));
}
