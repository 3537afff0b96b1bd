import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../common/process.ts';
import { demandWork, type GateResult } from './gate.ts';

const REPORTER = fileURLToPath(new URL('./knip-reporter.ts', import.meta.url));

interface KnipReport {
  readonly processed: number;
  readonly found: readonly { type: string; file: string; line: number; symbol: string }[];
}

const MEANING: Readonly<Record<string, string>> = {
  files: 'nothing imports this file',
  exports: 'exported and used nowhere else',
  types: 'type exported and used nowhere else',
  nsExports: 'exported in a namespace and used nowhere',
  nsTypes: 'type exported in a namespace and used nowhere',
  dependencies: 'declared dependency that is not used',
  devDependencies: 'declared development dependency that is not used',
  unlisted: 'used and not declared in package.json',
  unresolved: 'import that leads nowhere',
  binaries: 'program that no dependency provides',
  duplicates: 'exported twice',
};

/** Files, exports and dependencies that nothing uses, by knip. */
export async function unusedGate(root: string): Promise<GateResult> {
  const { exitCode, stdout, stderr } = await runProcess(
    process.execPath,
    [join(root, 'node_modules/knip/bin/knip.js'), '--no-progress', '--no-config-hints', '--reporter', REPORTER],
    root,
  );
  const line = stdout.split('\n').find((text) => text.startsWith('{"processed"'));
  if (line === undefined) {
    const problems = [`knip ended with code ${exitCode} without a report\n${stdout}${stderr}`.trim()];
    return { count: 0, unit: 'files', more: '', problems };
  }
  const { processed, found } = JSON.parse(line) as KnipReport;
  const problems = found.map(({ type, file, line: at, symbol }) => {
    const path = isAbsolute(file) ? relative(root, file) : file;
    const name = type === 'files' ? '' : ` ${symbol}`;
    return `${path}:${at}${name}: ${MEANING[type] ?? type}`;
  });
  if (problems.length === 0 && exitCode !== 0) problems.push(`knip ended with code ${exitCode}\n${stderr}`.trim());
  return demandWork({ count: processed, unit: 'files', more: '', problems: problems.sort() });
}
