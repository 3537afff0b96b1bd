/**
 * `npm run fuzz -- http2 --executions 10000000 --seed 7`: one target, or all of them, for as long as one likes. Node runs
 * the sources as they are, so it is faster than the tests, which do the same for less long.
 */
import { parseArgs } from 'node:util';
import { describeResult, fuzz } from './harness.ts';
import { TARGETS } from './targets.ts';

const SHOWN_EVERY = 1_000_000;

const names = TARGETS.map((target) => target.name);
const HELP = `npm run fuzz -- [target …] [--executions n] [--seed n]

Gives codecs and parsers mutated input, as fast as they take it, and stops at the first crash with what reproduces it.

  target            one or more of: ${names.join(', ')}; all of them when none is named
  --executions n    inputs for each target, 1000000 when not given
  --seed n          first state of the random numbers, 20260101 when not given

Exit codes: 0 nothing found, 1 a crash, 2 not understood.

Examples:
  npm run fuzz -- http2 --executions 10000000 --seed 7
  npm run fuzz -- --executions 50000`;

function refuse(problem: string): never {
  console.error(`fuzz: ${problem}; --help says what there is`);
  process.exit(2);
}

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        executions: { type: 'string', default: '1000000' },
        seed: { type: 'string', default: '20260101' },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message.replace(/\.? To specify.*$/s, '') : String(error));
  }
}

const { values, positionals } = read();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const executions = Number(values.executions);
const seed = Number(values.seed);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) refuse(`there is no target ${unknown.join(', ')}: there are ${names.join(', ')}`);
if (!(executions > 0)) refuse(`--executions: found "${values.executions}", expected a number above 0`);
if (!Number.isInteger(seed)) refuse(`--seed: found "${values.seed}", expected a whole number`);

for (const target of TARGETS) {
  if (positionals.length > 0 && !positionals.includes(target.name)) continue;
  const startedAt = performance.now();
  const running = fuzz(target, executions, seed);
  let step = running.next();
  while (!step.done) {
    if (step.value % SHOWN_EVERY === 0)
      console.log(`${target.name}: ${step.value} executions, ${Math.round((performance.now() - startedAt) / 1000)} s`);
    step = running.next();
  }
  console.log(`${describeResult(target.name, step.value)}, ${Math.round((performance.now() - startedAt) / 1000)} s`);
}
