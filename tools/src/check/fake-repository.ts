import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REPOSITORY_ROOT } from '../common/files.ts';

/**
 * A repository of one package in a temporary folder, with the rules and the programs of the real one: what a gate says
 * about it, it would say here. `remove` deletes it.
 *
 * @param files further files, or other contents of the ones that are made here
 */
export function makeFakeRepository(files: Readonly<Record<string, string>>): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'weft-check-'));
  symlinkSync(join(REPOSITORY_ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const name of ['biome.json', 'tsconfig.base.json']) copyFileSync(join(REPOSITORY_ROOT, name), join(root, name));
  const all: Readonly<Record<string, string>> = {
    'package.json': json({ name: 'fake', private: true, type: 'module', workspaces: ['packages/*'] }),
    'tsconfig.json': json({ files: [], references: [{ path: 'packages/kit' }] }),
    'knip.json': json({ workspaces: { 'packages/*': { entry: ['src/index.ts'], project: ['src/**/*.ts'] } } }),
    'packages/kit/package.json': json({ name: '@fake/kit', type: 'module', dependencies: {} }),
    'packages/kit/tsconfig.json': json({
      extends: '../../tsconfig.base.json',
      compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
      include: ['src'],
    }),
    'packages/kit/src/index.ts': `export { one } from './one.ts';\n`,
    'packages/kit/src/one.ts': 'export const one = 1;\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
