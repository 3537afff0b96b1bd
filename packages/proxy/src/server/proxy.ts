/*
 * Over 500 lines on purpose: boot order, reload and stop of the whole proxy, best read from top to bottom.
 */
import { closeSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ConfigProblem, createRandom, formatProblem, type Logger, MeshError } from '@weft/kit';
import { type MosnConfig, mosnConfigSchema, printConfig } from '@weft/schema';
import type { ExtensionEntry, HealthChecker, HealthProbe } from '@weft/sdk';
import {
  createLogger,
  type LeveledLogger,
  LogFile,
  type LogLevel,
  parseLogLevel,
  parseRoller,
  renderMosnStats,
  renderPrometheus,
  renderStatsGlob,
  type StatsBlock,
  StatsStore,
  sampleProcess,
} from '@weft/telemetry';
import { AdminServer, type AdminTarget, adminRoutes, maskByName, reasonOf, type TestHooks } from '../admin/index.ts';
import { canDuplicate, duplicateDescriptor } from '../net/index.ts';
import type { AcceptSource, ConnectionRow, FromThread } from '../thread/index.ts';
import {
  ClusterSlots,
  compileProgram,
  diffPrograms,
  ExtensionCatalog,
  type ExtensionUse,
  formatAddress,
  type ListenerSpec,
  namesOf,
  type Program,
  type ThreadRefs,
} from '../update/index.ts';
import { checkListens } from './check-listens.ts';
import { ClusterMonitor, type HealthEvent, type MonitorPlan, resolveName } from './cluster-monitor.ts';
import { cpuLimit } from './cpu-limit.ts';
import { connectionBound, descriptorLimit } from './descriptors.ts';
import { bindAddress, bindPath, type ListenSocket } from './listen-socket.ts';
import { LogFiles } from './log-files.ts';
import { claimRunFiles, releaseRunFiles } from './run-claim.ts';
import { type RunFiles, runFiles, writeAtomically } from './run-files.ts';
import { containerState, Stage } from './stages.ts';
import { Threads } from './threads.ts';

/** Descriptors below which a start is pointless. */
const MIN_DESCRIPTORS = 256;
const SWEEP_MS = 60_000;

export interface LoadedConfiguration {
  readonly config: MosnConfig;
  readonly warnings: readonly ConfigProblem[];
  /** The configuration with secrets masked, for dumps. */
  readonly masked: unknown;
  /** The document as it was read, for the last good copy. */
  readonly document: unknown;
  /** Names the file of a problem that is found later. */
  readonly locate?: (problem: ConfigProblem) => ConfigProblem;
}

export interface ProxyOptions {
  readonly configFile: string;
  load(file: string): Promise<LoadedConfiguration>;
  readonly extensions: readonly ExtensionEntry[];
  /** Module that runs a data thread. */
  readonly threadEntry: URL;
  readonly version: string;
  readonly revision: string;
  /** Beats the level of the configuration. */
  readonly logLevel?: LogLevel;
  readonly features?: Readonly<Record<string, boolean>>;
  /** For tests: borrowed bytes are overwritten, threads can be told to fail. */
  readonly poison?: boolean;
  readonly faults?: boolean;
  /** Called when the proxy has ended, with the exit code. */
  onStopped(code: number): void;
}

/** A question to the threads; `waiting` are those that have not answered. */
interface ThreadQuery {
  readonly waiting: Set<number>;
  readonly answers: FromThread[];
  readonly resolve: (answers: FromThread[]) => void;
}

interface Applying {
  readonly waiting: Set<number>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A program that threads build and do not use yet. */
interface Preparing extends Applying {
  readonly generation: number;
  readonly prepared: Set<number>;
}

/** Sockets by listener that a program needs and did not have. */
interface BoundSockets {
  readonly fresh: ReadonlyMap<string, ListenSocket>;
  /** They take the place of those before, which are closed. */
  keep(): void;
  /** Closes what was bound. */
  undo(): void;
}

/** The control thread of a proxy: configuration, data threads, listening sockets, admin API, logs, graceful stop. */
export class ProxyServer implements AdminTarget {
  readonly version: string;
  readonly revision: string;
  readonly #options: ProxyOptions;
  readonly #catalog: ExtensionCatalog;
  readonly #names = new Map<string, readonly string[]>();
  readonly #startedAt = performance.now();
  readonly #sockets = new Map<string, ListenSocket>();
  readonly #blocks = new Map<string, StatsBlock>();
  readonly #queries = new Map<number, ThreadQuery>();
  readonly #drained = new Set<number>();
  readonly #probes = new Map<string, { readonly key: string; readonly probe: HealthProbe }>();
  #stage: Stage = Stage.NIL;
  #log!: LeveledLogger;
  #logFile!: LogFile;
  #stats!: StatsStore;
  #slots!: ClusterSlots;
  #threads!: Threads;
  #logFiles!: LogFiles;
  #monitor!: ClusterMonitor;
  #files!: RunFiles;
  #loaded!: LoadedConfiguration;
  #configFile: string;
  #program: Program | null = null;
  /** What each thread has; null = nothing yet. */
  #sent: (Program | null)[] = [];
  #applying = new Map<number, Applying>();
  #preparing: Preparing | null = null;
  #generation = 0;
  #admins: AdminServer[] = [];
  #adminPort = 0;
  #reloads: Promise<unknown> = Promise.resolve();
  #nextQuery = 1;
  #drainStartedAt = 0;
  #sweep: NodeJS.Timeout | null = null;
  #ports: Readonly<Record<string, number>> = {};
  #lastReload: { readonly at: string; readonly ok: boolean; readonly message: string } | null = null;
  #longestSliceMs = 0;

