export {
  DURATION_BOUNDS_SECONDS,
  durationBucket,
  OVERHEAD_BOUNDS_SECONDS,
  overheadBucket,
  statusCell,
} from './buckets.ts';
export type { CellRow } from './cell-rows.ts';
export {
  type BlockKind,
  type CellKind,
  DOWNSTREAM,
  type DownstreamCell,
  PROCESS,
  type ProcessCell,
  UPSTREAM,
  type UpstreamCell,
} from './cells.ts';
export { type BlockHistogram, type BlockLayout, LAYOUTS } from './layout.ts';
export { METRIC_TABLE, type MetricRow, metricType } from './metric-table.ts';
export {
  LAG_BOUNDS_SECONDS,
  type MetricDefinition,
  type MetricType,
  OWN_METRICS,
} from './own-metrics.ts';
export { type Labels, labelKey, OTHER, type OwnFamily, type OwnSeries } from './own-series.ts';
export { recordDownstreamRequest, recordUpstreamDuration } from './record.ts';
export { clearCells, mergeCells, openStats, type StatsRef } from './segments.ts';
export { type StatsBlock, StatsStore, type StatsStoreOptions } from './store.ts';
