import { execFileSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeFakeRepository } from './fake-repository.ts';
import type { GateResult } from './gate.ts';
import { GATES, generatedGate, unitGate } from './gates.ts';
import { lintGate } from './lint-gate.ts';
import { typesGate } from './types-gate.ts';
import { unusedGate } from './unused-gate.ts';

function repository(files: Record<string, string> = {}): string {
  const { root, remove } = makeFakeRepository(files);
  onTestFinished(remove);
  return root;
}

function text({ problems }: GateResult): string {
  return problems.join('\n');
}

describe('lint', () => {
  // Each row breaks one rule that blocks; all of them are looked at in one run, for starting Biome is what costs.
  const seeded: readonly [file: string, rule: string, source: string][] = [
    ['format', 'format', 'export const a = "double quotes"\n'],
    [
      'imports',
      'organizeImports',
      `import { z } from './z.ts';\nimport { a } from './a.ts';\n\nexport const b = [a, z];\n`,
    ],
    [
      'floating',
      'noFloatingPromises',
      'async function f(): Promise<void> {}\nexport function g(): void {\n  f();\n}\n',
    ],
    [
      'misused',
      'noMisusedPromises',
      'async function f(): Promise<boolean> {\n  return true;\n}\nexport const a = f() ? 1 : 2;\n',
    ],
    ['default', 'noDefaultExport', 'export default 1;\n'],
    ['any', 'noExplicitAny', 'export const a = (value: any) => value;\n'],
    ['unused-import', 'noUnusedImports', `import { readFileSync } from 'node:fs';\n\nexport const a = 1;\n`],
    ['unused-variable', 'noUnusedVariables', 'const a = 1;\nexport const b = 2;\n'],
    ['unused-member', 'noUnusedPrivateClassMembers', 'export class A {\n  #a = 1;\n}\n'],
    ['import-type', 'useImportType', `import { Readable } from 'node:stream';\n\nexport type A = Readable;\n`],
    ['export-type', 'useExportType', `import type { Readable } from 'node:stream';\n\nexport { Readable };\n`],
    ['protocol', 'useNodejsImportProtocol', `import { readFileSync } from 'fs';\n\nexport const a = readFileSync;\n`],
    ['enum', 'noEnum', 'export enum A {\n  B = 1,\n}\n'],
    ['namespace', 'noNamespace', 'export namespace A {\n  export const b = 1;\n}\n'],
    ['parameter', 'noParameterProperties', 'export class A {\n  constructor(readonly a: number) {}\n}\n'],
    ['error', 'useErrorMessage', 'export const a = new Error();\n'],
    ['camelCase', 'useFilenamingConvention', 'export const a = 1;\n'],
  ];

  test('every rule that blocks can block', async () => {
    const files = seeded.map(([name, , source]) => [`packages/kit/src/${name}.ts`, source] as const);
    const result = await lintGate(repository(Object.fromEntries(files)));
    const output = text(result);
    const silent = seeded.filter(([file, rule]) => !new RegExp(`src/${file}\\.ts[^\\n]* \\S*${rule}\\b`).test(output));
    expect(silent.map(([file, rule]) => `${rule} (${file}.ts)`)).toEqual([]);
  });

  test('is passed by clean files, and can mend what is safe to mend', async () => {
    const root = repository({ 'packages/kit/src/one.ts': 'export const one = "1"' });
    expect(text(await lintGate(root))).toContain('one.ts format');
    await lintGate(root, true);
    expect(await lintGate(root)).toMatchObject({ count: 9, problems: [] });
  });
});

