import {
  type BlockKind,
  type BlockLayout,
  clearCells,
  LAYOUTS,
  type Labels,
  mergeCells,
  OTHER,
  type StatsBlock,
  type StatsStore,
} from '../stats/index.ts';
import { labelText } from './text.ts';

/** Blocks that show under the same labels, added up. */
export interface Group {
  /** `{listener="a",port="80"}`, or '' without labels. */
  readonly labels: string;
  /** A minimum without a reading is Infinity. */
  readonly cells: Float64Array;
  /** Which rows show under these labels: all, the key rows, or all but the key rows. */
  readonly rows: 'all' | 'key' | 'rest';
}

/** All blocks of a kind by those of their labels that are in `labels`, sorted by text so that two scrapes compare. */
export function groupBlocks(store: StatsStore, kind: BlockKind, labels: readonly string[]): readonly Group[] {
  const { cells: length, cellKinds } = LAYOUTS[kind];
  const groups = new Map<string, Group>();
  for (const block of store.blocks()) {
    if (block.kind !== kind) continue;
    const text = labelText(project(block, labels));
    let group = groups.get(text);
    if (group === undefined) {
      group = { labels: text, cells: new Float64Array(length), rows: 'all' };
      clearCells(group.cells, cellKinds);
      groups.set(text, group);
    }
    store.addTo(group.cells, block);
  }
  return [...groups.values()].sort((a, b) => (a.labels < b.labels ? -1 : 1));
}

/**
 * Keeps a kind within `budget` series: the groups that have room stay whole, the others keep their key series and add the
 * rest to one further group, so that every total stays exact.
 *
 * @returns the groups to show and how many of them were folded
 */
export function foldGroups(
  groups: readonly Group[],
  layout: BlockLayout,
  budget: number,
): { shown: readonly Group[]; folded: number } {
  if (groups.length * layout.rows.length <= budget) return { shown: groups, folded: 0 };
  const restRows = layout.rows.reduce((count, row) => count + (row.key ? 0 : 1), 0);
  const keyRows = layout.rows.length - restRows;
  const other = labelText(Object.fromEntries(layout.labels.slice(0, 1).map((label) => [label, OTHER])));
  const rest: Group = { labels: other, cells: new Float64Array(layout.cells), rows: 'rest' };
  clearCells(rest.cells, layout.cellKinds);
  let room = budget - groups.length * keyRows - restRows;
  let folded = 0;
  const shown = groups.map((group): Group => {
    // What was already made under this name is always a part of it: no series may show twice.
    if (group.labels !== other && room >= restRows) {
      room -= restRows;
      return group;
    }
    folded++;
    mergeCells(rest.cells, group.cells, layout.cellKinds);
    return { ...group, rows: 'key' };
  });
  return { shown: [...shown, rest], folded };
}

function project(block: StatsBlock, labels: readonly string[]): Labels {
  const shown: Record<string, string> = {};
  for (const label of labels) {
    const value = block.labels[label];
    if (value !== undefined) shown[label] = value;
  }
  return shown;
}
