import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Where the proxy begins: the main thread and, by an address that is put together at run time, each data thread. */
const ENTRIES = ['main', 'data-thread'] as const;

export interface Bundled {
  readonly files: readonly string[];
  readonly bytes: number;
  /** Built modules that went in. */
  readonly modules: number;
}

/**
 * Puts the built modules of the proxy (`apps/proxy/dist`, after `tsc -b`) together in `apps/proxy/bundle`: one file for
 * what both kinds of threads run, one for each of them, and one for each part that is loaded on first use. Packages of
 * others stay imports. Names are kept as they are, so a stack trace can be read.
 */
export async function bundleProxy(root: string): Promise<Bundled> {
  const home = join(root, 'apps/proxy');
  const folder = join(home, 'bundle');
  const build = await rolldown({
    cwd: home,
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(home, 'dist', `${name}.js`)])),
    platform: 'node',
    external: (id) => !/^[./\0]/.test(id) && !id.startsWith('@weft/'),
    logLevel: 'warn',
  });
  // Made beside and moved there as a whole: a proxy that starts meanwhile finds the old one or the new one.
  const next = `${folder}.${process.pid}`;
  try {
    const { output } = await build.write({
      dir: next,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      minify: false,
      comments: false,
    });
    rmSync(`${next}.old`, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    renameSync(folder, `${next}.old`);
    renameSync(next, folder);
    const chunks = output.filter((item) => item.type === 'chunk');
    return {
      files: chunks.map((chunk) => chunk.fileName).sort(),
      bytes: chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.code), 0),
      modules: new Set(chunks.flatMap((chunk) => chunk.moduleIds)).size,
    };
  } finally {
    rmSync(next, { recursive: true, force: true });
    rmSync(`${next}.old`, { recursive: true, force: true });
    await build.close();
  }
}