  readonly testHooks: TestHooks | null;

  /** Whatever ends the process while the proxy starts or runs (a signal, a defect): no file of it stays behind. */
  readonly #leaveNothing = (): void => {
    for (const socket of this.#sockets.values()) socket.close();
    releaseRunFiles(this.#files);
  };

  private constructor(options: ProxyOptions) {
    this.testHooks = options.faults === true ? this.#createTestHooks() : null;
    this.#options = options;
    this.#configFile = options.configFile;
    this.version = options.version;
    this.revision = options.revision;
    this.#catalog = new ExtensionCatalog(options.extensions);
  }

  /**
   * Starts a proxy and resolves when every data thread serves.
   * @throws ConfigError, or MeshError for an address or a limit of the system
   */
  static async start(options: ProxyOptions): Promise<ProxyServer> {
    const proxy = new ProxyServer(options);
    try {
      await proxy.#boot();
    } catch (error) {
      await proxy.#abandon();
      throw error;
    }
    return proxy;
  }

  // ── boot ────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #boot(): Promise<void> {
    this.#stage = Stage.PARAMS_PARSED;
    const loaded = await this.#options.load(this.#configFile);
    this.#loaded = loaded;
    const { config } = loaded;
    const server = config.servers[0] as MosnConfig['servers'][number];
    this.#openLog(server);
    this.#stage = Stage.INITING;
    for (const warning of loaded.warnings) this.#log.warn({}, formatProblem(warning));
    this.#files = runFiles(config, this.#configFile);
    process.on('exit', this.#leaveNothing);
    claimRunFiles(this.#files, this.#configFile);
    const threads = threadCount(config);
    this.#stats = new StatsStore(threads);
    this.#slots = new ClusterSlots(threads);
    this.#checkDescriptors();
    this.#createThreads(config, threads);
    this.#logFiles = new LogFiles(this.#threads.rings(), this.#logDirectory(server), server.global_log_roller);
    this.#createMonitor();
    const program = await this.#compile(loaded);
    this.#stage = Stage.PRE_START;
    (await this.#bindListeners(program.listeners)).keep();
    this.#stage = Stage.STARTING;
    this.#program = program;
    this.#slots.commit();
    const applied = this.#expect(program.generation, threads);
    // Every address before the first thread: one that is taken costs no more than saying so.
    await this.#startAdmin(config);
    await this.#startMetrics(config);
    this.#threads.start();
    this.#logFiles.start();
    await applied;
    this.#stage = Stage.AFTER_START;
    this.#watch(config, program);
    this.#remember(loaded);
    this.#sweep = setInterval(() => this.#stats.sweep(performance.now()), SWEEP_MS);
    this.#sweep.unref();
    this.#stage = Stage.RUNNING;
    const listeners = program.listeners
      .filter((listener) => listener.bound)
      .map((listener) => `${listener.name} on ${addressOf(listener, this.port(listener.name))}`);
    this.#log.info(
      { pid: process.pid, threads, ms: Math.round(performance.now() - this.#startedAt) },
      `serving: ${listeners.join(', ')}`,
    );
    if (config.admin === undefined)
      this.#log.info({ socket: this.#files.socketFile }, 'no admin config, no admin api served on a port');
  }

  /** The port that a listener really has; 0 when it is not open. */
  port(listener: string): number {
    return this.#sockets.get(listener)?.port ?? this.#ports[listener] ?? 0;
  }

  get adminPort(): number {
    return this.#adminPort;
  }

  get files(): RunFiles {
    return this.#files;
  }

  get threads(): Threads {
    return this.#threads;
  }

  /** Longest synchronous slice that an update took from a data thread so far, ms. */
  get longestSliceMs(): number {
    return this.#longestSliceMs;
  }

  #openLog(server: MosnConfig['servers'][number]): void {
    const roller = server.global_log_roller === '' ? undefined : parseRoller(server.global_log_roller);
    this.#logFile = new LogFile(server.default_log_path, roller === undefined ? {} : { roller });
    this.#log = createLogger({
      write: (line, level) => void this.#logFile.write(line, level),
      level: this.#options.logLevel ?? parseLogLevel(server.default_log_level) ?? 'INFO',
      component: 'proxy',
    });
  }

  #logDirectory(server: MosnConfig['servers'][number]): string {
    return path.isAbsolute(server.default_log_path) ? path.dirname(server.default_log_path) : path.resolve('logs');
  }

