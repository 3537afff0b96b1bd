import { DURATION_BOUNDS_SECONDS, OVERHEAD_BOUNDS_SECONDS } from './buckets.ts';
import { type CellRow, DOWNSTREAM_ROWS, PROCESS_ROWS, UPSTREAM_ROWS } from './cell-rows.ts';
import { type BlockKind, type CellKind, DOWNSTREAM } from './cells.ts';

export interface BlockHistogram {
  readonly name: string;
  readonly help: string;
  readonly firstCell: number;
  readonly sumCell: number;
  readonly boundsSeconds: readonly number[];
  readonly labels: readonly string[];
}

export interface BlockLayout {
  readonly kind: BlockKind;
  readonly cells: number;
  /** By cell; the cells of histograms are counters. */
  readonly cellKinds: readonly CellKind[];
  /** The cells that are exposed one by one. */
  readonly rows: readonly CellRow[];
  readonly histograms: readonly BlockHistogram[];
  /** Labels of the single cells; a block may have more, which only its histograms show. */
  readonly labels: readonly string[];
  /** Series per block when everything is shown. */
  readonly series: number;
}

export const LAYOUTS: Readonly<Record<BlockKind, BlockLayout>> = {
  downstream: layout(
    'downstream',
    DOWNSTREAM_ROWS,
    ['listener', 'port'],
    [
      {
        name: 'weft_request_duration_seconds',
        help: 'Time of a request from its first byte received to the last byte of its response.',
        firstCell: DOWNSTREAM.duration_bucket,
        sumCell: DOWNSTREAM.duration_sum,
        boundsSeconds: DURATION_BOUNDS_SECONDS,
        labels: ['direction', 'listener', 'protocol'],
      },
      {
        name: 'weft_proxy_overhead_seconds',
        help: 'Share of that time which the proxy itself spent.',
        firstCell: DOWNSTREAM.overhead_bucket,
        sumCell: DOWNSTREAM.overhead_sum,
        boundsSeconds: OVERHEAD_BOUNDS_SECONDS,
        labels: ['direction', 'listener', 'protocol'],
      },
    ],
  ),
  upstream: layout('upstream', UPSTREAM_ROWS, ['cluster', 'host'], []),
  process: layout('process', PROCESS_ROWS, [], []),
};

function layout(
  kind: BlockKind,
  rows: readonly CellRow[],
  labels: readonly string[],
  histograms: readonly BlockHistogram[],
): BlockLayout {
  let cells = 0;
  for (const row of rows) cells = Math.max(cells, row.cell + 1);
  let series = rows.length;
  for (const histogram of histograms) {
    cells = Math.max(cells, histogram.sumCell + 1);
    series += histogram.boundsSeconds.length + 3;
  }
  const cellKinds = new Array<CellKind>(cells).fill('counter');
  for (const row of rows) cellKinds[row.cell] = row.kind;
  return { kind, cells, cellKinds, rows, histograms, labels, series };
}
