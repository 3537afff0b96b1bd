import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { REPOSITORY_ROOT, readManifest } from '../common/files.ts';
import { runVitest, runVitestTwice } from './run.ts';
import { addSummaries, NO_TESTS, resultLine, summarize } from './summary.ts';
import { TIERS, tierState } from './tiers.ts';

function temporaryFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'weft-run-tests-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return root;
}

test('counts a failing test, a file that does not load, and what passes', async () => {
  const root = temporaryFolder();
  symlinkSync(join(REPOSITORY_ROOT, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(
    join(root, 'vitest.config.mjs'),
    `export default { test: { projects: [{ test: { name: 'unit' } }] } };`,
  );
  writeFileSync(
    join(root, 'a.test.mjs'),
    `import { expect, test } from 'vitest'; test('good', () => {}); test('bad', () => expect(1).toBe(2));`,
  );
  writeFileSync(join(root, 'b.test.mjs'), `import './missing.mjs';`);
  const { summary, exitCode } = await runVitest({ root, projects: ['unit'], verbose: false });
  expect(exitCode).toBe(1);
  expect(summary).toMatchObject({ files: 2, passed: 1, failed: 2, skipped: 0 });
  expect(summary.failures.join('\n')).toMatch(/bad[\s\S]*missing\.mjs/);
  expect(resultLine(summary)).toBe('1 passed, 2 failed');
});

/** A project of one file that fails, one that fails the first time only, and one that passes. */
function projectOfThree(): string {
  const root = temporaryFolder();
  symlinkSync(join(REPOSITORY_ROOT, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(
    join(root, 'vitest.config.mjs'),
    `export default { test: { projects: [{ test: { name: 'unit' } }] } };`,
  );
  const head = `import { expect, test } from 'vitest'; import { existsSync, writeFileSync } from 'node:fs';`;
  const marks = `const mark = new URL('./mark', import.meta.url); const had = existsSync(mark); writeFileSync(mark, '');`;
  writeFileSync(join(root, 'a.test.mjs'), `${head} test('good', () => {}); test('bad', () => expect(1).toBe(2));`);
  writeFileSync(join(root, 'b.test.mjs'), `${head} ${marks} test('late', () => expect(had).toBe(true));`);
  writeFileSync(join(root, 'c.test.mjs'), `${head} test('fine', () => {});`);
  return root;
}

test('what fails runs once more: what passes then is unstable, what fails again has failed', async () => {
  const { summary, exitCode } = await runVitestTwice({ root: projectOfThree(), projects: ['unit'], verbose: false }, 2);
  expect(exitCode).toBe(1);
  expect(summary).toMatchObject({ files: 3, passed: 3, failed: 1 });
  expect(summary.failures.join('\n')).toContain('bad');
  expect(summary.unstable).toHaveLength(1);
  expect(summary.unstable[0]).toContain('late');
});

test('more failing files than may run again stay failed', async () => {
  const { summary, exitCode } = await runVitestTwice({ root: projectOfThree(), projects: ['unit'], verbose: false }, 1);
  expect(exitCode).toBe(1);
  expect(summary).toMatchObject({ files: 3, passed: 2, failed: 2, unstable: [] });
});

test('a run without any test file fails', async () => {
  const root = temporaryFolder();
  symlinkSync(join(REPOSITORY_ROOT, 'node_modules'), join(root, 'node_modules'));
  const { summary, exitCode } = await runVitest({ root, projects: [], verbose: false });
  expect(exitCode).not.toBe(0);
  expect(summary.failed).toBe(1);
});

test('an error outside of the tests counts as a failure', () => {
  const counts = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };
  expect(summarize({ ...counts, success: false, testResults: [] })).toMatchObject({ passed: 3, failed: 1, skipped: 1 });
});

test('summaries add up', () => {
  const one = { ...NO_TESTS, files: 1, passed: 2, failed: 1, failures: ['x'] };
  expect(addSummaries([one, one])).toEqual({ ...NO_TESTS, files: 2, passed: 4, failed: 2, failures: ['x', 'x'] });
});

test('a tier is absent without its folder, empty without a test, ready with one', () => {
  const root = temporaryFolder();
  expect(tierState(root, 'fuzz')).toEqual({ kind: 'absent' });
  expect(tierState(root, 'unit')).toEqual({ kind: 'empty' });
  mkdirSync(join(root, 'tests/fuzz/deep'), { recursive: true });
  expect(tierState(root, 'fuzz')).toEqual({ kind: 'empty' });
  writeFileSync(join(root, 'tests/fuzz/deep/a.test.ts'), '');
  expect(tierState(root, 'fuzz')).toEqual({ kind: 'ready', files: 1 });
});

test('every tier is a script and is run by .ci/run', () => {
  const scripts = readManifest(REPOSITORY_ROOT, '.').scripts ?? {};
  const [, listed = ''] = /^TIERS=\(([^)]*)\)/m.exec(readFileSync(join(REPOSITORY_ROOT, '.ci/run'), 'utf8')) ?? [];
  const tiers = Object.keys(TIERS).filter((tier) => tier !== 'unit');
  expect(tiers.filter((tier) => scripts[`test:${tier}`] === undefined)).toEqual([]);
  // `npm test` runs the integration tests.
  expect(listed.split(' ')).toEqual(tiers.filter((tier) => tier !== 'integration'));
});
