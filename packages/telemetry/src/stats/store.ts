import type { BlockKind } from './cells.ts';
import { type BlockLayout, LAYOUTS } from './layout.ts';
import type { MetricDefinition } from './own-metrics.ts';
import { FOLD_COUNTER, type Labels, labelKey, OTHER, type OwnFamily, OwnMetrics } from './own-series.ts';
import { type CellRun, clearCells, mergeCells, Segments, type StatsRef } from './segments.ts';

/** The cells of one listener, cluster or process, in every thread. */
export interface StatsBlock {
  readonly id: number;
  readonly kind: BlockKind;
  readonly labels: Labels;
  /** Cells of the main thread itself; what dead threads had counted is in here too. */
  readonly base: Float64Array;
  /** The cells of data thread `thread`, 0 … threads − 1. */
  ref(thread: number): StatsRef;
}

export interface StatsStoreOptions {
  /** Most series of a scrape; beyond it only the key series keep their own labels. Default 20 000. */
  readonly maxSeries?: number;
  /** Most blocks; further label sets share one block per kind. Default `maxSeries / 5`: that many have room for their key series. */
  readonly maxBlocks?: number;
  /** How long a released block stays without an event before it goes. Default 10 minutes. */
  readonly idleMs?: number;
}

interface Block extends StatsBlock {
  readonly key: string;
  readonly layout: BlockLayout;
  readonly run: CellRun;
  users: number;
  /** Monotonic time since when nothing changed; NaN while in use or not yet looked at. */
  idleSince: number;
  fingerprint: number;
}

/**
 * Every number of a proxy, on its main thread. Blocks lie in shared memory, one writer per copy; a sum is taken on reading.
 * Asking twice for the same kind and labels gives the same block, so counters go on over a reload.
 */
export class StatsStore {
  readonly threads: number;
  readonly maxSeries: number;
  readonly #maxBlocks: number;
  readonly #idleMs: number;
  readonly #segments: Segments;
  readonly #blocks = new Map<string, Block>();
  readonly #own: OwnMetrics;
  #nextId = 0;

  constructor(threads: number, options: StatsStoreOptions = {}) {
    this.threads = threads;
    this.maxSeries = options.maxSeries ?? 20_000;
    this.#maxBlocks = options.maxBlocks ?? Math.floor(this.maxSeries / 5);
    this.#idleMs = options.idleMs ?? 600_000;
    this.#segments = new Segments(threads);
    this.#own = new OwnMetrics(this.maxSeries, () => this.counter(FOLD_COUNTER, { kind: 'own' }));
  }

  /** Shared bytes of all blocks. */
  get sharedBytes(): number {
    return this.#segments.bytes;
  }

  /** The block of these labels, made when it does not exist. Each call is ended by one `release`. */
  allocate(kind: BlockKind, labels: Labels): StatsBlock {
    const key = kind + labelKey(labels);
    const known = this.#blocks.get(key);
    if (known !== undefined) {
      known.users++;
      known.idleSince = Number.NaN;
      return known;
    }
    const folded =
      kind !== 'process' && labels[LAYOUTS[kind].labels[0]!] !== OTHER && this.#blocks.size >= this.#maxBlocks;
    if (!folded) return this.#create(kind, key, labels);
    this.counter(FOLD_COUNTER, { kind });
    return this.allocate(kind, Object.fromEntries(Object.keys(labels).map((label) => [label, OTHER])));
  }

  /**
   * Says that the user of an `allocate` is gone. The block goes when it has no user, no gauge above zero and no event for
   * `idleMs`: requests that began under an older configuration still count in the right place.
   */
  release(block: StatsBlock): void {
    const own = block as Block;
    if (own.users > 0) own.users--;
  }

  /** Removes what is idle at `now` (monotonic milliseconds); returns how many blocks went. Call it every minute or so. */
  sweep(now: number): number {
    let removed = 0;
    for (const block of this.#blocks.values()) {
      if (block.users > 0) continue;
      const fingerprint = this.#fingerprint(block);
      if (Number.isNaN(block.idleSince) || fingerprint !== block.fingerprint) {
        block.idleSince = now;
        block.fingerprint = fingerprint;
      } else if (now - block.idleSince >= this.#idleMs) {
        this.#blocks.delete(block.key);
        this.#segments.give(block.run);
        removed++;
      }
    }
    return removed;
  }

  /** Blocks in the order in which they were made. */
  blocks(): IterableIterator<StatsBlock> {
    return this.#blocks.values();
  }

