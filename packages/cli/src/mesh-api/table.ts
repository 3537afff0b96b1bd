const GAP = '  ';
const INDENT = '    ';

/**
 * Columns of equal width, the headings in capitals; a sentence where there are no rows. Where lines would be longer than
 * `width`, the widest columns stand below their row, with their names; nothing is cut, as names are there to be copied.
 *
 * @param width characters; by default those of the terminal, and no bound where the output goes elsewhere
 */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  whenEmpty: string,
  width = terminalWidth(),
): string {
  if (rows.length === 0) return whenEmpty;
  const cells = rows.map((row) => headings.map((_, column) => printable(row[column] ?? '')));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const below = columnsBelow(widths, width);
  const line = (row: readonly string[]): string =>
    row
      .flatMap((cell, column) => (below.has(column) ? [] : [cell.padEnd(widths[column] ?? 0)]))
      .join(GAP)
      .trimEnd();
  const rest = (row: readonly string[]): string[] => {
    const said = row.flatMap((cell, column) =>
      below.has(column) && cell !== '' ? [`${headings[column]}: ${cell}`] : [],
    );
    return said.length === 0 ? [] : [INDENT + said.join(GAP)];
  };
  return [
    line(headings.map((heading) => heading.toUpperCase())),
    ...cells.flatMap((row) => [line(row), ...rest(row)]),
  ].join('\n');
}

/** The columns, the widest first, without which lines fit. The first one says what a row is about, and stays. */
function columnsBelow(widths: readonly number[], width: number): ReadonlySet<number> {
  const below = new Set<number>();
  let over = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width;
  const widest = [...widths.entries()].slice(1).sort(([, a], [, b]) => b - a);
  for (const [column, one] of widest) {
    if (over <= 0) break;
    below.add(column);
    over -= one + GAP.length;
  }
  return below;
}

function terminalWidth(): number {
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}

/** Names come from applications: control characters would speak to the terminal. */
function printable(value: string | number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
