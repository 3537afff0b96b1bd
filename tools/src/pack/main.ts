/**
 * `npm run pack -- [--out FOLDER] [--destination FOLDER] [--built]`: builds (unless told that it is), puts what is
 * published into `dist-package` and makes the tarball of it. Prints the path of the tarball as its last line.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleProxy } from '../build-proxy/bundle.ts';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { runProcess } from '../common/process.ts';
import { assemble } from './assemble.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(REPOSITORY_ROOT, 'dist-package') },
    destination: { type: 'string', default: REPOSITORY_ROOT },
    built: { type: 'boolean', default: false },
  },
});
const folder = resolve(values.out);
const destination = resolve(values.destination);

if (!values.built) {
  await run(join(REPOSITORY_ROOT, 'node_modules/.bin/tsc'), ['-b', 'apps/cli', 'apps/proxy'], REPOSITORY_ROOT);
  await bundleProxy(REPOSITORY_ROOT);
  // As `npm run build:console` does it: a console that is being served meanwhile is never half of one.
  const buildConsole = join(REPOSITORY_ROOT, 'tools/src/build-console/main.ts');
  await run(process.execPath, ['--conditions=@weft/source', buildConsole], REPOSITORY_ROOT);
}
const head = await runProcess('git', ['rev-parse', 'HEAD'], REPOSITORY_ROOT);
const { files, bundled, thirdParty } = assemble(REPOSITORY_ROOT, folder, head.exitCode === 0 ? head.stdout.trim() : '');
console.log(`${files} files of ${bundled.length + 1} packages: weft, ${bundled.join(', ')}`);
console.log(
  `dependencies: ${Object.entries(thirdParty)
    .map(([name, version]) => `${name}@${version}`)
    .join(', ')}`,
);
mkdirSync(destination, { recursive: true });
const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination], folder);
const [{ filename = '', size = 0, entryCount = 0 } = {}] = JSON.parse(packed) as {
  filename?: string;
  size?: number;
  entryCount?: number;
}[];
console.log(`${entryCount} entries, ${Math.round(size / 1024)} KiB`);
console.log(join(destination, filename));

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess(command, args, cwd);
  if (exitCode === 0) return stdout;
  process.stderr.write(`${stdout}${stderr}\n${command} ${args.join(' ')} ended with ${exitCode}\n`);
  process.exit(1);
}
