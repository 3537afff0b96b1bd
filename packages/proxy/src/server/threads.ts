import { Worker } from 'node:worker_threads';
import type { Logger } from '@weft/kit';
import { createLogRing, type LogRing, type StatsBlock, type StatsStore } from '@weft/telemetry';
import type { FromThread, SharedState, ThreadInit, ToThread } from '../thread/index.ts';
import { readThreadTimes } from './thread-times.ts';
import { ThreadWatch, type Verdict } from './thread-watch.ts';

const WATCH_MS = 500;
const RING_BYTES = 1 << 20;
/**
 * Young generation of a data thread: V8 makes two halves of a third each of it, in powers of two. What a request allocates
 * (2.5 KiB) is dead when the next collection comes, which takes 0.15 to 0.2 ms whatever the size: 0.1 µs per request. V8
 * would let both halves grow to 16 MiB.
 */
const YOUNG_GENERATION_MIB = 12;
/** A thread that dies this often within a minute is not the victim of chance: the pauses grow. */
const QUICK_RESPAWNS = 3;

interface ThreadSlot {
  worker: Worker | null;
  ring: LogRing;
  readonly watch: ThreadWatch;
  /** By which `/proc` knows the thread; 0 when it does not. */
  kernelId: number;
  /** The thread was given up, for this reason; '' otherwise. */
  givenUp: string;
  /** It was said of this silence that the thread lacks the CPU. */
  starving: boolean;
  ready: boolean;
  deaths: number[];
  /** For tests: the next one is told to refuse its first program. */
  relapses: boolean;
  /** Monotonic ms of the last sign of life of the thread that is away; 0 while one serves. */
  awaySince: number;
}

export interface ThreadsOptions {
  readonly count: number;
  /** Module that runs a data thread; the composition root's. */
  readonly entry: URL;
  readonly log: Logger;
  readonly stats: StatsStore;
  readonly processBlock: StatsBlock;
  /** Silence after which it is asked what the thread does instead, ms; see `ThreadWatch`. */
  readonly watchdogMs: number;
  readonly softBufferBytes: number;
  readonly hardBufferBytes: number;
  readonly poison: boolean;
  readonly faults: boolean;
  /** A thread is up (again): send it everything. */
  onReady(index: number): void;
  onMessage(index: number, message: FromThread): void;
  onDeath(index: number, reason: string): void;
}

