/** `npm run docs [-- --check]`: runs every program that writes files into the repository; ends at the first that fails. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { GENERATORS } from '../common/generators.ts';

for (const generator of GENERATORS) {
  const args = ['--conditions=@weft/source', join(REPOSITORY_ROOT, generator), ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, { cwd: REPOSITORY_ROOT, stdio: 'inherit' });
  if (status === 0) continue;
  process.exitCode = status ?? 1;
  break;
}
