/**
 * Finds the `*.bench.ts` files beside the sources and runs each in a process of its own, pinned to the proxy's core, so
 * that no file inherits what another has done to the compiler or the heap. `micro-file.ts` is that process.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROXY_CORE, repositoryRoot } from './processes.ts';

const CHILD = fileURLToPath(new URL('micro-file.ts', import.meta.url));

/** Files whose path contains `filter`. Finding none is an error: a silent zero looks like success. */
export function findBenchFiles(filter: string, root = repositoryRoot): string[] {
  const found = globSync(['packages/*/src/**/*.bench.ts', 'bench/{src,load}/**/*.bench.ts'], { cwd: root });
  const files = found.filter((file) => file.includes(filter)).sort();
  if (files.length === 0)
    throw new Error(`no *.bench.ts file ${filter === '' ? 'exists' : `matches "${filter}"`} (${found.length} in all)`);
  return files;
}

/** Runs one file, its output going to ours; resolves to whether it ended well. `timeMs` is spent on each operation. */
export async function runBenchFile(file: string, timeMs: number): Promise<boolean> {
  const argv = ['-c', String(PROXY_CORE), process.execPath, '--conditions=@weft/source', CHILD, file, String(timeMs)];
  const child = spawn('taskset', argv, { cwd: repositoryRoot, stdio: ['ignore', 'inherit', 'inherit'] });
  return (await new Promise((resolve) => child.once('close', resolve))) === 0;
}
