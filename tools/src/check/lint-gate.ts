import { join } from 'node:path';
import { runProcess } from '../common/process.ts';
import { demandWork, type GateResult } from './gate.ts';

/** Format, lint and import order by Biome; warnings fail as errors do. `fix` writes what can be mended safely. */
export async function lintGate(root: string, fix = false): Promise<GateResult> {
  const command = fix ? ['check', '--write'] : ['ci'];
  const { exitCode, stdout, stderr } = await runProcess(
    join(root, 'node_modules/.bin/biome'),
    [...command, '--colors=off', '--error-on-warnings', '--max-diagnostics=25', '--diagnostic-level=warn'],
    root,
  );
  const output = `${stdout}${stderr}`;
  const count = Number(/Checked (\d+) files?/.exec(output)?.[1] ?? 0);
  const problems = exitCode === 0 ? [] : [output.trim()];
  return demandWork({ count, unit: 'files', more: '', problems });
}
