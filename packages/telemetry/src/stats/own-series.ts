import { LAYOUTS } from './layout.ts';
import { type MetricDefinition, type MetricType, OWN_METRICS } from './own-metrics.ts';

export type Labels = Readonly<Record<string, string>>;

/** A name shows once in a scrape, so the main thread may not use those of the blocks. */
const BLOCK_METRICS: ReadonlySet<string> = new Set(
  Object.values(LAYOUTS).flatMap(({ rows, histograms }) => [
    ...rows.map((row) => row.metric),
    ...histograms.map((histogram) => histogram.name),
  ]),
);

/** Counts the label sets that went into `__other__`. */
export const FOLD_COUNTER = 'weft_metrics_folded_total';

/** What stands in for every label value of a label set that came after the limit. */
export const OTHER = '__other__';

export interface OwnSeries {
  readonly labels: Labels;
  value: number;
  /** Counts per bucket, the last one for +Inf; undefined unless the metric is a histogram. */
  readonly buckets: number[] | undefined;
  sum: number;
}

export interface OwnFamily {
  readonly definition: MetricDefinition;
  readonly series: ReadonlyMap<string, OwnSeries>;
}

interface MutableFamily extends OwnFamily {
  readonly series: Map<string, OwnSeries>;
}

/** The main thread's own metrics by name and label set. Bounded: past the limit new label sets share one series per name. */
export class OwnMetrics {
  readonly #maxSeries: number;
  readonly #definitions = new Map(OWN_METRICS.map((definition) => [definition.name, definition]));
  readonly #families = new Map<string, MutableFamily>();
  readonly #onFold: () => void;
  #count = 0;

  constructor(maxSeries: number, onFold: () => void) {
    this.#maxSeries = maxSeries;
    this.#onFold = onFold;
  }

  get families(): Iterable<OwnFamily> {
    return this.#families.values();
  }

  boundsOf(name: string): readonly number[] {
    return this.#definitions.get(name)?.bounds ?? [];
  }

  define(definition: MetricDefinition): void {
    this.#definitions.set(definition.name, definition);
  }

  series(name: string, type: MetricType, labels: Labels): OwnSeries {
    let family = this.#families.get(name);
    if (family === undefined) {
      if (BLOCK_METRICS.has(name)) throw new TypeError(`metric ${name} is a cell of a block`);
      const definition = this.#definitions.get(name) ?? {
        name,
        type,
        labels: Object.keys(labels),
        unit: '1',
        help: `${name}.`,
      };
      family = { definition, series: new Map() };
      this.#families.set(name, family);
    }
    const { type: defined } = family.definition;
    if (defined !== type) throw new TypeError(`metric ${name} is a ${defined}, not a ${type}`);
    const key = labelKey(labels);
    const known = family.series.get(key);
    if (known !== undefined) return known;
    // The count of what was folded has few label sets and must not fold itself.
    if (this.#count >= this.#maxSeries && key !== '' && name !== FOLD_COUNTER) {
      this.#onFold();
      const folded: Labels = Object.fromEntries(Object.keys(labels).map((label) => [label, OTHER]));
      const foldedKey = labelKey(folded);
      return family.series.get(foldedKey) ?? this.#add(family, foldedKey, folded);
    }
    return this.#add(family, key, labels);
  }

  remove(name: string, labels: Labels): void {
    if (this.#families.get(name)?.series.delete(labelKey(labels)) === true) this.#count--;
  }

  #add(family: MutableFamily, key: string, labels: Labels): OwnSeries {
    const bounds = family.definition.type === 'histogram' ? (family.definition.bounds ?? []) : undefined;
    const series: OwnSeries = {
      labels: { ...labels },
      value: 0,
      buckets: bounds === undefined ? undefined : new Array<number>(bounds.length + 1).fill(0),
      sum: 0,
    };
    family.series.set(key, series);
    this.#count++;
    return series;
  }
}

/** One text per label set, whatever the order of its keys. */
export function labelKey(labels: Labels): string {
  const keys = Object.keys(labels);
  if (keys.length > 1) keys.sort();
  let text = '';
  // Both sides carry their length: no value can imitate another label set.
  for (const key of keys) text += `${key.length}:${key}${labels[key]!.length}:${labels[key]}`;
  return text;
}
