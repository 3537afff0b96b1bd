import { type GateResult, isPassed } from './gate.ts';

export interface TableRow {
  readonly name: string;
  readonly result: GateResult;
  readonly seconds: number;
}

/** One line per gate: whether it was passed, what it has looked at, how long it took; then a line for all. */
export function formatTable(rows: readonly TableRow[]): string {
  const cells = rows.map(({ name, result, seconds }) => {
    const { count, unit, more, problems } = result;
    return {
      state: isPassed(result) ? 'ok    ' : 'FAILED',
      name,
      looked: `${count} ${unit}${more === '' ? '' : `, ${more}`}`,
      found: problems.length === 0 ? '' : `${problems.length} problem${problems.length === 1 ? '' : 's'}`,
      time: `${seconds.toFixed(1)} s`,
    };
  });
  const width = (pick: (cell: (typeof cells)[number]) => string) =>
    Math.max(0, ...cells.map((cell) => pick(cell).length));
  const nameWidth = width(({ name }) => name);
  const lookedWidth = width(({ looked }) => looked);
  const timeWidth = width(({ time }) => time);
  const lines = cells.map(({ state, name, looked, found, time }) =>
    `${state} ${name.padEnd(nameWidth)}  ${looked.padEnd(lookedWidth)}  ${time.padStart(timeWidth)}  ${found}`.trimEnd(),
  );
  const failed = rows.filter(({ result }) => !isPassed(result)).map(({ name }) => name);
  const total = rows.reduce((sum, { seconds }) => sum + seconds, 0);
  const verdict = failed.length === 0 ? 'all gates passed' : `failed: ${failed.join(', ')}`;
  return [...lines, `${verdict} (${rows.length} gates, ${total.toFixed(1)} s)`].join('\n');
}