  #checkDescriptors(): void {
    const limit = descriptorLimit();
    if (limit < MIN_DESCRIPTORS) {
      throw new MeshError(
        'descriptors_low',
        `only ${limit} file descriptors are allowed, at least ${MIN_DESCRIPTORS} are needed; raise the limit with \`ulimit -n 65536\` or LimitNOFILE=65536`,
      );
    }
  }

  #createThreads(config: MosnConfig, count: number): void {
    this.#sent = Array.from({ length: count }, () => null);
    this.#threads = new Threads({
      count,
      entry: this.#options.threadEntry,
      log: this.#log.child('threads'),
      stats: this.#stats,
      processBlock: this.#stats.allocate('process', {}),
      watchdogMs: config.weft.watchdog_timeout,
      softBufferBytes: config.weft.soft_buffer_bytes,
      hardBufferBytes: config.weft.hard_buffer_bytes,
      poison: this.#options.poison ?? false,
      faults: this.#options.faults ?? false,
      onReady: (index) => this.#threadReady(index),
      onMessage: (index, message) => this.#threadMessage(index, message),
      onDeath: (index, reason) => {
        this.#sent[index] = null;
        this.#slots.releaseThread(index);
        this.#log.error(
          { thread: index, reason },
          'a data thread ended and is started again; its connections are lost',
        );
        this.#stats.counter('weft_proxy_thread_restarts_total', { thread: String(index) });
        for (const id of [...this.#queries.keys()]) this.#answered(id, index, null);
        // Nothing of it is left to drain.
        if (this.#stage > Stage.RUNNING) this.#drained.add(index);
        const preparing = this.#preparing;
        preparing?.prepared.delete(index);
        if (preparing?.waiting.delete(index) && preparing.waiting.size === 0) preparing.resolve();
        for (const waiting of this.#applying.values())
          if (waiting.waiting.delete(index) && waiting.waiting.size === 0) waiting.resolve();
      },
    });
  }

