import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the built console depends on, beside the libraries that the lock file names. */
const SOURCES = [
  'packages/console/{src,public}/**/*',
  'packages/console/{index.html,package.json,vite.config.ts}',
  'packages/{api,schema}/src/**/*.ts',
  'package-lock.json',
] as const;

/** A digest of every source of the console. @throws Error when there is none: the wrong folder. */
export function digestOfSources(root: string): string {
  const files = globSync([...SOURCES], { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new Error(`${root} has no sources of the console`);
  const digest = createHash('sha256');
  for (const file of files) {
    digest.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return digest.digest('hex');
}
