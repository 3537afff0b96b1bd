import { formatProblem, type Logger } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import { EDGE_BOUNDS_MS, StatsStore } from '@weft/telemetry';
import type { Mesh } from '../control-plane/index.ts';
import { DRM_LOG, OWN_LOG } from '../governance/index.ts';
import type { FromThread } from '../thread/index.ts';
import { ClusterSlots, ExtensionCatalog, type Program } from '../update/index.ts';
import { AdminQueries } from './admin-queries.ts';
import { AdminServers } from './admin-servers.ts';
import { AdminView, type Inspected, type LastReload } from './admin-view.ts';
import { Configuration } from './configuration.ts';
import { cpuLimit } from './cpu-limit.ts';
import { checkDescriptors } from './descriptors.ts';
import { Drain, type DrainProgress } from './drain.ts';
import { EdgeFigures } from './edge-figures.ts';
import { passMoved, passSocket } from './hand-over.ts';
import { HealthWatch } from './health-watch.ts';
import { addressOf, ListeningSockets } from './listening-sockets.ts';
import { LogFiles } from './log-files.ts';
import { MemoryTrim } from './memory-trim.ts';
import { joinMesh, meshDirectory } from './mesh-part.ts';
import type { LoadedConfiguration, ProxyOptions } from './options.ts';
import { logDirectory, OwnLog } from './own-log.ts';
import { ProcessFigures } from './process-figures.ts';
import { Rollout } from './rollout.ts';
import { configDigest, RulesPart } from './rules-part.ts';
import { claimRunFiles, releaseRunFiles } from './run-claim.ts';
import { type RunFiles, runFiles } from './run-files.ts';
import { Stage } from './stages.ts';
import { StatsBlocks } from './stats-blocks.ts';
import { ThreadQueries } from './thread-queries.ts';
import { Threads } from './threads.ts';
import { holdYoungGeneration, releaseYoungGeneration } from './young-generation.ts';

const SWEEP_MS = 60_000;

/** The control thread of a proxy: boot, what threads tell, graceful stop. Every part has a file of its own. */
export class ProxyServer implements Inspected {
  readonly options: ProxyOptions;
  readonly #catalog: ExtensionCatalog;
  readonly #sockets = new ListeningSockets();
  readonly #startedAt = performance.now();
  #stage: Stage = Stage.NIL;
  // Made while it boots, in this order; an abandoned boot closes those that are there.
  #configuration!: Configuration;
  #ownLog!: OwnLog;
  #files!: RunFiles;
  #stats!: StatsStore;
  #slots!: ClusterSlots;
  #threads!: Threads;
  #drain!: Drain;
  #queries!: ThreadQueries;
  #blocks!: StatsBlocks;
  #rollout!: Rollout;
  #edges!: EdgeFigures;
  #rules!: RulesPart;
  #logFiles!: LogFiles;
  #health!: HealthWatch;
  #admin!: AdminServers;
  #mesh: Mesh | null = null;
  #stopsGracefully = false;
  #sweep: NodeJS.Timeout | null = null;
  readonly #trim = new MemoryTrim();

  /** Whatever ends the process while the proxy starts or runs (a signal, a defect): no file of it stays behind. */
  readonly #leaveNothing = (): void => {
    this.#sockets.closeAllBut([]);
    releaseRunFiles(this.#files);
  };

