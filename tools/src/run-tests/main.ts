/**
 * `node tools/src/run-tests/main.ts <tier>... [vitest arguments]`: runs tiers and ends with `N passed, N failed`.
 *
 * With `WEFT_TEST_RESULTS` set to a folder the summary of the run is added there, one file per run, and
 * `--sum [N]` adds up what is there; N stages of any kind that failed count as at least N failures. With
 * `WEFT_TEST_AGAIN=N` up to N files that fail run once more, alone; what passes then is named as unstable.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { runVitestTwice } from './run.ts';
import { addSummaries, resultLine, type TestSummary } from './summary.ts';
import { isTier, TIERS, type Tier, tierState } from './tiers.ts';

const resultsFolder = process.env['WEFT_TEST_RESULTS'];

process.exitCode =
  process.argv[2] === '--sum' ? sumResults(Number(process.argv[3] ?? 0)) : await runTiers(process.argv.slice(2));

async function runTiers(argv: readonly string[]): Promise<number> {
  const firstOther = argv.findIndex((argument) => !isTier(argument));
  const asked = argv.slice(0, firstOther === -1 ? argv.length : firstOther) as Tier[];
  if (asked.length === 0) {
    console.error(`usage: run-tests <tier>... [vitest arguments]\ntiers: ${Object.keys(TIERS).join(', ')}`);
    return 2;
  }
  const ready: Tier[] = [];
  for (const tier of asked) {
    const state = tierState(REPOSITORY_ROOT, tier);
    if (state.kind === 'ready') ready.push(tier);
    else if (state.kind === 'absent') console.log(`${tier}: there is no tests/${tier} yet, nothing to run`);
    else {
      console.error(`${tier}: no test file matches ${TIERS[tier].join(', ')}`);
      return 1;
    }
  }
  if (ready.length === 0) return 0;
  const { summary, exitCode } = await runVitestTwice(
    { root: REPOSITORY_ROOT, projects: ready, args: argv.slice(asked.length), verbose: true },
    Number(process.env['WEFT_TEST_AGAIN'] ?? 0),
  );
  if (summary.skipped > 0) console.log(`${summary.skipped} skipped`);
  tellUnstable(summary);
  console.log(resultLine(summary));
  if (resultsFolder !== undefined) {
    mkdirSync(resultsFolder, { recursive: true });
    writeFileSync(join(resultsFolder, `${ready.join('+')}.json`), JSON.stringify(summary));
  }
  return exitCode === 0 && summary.failed === 0 ? 0 : 1;
}

function sumResults(failedStages: number): number {
  if (resultsFolder === undefined) {
    console.error('--sum needs WEFT_TEST_RESULTS');
    return 2;
  }
  const files = readdirSync(resultsFolder).filter((name) => name.endsWith('.json'));
  const sum = addSummaries(
    files.map((name) => JSON.parse(readFileSync(join(resultsFolder, name), 'utf8')) as TestSummary),
  );
  const failed = Math.max(sum.failed, failedStages);
  tellUnstable(sum);
  console.log(resultLine({ ...sum, failed }));
  return failed === 0 && sum.passed > 0 ? 0 : 1;
}

function tellUnstable({ unstable }: TestSummary): void {
  if (unstable.length === 0) return;
  console.log(`unstable, ${unstable.length} failed at first and passed alone:`);
  for (const failure of unstable) console.log(`  ${failure.replaceAll('\n', '\n    ')}`);
}