describe('types', () => {
  test('is passed by files that are right, and counts them', async () => {
    expect(await typesGate(repository())).toEqual({ count: 2, unit: 'files', more: '1 projects', problems: [] });
  });

  test('fails for a wrong type, a file in no project and a package that nobody builds', async () => {
    const wrong = await typesGate(repository({ 'packages/kit/src/one.ts': `export const one: number = 'x';\n` }));
    expect(text(wrong)).toContain('packages/kit/src/one.ts(1,14): error TS2322');
    const outside = await typesGate(repository({ 'packages/kit/extra/two.ts': 'export const two: number = "x";\n' }));
    expect(text(outside)).toMatch(/in no project[\s\S]*packages\/kit\/extra\/two\.ts/);
    const forgotten = await typesGate(repository({ 'tsconfig.json': '{ "files": [], "references": [] }' }));
    expect(text(forgotten)).toContain('packages/kit: is not among the references');
  });
});

describe('unused', () => {
  test('is passed when everything is used, and counts the files', async () => {
    expect(await unusedGate(repository())).toMatchObject({ count: 2, problems: [] });
  });

  test('finds a file, an export and a dependency that nobody uses', async () => {
    const root = repository({
      'packages/kit/src/orphan.ts': 'export const orphan = 1;\n',
      'packages/kit/src/one.ts': 'export const one = 1;\nexport const two = 2;\n',
      'packages/kit/package.json': '{ "name": "@fake/kit", "type": "module", "dependencies": { "koffi": "1" } }',
    });
    const output = text(await unusedGate(root));
    expect(output).toMatch(/orphan\.ts:1: nothing imports this file/);
    expect(output).toMatch(/one\.ts:2 two: exported and used nowhere else/);
    expect(output).toMatch(/koffi: declared dependency that is not used/);
  });
});

test('boundaries and text fail on what is seeded in files', async () => {
  const root = repository({ 'packages/kit/src/one.ts': `import 'node:net';\n\nexport const one = 1; // TO${''}DO\n` });
  execFileSync('git', ['init', '-q'], { cwd: root });
  expect(text(await GATES['boundaries']!(root))).toContain('packages/kit/src/one.ts:1 no-io');
  expect(text(await GATES['text']!(root))).toContain('packages/kit/src/one.ts:3');
});

test('lock fails for a lock that npm would refuse', async () => {
  const packages = {
    '': {},
    'packages/kit': {},
    'node_modules/a': { optionalDependencies: { 'a-linux-x64': '1.0.0' } },
  };
  const output = text(await GATES['lock']!(repository({ 'package-lock.json': JSON.stringify({ packages }) })));
  expect(output).toContain('the lock lacks node_modules/a-linux-x64@1.0.0');
});

test('generated fails when a generator says that a file is stale, and when there is no generator', async () => {
  const root = repository({
    'fresh.ts': `if (process.argv[2] !== '--check') process.exit(9);\n`,
    'stale.ts': `console.log('docs/a.md is stale');\nprocess.exitCode = 1;\n`,
  });
  expect(await generatedGate(root, ['fresh.ts'])).toMatchObject({ count: 1, problems: [] });
  expect(text(await generatedGate(root, ['fresh.ts', 'stale.ts']))).toContain('docs/a.md is stale');
  expect(text(await generatedGate(root, ['missing.ts']))).toContain('looked at 0 generators');
});

test('unit fails with a failing test and without any test', async () => {
  const config = `export default { test: { projects: [{ test: { name: 'unit', include: ['packages/**/*.test.ts'] } }] } };\n`;
  const good = `import { expect, test } from 'vitest';\n\ntest('good', () => expect(1).toBe(1));\n`;
  const root = repository({ 'vitest.config.mjs': config, 'packages/kit/src/one.test.ts': good });
  expect(await unitGate(root)).toMatchObject({ count: 1, more: '1 files', problems: [] });
  const bad = good.replace('toBe(1)', 'toBe(2)');
  const failing = repository({ 'vitest.config.mjs': config, 'packages/kit/src/one.test.ts': bad });
  expect(text(await unitGate(failing))).toContain('packages/kit/src/one.test.ts: good');
  expect((await unitGate(repository({ 'vitest.config.mjs': config }))).problems).toHaveLength(1);
});
