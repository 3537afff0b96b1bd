/** Sees to it that the bundle of the proxy is what its sources say: what ships is measured, and not what shipped last week. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './processes.ts';
import { bundleEntry } from './subjects/weft-form.ts';

interface ProjectFile {
  readonly references?: readonly { readonly path: string }[];
}

/** The package and all that it is built from, by the references of their compiler projects. */
function projectsOf(root: string, first: string): string[] {
  const found = new Set([path.join(root, first)]);
  for (const folder of found) {
    const file = path.join(folder, 'tsconfig.json');
    if (!existsSync(file)) continue;
    const { references = [] } = JSON.parse(readFileSync(file, 'utf8')) as ProjectFile;
    for (const reference of references) found.add(path.resolve(folder, reference.path));
  }
  return [...found];
}

/** Tests and micro-benchmarks are no part of the bundle. */
const BUNDLED = /(?<!\.test|\.bench)\.ts$/;

/** The source of the proxy that was changed last; null when there is none. */
function newestSource(root: string): { file: string; modifiedMs: number } | null {
  let newest: { file: string; modifiedMs: number } | null = null;
  for (const folder of projectsOf(root, 'apps/proxy')) {
    const sources = path.join(folder, 'src');
    if (!existsSync(sources)) continue;
    for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
      if (!BUNDLED.test(name)) continue;
      const file = path.join(sources, name);
      const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
      if (newest === null || mtimeMs > newest.modifiedMs) newest = { file, modifiedMs: mtimeMs };
    }
  }
  return newest;
}

/** Why the bundle has to be built, in words that follow "the bundle"; '' when it is as new as its sources. */
export function reasonToBuild(root = repositoryRoot, entry = bundleEntry): string {
  const built = statSync(entry, { throwIfNoEntry: false });
  if (built === undefined) return 'is not there';
  const newest = newestSource(root);
  return newest === null || newest.modifiedMs <= built.mtimeMs
    ? ''
    : `is older than ${path.relative(root, newest.file)}`;
}

/** Steps of a build, as `npm run build` has them, without the console. */
const STEPS: readonly (readonly [what: string, ...argv: string[]])[] = [
  ['types and modules', path.join(repositoryRoot, 'node_modules/.bin/tsc'), '-b', 'apps/proxy'],
  ['bundle', process.execPath, '--conditions=@weft/source', 'tools/src/build-proxy/main.ts'],
];

/** Builds the bundle unless it is up to date, and says so. Throws with the end of what the compiler said. */
export async function ensureBundle(say: (line: string) => void): Promise<void> {
  const reason = reasonToBuild();
  if (reason === '') return;
  say(`the bundle of the proxy ${reason}: building it (--sources would run the sources)`);
  for (const [what, program = '', ...args] of STEPS) {
    const began = performance.now();
    const { code, output } = await run(program, args);
    if (code !== 0) {
      const end = output.trim().split('\n').slice(-12).join('\n');
      throw new Error(
        `the bundle of the proxy cannot be built (${what}); --sources runs the sources as they are:\n${end}`,
      );
    }
    say(`  ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
}

function run(program: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const read = (bytes: Buffer): void => {
      output += bytes.toString();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
