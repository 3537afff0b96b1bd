import { type CellRow, clearCells, LAYOUTS, type Labels, type StatsStore } from '../stats/index.ts';

/** type → label set → metric → whole number as text: the shape of MOSN's `/api/v1/stats`. */
export type MosnStats = Record<string, Record<string, Record<string, string>>>;

const GLOBAL = 'proxy.global';
/** Names of main-thread metrics that MOSN shows as a type of their own. */
const OWN_TYPES = ['healthcheck', 'meta', 'mosn_tls', 'grpc', 'xds'] as const;

/**
 * The stats as MOSN's admin API answers them: listeners by name and all of them together as `proxy.global`, clusters by name,
 * health checks by service.
 *
 * @param key `downstream`, or `downstream.proxy.global`: one type, or one label set of it
 * @returns undefined when nothing has this key
 */
export function renderMosnStats(store: StatsStore, key?: string): MosnStats | undefined {
  const all: MosnStats = { downstream: downstreamStats(store), upstream: upstreamStats(store), ...ownStats(store) };
  if (key === undefined || key === '') return all;
  for (const [type, sets] of Object.entries(all)) {
    if (key === type) return { [type]: sets };
    const labels = key.startsWith(`${type}.`) ? key.slice(type.length + 1) : undefined;
    const metrics = labels === undefined ? undefined : sets[labels];
    if (labels !== undefined && metrics !== undefined) return { [type]: { [labels]: metrics } };
  }
  return undefined;
}

/** The totals of all listeners as `key:value` lines, MOSN's `/api/v1/stats_glob`. */
export function renderStatsGlob(store: StatsStore): string {
  return Object.entries(downstreamStats(store)[GLOBAL]!)
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
}

function downstreamStats(store: StatsStore): Record<string, Record<string, string>> {
  const { rows } = LAYOUTS.downstream;
  const sets = addUp(store, 'downstream', (labels) => [GLOBAL, `listener.${labels['listener'] ?? ''}`]);
  if (!sets.has(GLOBAL)) sets.set(GLOBAL, new Float64Array(LAYOUTS.downstream.cells));
  return toText(sets, rows);
}

function upstreamStats(store: StatsStore): Record<string, Record<string, string>> {
  const sets = addUp(store, 'upstream', (labels) => {
    const host = labels['host'];
    return [`cluster.${labels['cluster'] ?? ''}${host === undefined ? '' : `.host.${host}`}`];
  });
  return toText(sets, LAYOUTS.upstream.rows);
}

function ownStats(store: StatsStore): MosnStats {
  const stats: MosnStats = {};
  for (const { definition, series } of store.families()) {
    const type = OWN_TYPES.find((prefix) => definition.name.startsWith(`${prefix}_`));
    if (type === undefined || definition.type === 'histogram') continue;
    const name = definition.name.slice(type.length + 1);
    for (const { labels, value } of series.values()) {
      const set = Object.keys(labels)
        .sort()
        .map((label) => `${label}.${labels[label]}`)
        .join('.');
      stats[type] ??= {};
      stats[type][set] ??= {};
      stats[type][set][name] = wholeText(value);
    }
  }
  return stats;
}

function addUp(
  store: StatsStore,
  kind: 'downstream' | 'upstream',
  setsOf: (labels: Labels) => readonly string[],
): Map<string, Float64Array> {
  const { cells, cellKinds } = LAYOUTS[kind];
  const sets = new Map<string, Float64Array>();
  for (const block of store.blocks()) {
    if (block.kind !== kind) continue;
    for (const set of setsOf(block.labels)) {
      let total = sets.get(set);
      if (total === undefined) {
        total = new Float64Array(cells);
        clearCells(total, cellKinds);
        sets.set(set, total);
      }
      store.addTo(total, block);
    }
  }
  return sets;
}

function toText(
  sets: ReadonlyMap<string, Float64Array>,
  rows: readonly CellRow[],
): Record<string, Record<string, string>> {
  const text: Record<string, Record<string, string>> = {};
  for (const set of [...sets.keys()].sort()) {
    const metrics: Record<string, string> = {};
    for (const row of rows) metrics[row.name] = wholeText(sets.get(set)![row.cell]!);
    text[set] = metrics;
  }
  return text;
}

function wholeText(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value)) : '0';
}