  #createMonitor(): void {
    this.#monitor = new ClusterMonitor({
      log: this.#log.child('cluster'),
      stats: this.#stats,
      random: createRandom(process.pid),
      onResolved: (_cluster, name, addresses) => this.#resolved(name, addresses),
      onHealth: (event) => this.#logHealth(event),
    });
  }

  /** A line for every change of health, where the cluster names a file for it; in the format that MOSN writes. */
  #logHealth(event: HealthEvent): void {
    if (!event.changed) return;
    const cluster = this.#loaded.config.cluster_manager.clusters.find((item) => item.name === event.cluster);
    const file = cluster?.health_check?.event_log_path ?? '';
    if (file === '') return;
    const line = `time:${new Date().toISOString()},host:${event.host},health_status:${event.healthy},current_result:${event.result},status_changed:${event.changed}`;
    this.#logFiles.write(file, line);
  }

  async #compile({ config, locate }: LoadedConfiguration): Promise<Program> {
    await this.#resolveNames(config);
    const { program, warnings } = await compileProgram(config, ++this.#generation, {
      catalog: this.#catalog,
      slots: this.#slots,
      names: this.#names,
      logIndex: (file) => this.#logFiles.index(file),
      descriptorBound: connectionBound(descriptorLimit()),
      ...(locate === undefined ? {} : { locate }),
    });
    for (const warning of warnings) this.#log.warn({}, formatProblem(warning));
    checkListens(program);
    return program;
  }

  /** Names that are not known yet are resolved once before the program is built; a failure leaves the cluster without them. */
  async #resolveNames(config: MosnConfig): Promise<void> {
    for (const cluster of config.cluster_manager.clusters) {
      for (const { name } of namesOf(cluster)) {
        if (this.#names.has(name)) continue;
        try {
          this.#names.set(name, await resolveName(name, cluster.dns_lookup_family === 'V6_ONLY' ? 6 : 4));
        } catch (error) {
          this.#log.warn(
            { cluster: cluster.name, name, err: error },
            'a name could not be resolved; the cluster starts without it',
          );
        }
      }
    }
  }

  #resolved(name: string, addresses: readonly string[]): void {
    if (JSON.stringify(this.#names.get(name)) === JSON.stringify(addresses)) return;
    this.#names.set(name, addresses);
    this.#log.info({ name, addresses }, 'a name has other addresses');
    this.#queue(() => this.#install(this.#loaded)).catch((error: unknown) =>
      this.#log.error({ name, err: error }, 'the new addresses of a name could not be put in place'),
    );
  }

  // ── listening sockets ───────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Binds what is new or moved. Nothing is closed before `keep`, so that on an error or with `undo` nothing has changed.
   * An address that goes from one listener to another (a renamed listener) keeps its socket and its queue.
   */
  async #bindListeners(listeners: readonly ListenerSpec[]): Promise<BoundSockets> {
    const fresh = new Map<string, ListenSocket>();
    if (!canDuplicate()) return { fresh, keep: () => {}, undo: () => {} };
    const before = new Map(this.#program?.listeners.map((item) => [item.name, item]));
    const stays = (listener: ListenerSpec): boolean => {
      const known = before.get(listener.name);
      return (
        known !== undefined &&
        listener.bound &&
        addressOf(known) === addressOf(listener) &&
        this.#sockets.has(listener.name)
      );
    };
    const staying = new Set(listeners.filter(stays).map((item) => item.name));
    const free = new Map<string, ListenSocket>();
    for (const [name, socket] of this.#sockets) {
      const known = before.get(name);
      if (known !== undefined && !staying.has(name) && (known.port !== 0 || known.path !== ''))
        free.set(addressOf(known), socket);
    }
    const bound: ListenSocket[] = [];
    try {
      for (const listener of listeners) {
        if (!listener.bound || staying.has(listener.name)) continue;
        const own = free.get(addressOf(listener));
        const socket =
          own ??
          (listener.path === ''
            ? bindAddress(listener.host, listener.port, listener.name)
            : await bindPath(listener.path, listener.name));
        if (own === undefined) bound.push(socket);
        fresh.set(listener.name, socket);
      }
    } catch (error) {
      for (const socket of bound) socket.close();
      throw error;
    }
    const keep = (): void => {
      const used = new Set(fresh.values());
      for (const [name, socket] of [...this.#sockets]) {
        if (fresh.has(name) && !used.has(socket)) socket.close();
        if (used.has(socket)) this.#sockets.delete(name);
      }
      for (const [name, socket] of fresh) this.#sockets.set(name, socket);
    };
    const undo = (): void => {
      for (const socket of bound) socket.close();
    };
    return { fresh, keep, undo };
  }

  #acceptSources(index: number, program: Program, sockets: ReadonlyMap<string, ListenSocket>): AcceptSource[] {
    const sources: AcceptSource[] = [];
    if (canDuplicate()) {
      for (const [name, socket] of sockets) sources.push({ listener: name, fd: duplicateDescriptor(socket.fd) });
    } else if (index === 0) {
      // Without duplicates one thread accepts for all.
      for (const listener of program.listeners)
        if (listener.bound) sources.push({ listener: listener.name, host: listener.host, port: listener.port });
    }
    return sources;
  }

  // ── data threads ────────────────────────────────────────────────────────────────────────────────────────────────

  #threadReady(index: number): void {
    const program = this.#program;
    if (program === null) return;
    this.#sendUpdate(index, program, this.#sockets, true);
    this.#sent[index] = program;
  }

  #sendUpdate(index: number, program: Program, sockets: ReadonlyMap<string, ListenSocket>, commits: boolean): void {
    this.#threads.send(index, {
      type: 'update',
      update: diffPrograms(this.#sent[index] ?? null, program, this.#refs(index, program, sockets)),
      accept: this.#acceptSources(index, program, sockets),
      commits,
    });
  }

  #threadMessage(index: number, message: FromThread): void {
    switch (message.type) {
      case 'applied': {
        this.#threads.markServing(index);
        this.#ports = { ...this.#ports, ...message.ports };
        this.#longestSliceMs = Math.max(this.#longestSliceMs, message.longestSliceMs);
        const applying = this.#applying.get(message.generation);
        if (applying?.waiting.delete(index) && applying.waiting.size === 0) applying.resolve();
        break;
      }
      case 'prepared': {
        const preparing = this.#preparing;
        if (preparing?.generation !== message.generation || !preparing.waiting.delete(index)) break;
        preparing.prepared.add(index);
        if (preparing.waiting.size === 0) preparing.resolve();
        break;
      }
      case 'rejected':
        if (this.#preparing?.generation === message.generation)
          this.#preparing.reject(
            new MeshError('internal', `data thread ${index} refused the program: ${message.message}`),
          );
        this.#applying
          .get(message.generation)
          ?.reject(new MeshError('internal', `data thread ${index} refused the program: ${message.message}`));
        break;
      case 'log':
        this.#log
          .child(message.component.replace(/^proxy\.?/, '') || 'data')
          [message.level](message.fields, message.message);
        break;
      case 'handover': {
        // The receiver may have died meanwhile: then the next that serves gets it.
        const to = this.#threads.serving(message.to);
        if (to >= 0 && to !== message.to) Atomics.add(new Int32Array(this.#threads.shared.connections), to, 1);
        if (to < 0) message.socket.destroy();
        else
          this.#threads.send(to, { type: 'handover', listener: message.listener, socket: message.socket }, [
            message.socket,
          ]);
        break;
      }
      case 'moved':
        for (const connection of message.connections) {
          const to = this.#threads.serving(message.to);
          if (to >= 0 && to !== message.to) Atomics.add(new Int32Array(this.#threads.shared.connections), to, 1);
          if (to < 0) closeSync(connection.fd);
          else this.#threads.send(to, { type: 'adopt', connection });
        }
        break;
      case 'drained':
        this.#drained.add(index);
        break;
      case 'memory':
      case 'connections':
        this.#answered(message.id, index, message);
        break;
      default:
        break;
    }
  }

  /** Where one thread counts; blocks are made on first use and live as long as their listener or cluster. */
  #refs(index: number, program: Program, sockets: ReadonlyMap<string, ListenSocket>): ThreadRefs {
    return {
      listener: (name) => {
        const listener = program.listeners.find((item) => item.name === name) as ListenerSpec;
        return this.#block(`listener/${name}`, () =>
          this.#stats.allocate('downstream', {
            listener: name,
            port: String(sockets.get(name)?.port ?? (this.port(name) || listener.port)),
            direction: directionOf(listener.type),
            protocol: listener.protocols.map((use) => use.name).join(','),
          }),
        ).ref(index);
      },
      cluster: (name) =>
        this.#block(`cluster/${name}`, () => this.#stats.allocate('upstream', { cluster: name })).ref(index),
    };
  }

  #block(key: string, create: () => StatsBlock): StatsBlock {
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = create();
      this.#blocks.set(key, block);
    }
    return block;
  }

  #expect(generation: number, count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (finish: () => void) => () => {
        this.#applying.delete(generation);
        finish();
      };
      this.#applying.set(generation, {
        waiting: new Set(Array.from({ length: count }, (_, index) => index)),
        resolve: done(resolve),
        reject: (error) => done(() => reject(error))(),
      });
    });
  }

  // ── reload ──────────────────────────────────────────────────────────────────────────────────────────────────────

  reload(
    file: string | null,
  ): Promise<{ changed: boolean; generation: number; digest: string; warnings: readonly string[] }> {
    return this.#queue(async () => {
      if (this.#stage !== Stage.RUNNING) throw new MeshError('draining', 'the proxy is starting or stopping');
      const before = this.#program?.digest;
      try {
        const loaded = await this.#options.load(file ?? this.#configFile);
        await this.#install(loaded);
        if (file !== null) this.#configFile = file;
        this.#remember(loaded);
        this.#stats.counter('weft_proxy_config_applied_total', { source: 'file', result: 'ok' });
        this.#lastReload = { at: new Date().toISOString(), ok: true, message: '' };
        const program = this.#program as Program;
        this.#log.info(
          { generation: program.generation, digest: program.digest.slice(0, 12) },
          'the configuration was reloaded',
        );
        return {
          changed: program.digest !== before,
          generation: program.generation,
          digest: program.digest,
          warnings: loaded.warnings.map(formatProblem),
        };
      } catch (error) {
        this.#stats.counter('weft_proxy_config_applied_total', { source: 'file', result: 'rejected' });
        const message = reasonOf(error);
        this.#lastReload = { at: new Date().toISOString(), ok: false, message };
        this.#log.error({ reason: message }, 'the configuration was refused; the one before stays in force');
        throw error;
      }
    });
  }

  #queue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#reloads.then(task);
    this.#reloads = run.catch(() => {});
    return run;
  }

  /** All or nothing: every thread has built the program before the first one uses it. */
  async #install(loaded: LoadedConfiguration): Promise<void> {
    const program = await this.#compile(loaded);
    const before = this.#program;
    const sockets = await this.#bindListeners(program.listeners);
    let prepared: ReadonlySet<number>;
    try {
      prepared = await this.#prepare(program, sockets.fresh);
    } catch (error) {
      this.#threads.broadcast({ type: 'abort', generation: program.generation });
      sockets.undo();
      if (before !== null) this.#forgetRemoved(program, before);
      throw error;
    }
    sockets.keep();
    this.#loaded = loaded;
    this.#program = program;
    this.#slots.commit();
    const ready = this.#sent.map((_, index) => index).filter((index) => this.#threads.isReady(index));
    const applied = this.#expect(program.generation, 0);
    const applying = this.#applying.get(program.generation) as Applying;
    for (const index of ready) applying.waiting.add(index);
    for (const index of ready) {
      if (prepared.has(index)) this.#threads.send(index, { type: 'commit', generation: program.generation });
      // It came back meanwhile, with the program of before.
      else this.#sendUpdate(index, program, sockets.fresh, true);
      this.#sent[index] = program;
    }
    if (ready.length > 0) await applied;
    else this.#applying.delete(program.generation);
    this.#forgetRemoved(before, program);
    this.#watch(loaded.config, program);
  }

  /** Lets every thread build the program; resolves with those that have. */
  async #prepare(program: Program, sockets: ReadonlyMap<string, ListenSocket>): Promise<ReadonlySet<number>> {
    const ready = this.#sent.map((_, index) => index).filter((index) => this.#threads.isReady(index));
    const prepared = new Set<number>();
    if (ready.length === 0) return prepared;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#preparing = { generation: program.generation, waiting: new Set(ready), prepared, resolve, reject };
        for (const index of ready) this.#sendUpdate(index, program, sockets, false);
      });
    } finally {
      this.#preparing = null;
    }
    return prepared;
  }

  #forgetRemoved(before: Program | null, after: Program): void {
    const listeners = new Set(after.listeners.filter((item) => item.bound).map((item) => item.name));
    for (const [name, socket] of this.#sockets) {
      if (listeners.has(name)) continue;
      socket.close();
      this.#sockets.delete(name);
    }
    const clusters = new Set(after.clusters.map((item) => item.name));
    for (const cluster of before?.clusters ?? []) if (!clusters.has(cluster.name)) this.#slots.forget(cluster.name);
    const keys = new Set([
      ...after.listeners.map((item) => `listener/${item.name}`),
      ...[...clusters].map((name) => `cluster/${name}`),
    ]);
    for (const [key, block] of this.#blocks) {
      if (keys.has(key)) continue;
      this.#stats.release(block);
      this.#blocks.delete(key);
    }
  }

  /** Starts health checks and name resolution as the configuration wants them. */
  #watch(config: MosnConfig, program: Program): void {
    const plans = config.cluster_manager.clusters.map((cluster, index) => {
      const spec = program.clusters[index] as Program['clusters'][number];
      const check = cluster.health_check;
      const plan: MonitorPlan = {
        cluster: cluster.name,
        service: check?.service_name || cluster.name,
        hosts: spec.hosts,
        probe: null,
        timeoutMs: check?.timeout ?? 1000,
        intervalMs: check?.interval ?? 15_000,
        jitterMs: check?.interval_jitter ?? 0,
        initialDelayMs: check?.initial_delay_seconds ?? 1000,
        healthyThreshold: check?.healthy_threshold ?? 1,
        unhealthyThreshold: check?.unhealthy_threshold ?? 1,
        names: namesOf(cluster),
        refreshMs: cluster.dns_refresh_rate,
        family: cluster.dns_lookup_family === 'V6_ONLY' ? 6 : 4,
      };
      return { plan, health: spec.health, cluster };
    });
    this.#startChecks(plans, program);
  }

  #startChecks(
    plans: readonly {
      plan: MonitorPlan;
      health: SharedArrayBuffer;
      cluster: MosnConfig['cluster_manager']['clusters'][number];
    }[],
    program: Program,
  ): void {
    const watched = [];
    for (const { plan, health, cluster } of plans) {
      const use = program.clusters.find((item) => item.name === cluster.name)?.healthCheck ?? null;
      // Unchecked clusters are told, too: hosts that failed the checks of before come back.
      watched.push({ plan: { ...plan, probe: use === null ? null : this.#probe(cluster.name, use) }, health });
    }
    for (const name of this.#probes.keys())
      if (!program.clusters.some((item) => item.name === name)) this.#probes.delete(name);
    this.#monitor.apply(watched);
  }

  /** The same probe as long as its configuration is the same: a reload that changes nothing must not begin the checks anew. */
  #probe(cluster: string, use: ExtensionUse): HealthProbe {
    const key = JSON.stringify(use);
    const known = this.#probes.get(cluster);
    if (known?.key === key) return known.probe;
    const checker = this.#catalog.get('health-checker', use.name) as unknown as HealthChecker<unknown>;
    const probe = checker.create(use.config);
    this.#probes.set(cluster, { key, probe });
    return probe;
  }

  /** Keeps a copy of what works, for a start when the file is gone or broken. */
  #remember(loaded: LoadedConfiguration): void {
    try {
      writeAtomically(
        this.#files.lastGoodFile,
        `${JSON.stringify({ format: 1, savedAt: new Date().toISOString(), digest: this.#program?.digest, file: path.resolve(this.#options.configFile), document: loaded.document })}\n`,
      );
    } catch (error) {
      this.#log.warn({ file: this.#files.lastGoodFile, err: error }, 'the last good configuration could not be saved');
    }
  }

  // ── admin and metrics servers ───────────────────────────────────────────────────────────────────────────────────

  async #startAdmin(config: MosnConfig): Promise<void> {
    const token =
      config.weft.admin_token_file === undefined
        ? null
        : readFileSync(config.weft.admin_token_file, 'utf8').split('\n')[0]?.trim() || null;
    const routes = adminRoutes(this);
    const audit = (line: object): void => this.#log.child('admin').info(line, 'admin call');
    const local = new AdminServer(routes, { token: null, owner: true, audit });
    const mask = process.umask(0o177);
    try {
      await local.listen({ path: this.#files.socketFile });
    } finally {
      process.umask(mask);
    }
    this.#admins.push(local);
    if (config.admin === undefined) return;
    const { address, port_value } = config.admin.address.socket_address;
    const remote = new AdminServer(routes, { token, owner: false, audit });
    await this.#listen(remote, address, port_value, 'admin');
    this.#adminPort = remote.port;
  }

  async #startMetrics(config: MosnConfig): Promise<void> {
    for (const sink of config.metrics.sinks) {
      if (sink.type !== 'prometheus') {
        this.#log.warn({ sink: sink.type }, 'this metrics sink is not in this release and is ignored');
        continue;
      }
      // The check of the configuration has made sure of the port.
      const { port = 0, endpoint, address } = sink.config;
      const metrics = adminRoutes(this)
        .filter((route) => route.path === '/metrics')
        .map((route) => ({ ...route, path: endpoint }));
      await this.#listen(
        new AdminServer(metrics, { token: null, owner: false, audit: () => {} }),
        address,
        port,
        'prometheus',
      );
    }
  }

  async #listen(server: AdminServer, host: string, port: number, name: string): Promise<void> {
    // Binding through the same door gives the same clear errors.
    bindAddress(host === 'localhost' ? '127.0.0.1' : host, port, name).close();
    await server.listen({ host, port });
    this.#admins.push(server);
  }

  // ── stop ────────────────────────────────────────────────────────────────────────────────────────────────────────

  drain(): void {
    if (this.#stage !== Stage.RUNNING) return;
    this.#stage = Stage.BEFORE_STOP;
    this.#drainStartedAt = performance.now();
    this.#threads.broadcast({ type: 'drain' });
    // The threads accept what is queued and close last: while any of them listens the kernel takes connections.
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  stop(graceful: boolean): void {
    // A turn later, so that a caller of the admin API still gets its answer.
    setImmediate(() => void (graceful ? this.stopGracefully() : this.stopNow()));
  }

  /** GOAWAY and drain, then the end: no later than the graceful timeout. */
  async stopGracefully(): Promise<void> {
    if (this.#stage >= Stage.GRACEFUL_STOPPING) return;
    this.drain();
    this.#stage = Stage.GRACEFUL_STOPPING;
    const server = this.#loaded.config.servers[0] as MosnConfig['servers'][number];
    this.#log.info({ timeoutMs: server.graceful_timeout }, 'stopping: running requests may finish');
    const deadline = performance.now() + server.graceful_timeout;
    while (performance.now() < deadline && this.#drained.size < this.#threads.count)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const forced = this.#threads.count - this.#drained.size;
    if (forced > 0) this.#log.warn({ threads: forced }, 'the graceful timeout is over; what still runs is cut');
    await this.stopNow();
  }

  async stopNow(): Promise<void> {
    if (this.#stage >= Stage.STOPPING) return;
    this.#stage = Stage.STOPPING;
    await this.#abandon();
    this.#stage = Stage.STOPPED;
    this.#options.onStopped(0);
  }

  /** Reopens all log files, after something else has moved them away. */
  async reopenLogs(): Promise<void> {
    await Promise.all([this.#logFile.reopen(), this.#logFiles.reopen()]);
  }

  async #abandon(): Promise<void> {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#monitor?.close();
    for (const admin of this.#admins) admin.close();
    await this.#threads?.stop();
    for (const socket of this.#sockets.values()) socket.close();
    if (this.#files !== undefined) releaseRunFiles(this.#files);
    process.off('exit', this.#leaveNothing);
    await this.#logFiles?.close();
    // A start that failed has nothing to say here: its error is the message.
    if (this.#stage > Stage.RUNNING) this.#log?.info({}, 'stopped');
    this.#log?.flush();
    await this.#logFile?.close();
  }

  get log(): Logger {
    return this.#log;
  }

  // ── what the admin API shows ────────────────────────────────────────────────────────────────────────────────────

  stage(): number {
    return this.#stage;
  }

  containerState(): { state: number; degraded: readonly string[] } {
    return { state: containerState(this.#stage), degraded: this.#lastReload?.ok === false ? ['config'] : [] };
  }

  health(detailed: boolean): { name: string; health: boolean; message: string }[] {
    // The four that monitors of the field look for come first; they are parts that this release does not have.
    const absent = ['antvip', 'registry', 'drm', 'zoneclient'].map((name) => ({
      name,
      health: true,
      message: 'not configured',
    }));
    const stopping = this.#stage > Stage.RUNNING;
    const starting = this.#stage < Stage.RUNNING;
    const refused = this.#lastReload?.ok === false;
    const reason = detailed ? this.#lastReload?.message : 'the last reload was refused; the log says why';
    const config = { name: 'config', health: !refused, message: refused ? (reason ?? '') : '' };
    return [
      ...absent,
      config,
      ...(starting || stopping
        ? [{ name: 'lifecycle', health: false, message: starting ? 'starting' : 'draining' }]
        : []),
    ];
  }

  dump(): ReturnType<AdminTarget['dump']> {
    const masked = maskByName(printConfig(this.#loaded.masked, mosnConfigSchema)) as MosnConfig;
    const server = masked.servers[0] as MosnConfig['servers'][number];
    const named = <T>(items: readonly T[], name: (item: T) => string): Record<string, T> =>
      Object.fromEntries(items.map((item) => [name(item), item]));
    const { listeners, routers, ...rest } = server;
    return {
      document: masked,
      mosn_config: { ...masked, servers: [rest], cluster_manager: { ...masked.cluster_manager, clusters: [] } },
      listener: named(listeners, (item) => (item.name === '' ? item.address : item.name)),
      routers: named(routers, (item) => item.router_config_name),
      cluster: named(masked.cluster_manager.clusters, (item) => item.name),
    };
  }

  digest(detail: boolean): unknown {
    const program = this.#program as Program;
    const of = (items: readonly { name: string; digest: string }[]): object =>
      Object.fromEntries(items.map((item) => [item.name, item.digest]));
    return {
      node: program.digest,
      generation: program.generation,
      types: {
        LDS: { count: program.listeners.length },
        RDS: { count: program.routers.length },
        CDS: { count: program.clusters.length },
      },
      ...(detail
        ? { resources: { LDS: of(program.listeners), RDS: of(program.routers), CDS: of(program.clusters) } }
        : {}),
      drm: {},
    };
  }

  mosnStats(key: string | undefined): unknown {
    return renderMosnStats(this.#stats, key);
  }

  statsGlob(): string {
    return renderStatsGlob(this.#stats);
  }

  prometheus(): string {
    this.#stats.setGauge('weft_proxy_state', {}, containerState(this.#stage));
    this.#stats.setGauge('meta_mosn_state_code', {}, this.#stage);
    this.#stats.setCounter('weft_log_lines_dropped_total', {}, this.#logFiles.dropped + this.#logFile.dropped);
    return renderPrometheus(this.#stats, { component: 'proxy', process: sampleProcess() });
  }

  logLevels(): Record<string, string> {
    const levels: Record<string, string> = {
      [this.#logFile.destination.kind === 'file' ? this.#logFile.destination.path : '']: this.#log.level,
    };
    for (const file of this.#logFiles.paths()) levels[file] = 'INFO';
    return levels;
  }

  setLogLevel(target: string, level: string): boolean {
    const parsed = parseLogLevel(level);
    if (parsed === undefined || !this.#isDefaultLog(target)) return false;
    this.#log.setLevel(parsed);
    return true;
  }

  setLogEnabled(target: string, enabled: boolean): boolean {
    if (!this.#isDefaultLog(target)) return false;
    this.#log.setEnabled(enabled);
    return true;
  }

  #isDefaultLog(target: string): boolean {
    if (target === '' || target === '*') return true;
    const { destination } = this.#logFile;
    return (
      destination.kind === 'file' &&
      (destination.path === target || path.basename(destination.path) === path.basename(target))
    );
  }

  features(): Readonly<Record<string, boolean>> {
    return {
      auto_config: false,
      XdsMtlsEnable: false,
      PayLoadLimitEnable: false,
      MultiTenantMode: false,
      ...this.#options.features,
    };
  }

  async connections(): Promise<ConnectionRow[]> {
    const answers = await this.#ask('connections');
    return answers.flatMap((answer) => (answer.type === 'connections' ? answer.rows : []));
  }

  /** Asks every thread that lives; one that dies before it answers is left out. */
  #ask(type: 'connections' | 'memory'): Promise<FromThread[]> {
    const id = this.#nextQuery++;
    const waiting = new Set(this.#sent.map((_, index) => index).filter((index) => this.#threads.isReady(index)));
    if (waiting.size === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.#queries.set(id, { waiting, answers: [], resolve });
      for (const index of waiting) this.#threads.send(index, { type, id });
    });
  }

  #answered(id: number, thread: number, message: FromThread | null): void {
    const query = this.#queries.get(id);
    if (query === undefined || !query.waiting.delete(thread)) return;
    if (message !== null) query.answers.push(message);
    if (query.waiting.size > 0) return;
    this.#queries.delete(id);
    query.resolve(query.answers);
  }

  #createTestHooks(): TestHooks {
    return {
      misbehave: (thread, kind) => {
        if (kind !== 'throw' && kind !== 'exit' && kind !== 'loop' && kind !== 'refuse') return false;
        this.#threads.send(thread, { type: 'fault', kind });
        return true;
      },
      move: (from, to, count) => this.#threads.send(from, { type: 'release', count, to }),
      memory: async () => {
        (globalThis as { gc?: () => void }).gc?.();
        const threads = await this.#ask('memory');
        const { heapUsed, external, rss } = process.memoryUsage();
        return {
          rss,
          main: { usedHeapBytes: heapUsed, externalBytes: external },
          threads,
          longestSliceMs: this.#longestSliceMs,
        };
      },
    };
  }

  drainState(): unknown {
    const counts = new Int32Array(this.#threads.shared.connections);
    return {
      draining: this.#stage > Stage.RUNNING,
      stage: this.#stage,
      connections: counts.reduce((sum, count) => sum + count, 0),
      elapsed_ms: this.#drainStartedAt === 0 ? 0 : Math.round(performance.now() - this.#drainStartedAt),
    };
  }
}

/** `weft.data_threads`, then `processor`, then the whole cores that the process may use. */
function threadCount(config: MosnConfig): number {
  const server = config.servers[0] as MosnConfig['servers'][number];
  const chosen = config.weft.data_threads || server.processor || Math.floor(cpuLimit());
  return Math.min(256, Math.max(1, chosen));
}

function addressOf(listener: ListenerSpec, port = listener.port): string {
  return listener.path === '' ? formatAddress(listener.host, port) : listener.path;
}

function directionOf(type: string): string {
  if (type === 'ingress') return 'in';
  return type === 'egress' ? 'out' : '';
}
