import type { EdgeReport, NodeIdentity, Report } from '@weft/distribution';
import type { Clock } from '@weft/kit';
import type { FigureSource, StoredSeries } from './figure-store.ts';
import { HistogramLayout, MAX_BUCKETS } from './histogram.ts';
import { Ring } from './ring.ts';
import { COLUMN, Sum } from './sum.ts';

/**
 * Memory: a series that has traffic all the time takes 58 KiB for its seconds, 158 KiB for its minutes and 79 KiB for its
 * hours; one that had 15 minutes of traffic takes 28 KiB. 1000 series at once are at most 300 MiB.
 */
export const MAX_SERIES = 1000;
/** Stands for everything beyond. */
export const OTHER = '__other__';

const SECONDS = { stepMs: 1000, cells: 3600 };
const MINUTES = { stepMs: 60_000, cells: 1440 };
const HOURS = { stepMs: 3_600_000, cells: 720 };
const SECOND_WIDTH = 4;
const WIDTH = COLUMN.buckets + MAX_BUCKETS;
const SWEEP_MS = 3_600_000;
/** A report is of the second before it. */
const REPORT_MS = 1000;

/** Which requests a series counts. */
export interface SeriesKey {
  readonly instanceId: string;
  /** inbound: by the proxy of the callee; outbound: by that of the caller. */
  readonly direction: EdgeReport['direction'];
  /** App of the proxy that reports, and of the other side, '' when it does not know. */
  readonly app: string;
  readonly peerApp: string;
  /** dataId. */
  readonly service: string;
  /** '' = all methods. */
  readonly method: string;
  readonly protocol: string;
  /** Label `version` and zone of the proxy that reports. */
  readonly version: string;
  readonly zone: string;
}

export class Series implements StoredSeries {
  readonly key: SeriesKey;
  readonly sinceMs: number;
  readonly #seconds = new Ring(SECONDS, SECOND_WIDTH);
  readonly #minutes = new Ring(MINUTES, WIDTH);
  readonly #hours = new Ring(HOURS, WIDTH);
  lastMs = 0;

  constructor(key: SeriesKey, sinceMs: number) {
    this.key = key;
    this.sinceMs = sinceMs;
  }

  get storedKey(): string {
    return JSON.stringify(this.key);
  }

