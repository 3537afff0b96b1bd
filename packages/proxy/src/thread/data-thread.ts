import { closeSync } from 'node:fs';
import { IdTable, type Logger } from '@weft/kit';
import type { ExtensionEntry } from '@weft/sdk';
import { EdgeTable } from '@weft/telemetry/edges';
import { type LogRing, openLogRing } from '@weft/telemetry/ring';
import { openStats, PROCESS } from '@weft/telemetry/stats';
import { type DataPlane, DownstreamConnection, type ListenerSlot } from '../exchange/index.ts';
// Not through the folder's index: what main does with rules is not loaded here.
import type { RulesUpdate } from '../governance/messages.ts';
import { answerRecords } from '../governance/record-questions.ts';
import { ThreadRules } from '../governance/thread-rules.ts';
import type { TcpHandle } from '../net/index.ts';
import { Acceptor, Connection, kernelThreadId, NetContext, takeHandle, wrapForTransfer } from '../net/index.ts';
// Not through the folder's index: compiling belongs to the control thread, and a data thread does not load it.
import { ExtensionCatalog } from '../update/catalog.ts';
import { type Instantiated, instantiate, loadExtensions, type RuntimeState, swap } from '../update/instantiate.ts';
import type { ListenerProgram, ProgramUpdate, SettingsProgram } from '../update/program.ts';
import { runSliced, SLICE_MS, threadCpuMs } from '../update/slices.ts';
import { connectionRows } from './connection-rows.ts';
import { ConnectionShares } from './connection-shares.ts';
import { isBulk, type ListenerState } from './listener-state.ts';
import { memoryInUse } from './memory-in-use.ts';
import type { AcceptSource, FromThread, MovedConnection, ThreadInit, ThreadPort, ToThread } from './messages.ts';
import { misbehave } from './misbehave.ts';
import { createPlane } from './plane.ts';
import { portLogger } from './port-logger.ts';
import { Recheck } from './recheck.ts';
import { Seldom } from './seldom.ts';
import { whenQuiet } from './when-quiet.ts';

const HEARTBEAT_MS = 200;
/** How often figures of services go to main. */
const EDGES_MS = 1000;

/** An update whose objects are built and not yet in place. */
interface Prepared {
  readonly update: ProgramUpdate;
  readonly accept: readonly AcceptSource[];
  readonly built: Instantiated;
  readonly longestSliceMs: number;
}

/**
 * One data thread: owns connections and everything that serves them. It hears from the control thread through messages
 * and shared words only.
 */
