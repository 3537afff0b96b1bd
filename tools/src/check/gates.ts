import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkBoundaries, formatViolation, readTree } from '../check-boundaries/check.ts';
import { checkLock } from '../check-lock/check.ts';
import { checkRepositoryText, formatTextProblem } from '../check-text/check.ts';
import { GENERATORS } from '../common/generators.ts';
import { runProcess } from '../common/process.ts';
import { runVitest } from '../run-tests/run.ts';
import { demandWork, type Gate, type GateResult } from './gate.ts';
import { lintGate } from './lint-gate.ts';
import { typesGate } from './types-gate.ts';
import { unusedGate } from './unused-gate.ts';

/** Every gate of `npm run check`, in the order in which they run: what is quick and says most comes first. */
export const GATES: Readonly<Record<string, Gate>> = {
  lint: (root) => lintGate(root),
  types: typesGate,
  boundaries: boundariesGate,
  text: textGate,
  lock: lockGate,
  generated: (root) => generatedGate(root, GENERATORS),
  unused: unusedGate,
  unit: unitGate,
};

async function boundariesGate(root: string): Promise<GateResult> {
  const { files, references, violations } = checkBoundaries(readTree(root));
  return { count: files, unit: 'files', more: `${references} references`, problems: violations.map(formatViolation) };
}

async function textGate(root: string): Promise<GateResult> {
  const { files, problems } = checkRepositoryText(root);
  return { count: files, unit: 'files', more: '', problems: problems.map(formatTextProblem) };
}

async function lockGate(root: string): Promise<GateResult> {
  const { packages, problems } = checkLock(root);
  return demandWork({ count: packages, unit: 'packages', more: '', problems });
}

/** Runs each generator in its checking mode. */
export async function generatedGate(root: string, generators: readonly string[]): Promise<GateResult> {
  const present = generators.filter((path) => existsSync(join(root, path)));
  const problems: string[] = [];
  for (const path of present) {
    const args = ['--conditions=@weft/source', join(root, path), '--check'];
    const { exitCode, stdout, stderr } = await runProcess(process.execPath, args, root);
    if (exitCode !== 0) problems.push(`${path}:\n${stdout}${stderr}`.trim());
  }
  return demandWork({ count: present.length, unit: 'generators', more: '', problems });
}

/** The unit tests; output is shown only for what fails. */
export async function unitGate(root: string): Promise<GateResult> {
  const { summary } = await runVitest({ root, projects: ['unit'], verbose: false });
  const more = `${summary.files} files${summary.skipped > 0 ? `, ${summary.skipped} skipped` : ''}`;
  return demandWork({ count: summary.passed + summary.failed, unit: 'tests', more, problems: summary.failures });
}