  private constructor(options: ProxyOptions) {
    this.options = options;
    this.#catalog = new ExtensionCatalog(options.extensions);
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
    const loaded = await this.options.load(this.options.configFile);
    const { config } = loaded;
    this.#ownLog = new OwnLog(serverOf(config), this.options.logLevel);
    this.#stage = Stage.INITING;
    for (const warning of loaded.warnings) this.log.warn({}, formatProblem(warning));
    this.#files = runFiles(config, this.options.configFile);
    process.on('exit', this.#leaveNothing);
    claimRunFiles(this.#files, this.options.configFile);
    checkDescriptors();
    this.#createParts(loaded);
    const configuration = this.#configuration;
    await configuration.readConversions();
    this.#mesh = await this.#join(config);
    const program = await configuration.compileFirst(this.#mesh);
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
    configuration.settleFirst(program);
    this.#mesh?.serving();
    this.#sweep = setInterval(() => this.#stats.sweep(performance.now()), SWEEP_MS);
    this.#sweep.unref();
    this.#trim.start();
    this.#stage = Stage.RUNNING;
    this.#announce(config, program);
    configuration.catchUp();
  }

  #createParts(loaded: LoadedConfiguration): void {
    const { config } = loaded;
    const server = serverOf(config);
    const count = threadCount(config);
    this.#stats = new StatsStore(count);
    this.#slots = new ClusterSlots(count);
    this.#threads = this.#createThreads(config, count);
    this.#drain = this.#createDrain(count);
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
      check: (rule, program) => this.#configuration.check(rule, program),
      hosts: (cluster) => this.#rollout.hosts(cluster),
    });
    this.#rules.followOwnLog(this.#ownLog.log.level);
    this.#health = new HealthWatch({
      catalog: this.#catalog,
      log: this.log.child('cluster'),
      stats: this.#stats,
      logFiles: this.#logFiles,
      onResolved: (name, addresses) => this.#configuration.resolved(name, addresses),
    });
    this.#configuration = new Configuration(loaded, this.options, {
      catalog: this.#catalog,
      log: this.log,
      stats: this.#stats,
      blocks: this.#blocks,
      slots: this.#slots,
      sockets: this.#sockets,
      rollout: this.#rollout,
      rules: this.#rules,
      logFiles: this.#logFiles,
      health: this.#health,
      lastGoodFile: this.#files.lastGoodFile,
      stage: () => this.#stage,
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

  #createDrain(threads: number): Drain {
    return new Drain({
      log: this.log,
      threads,
      stage: () => this.#stage,
      enter: (stage) => {
        this.#stage = stage;
      },
      withdraw: () => this.#mesh?.withdraw() === true,
      turnAway: () => {
        this.#threads.broadcast({ type: 'drain' });
        // The threads accept what is queued and close last: while any of them listens the kernel takes connections.
        this.#sockets.closeAllBut([]);
      },
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
      configFile: this.options.configFile,
      stateDirectory: meshDirectory(this.#files.lastGoodFile),
      adminPort: config.admin?.address.socket_address.port_value ?? 0,
      listenerAddress: (name) => {
        const listener = this.#rollout.program?.listeners.find((item) => item.name === name && item.bound);
        return listener === undefined ? null : { host: listener.host, port: this.port(name) };
      },
      canConvert: this.#configuration.canConvert,
      reconfigure: () => this.#configuration.followServices(),
      drmLog: (level, text) => this.#rules.rules.writeLine(DRM_LOG, level, text),
      applyRules: async (dataId, document, version) => {
        const reason = await this.#rules.push(dataId, document, version);
        if (reason === null) await this.#configuration.followRules();
        return reason;
      },
      removeRules: async (dataId) => {
        await this.#rules.withdraw(dataId);
        await this.#configuration.followRules();
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
      asks: () => this.#rules.asks(),
      answerAsks: (verdicts) => this.#rules.onVerdicts(verdicts),
      answer: (query) => queries.answer(query),
      configDigest: () => configDigest(this.#rollout.program, this.#rules.rules),
    });
  }

  #connections(): number {
    return new Int32Array(this.#threads.shared.connections).reduce((sum, count) => sum + count, 0);
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
        passSocket(this.#threads, message, (to) => this.#drain.threadGiven(to));
        break;
      case 'moved':
        passMoved(this.#threads, message, (to) => this.#drain.threadGiven(to));
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
        this.#drain.threadDrained(index, message.taken);
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
    this.#drain.threadDied(index);
    this.#rollout.threadDied(index);
  }

  // ── reload and stop ──────────────────────────────────────────────────────────────────────────────────────────────

  reload(file: string | null): ReturnType<Inspected['reload']> {
    return this.#configuration.reload(file);
  }

  drain(): void {
    if (this.#stage === Stage.RUNNING) void this.#drain.begin(this.#leaveMs());
  }

  stop(graceful: boolean): void {
    // A turn later, so that a caller of the admin API still gets its answer.
    setImmediate(() => void (graceful ? this.stopGracefully() : this.stopNow()));
  }

  /**
   * Callers learn of it, connections are told, running requests finish, then the end: no later than the leave time and
   * the graceful timeout together.
   */
  async stopGracefully(): Promise<void> {
    if (this.#stopsGracefully || this.#stage >= Stage.STOPPING) return;
    // Before it serves there is nothing to wait for.
    if (this.#stage < Stage.RUNNING) return this.stopNow();
    this.#stopsGracefully = true;
    await this.#drain.begin(this.#leaveMs());
    if (this.#stage !== Stage.GRACEFUL_STOPPING) return;
    const timeoutMs = serverOf(this.#configuration.loaded.config).graceful_timeout;
    this.log.info({ timeoutMs }, 'stopping: running requests may finish');
    const forced = await this.#drain.finish(timeoutMs);
    if (this.#stage !== Stage.GRACEFUL_STOPPING) return;
    if (forced > 0) this.log.warn({ threads: forced }, 'the graceful timeout is over; what still runs is cut');
    await this.stopNow();
  }

  #leaveMs(): number {
    return this.#configuration.loaded.config.mesh?.discovery.leave_time ?? 0;
  }

  async stopNow(): Promise<void> {
    if (this.#stage >= Stage.STOPPING) return;
    this.#stage = Stage.STOPPING;
    this.#drain?.cancel();
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
    return this.#configuration.loaded;
  }

  get lastReload(): LastReload | null {
    return this.#configuration.lastReload;
  }

  get drainProgress(): DrainProgress {
    return this.#drain.progress;
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