  get rings(): readonly Ring[] {
    return [this.#seconds, this.#minutes, this.#hours];
  }

  add(atMs: number, counts: readonly number[], buckets: readonly number[] | null): void {
    if ((counts[0] as number) + (counts[COLUMN.rejected] as number) > 0) this.lastMs = Math.max(this.lastMs, atMs);
    this.#seconds.add(atMs, counts);
    this.#minutes.add(atMs, counts);
    this.#hours.add(atMs, counts);
    if (buckets === null) return;
    this.#minutes.add(atMs, buckets, COLUMN.buckets);
    this.#hours.add(atMs, buckets, COLUMN.buckets);
  }

  /** Adds the range to `sum`; counts from the finest ring that has it, durations by bucket from minutes on. */
  sum(startMs: number, endMs: number, nowMs: number, sum: Sum): void {
    const ring = this.#finest(startMs, nowMs);
    ring.visit(startMs, endMs, (_, cells, offset) => {
      sum.addCell(cells, offset);
      if (ring !== this.#seconds) sum.addBuckets(cells, offset);
    });
    if (ring === this.#seconds)
      this.#minutes.visit(Math.floor(startMs / MINUTES.stepMs) * MINUTES.stepMs, endMs, (_, cells, offset) =>
        sum.addBuckets(cells, offset),
      );
  }

  /** Adds each cell of the range to the point that it falls into. */
  points(startMs: number, endMs: number, nowMs: number, stepMs: number, pointOf: (index: number) => Sum): void {
    const ring =
      stepMs >= HOURS.stepMs ? this.#hours : stepMs >= MINUTES.stepMs ? this.#minutes : this.#finest(startMs, nowMs);
    ring.visit(startMs, endMs, (atMs, cells, offset) => {
      const point = pointOf(Math.floor((atMs - startMs) / stepMs));
      point.addCell(cells, offset);
      if (ring !== this.#seconds) point.addBuckets(cells, offset);
    });
  }

  #finest(startMs: number, nowMs: number): Ring {
    const age = nowMs - startMs;
    if (age <= SECONDS.stepMs * SECONDS.cells) return this.#seconds;
    return age <= MINUTES.stepMs * MINUTES.cells ? this.#minutes : this.#hours;
  }

  isIdle(nowMs: number): boolean {
    return this.#hours.isIdle(nowMs - HOURS.stepMs * HOURS.cells);
  }
}

/** How fine the points of a range are: never finer than what is kept, never more than 300. */
export function stepOf(startMs: number, endMs: number, nowMs: number, asked: number | undefined): number {
  const wanted = Math.max(asked ?? 1, (endMs - startMs) / 1000 / 300);
  const kept =
    nowMs - startMs <= SECONDS.stepMs * SECONDS.cells
      ? 1
      : nowMs - startMs <= MINUTES.stepMs * MINUTES.cells
        ? 60
        : 3600;
  const least = Math.max(wanted, kept);
  return [1, 5, 15, 30, 60, 300, 900, 1800, 3600].find((step) => step >= least) ?? 3600;
}

/** What proxies report of requests, per edge and over time. */
export class Figures implements FigureSource {
  readonly kind = 'edge';
  readonly layout = new HistogramLayout();
  readonly #clock: Clock;
  readonly #series = new Map<string, Series>();
  readonly #newest = new Map<string, number>();
  readonly #oldest = new Map<string, number>();
  readonly #listeners: ((instanceId: string) => void)[] = [];
  #cancel = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sweep();
  }

  /** A series was counted for the first time. */
  onNewEdge(listener: (instanceId: string) => void): void {
    this.#listeners.push(listener);
  }

  get size(): number {
    return this.#series.size;
  }

  add(node: NodeIdentity, report: Report, atMs: number): void {
    this.#newest.set(node.instanceId, Math.max(this.#newest.get(node.instanceId) ?? 0, atMs));
    if (!this.#oldest.has(node.instanceId)) this.#oldest.set(node.instanceId, atMs - REPORT_MS);
    // Rows of single methods are details where a row of all methods is there, and make it up where it is not.
    const whole = new Set<string>();
    for (const edge of report.edges) if (edge.method === '') whole.add(edgeKey(edge));
    for (const edge of report.edges) {
      const counts = [edge.requests, edge.errors, edge.rejected, edge.durationMsSum];
      const buckets = this.layout.place(edge.histogram, report.histogramBoundsMs);
      this.#seriesOf(node, edge, edge.method).add(atMs, counts, buckets);
      if (edge.method !== '' && !whole.has(edgeKey(edge))) this.#seriesOf(node, edge, '').add(atMs, counts, buckets);
    }
  }

  #seriesOf(node: NodeIdentity, edge: EdgeReport, method: string): Series {
    const outbound = edge.direction === 'outbound';
    const key: SeriesKey = {
      instanceId: node.instanceId,
      direction: edge.direction,
      // Its own app is what its hello says: a row cannot speak for another.
      app: node.app,
      peerApp: outbound ? edge.targetApp : edge.sourceApp,
      service: edge.service,
      method,
      protocol: edge.protocol,
      version: node.labels['version'] ?? '',
      zone: node.zone,
    };
    const text = textOf(key);
    const known = this.#series.get(text);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_SERIES) return this.#other(key);
    const series = new Series(key, this.#clock.wallNow());
    this.#series.set(text, series);
    for (const listener of this.#listeners) listener(node.instanceId);
    return series;
  }

  stored(): Iterable<StoredSeries> {
    return this.#series.values();
  }

  /** The bounds of the buckets that the figures are counted in. */
  get layoutSource(): FigureSource {
    const { layout } = this;
    return {
      kind: 'layout',
      stored: () =>
        layout.bounds.length === 0 ? [] : [{ storedKey: JSON.stringify(layout.bounds), rings: [], sinceMs: 0 }],
      restore(key) {
        layout.restore(JSON.parse(key) as number[]);
        return { storedKey: key, rings: [], sinceMs: 0 };
      },
    };
  }

  restore(key: string, sinceMs: number): StoredSeries | null {
    const fields = JSON.parse(key) as SeriesKey;
    const { instanceId, direction, app } = fields;
    const series = new Series(fields, sinceMs);
    this.#series.set(app === OTHER ? `${OTHER}\n${instanceId}\n${direction}` : textOf(fields), series);
    this.#oldest.set(instanceId, Math.min(this.#oldest.get(instanceId) ?? sinceMs, sinceMs));
    return series;
  }

  /** Beyond the bound only instance and direction are told apart; at most two more per instance. */
  #other({ instanceId, direction }: SeriesKey): Series {
    const text = `${OTHER}\n${instanceId}\n${direction}`;
    let series = this.#series.get(text);
    if (series === undefined) {
      const blank = { peerApp: OTHER, service: OTHER, method: '', protocol: '', version: '', zone: '' };
      series = new Series({ instanceId, direction, app: OTHER, ...blank }, this.#clock.wallNow());
      this.#series.set(text, series);
    }
    return series;
  }

  *series(instanceId: string): Generator<Series> {
    for (const series of this.#series.values()) if (series.key.instanceId === instanceId) yield series;
  }

  /** Milliseconds since the newest report; null without one. */
  ageMs(instanceId: string): number | null {
    const newest = this.#newest.get(instanceId);
    return newest === undefined ? null : Math.max(0, Math.round(this.#clock.wallNow() - newest));
  }

  /** Where counts of a range begin: at its start, or with the first report when that is later. Rates go by this. */
  coveredFromMs(instanceId: string, startMs: number, endMs: number): number {
    const oldest = this.#oldest.get(instanceId) ?? startMs;
    return Math.min(Math.max(startMs, oldest), endMs);
  }

  total(all: Iterable<Series>, startMs: number, endMs: number): Sum {
    const sum = new Sum();
    const now = this.#clock.wallNow();
    for (const series of all) series.sum(startMs, endMs, now, sum);
    return sum;
  }

  points(
    all: Iterable<Series>,
    startMs: number,
    endMs: number,
    stepSeconds: number,
  ): { readonly at: string; readonly sum: Sum }[] {
    const stepMs = stepSeconds * 1000;
    const begin = Math.floor(startMs / stepMs) * stepMs;
    const sums = Array.from({ length: Math.max(1, Math.ceil((endMs - begin) / stepMs)) }, () => new Sum());
    const now = this.#clock.wallNow();
    for (const series of all)
      series.points(begin, endMs, now, stepMs, (index) => sums[Math.min(index, sums.length - 1)] as Sum);
    return sums.map((sum, index) => ({ at: new Date(begin + index * stepMs).toISOString(), sum }));
  }

  #sweep(): void {
    this.#cancel = this.#clock.schedule(SWEEP_MS, () => {
      const now = this.#clock.wallNow();
      for (const [text, series] of this.#series) if (series.isIdle(now)) this.#series.delete(text);
      this.#sweep();
    });
  }

  stop(): void {
    this.#cancel();
  }
}

const textOf = (key: SeriesKey): string =>
  [
    key.instanceId,
    key.direction,
    key.app,
    key.peerApp,
    key.service,
    key.method,
    key.protocol,
    key.version,
    key.zone,
  ].join('\n');

const edgeKey = ({ direction, sourceApp, targetApp, service, protocol }: EdgeReport): string =>
  `${direction}\n${sourceApp}\n${targetApp}\n${service}\n${protocol}`;
