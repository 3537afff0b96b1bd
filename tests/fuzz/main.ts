/**
 * `npm run fuzz -- http2 --executions 10000000 --seed 7`: one target, or all of them, for as long as one likes. Node runs
 * the sources as they are, so it is faster than the tests, which do the same for less long.
 */
import { parseArgs } from 'node:util';
import { describeResult, fuzz } from './harness.ts';
import { TARGETS } from './targets.ts';

const SHOWN_EVERY = 1_000_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    executions: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '20260101' },
  },
});
const executions = Number(values.executions);
const seed = Number(values.seed);
const names = TARGETS.map((target) => target.name);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0 || !(executions > 0) || !Number.isInteger(seed)) {
  console.error(
    `fuzz: ${unknown.length > 0 ? `no target ${unknown.join(', ')}: there are ${names.join(', ')}` : '--executions and --seed are numbers, executions above 0'}`,
  );
  process.exit(2);
}

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