/** The data threads as main sees them: spawned, watched, replaced when they die. */
export class Threads {
  readonly shared: SharedState;
  readonly #options: ThreadsOptions;
  readonly #slots: ThreadSlot[] = [];
  readonly #heartbeats: Int32Array;
  #watch: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.shared = {
      heartbeats: new SharedArrayBuffer(4 * options.count),
      serving: new SharedArrayBuffer(4 * options.count),
      connections: new SharedArrayBuffer(4 * options.count),
      buffered: new SharedArrayBuffer(8 * options.count),
    };
    this.#heartbeats = new Int32Array(this.shared.heartbeats);
    for (let i = 0; i < options.count; i++) {
      this.#slots.push({
        worker: null,
        ring: createLogRing(RING_BYTES),
        watch: new ThreadWatch(options.watchdogMs, WATCH_MS),
        kernelId: 0,
        givenUp: '',
        starving: false,
        ready: false,
        deaths: [],
        relapses: false,
        awaySince: 0,
      });
    }
  }

  get count(): number {
    return this.#slots.length;
  }

  start(): void {
    for (let i = 0; i < this.count; i++) this.#spawn(i);
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#watch.unref();
  }

  send(index: number, message: ToThread, transfer: readonly unknown[] = []): void {
    this.#slots[index]?.worker?.postMessage(message, transfer as never);
  }

  broadcast(message: ToThread): void {
    for (let i = 0; i < this.count; i++) this.send(i, message);
  }

  /** The thread has a program and accepts. */
  markServing(index: number): void {
    const slot = this.#slots[index] as ThreadSlot;
    if (slot.awaySince > 0) {
      const seconds = (performance.now() - slot.awaySince) / 1000;
      this.#options.stats.setGauge('weft_proxy_thread_away_seconds', { thread: String(index) }, seconds);
      slot.awaySince = 0;
    }
    Atomics.store(new Int32Array(this.shared.serving), index, 1);
  }

  /** A thread that serves, `preferred` if it does; -1 when none does. */
  serving(preferred: number): number {
    const serving = new Int32Array(this.shared.serving);
    return Atomics.load(serving, preferred) === 1 ? preferred : serving.indexOf(1);
  }

  /** Ends a thread that cannot serve; another one takes its place, after growing pauses when that does not help. */
  replace(index: number): void {
    const slot = this.#slots[index];
    if (slot !== undefined) this.#giveUp(slot, 'it could not take its program');
  }

  /** For tests: the thread ends, and the one in its place refuses what it is sent first. */
  relapse(index: number): void {
    const slot = this.#slots[index];
    if (slot === undefined) return;
    slot.relapses = true;
    this.send(index, { type: 'fault', kind: 'exit' });
  }

  isReady(index: number): boolean {
    return this.#slots[index]?.ready ?? false;
  }

  rings(): readonly LogRing[] {
    return this.#slots.map((slot) => slot.ring);
  }

  /** Ends all threads at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#watch !== null) clearInterval(this.#watch);
    await Promise.all(this.#slots.map((slot) => slot.worker?.terminate()));
  }

  #spawn(index: number): void {
    const { entry, processBlock, softBufferBytes, hardBufferBytes, poison, faults } = this.#options;
    const slot = this.#slots[index] as ThreadSlot;
    const init: ThreadInit = {
      index,
      threads: this.count,
      process: processBlock.ref(index),
      shared: this.shared,
      ring: slot.ring.buffer,
      softBufferBytes,
      hardBufferBytes,
      poison,
      faults,
    };
    const worker = new Worker(entry, {
      workerData: init,
      name: `data-${index}`,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
    });
    slot.worker = worker;
    slot.ready = false;
    slot.givenUp = '';
    let reason = 'it ended by itself';
    worker.on('message', (message: FromThread) => {
      if (message.type === 'ready') {
        slot.ready = true;
        // Hand-overs that were under way when the thread before it died had been counted here.
        Atomics.store(new Int32Array(this.shared.connections), index, 0);
        slot.kernelId = message.kernelId;
        slot.watch.heard(performance.now(), readThreadTimes(slot.kernelId));
        if (slot.relapses) this.send(index, { type: 'fault', kind: 'refuse' });
        slot.relapses = false;
        this.#options.onReady(index);
      } else {
        this.#options.onMessage(index, message);
      }
    });
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => this.#died(index, worker, slot.givenUp === '' ? reason : slot.givenUp));
  }

  #died(index: number, worker: Worker, reason: string): void {
    const slot = this.#slots[index] as ThreadSlot;
    if (slot.worker !== worker) return;
    slot.worker = null;
    slot.ready = false;
    if (this.#stopping) return;
    if (slot.awaySince === 0) slot.awaySince = performance.now();
    Atomics.store(new Int32Array(this.shared.serving), index, 0);
    // Its connections are gone: gauges to zero, counters kept.
    this.#options.stats.foldThread(index);
    new Int32Array(this.shared.connections)[index] = 0;
    new Float64Array(this.shared.buffered)[index] = 0;
    this.#options.onDeath(index, reason);
    const now = performance.now();
    slot.deaths = [...slot.deaths.filter((at) => now - at < 60_000), now];
    const pauseMs =
      slot.deaths.length <= QUICK_RESPAWNS
        ? 0
        : Math.min(30_000, 1000 * 2 ** (slot.deaths.length - QUICK_RESPAWNS - 1));
    setTimeout(() => {
      if (!this.#stopping) this.#spawn(index);
    }, pauseMs);
  }

  #look(): void {
    const now = performance.now();
    for (const [index, slot] of this.#slots.entries()) {
      if (slot.worker === null || !slot.ready || slot.givenUp !== '') continue;
      const beat = Atomics.load(this.#heartbeats, index);
      const verdict = slot.watch.look(now, beat, readThreadTimes(slot.kernelId));
      if (verdict.kind === 'lost') this.#hangs(index, slot, verdict);
      else if (verdict.kind === 'starved' && !slot.starving) this.#starves(index, verdict);
      slot.starving = verdict.kind === 'starved';
    }
  }

  #hangs(index: number, slot: ThreadSlot, { silentMs, reason }: Verdict & { kind: 'lost' }): void {
    this.#options.log.error(
      { thread: index, silentMs: Math.round(silentMs), reason },
      'a data thread hangs and is replaced',
    );
    // The dead one before it may not have served again at all.
    if (slot.awaySince === 0) slot.awaySince = slot.watch.heardAt;
    Atomics.store(new Int32Array(this.shared.serving), index, 0);
    this.#giveUp(slot, reason);
  }

  #starves(index: number, { silentMs, cpuMs }: Verdict & { kind: 'starved' }): void {
    this.#options.log.warn(
      { thread: index, silentMs: Math.round(silentMs), cpuMs: Math.round(cpuMs) },
      'a data thread is silent because it hardly gets the CPU; it is left alone',
    );
  }

  #giveUp(slot: ThreadSlot, reason: string): void {
    slot.givenUp = reason;
    void slot.worker?.terminate();
  }
}
