import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterSecondRun, NO_TESTS, summarize, type TestSummary, type VitestReport } from './summary.ts';

export interface RunOptions {
  readonly root: string;
  readonly projects: readonly string[];
  /** Handed to vitest: file filters, `-t name`. */
  readonly args?: readonly string[];
  /** Shows vitest's own output; without it only the summary comes back. */
  readonly verbose: boolean;
}

export interface RunResult {
  readonly summary: TestSummary;
  readonly exitCode: number;
  /** What vitest printed, when it was not shown. */
  readonly output: string;
}

/** Runs vitest in a process of its own, on this very Node, and reads its JSON report. */
export async function runVitest({ root, projects, args = [], verbose }: RunOptions): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-tests-'));
  const reportPath = join(folder, 'report.json');
  try {
    const command = [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      ...(verbose ? ['--reporter=default'] : []),
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
      ...args,
    ];
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', verbose ? 'inherit' : 'pipe', verbose ? 'inherit' : 'pipe'],
      env: childEnvironment(),
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
    });
    return { summary: readSummary(reportPath, exitCode, output), exitCode, output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs vitest; up to `maxFiles` files that fail run once more, alone. What passes then is no failure, but is named in
 * `unstable`: on a machine that others load, one of thousands of tests over real sockets, browsers and JVMs now and then
 * meets a limit of that machine. More files than that are a defect and are not tried again.
 */
export async function runVitestTwice(options: RunOptions, maxFiles: number): Promise<RunResult> {
  const first = await runVitest(options);
  const { failedFiles, failures } = first.summary;
  // Failures that belong to no file cannot be tried again.
  if (failedFiles.length === 0 || failedFiles.length > maxFiles || failures.length < failedFiles.length) return first;
  if (failures.some((failure) => !failedFiles.some((file) => failure.startsWith(`${file}:`)))) return first;
  if (options.verbose) console.log(`\n${failedFiles.length} files failed; they run once more, alone:`);
  const files = failedFiles.map((file) => relative(options.root, file));
  const second = await runVitest({ ...options, args: [...files, ...(options.args ?? [])] });
  const summary = afterSecondRun(first.summary, second.summary);
  return { summary, exitCode: summary.failed === 0 ? 0 : 1, output: `${first.output}${second.output}` };
}

function readSummary(path: string, exitCode: number, output: string): TestSummary {
  if (!existsSync(path)) {
    const failures = [`vitest ended with code ${exitCode} before it wrote a report\n${output}`.trimEnd()];
    return { ...NO_TESTS, failed: 1, failures };
  }
  const summary = summarize(JSON.parse(readFileSync(path, 'utf8')) as VitestReport);
  if (exitCode === 0 || summary.failed > 0) return summary;
  return { ...summary, failed: 1, failures: [`vitest ended with code ${exitCode}\n${output}`.trimEnd()] };
}

/** A run started from within a test must not take itself for a part of that run. */
function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|TEST$)/.test(name)));
}
