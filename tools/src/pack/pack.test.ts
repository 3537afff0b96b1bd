import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listWorkspaces } from '../common/files.ts';
import { bundledManifest, packageManifest } from './manifests.ts';
import { reachFrom, resolveExport } from './reach.ts';

let root: string;

const put = (file: string, content: string | object): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
};

const workspace = (folder: string, dependencies: object): object => ({
  name: `@weft/${folder.split('/')[1]}`,
  version: '1.2.3',
  exports: {
    '.': { '@weft/source': './src/index.ts', default: './dist/index.js' },
    './*': { '@weft/source': './src/*/index.ts', default: './dist/*/index.js' },
  },
  dependencies,
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-pack-'));
  put('package.json', { workspaces: ['packages/*', 'apps/*'] });
  put('packages/kit/package.json', workspace('packages/kit', {}));
  put('packages/kit/dist/index.js', "export * from './a.js';\n");
  put('packages/kit/dist/a.js', '');
  put('packages/kit/dist/unused.js', "import 'nowhere';\n");
  put('packages/lib/package.json', workspace('packages/lib', { '@weft/kit': '1.2.3', ffi: '2.0.0', typer: '1.0.0' }));
  put(
    'packages/lib/dist/deep/index.js',
    "import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('ffi');\nimport '@weft/kit';\n",
  );
  put('packages/lib/dist/author.js', "import 'typer';\n");
  put('apps/app/package.json', {
    ...workspace('apps/app', { '@weft/lib': '1.2.3', yaml: '1.0.0' }),
    name: 'app',
    bin: { app: 'bin/app.js' },
  });
  put(
    'apps/app/dist/main.js',
    "await import('@weft/lib/deep');\nawait import('yaml');\nnew URL('./data.txt', import.meta.url);\n",
  );
  put('apps/app/dist/data.txt', 'text');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('follows imports of every form, and leaves out what nothing reaches', () => {
  expect(reachFrom(root, ['apps/app/dist/main.js'], listWorkspaces(root))).toEqual({
    files: [
      'apps/app/dist/data.txt',
      'apps/app/dist/main.js',
      'packages/kit/dist/a.js',
      'packages/kit/dist/index.js',
      'packages/lib/dist/deep/index.js',
    ],
    thirdParty: ['ffi', 'yaml'],
  });
});

test('an import that leads nowhere, is not declared or not exported stops the packing', () => {
  const reach = (source: string) => () => {
    put('apps/app/dist/main.js', source);
    return reachFrom(root, ['apps/app/dist/main.js'], listWorkspaces(root));
  };
  expect(reach("import './gone.js';")).toThrow('apps/app/dist/gone.js is needed and does not exist');
  expect(reach("import 'left-pad';")).toThrow('imports left-pad, which apps/app does not declare');
  expect(reach("import '@weft/kit';")).toThrow('imports @weft/kit, which apps/app does not declare');
  expect(reach("import '@weft/lib/none';")).toThrow('packages/lib/dist/none/index.js is needed and does not exist');
  put('packages/lib/package.json', {
    ...workspace('packages/lib', {}),
    exports: { '.': { default: './dist/index.js' } },
  });
  expect(reach("import '@weft/lib/deep';")).toThrow('the exports of packages/lib/package.json have no such path');
});

test('resolves by the default condition', () => {
  const lib = listWorkspaces(root).find(({ name }) => name === '@weft/lib')!;
  expect(resolveExport(lib, '')).toBe('packages/lib/dist/index.js');
  expect(resolveExport(lib, '/a/b')).toBe('packages/lib/dist/a/b/index.js');
});

test('manifests name built files only, bundled packages twice and exact versions', () => {
  const all = listWorkspaces(root);
  const [app, kit] = ['app', '@weft/kit'].map((name) => all.find((item) => item.name === name)!);
  expect(bundledManifest(kit!, 'abc')).toMatchObject({
    name: '@weft/kit',
    version: '1.2.3',
    exports: { '.': './dist/index.js', './*': './dist/*/index.js' },
  });
  expect(
    packageManifest({
      app: app!,
      bundled: [kit!],
      gitHead: 'abc',
      built: '2026-01-02T03:04:05.000Z',
      thirdParty: { yaml: '2.9.1', node: '24.21.0' },
    }),
  ).toMatchObject({
    name: 'app',
    version: '1.2.3',
    gitHead: 'abc',
    built: '2026-01-02T03:04:05.000Z',
    bin: { app: 'bin/app.js' },
    engines: { node: '>=20' },
    dependencies: { '@weft/kit': '1.2.3', node: '24.21.0', yaml: '2.9.1' },
    bundleDependencies: ['@weft/kit'],
  });
});
