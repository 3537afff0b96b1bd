import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { type Cost, measureStart, sampleConfiguration } from './measure.ts';

/**
 * What `weft proxy start` costs: user and system time of all threads from the spawn to the first answer, one data
 * thread, each start in a new process. `npm run build` first; `--source` measures the sources instead.
 */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10' }, source: { type: 'boolean', default: false } },
});
const directory = mkdtempSync(join(tmpdir(), 'weft-start-'));
const costs: Cost[] = [];
try {
  for (let run = 0; run < Number(values.runs); run++) {
    const { text, port } = await sampleConfiguration(directory);
    const file = join(directory, 'start.json');
    writeFileSync(file, text);
    const launcher = join(REPOSITORY_ROOT, 'apps/cli/bin/weft.js');
    costs.push(
      await measureStart({
        node: join(REPOSITORY_ROOT, 'node_modules/.bin/node'),
        args: [launcher, 'proxy', 'start', '-c', file],
        env: { ...process.env, WEFT_DIST: values.source ? '0' : '1' },
        port,
      }),
    );
  }
} finally {
  rmSync(directory, { recursive: true });
}
const median = (pick: (cost: Cost) => number): number => {
  const sorted = costs.map(pick).sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
};
const row = (name: string, pick: (cost: Cost) => number): string =>
  `${name.padEnd(28)} median ${median(pick).toFixed(0).padStart(5)} ms   min ${Math.min(...costs.map(pick)).toFixed(0)}   max ${Math.max(...costs.map(pick)).toFixed(0)}`;
console.log(
  `${costs.length} starts of ${values.source ? 'the sources' : 'the build'}, one data thread, spawn to first answer`,
);
console.log(row('CPU of all threads', (cost) => cost.cpuMs));
console.log(row('elapsed', (cost) => cost.elapsedMs));