export class DataThread {
  readonly #init: ThreadInit;
  readonly #port: ThreadPort;
  readonly #context: NetContext;
  readonly #catalog: ExtensionCatalog;
  readonly #process: Float64Array;
  readonly #shares: ConnectionShares;
  readonly #state: RuntimeState = {
    routers: new Map(),
    clusters: new Map(),
    listeners: new Map(),
    protocols: new Map(),
    generation: 0,
  };
  readonly #listeners = new Map<string, ListenerState>();
  /** Removed listeners whose connections are not over yet. */
  readonly #leaving = new Set<ListenerSlot>();
  readonly #plane: DataPlane;
  readonly #log: Logger;
  readonly #ring: LogRing;
  readonly #rules: ThreadRules;
  readonly #edges = new EdgeTable();
  /** What hosts did against their protocols. */
  readonly #violations = new Seldom();
  #settings: SettingsProgram | null = null;
  #draining = false;
  /** The queue is empty, and nobody is accepted any more. */
  #closed = false;
  /** Connections of other threads that came here. */
  #taken = 0;
  #updates: Promise<void> = Promise.resolve();
  #prepared: Prepared | null = null;
  /** For tests: the next update is refused. */
  #refuses = false;
  #longestSliceMs = 0;

  constructor(init: ThreadInit, port: ThreadPort, extensions: readonly ExtensionEntry[]) {
    this.#init = init;
    this.#port = port;
    this.#catalog = new ExtensionCatalog(extensions);
    this.#process = openStats(init.process);
    this.#ring = openLogRing(init.ring);
    const { connections, serving } = init.shared;
    this.#shares = new ConnectionShares(new Int32Array(connections), new Int32Array(serving), init.index, init.threads);
    this.#log = portLogger((message) => this.#send(message), 'proxy');
    const context = new NetContext({
      softBufferBytes: init.softBufferBytes,
      hardBufferBytes: init.hardBufferBytes,
      bufferedCells: new Float64Array(init.shared.buffered),
      threadIndex: init.index,
      poison: init.poison,
    });
    this.#context = context;
    context.onFault = (error) => {
      this.#process[PROCESS.faults]!++;
      this.#log.error({ err: error }, 'a connection was reset because of an unexpected error');
    };
    this.#rules = this.#createRules();
    this.#plane = createPlane(context, this.#process, this.#state, this.#log);
  }

  #createRules(): ThreadRules {
    const run = <T>(steps: Generator<void, T>): Promise<T> => runSliced(steps, (ms) => void this.#countSlice(ms));
    const recheck = new Recheck({ slots: () => this.#slots(), now: () => this.#context.refreshTime(), run });
    return new ThreadRules({
      thread: this.#init.index,
      threads: this.#init.threads,
      now: () => this.#context.refreshTime(),
      wallNow: () => this.#context.clock.wallNow(),
      random: Math.random,
      load: (name) => this.#catalog.load('governance-rule', name),
      run,
      onRecheck: () => recheck.schedule(),
      writeLine: (fileIndex, line) => {
        if (!this.#ring.write(fileIndex, line)) this.#process[PROCESS.log_lines_dropped]!++;
      },
      report: (name, report) => this.#send({ type: 'rule-report', name, report }),
      prepareHosts: (service, selector) => void this.#state.clusters.get(service)?.group(selector),
      onFault: (error) => {
        this.#process[PROCESS.extension_faults]!++;
        this.#log.error({ err: error }, 'a rule failed; its requests pass');
      },
    });
  }

  start(): void {
    this.#port.on('message', (message: ToThread) => this.#receive(message));
    const heartbeats = new Int32Array(this.#init.shared.heartbeats);
    setInterval(() => {
      Atomics.add(heartbeats, this.#init.index, 1);
      this.#process[PROCESS.buffered_bytes] = this.#context.bufferedBytes;
      this.#process[PROCESS.late_responses] = this.#context.lateResponses;
      this.#process[PROCESS.soft_mark_reached] = this.#context.softMarks;
    }, HEARTBEAT_MS).unref();
    setInterval(() => {
      const deltas = this.#edges.flush();
      if (deltas.length > 0) this.#send({ type: 'edges', deltas });
    }, EDGES_MS).unref();
    Atomics.add(heartbeats, this.#init.index, 1);
    this.#send({ type: 'ready', kernelId: kernelThreadId() });
  }

  #send(message: FromThread, transfer: unknown[] = []): void {
    this.#port.postMessage(message, transfer as never);
  }

  #receive(message: ToThread): void {
    this.#context.refreshTime();
    switch (message.type) {
      case 'update':
        this.#queue(message.update.generation, async () => {
          this.#drop();
          this.#prepared = await this.#prepare(message.update, message.accept);
          if (message.commits) await this.#commit();
          else this.#send({ type: 'prepared', generation: message.update.generation });
        });
        break;
      case 'commit':
        this.#queue(message.generation, () => this.#commit());
        break;
      case 'abort':
        this.#queue(message.generation, async () => this.#drop());
        break;
      case 'rules':
        this.#applyRules(message.update);
        break;
      case 'rule-notice':
        this.#rules.notice(message.name, message.notice);
        break;
      case 'drain':
        this.#drain();
        break;
      case 'connections':
        this.#send({
          type: 'connections',
          id: message.id,
          rows: connectionRows(this.#init.index, this.#context.now, this.#slots(), this.#state.clusters.values()),
        });
        break;
      case 'handover':
        this.#takeOver(message.listener, message.socket);
        break;
      case 'adopt':
        this.#adopt(message.connection);
        break;
      case 'release':
        this.#release(message.count, message.to);
        break;
      case 'records':
        this.#send({
          type: 'records',
          id: message.id,
          answer: answerRecords(this.#init.index, this.#rules, message.question),
        });
        break;
      case 'memory':
        this.#reportMemory(message.id);
        break;
      default:
        if (this.#init.faults && message.kind === 'refuse') this.#refuses = true;
        else if (this.#init.faults) misbehave(message.kind);
    }
  }

  /** One update after the other: each is built against what the one before left. What fails is told to main. */
  #queue(generation: number, task: () => Promise<void>): void {
    this.#updates = this.#updates.then(task).catch((error: unknown) => {
      this.#drop();
      this.#log.error({ thread: this.#init.index, generation, err: error }, 'a data thread refused a program');
      this.#send({ type: 'rejected', generation, message: error instanceof Error ? error.message : String(error) });
    });
  }

  /** In the order of the updates: rules that came first act before a listener opens. */
  #applyRules(update: RulesUpdate): void {
    this.#rules.expect(update);
    this.#updates = this.#updates.then(async () => {
      let reason: string | null = null;
      try {
        await this.#rules.apply(update);
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      this.#send({ type: 'rules', id: update.id, reason });
    });
  }

  /** Builds everything that an update needs; nothing that requests see changes. */
  async #prepare(update: ProgramUpdate, accept: readonly AcceptSource[]): Promise<Prepared> {
    let longestSliceMs = 0;
    await loadExtensions(update, this.#catalog);
    const steps = instantiate(update, this.#state, {
      context: this.#context,
      catalog: this.#catalog,
      ring: this.#ring,
      process: this.#process,
      seed: this.#init.index + 1,
      thread: this.#init.index,
      edges: this.#edges,
      rulesOf: (type) => this.#rules.chainOf(type),
      selectorsOf: (service) => this.#rules.selectorsOf(service),
      onUpstreamProtocolError: ({ message: reason }, cluster, target) => {
        this.#process[PROCESS.protocol_errors]!++;
        const host = target.path === '' ? `${target.host}:${target.port}` : `unix:${target.path}`;
        const others = this.#violations.admit(`${cluster} ${host} ${reason}`, this.#context.now);
        if (others >= 0) this.#log.warn({ cluster, host, reason, others }, 'a host broke the protocol');
      },
      onLogDropped: () => {
        this.#process[PROCESS.log_lines_dropped]!++;
      },
    });
    const built = await runSliced(steps, (ms) => {
      longestSliceMs = Math.max(longestSliceMs, this.#countSlice(ms));
    });
    if (this.#refuses) {
      this.#refuses = false;
      throw new Error('told to refuse');
    }
    return { update, accept, built, longestSliceMs };
  }

  #countSlice(ms: number): number {
    this.#longestSliceMs = Math.max(this.#longestSliceMs, ms);
    if (ms > SLICE_MS * 2) this.#process[PROCESS.slices_over_budget]!++;
    return ms;
  }

  /** Puts the prepared update in place as a whole: what could still fail comes first. */
  async #commit(): Promise<void> {
    const prepared = this.#prepared;
    if (prepared === null) return;
    const { update, accept, built } = prepared;
    const acceptors = await this.#openAcceptors(accept.filter((source) => source.fd !== undefined));
    this.#prepared = null;
    const start = threadCpuMs();
    swap(update, built, this.#state);
    this.#settings = update.settings;
    this.#rules.record(update.settings.record);
    this.#plane.retryBufferBytes = update.settings.retryBufferBytes;
    this.#plane.streamBufferBytes = update.settings.streamBufferBytes;
    this.#plane.connectionBufferBytes = update.settings.connectionBufferBytes;
    const swapMs = this.#countSlice(threadCpuMs() - start);
    this.#process[PROCESS.generations_applied]!++;
    for (const item of built.listeners) this.#placeListener(item.program);
    for (const name of update.removedListeners) this.#removeListener(name);
    for (const [name, acceptor] of acceptors) this.#placeAcceptor(name, acceptor);
    // An address that is bound here must be free first.
    for (const source of accept) {
      if (source.fd !== undefined) continue;
      this.#listeners.get(source.listener)?.acceptor?.close();
      for (const [name, acceptor] of await this.#openAcceptors([source])) this.#placeAcceptor(name, acceptor);
    }
    const ports: Record<string, number> = {};
    for (const [name, listener] of this.#listeners)
      if (listener.acceptor !== null) ports[name] = listener.acceptor.port;
    const longestSliceMs = Math.max(prepared.longestSliceMs, swapMs);
    this.#send({ type: 'applied', generation: update.generation, longestSliceMs, ports });
  }

  /** Forgets a prepared update; its descriptors were duplicates made for it. */
  #drop(): void {
    const prepared = this.#prepared;
    this.#prepared = null;
    for (const { fd } of prepared?.accept ?? []) if (fd !== undefined) closeSync(fd);
  }

  async #openAcceptors(sources: readonly AcceptSource[]): Promise<Map<string, Acceptor>> {
    const acceptors = new Map<string, Acceptor>();
    try {
      for (const source of sources) acceptors.set(source.listener, await this.#open(source));
    } catch (error) {
      for (const acceptor of acceptors.values()) acceptor.close();
      throw error;
    }
    return acceptors;
  }

  #open(source: AcceptSource): Promise<Acceptor> {
    const name = source.listener;
    return Acceptor.open({
      ...source,
      onAccept: (handle) => {
        const listener = this.#listeners.get(name);
        if (listener === undefined) handle.close();
        else this.#accepted(name, listener, handle);
      },
      onError: (error) => this.#log.warn({ listener: name, err: error }, 'accept failed'),
    });
  }

  #placeAcceptor(name: string, acceptor: Acceptor): void {
    const listener = this.#listeners.get(name);
    if (listener === undefined) {
      acceptor.close();
      return;
    }
    listener.acceptor?.close();
    listener.acceptor = acceptor;
  }

  #placeListener(program: ListenerProgram): void {
    const runtime = (this.#state.listeners.get(program.name) as { runtime: ListenerSlot['runtime'] }).runtime;
    const known = this.#listeners.get(program.name);
    if (known === undefined)
      this.#listeners.set(program.name, {
        slot: { runtime, connections: new IdTable() },
        acceptor: null,
        bound: program.bound,
      });
    else {
      known.slot.runtime = runtime;
      // Closed to new connections: those that are open end behind their requests.
      if (known.bound && !program.bound) {
        known.acceptor?.close();
        known.acceptor = null;
        for (const connection of [...known.slot.connections]) connection.drain();
      }
      known.bound = program.bound;
    }
  }

  #removeListener(name: string): void {
    const listener = this.#listeners.get(name);
    if (listener === undefined) return;
    listener.acceptor?.close();
    this.#listeners.delete(name);
    if (listener.slot.connections.size > 0) this.#leaving.add(listener.slot);
    for (const connection of [...listener.slot.connections]) connection.drain();
  }

  #accepted(name: string, listener: ListenerState, handle: TcpHandle): void {
    this.#context.refreshTime();
    if (this.#shares.total >= (this.#settings?.maxConnections ?? 65_536)) {
      this.#process[PROCESS.connections_refused]!++;
      handle.close();
      return;
    }
    // While it drains each thread serves what it takes from the queue: another one may be done already.
    const to = this.#draining ? this.#init.index : this.#shares.assign();
    if (to === this.#init.index) {
      this.#begin(listener, handle);
      return;
    }
    const socket = wrapForTransfer(handle);
    this.#send({ type: 'handover', to, listener: name, socket }, [socket]);
  }

  #takeOver(name: string, socket: import('node:net').Socket): void {
    this.#taken++;
    const listener = this.#listeners.get(name);
    const handle = takeHandle(socket);
    // `#serve` counts it again as a connection of this thread.
    this.#shares.remove();
    if (handle === null || listener === undefined) {
      handle?.close();
      this.#checkDrained();
      return;
    }
    // It was on its way when the drain began: its first request is answered, as that of anybody in the queue.
    const connection = this.#begin(listener, handle);
    if (this.#draining) connection.drain();
  }

  #begin(listener: ListenerState, handle: TcpHandle): DownstreamConnection {
    const connection = this.#serve(listener, (owner) =>
      Connection.accept(this.#context, owner, handle, isBulk(listener)),
    );
    // A protocol that speaks at once runs filters and balancers here, where no read guards them.
    connection.connection.guard(() => connection.begin());
    return connection;
  }

  #serve(listener: ListenerState, open: ConstructorParameters<typeof DownstreamConnection>[3]): DownstreamConnection {
    this.#process[PROCESS.connections_accepted]!++;
    this.#shares.add();
    const connection = new DownstreamConnection(this.#plane, listener.slot, listener.slot.runtime.plan, open);
    connection.onGone = () => {
      this.#shares.remove();
      if (listener.slot.connections.size === 0) this.#leaving.delete(listener.slot);
      this.#checkDrained();
    };
    return connection;
  }

  /** Gives up to `count` connections away; those that cannot move now stay. */
  #release(count: number, to: number): void {
    const moved: MovedConnection[] = [];
    for (const [name, listener] of this.#listeners) {
      for (const connection of [...listener.slot.connections]) {
        if (moved.length >= count) break;
        const detached = connection.detach();
        if (detached === null) continue;
        moved.push({ listener: name, ...detached });
      }
    }
    this.#process[PROCESS.connections_detached]! += moved.length;
    this.#send({ type: 'moved', to, connections: moved });
  }

  #adopt(moved: MovedConnection): void {
    this.#taken++;
    const listener = this.#listeners.get(moved.listener);
    if (listener === undefined) {
      // Removed while the connection was on its way: the descriptor is ours alone.
      closeSync(moved.fd);
      this.#checkDrained();
      return;
    }
    this.#process[PROCESS.connections_adopted]!++;
    const connection = this.#serve(listener, (owner) =>
      Connection.adopt(this.#context, owner, { fd: moved.fd, id: 0 }, isBulk(listener)),
    );
    connection.connection.guard(() => connection.continueWith(moved.protocol, moved.state, Buffer.from(moved.unread)));
    if (this.#draining) connection.drain();
  }

  /** Accepts what is queued, then nobody; each connection ends behind its requests. */
  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const slot of this.#slots()) for (const connection of [...slot.connections]) connection.drain();
    const accepted = (): number => this.#process[PROCESS.connections_accepted]!;
    whenQuiet(this.#context, accepted, () => this.#turnAway());
  }

  #turnAway(): void {
    for (const listener of this.#listeners.values()) {
      listener.acceptor?.close();
      listener.acceptor = null;
    }
    this.#closed = true;
    for (const slot of this.#slots()) for (const connection of [...slot.connections]) connection.drain();
    this.#context.turn();
    this.#checkDrained();
  }

  #slots(): ListenerSlot[] {
    return [...[...this.#listeners.values()].map((listener) => listener.slot), ...this.#leaving];
  }

  #checkDrained(): void {
    if (!this.#closed) return;
    for (const slot of this.#slots()) if (slot.connections.size > 0) return;
    this.#send({ type: 'drained', taken: this.#taken });
  }

  #reportMemory(id: number): void {
    const connections = this.#context.connections.size;
    this.#send({ type: 'memory', id, ...memoryInUse(), connections, longestSliceMs: this.#longestSliceMs });
    this.#longestSliceMs = 0;
  }
}
