/** Results as text: gates first, then ratios, verdicts and breakdowns. */
import type { ScenarioResult, SubjectFigures } from './scenarios/scenario.ts';
import { type Spread, WIDE_SPREAD } from './statistics.ts';

interface Column {
  readonly title: string;
  format(value: number): string;
}

const fixed =
  (digits: number) =>
  (value: number): string =>
    value.toFixed(digits);

/** How each quantity is headed and printed, in the order of the columns: gates come first. */
const COLUMNS: Readonly<Record<string, Column>> = {
  userMicros: { title: 'user µs', format: fixed(2) },
  systemMicros: { title: 'system µs', format: fixed(2) },
  syscalls: { title: 'syscalls', format: fixed(2) },
  allocatedBytes: { title: 'alloc B', format: fixed(0) },
  requestsPerSecond: { title: 'requests/s', format: fixed(0) },
  bytesPerSecond: { title: 'GB/s', format: (value) => (value / 1e9).toFixed(2) },
  cpuShare: { title: 'core', format: (value) => `${(value * 100).toFixed(0)} %` },
  coresPerThousand: { title: 'cores/1000 rps', format: fixed(4) },
  oneThreadMicros: { title: '1 thread µs', format: fixed(2) },
  twoThreadsMicros: { title: '2 threads µs', format: fixed(2) },
  addedP50Ms: { title: '+p50 ms', format: fixed(3) },
  addedP99Ms: { title: '+p99 ms', format: fixed(3) },
  p50Ms: { title: 'p50 ms', format: fixed(3) },
  p99Ms: { title: 'p99 ms', format: fixed(3) },
  p999Ms: { title: 'p99.9 ms', format: fixed(2) },
  calmP99Ms: { title: 'calm p99', format: fixed(3) },
  kibPerConnection: { title: 'KiB each', format: fixed(1) },
  idleMib: { title: 'before MiB', format: fixed(1) },
  connections: { title: 'connections', format: fixed(0) },
  cpuMs: { title: 'CPU ms', format: fixed(0) },
  elapsedMs: { title: 'elapsed ms', format: fixed(0) },
  startedMib: { title: 'started MiB', format: fixed(1) },
  residentMib: { title: 'resident MiB', format: fixed(1) },
  grownMib: { title: '+MiB', format: fixed(1) },
  slowPeersLeft: { title: 'slow left', format: fixed(0) },
};

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  );
}

/** A figure that varied much between rounds carries a mark, which the legend explains. */
function cell(column: Column, spread: Spread | undefined): string {
  if (spread === undefined || Number.isNaN(spread.median)) return '-';
  return `${column.format(spread.median)}${spread.spread > WIDE_SPREAD ? '~' : ''}`;
}

function figureTable(subjects: readonly SubjectFigures[]): string[] {
  const columns = Object.entries(COLUMNS).filter(([quantity]) => subjects.some(({ figures }) => quantity in figures));
  const rows = [['subject', ...columns.map(([, column]) => column.title), 'errors']];
  for (const { subject, figures, errors } of subjects) {
    rows.push([subject, ...columns.map(([quantity, column]) => cell(column, figures[quantity])), String(errors)]);
  }
  return table(rows);
}

/** Renders one result. Every line is plain text, so that it can be kept in a log. */
export function renderResult(result: ScenarioResult): string {
  const lines = [`${result.scenario}: ${result.variant}`];
  if (result.subjects.length > 0) lines.push(...figureTable(result.subjects));
  const wide = result.subjects.some(({ figures }) => Object.values(figures).some(({ spread }) => spread > WIDE_SPREAD));
  if (wide) lines.push(`  ~ spread between rounds above ${WIDE_SPREAD * 100} %`);
  for (const { subject, notes } of result.subjects) for (const note of notes) lines.push(`  ${subject}: ${note}`);
  for (const { subject, reason } of result.absent) lines.push(`  ${subject} took no part: ${reason}`);
  for (const note of result.notes) lines.push(`  note: ${note}`);
  if (result.comparisons.length > 0) {
    lines.push('  ratios, median [min … max] over the rounds:');
    const rows = result.comparisons.map(({ subject, peer, quantity, ratio }) => [
      `  ${subject} / ${peer}`,
      COLUMNS[quantity]?.title ?? quantity,
      `${ratio.median.toFixed(2)}×`,
      `[${ratio.min.toFixed(2)} … ${ratio.max.toFixed(2)}]`,
      ratio.spread > WIDE_SPREAD ? 'wide spread' : '',
    ]);
    lines.push(...table(rows));
  }
  for (const { target, value, outcome } of result.verdicts) {
    lines.push(`  ${outcome}: ${target}${value === null ? '' : ` (${value.toFixed(2)})`}`);
  }
  for (const { subject, rows } of result.budgets) {
    lines.push(`  budget of ${subject}, µs per request by self time of a CPU profile (kernel time included):`);
    const total = rows.reduce((sum, { microsPerRequest }) => sum + microsPerRequest, 0);
    lines.push(
      ...table([
        ['  part', 'µs', 'budget'],
        ...rows.map(({ part, microsPerRequest, budget }) => [
          `  ${part}`,
          microsPerRequest.toFixed(2),
          // The parts are budgeted for HTTP/1.1 only.
          budget === null || result.scenario !== 'http1-throughput' ? '-' : budget.toFixed(1),
        ]),
        ['  total', total.toFixed(2), ''],
      ]),
    );
  }
  for (const { subject, rows } of result.functions) {
    lines.push(`  heaviest functions of ${subject}:`);
    lines.push(
      ...table(
        rows.map(({ name, place, microsPerRequest, share }) => [
          `  ${name}`,
          `${microsPerRequest.toFixed(3)} µs`,
          `${(share * 100).toFixed(1)} %`,
          place,
        ]),
      ),
    );
  }
  return lines.join('\n');
}
