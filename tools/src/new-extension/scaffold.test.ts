import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkBoundaries, formatViolation, readTree } from '../check-boundaries/check.ts';
import { REPOSITORY_ROOT, readManifest } from '../common/files.ts';
import { runProcess } from '../common/process.ts';
import { runVitest } from '../run-tests/run.ts';
import { insertEntry } from './extension-list.ts';
import type { ExtensionKind } from './kinds.ts';
import { KINDS } from './kinds.ts';
import { type Scaffold, scaffold } from './scaffold.ts';

const NAME = 'scaffold-trial';
const LIST = `import type { ExtensionEntry } from '@weft/sdk';

/** Every built-in extension. */
export const EXTENSIONS: readonly ExtensionEntry[] = [];
`;

/** Joins each folder for the trial: the generated schema is what the generator would make of `schema.ts`. */
const SCHEMA_TEST = `import { expect, it } from 'vitest';
import { schema } from './schema.ts';
import { schema as generated } from './schema.gen.ts';

it('is generated from schema.ts', () => expect(generated).toEqual(JSON.parse(JSON.stringify(schema))));
`;

describe('a folder of each kind', () => {
  const kinds = Object.keys(KINDS) as ExtensionKind[];
  const root = mkdtempSync(join(tmpdir(), 'weft-new-'));
  const made = new Map<ExtensionKind, Scaffold>();

  beforeAll(() => {
    for (const name of ['biome.json', 'tsconfig.base.json']) cpSync(join(REPOSITORY_ROOT, name), join(root, name));
    const packages = new Set(kinds.map((kind) => KINDS[kind].parent.split('/').slice(0, 2).join('/')));
    for (const folder of [...packages, 'apps/proxy']) copy(root, `${folder}/package.json`);
    for (const folder of packages) copy(root, `${folder}/src/common`);
    for (const folder of ['packages/kit', 'packages/schema', 'packages/sdk']) {
      copy(root, `${folder}/package.json`);
      copy(root, `${folder}/src`);
      packages.add(folder);
    }
    linkModules(root, packages);
    write(
      root,
      'package.json',
      JSON.stringify({ workspaces: ['packages/*', 'apps/*'], devDependencies: { vitest: '1' } }),
    );
    write(root, 'apps/proxy/src/extensions.ts', LIST);
    // One program over everything: the projects of the real tree are not there to be referred to.
    const compilerOptions = {
      composite: false,
      incremental: false,
      noEmit: true,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
    };
    write(
      root,
      'tsconfig.json',
      JSON.stringify({ extends: './tsconfig.base.json', compilerOptions, include: include(made) }),
    );
    write(
      root,
      'vitest.config.mjs',
      `const conditions = ['@weft/source', 'node'];
       export default { ssr: { resolve: { conditions } }, test: { exclude: [], projects: [{ extends: true, test: { name: 'unit', include: ['packages/*/src/**/${NAME}/*.test.ts'] } }] } };`,
    );
    for (const kind of kinds) {
      const { folder, written } = scaffold(root, kind, NAME);
      made.set(kind, { folder, written });
      write(root, `${folder}/schema.test.ts`, SCHEMA_TEST);
    }
    write(
      root,
      'tsconfig.json',
      JSON.stringify({ extends: './tsconfig.base.json', compilerOptions, include: include(made) }),
    );
  });

  afterAll(() => rmSync(root, { recursive: true }));

  test('has the index, the schema and a readme that siblings have, and its line in the list', () => {
    const list = readFileSync(join(root, 'apps/proxy/src/extensions.ts'), 'utf8');
    for (const { folder } of made.values()) {
      for (const file of ['index.ts', 'schema.gen.ts', 'README.md'])
        expect(existsSync(join(root, folder, file))).toBe(true);
    }
    expect(made.size).toBe(kinds.length);
    for (const kind of kinds) expect(list).toContain(`kind: '${kind}', name: '${KINDS[kind].configName(NAME)}'`);
    expect(list).toContain(`import('@weft/filters/stream/${NAME}')).scaffoldTrial`);
  });

  test('is formatted, and linted without a finding', async () => {
    const written = [...made.values()].flatMap((each) => each.written);
    const biome = join(root, 'node_modules/.bin/biome');
    // What the command itself does behind the templates; only then nothing may be left.
    await runProcess(biome, ['check', '--write', ...written], root);
    const { exitCode, stderr, stdout } = await runProcess(biome, ['ci', '--error-on-warnings', ...written], root);
    expect(`${stdout}${exitCode === 0 ? '' : stderr}`).not.toContain('error');
    expect(exitCode).toBe(0);
  });

  test('has types that hold', async () => {
    const { stdout, exitCode } = await runProcess(
      join(root, 'node_modules/.bin/tsc'),
      ['-p', '.', '--pretty', 'false'],
      root,
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
  });

  test('imports only what an extension may import', () => {
    const { files, violations } = checkBoundaries(readTree(root));
    const own = violations.filter(({ file }) => file.includes(NAME) || file.includes('extensions.ts'));
    expect(own.map(formatViolation)).toEqual([]);
    expect(files).toBeGreaterThan(20);
  });

  // Vitest in a process of its own, with the suites of every kind.
  test('has tests that pass', { timeout: 120_000 }, async () => {
    const { summary } = await runVitest({ root, projects: ['unit'], verbose: false });
    expect(summary.failures).toEqual([]);
    expect(summary.files).toBeGreaterThanOrEqual(kinds.length);
    expect(summary.passed).toBeGreaterThan(20);
  });

  test('is not made twice, nor with a name that cannot be a folder', () => {
    expect(() => scaffold(root, 'protocol', NAME)).toThrow('is there already');
    expect(() => scaffold(root, 'protocol', 'CamelCase')).toThrow('not kebab-case');
    expect(() => scaffold(root, 'protocol', '../escape')).toThrow('not kebab-case');
    expect(() => scaffold(root, 'protocol', 'common')).toThrow('meaning of its own');
  });
});

describe('a line in the list of extensions', () => {
  const entry = (kind: string, name: string) => `{ kind: '${kind}', name: '${name}', load: async () => 1 }`;

  test('goes behind the last one of its kind, or to the end', () => {
    const source = `const LIST = [\n  ${entry('a', 'x')},\n  ${entry('b', 'y')},\n];\n`;
    expect(insertEntry(source, 'a', 'z', entry('a', 'z'))).toBe(
      `const LIST = [\n  ${entry('a', 'x')},\n  ${entry('a', 'z')},\n  ${entry('b', 'y')},\n];\n`,
    );
    expect(insertEntry(source, 'c', 'z', entry('c', 'z'))).toBe(
      `const LIST = [\n  ${entry('a', 'x')},\n  ${entry('b', 'y')},\n  ${entry('c', 'z')},\n];\n`,
    );
  });

  test('is refused when the name is taken or there is no list', () => {
    expect(() => insertEntry(`const L = [${entry('a', 'x')}];`, 'a', 'x', entry('a', 'x'))).toThrow('already has');
    expect(() => insertEntry('export {};', 'a', 'x', entry('a', 'x'))).toThrow('no list of extensions');
  });
});

function include(made: ReadonlyMap<ExtensionKind, Scaffold>): string[] {
  return ['apps/proxy/src', ...[...made.values()].map(({ folder }) => folder)];
}

/** The modules of the real tree, but the packages of this one under their names. */
function linkModules(root: string, packages: Iterable<string>): void {
  mkdirSync(join(root, 'node_modules/@weft'), { recursive: true });
  for (const entry of readdirSync(join(REPOSITORY_ROOT, 'node_modules'))) {
    if (entry === '@weft') continue;
    symlinkSync(join(REPOSITORY_ROOT, 'node_modules', entry), join(root, 'node_modules', entry));
  }
  for (const folder of packages)
    symlinkSync(join(root, folder), join(root, 'node_modules', readManifest(root, folder).name!));
}

function copy(root: string, path: string): void {
  if (existsSync(join(REPOSITORY_ROOT, path)))
    cpSync(join(REPOSITORY_ROOT, path), join(root, path), { recursive: true });
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
