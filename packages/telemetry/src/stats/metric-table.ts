import type { CellKind } from './cells.ts';
import { LAYOUTS } from './layout.ts';
import { type MetricType, OWN_METRICS } from './own-metrics.ts';

/** One row of the metric reference. */
export interface MetricRow {
  readonly name: string;
  readonly type: MetricType;
  readonly labels: readonly string[];
  readonly unit: string;
  readonly help: string;
}

/** The lowest and highest reading so far can only be shown as gauges. */
export function metricType(kind: CellKind): MetricType {
  return kind === 'counter' ? 'counter' : 'gauge';
}

/** Every series that Weft's proxy exposes, in the order of the reference page. */
export const METRIC_TABLE: readonly MetricRow[] = [
  ...Object.values(LAYOUTS).flatMap((layout): MetricRow[] => [
    ...layout.rows.map((row) => ({
      name: row.metric,
      type: metricType(row.kind),
      labels: layout.labels,
      unit: row.unit,
      help: row.help,
    })),
    ...layout.histograms.map(({ name, labels, help }) => ({
      name,
      type: 'histogram' as const,
      labels,
      unit: 'seconds',
      help,
    })),
  ]),
  ...OWN_METRICS.map(({ name, type, labels, unit, help }) => ({ name, type, labels, unit, help })),
];
