import {
  type BlockLayout,
  type CellKind,
  LAYOUTS,
  metricType,
  type OwnFamily,
  type StatsStore,
} from '../stats/index.ts';
import { foldGroups, type Group, groupBlocks } from './groups.ts';
import { histogramText } from './histogram-text.ts';
import { type ProcessSample, recordProcess } from './process-metrics.ts';
import { formatValue, header, labelText, validName } from './text.ts';

export interface RenderExtra {
  /** Value of the label `component`. Default `proxy`. */
  readonly component?: string;
  /** Readings of the process at this moment. */
  readonly process?: ProcessSample;
}

/**
 * Everything in a store as Prometheus text 0.0.4: HELP and TYPE once per name, the same order each time. Synchronous; 20 000
 * series, where `StatsStore.maxSeries` folds, take a few milliseconds.
 */
export function renderPrometheus(store: StatsStore, extra: RenderExtra = {}): string {
  if (extra.process !== undefined) recordProcess(store, extra.process);
  let room = store.maxSeries - LAYOUTS.process.rows.length - ownSeries(store);
  let text = '';
  // Listeners first: they are few, and what is left of the limit is for the clusters.
  for (const kind of ['process', 'downstream', 'upstream'] as const) {
    const layout = LAYOUTS[kind];
    const histograms = renderHistograms(store, layout);
    room -= histograms.series;
    const { shown, folded } = foldGroups(
      groupBlocks(store, kind, layout.labels),
      layout,
      kind === 'process' ? store.maxSeries : room,
    );
    if (folded > 0) store.setGauge('weft_metrics_folded_groups', { kind }, folded);
    else store.remove('weft_metrics_folded_groups', { kind });
    if (kind === 'downstream') room -= shown.length * layout.rows.length;
    text += renderRows(layout, shown) + histograms.text;
  }
  return text + renderOwn(store, extra.component ?? 'proxy');
}

function renderRows(layout: BlockLayout, groups: readonly Group[]): string {
  if (groups.length === 0) return '';
  let text = '';
  for (const row of layout.rows) {
    text += header(row.metric, metricType(row.kind), row.help);
    for (const group of groups) {
      if (group.rows !== 'all' && (group.rows === 'key') !== row.key) continue;
      text += `${row.metric}${group.labels} ${cellText(group.cells[row.cell]!, row.kind)}\n`;
    }
  }
  return text;
}

function renderHistograms(store: StatsStore, layout: BlockLayout): { text: string; series: number } {
  let text = '';
  let series = 0;
  for (const histogram of layout.histograms) {
    const groups = groupBlocks(store, layout.kind, histogram.labels);
    if (groups.length === 0) continue;
    text += header(histogram.name, 'histogram', histogram.help);
    for (const { labels, cells } of groups) {
      const buckets = cells.subarray(histogram.firstCell, histogram.firstCell + histogram.boundsSeconds.length + 1);
      text += histogramText(histogram.name, labels, histogram.boundsSeconds, buckets, cells[histogram.sumCell]!);
    }
    series += groups.length * (histogram.boundsSeconds.length + 3);
  }
  return { text, series };
}

function renderOwn(store: StatsStore, component: string): string {
  const families = [...store.families()].filter((family) => family.series.size > 0);
  families.sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
  return families.map((family) => renderFamily(family, component)).join('');
}

function renderFamily({ definition, series }: OwnFamily, component: string): string {
  const name = validName(definition.name);
  const blocks = [...series.values()].map((one) => {
    const labels = labelText(definition.component === true ? { component, ...one.labels } : one.labels);
    if (one.buckets !== undefined) return histogramText(name, labels, definition.bounds ?? [], one.buckets, one.sum);
    return `${name}${labels} ${formatValue(one.value)}\n`;
  });
  return header(name, definition.type, definition.help) + blocks.sort().join('');
}

function ownSeries(store: StatsStore): number {
  let count = 0;
  for (const { definition, series } of store.families())
    count += series.size * (definition.bounds === undefined ? 1 : definition.bounds.length + 3);
  return count;
}

function cellText(value: number, kind: CellKind): string {
  return kind === 'min' && value === Number.POSITIVE_INFINITY ? '0' : formatValue(value);
}