  /** All threads and the base added up; a minimum without a reading is 0. `into` saves the allocation and is returned. */
  sum(block: StatsBlock, into: Float64Array = new Float64Array(block.base.length)): Float64Array {
    clearCells(into, (block as Block).layout.cellKinds);
    this.addTo(into, block);
    for (let cell = 0; cell < into.length; cell++) if (into[cell] === Number.POSITIVE_INFINITY) into[cell] = 0;
    return into;
  }

  /** Merges a block into the total of several blocks of its kind; there a minimum without a reading stays Infinity. */
  addTo(total: Float64Array, block: StatsBlock): void {
    const { run, layout, base } = block as Block;
    mergeCells(total, base, layout.cellKinds);
    for (const view of run.views) mergeCells(total, view, layout.cellKinds);
  }

  /** The cells of one thread, to look at (how evenly connections are spread), not to write. */
  read(block: StatsBlock, thread: number): Float64Array {
    const view = (block as Block).run.views[thread];
    if (view === undefined) throw new RangeError(`no data thread ${thread}`);
    return view;
  }

  /** Keeps what a dead thread had counted and drops its gauges; the thread that replaces it starts from zero cells. */
  foldThread(thread: number): void {
    for (const { run, layout, base } of this.#blocks.values()) {
      const view = run.views[thread];
      if (view === undefined) throw new RangeError(`no data thread ${thread}`);
      for (let cell = 0; cell < view.length; cell++) if (layout.cellKinds[cell] === 'gauge') view[cell] = 0;
      mergeCells(base, view, layout.cellKinds);
      clearCells(view, layout.cellKinds);
    }
  }

  /** Gives a metric of the main thread its type, help and, for a histogram, its bounds. Before its first use. */
  define(definition: MetricDefinition): void {
    this.#own.define(definition);
  }

  setGauge(name: string, labels: Labels, value: number): void {
    this.#own.series(name, 'gauge', labels).value = value;
  }

  /** Adds to a counter of the main thread. */
  counter(name: string, labels: Labels, delta = 1): void {
    this.#own.series(name, 'counter', labels).value += delta;
  }

  /** Sets a counter whose count is kept elsewhere, such as the drop counter of a ring. */
  setCounter(name: string, labels: Labels, value: number): void {
    this.#own.series(name, 'counter', labels).value = value;
  }

  /** Counts one reading in a histogram of the main thread. */
  observe(name: string, labels: Labels, value: number): void {
    const series = this.#own.series(name, 'histogram', labels);
    const bounds = this.#own.boundsOf(name);
    let bucket = 0;
    while (bucket < bounds.length && !(value <= bounds[bucket]!)) bucket++;
    series.buckets![bucket]!++;
    series.sum += value;
    series.value++;
  }

  /** Adds readings that were counted elsewhere, by the bounds of the histogram. */
  addReadings(name: string, labels: Labels, buckets: readonly number[], sum: number): void {
    const series = this.#own.series(name, 'histogram', labels);
    for (let bucket = 0; bucket < buckets.length; bucket++) {
      series.buckets![bucket]! += buckets[bucket]!;
      series.value += buckets[bucket]!;
    }
    series.sum += sum;
  }

  /** Takes one series of the main thread away, such as the gauges of a cluster that is gone. */
  remove(name: string, labels: Labels): void {
    this.#own.remove(name, labels);
  }

  /** The main thread's own metrics. */
  families(): Iterable<OwnFamily> {
    return this.#own.families;
  }

  #create(kind: BlockKind, key: string, labels: Labels): Block {
    const layout = LAYOUTS[kind];
    const run = this.#segments.take(layout.cellKinds);
    const base = new Float64Array(layout.cells);
    clearCells(base, layout.cellKinds);
    const block: Block = {
      id: this.#nextId++,
      kind,
      labels: Object.freeze({ ...labels }),
      base,
      key,
      layout,
      run,
      users: 1,
      idleSince: Number.NaN,
      fingerprint: 0,
      ref(thread) {
        const ref = run.refs[thread];
        if (ref === undefined) throw new RangeError(`no data thread ${thread}`);
        return ref;
      },
    };
    this.#blocks.set(key, block);
    return block;
  }

  /** Changes with every event; NaN, which equals nothing, while a gauge is above zero. */
  #fingerprint(block: Block): number {
    const cells = this.sum(block);
    let total = 0;
    for (let cell = 0; cell < cells.length; cell++) {
      if (block.layout.cellKinds[cell] === 'gauge' && cells[cell] !== 0) return Number.NaN;
      total += cells[cell]!;
    }
    return total;
  }
}
