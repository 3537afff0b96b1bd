import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, type DemoServices } from '@weft/cli';
import { CONSOLE_DIRECTORY } from '@weft/console';
import { EXIT } from '@weft/kit';

/** By a variable: the packer follows imports, and the applications of the demo are not part of the package. */
const APPLICATIONS: string = '@weft/demo-bookinfo';

/** The demo as the command sees it. @throws CommandError where its applications are not installed */
export async function demoServices(): Promise<DemoServices> {
  let applications: Pick<DemoServices, 'instances' | 'javaInstances'>;
  try {
    const { bookinfo, bookinfoWithJava } = (await import(APPLICATIONS)) as typeof import('@weft/demo-bookinfo');
    applications = { instances: bookinfo, javaInstances: bookinfoWithJava };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError(
      EXIT.FAILED,
      'not_installed',
      'the applications of the demo are part of the repository, not of the package: clone it, then `npm ci && npm start`',
    );
  }
  return {
    launcher: fileURLToPath(new URL('../bin/weft.js', import.meta.url)),
    ...applications,
    consoleBuild: consoleBuild(),
  };
}

/** In a clone the console is built on first use; a package brings it. */
function consoleBuild(): DemoServices['consoleBuild'] {
  const built = path.join(CONSOLE_DIRECTORY, 'index.html');
  const home = path.resolve(CONSOLE_DIRECTORY, '..', '..');
  const sources = path.join(home, 'src');
  if (!existsSync(path.join(home, 'vite.config.ts'))) return null;
  if (existsSync(built) && newest(sources) <= statSync(built).mtimeMs) return null;
  const builder = path.resolve(home, '..', '..', 'tools/src/build-console/main.ts');
  return { program: process.execPath, args: ['--conditions=@weft/source', builder], directory: home };
}

function newest(folder: string): number {
  let newestMs = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) newestMs = Math.max(newestMs, statSync(path.join(entry.parentPath, entry.name)).mtimeMs);
  return newestMs;
}
