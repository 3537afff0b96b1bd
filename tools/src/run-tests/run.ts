import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarize, type TestSummary, type VitestReport } from './summary.ts';

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

function readSummary(path: string, exitCode: number, output: string): TestSummary {
  if (!existsSync(path)) {
    const failures = [`vitest ended with code ${exitCode} before it wrote a report\n${output}`.trimEnd()];
    return { files: 0, passed: 0, failed: 1, skipped: 0, failures };
  }
  const summary = summarize(JSON.parse(readFileSync(path, 'utf8')) as VitestReport);
  if (exitCode === 0 || summary.failed > 0) return summary;
  return { ...summary, failed: 1, failures: [`vitest ended with code ${exitCode}\n${output}`.trimEnd()] };
}

/** A run started from within a test must not take itself for a part of that run. */
function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|TEST$)/.test(name)));
}
