/**
 * `npm run check [-- --only lint,types] [--skip unit] [--fix]`: every gate of the repository, then a table of what each has
 * looked at and how long it took. Ends with 1 when a gate is not passed.
 *
 * `--fix` formats, sorts imports and applies the safe fixes of the linter before it looks.
 */
import { parseArgs } from 'node:util';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { type GateResult, isPassed } from './gate.ts';
import { GATES } from './gates.ts';
import { lintGate } from './lint-gate.ts';
import { chooseGates } from './options.ts';
import { formatTable, type TableRow } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    skip: { type: 'string', default: '' },
    fix: { type: 'boolean', default: false },
  },
});

const chosen = chooseGates(Object.keys(GATES), values.only, values.skip);
if (chosen.kind === 'unknown') {
  console.error(`no such gate: ${chosen.names.join(', ')}; there are ${Object.keys(GATES).join(', ')}`);
  process.exit(2);
}

if (values.fix) await lintGate(REPOSITORY_ROOT, true);

const rows: TableRow[] = [];
for (const name of chosen.names) {
  process.stderr.write(`${name} …\n`);
  const begin = performance.now();
  const result = await GATES[name]!(REPOSITORY_ROOT).catch(crashed);
  const seconds = (performance.now() - begin) / 1000;
  for (const problem of result.problems) console.error(problem);
  rows.push({ name, result, seconds });
}
console.log(formatTable(rows));
process.exitCode = rows.every(({ result }) => isPassed(result)) ? 0 : 1;

/** A gate that throws has not been passed. */
function crashed(error: unknown): GateResult {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { count: 0, unit: 'files', more: '', problems: [text] };
}
