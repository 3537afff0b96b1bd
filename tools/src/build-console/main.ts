/**
 * `npm run build:console [-- --force]`: bundles the console into `packages/console/dist/app`. Does nothing when the
 * sources are those of the last build: a digest of them stands beside the bundle.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { digestOfSources } from './sources.ts';

const HOME = join(REPOSITORY_ROOT, 'packages/console');
const APP = join(HOME, 'dist/app');
const PAGE = join(APP, 'index.html');
const MARK = join(HOME, 'dist/app.sha256');

const digest = digestOfSources(REPOSITORY_ROOT);
const known = existsSync(MARK) && existsSync(PAGE) ? readFileSync(MARK, 'utf8').trim() : '';
if (known === digest && !process.argv.includes('--force')) {
  console.log('console: unchanged');
} else {
  const begin = performance.now();
  const manifest = createRequire(join(HOME, 'package.json')).resolve('vite/package.json');
  const vite = join(dirname(manifest), 'bin/vite.js');
  // Built beside and moved there as a whole: a console that is being served is never half of one.
  const next = `${APP}.${process.pid}`;
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn', '--outDir', next], {
    cwd: HOME,
    stdio: 'inherit',
  });
  if (status === 0) {
    mkdirSync(dirname(MARK), { recursive: true });
    if (existsSync(APP)) renameSync(APP, `${next}.old`);
    renameSync(next, APP);
    rmSync(`${next}.old`, { recursive: true, force: true });
    writeFileSync(MARK, `${digest}\n`);
    console.log(`console: built in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  } else {
    rmSync(next, { recursive: true, force: true });
    process.exitCode = status ?? 1;
  }
}
