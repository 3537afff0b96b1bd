/** Columns of equal width, the headings in capitals; a sentence where there are no rows. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  whenEmpty: string,
): string {
  if (rows.length === 0) return whenEmpty;
  const cells = [headings.map((heading) => heading.toUpperCase()), ...rows.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names come from applications: control characters would speak to the terminal. */
function printable(value: string | number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
