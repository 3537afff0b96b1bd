import { describe, expect, test } from 'vitest';
import { type PackageManifest, REPOSITORY_ROOT, type Workspace } from '../common/files.ts';
import { checkBoundaries, readTree } from './check.ts';
import type { Tree, Violation } from './model.ts';

const SOURCE_EXPORTS = { '.': { '@weft/source': './src/index.ts' }, './*': { '@weft/source': './src/*/index.ts' } };

const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = {
  'packages/kit': [],
  'packages/schema': ['kit', 'typebox'],
  'packages/sdk': ['kit', 'schema'],
  'packages/telemetry': ['kit', 'schema'],
  'packages/protocols': ['kit', 'schema', 'sdk'],
  'packages/filters': ['kit', 'schema', 'sdk'],
  'packages/load-balancers': ['kit', 'schema', 'sdk'],
  'packages/testkit': ['kit', 'sdk'],
  'packages/proxy': ['kit', 'schema', 'sdk', 'telemetry'],
  'packages/control': ['kit', 'proxy'],
  'apps/proxy': ['kit', 'sdk', 'proxy', 'protocols', 'filters'],
};

function workspace(folder: string): Workspace {
  const dependencies = Object.fromEntries(
    (DEPENDENCIES[folder] ?? []).map((name) => [name === 'typebox' ? name : `@weft/${name}`, '0.1.0']),
  );
  const name = folder === 'apps/proxy' ? '@weft/app-proxy' : `@weft/${folder.split('/')[1]}`;
  const manifest: PackageManifest = { name, dependencies, exports: SOURCE_EXPORTS };
  return { name, folder, manifest };
}

function tree(sources: Record<string, string>, overrides: Partial<Tree> = {}): Tree {
  return {
    rootManifest: { devDependencies: { vitest: '1' } },
    workspaces: Object.keys(DEPENDENCIES).map(workspace),
    sources: new Map(Object.entries(sources)),
    projectReferences: new Map(),
    ...overrides,
  };
}

function violations(sources: Record<string, string>, overrides?: Partial<Tree>): readonly Violation[] {
  return checkBoundaries(tree(sources, overrides)).violations;
}

function rules(sources: Record<string, string>, overrides?: Partial<Tree>): string[] {
  return [...new Set(violations(sources, overrides).map(({ rule }) => rule))];
}

test('passes a tree that keeps the rules', () => {
  const report = checkBoundaries(
    tree({
      'packages/kit/src/index.ts': `export * from './bytes/index.ts';`,
      'packages/kit/src/bytes/index.ts': `import { Buffer } from 'node:buffer'; export const b = Buffer;`,
      'packages/sdk/src/testing/index.ts': `import { test } from 'vitest'; export const t = test;`,
      'packages/protocols/src/common/x.ts': `export const x = 1;`,
      'packages/protocols/src/bolt/index.ts': `import { x } from '../common/x.ts'; import * as k from '@weft/kit'; export { x, k };`,
      'packages/protocols/src/bolt/a.test.ts': `import { readFileSync } from 'node:fs'; import '@weft/sdk/testing'; import 'vitest'; readFileSync;`,
      'packages/proxy/src/stream/index.ts': `import '../net/index.ts'; import 'node:net';`,
      'packages/proxy/src/net/index.ts': `import 'node:net';`,
      'apps/proxy/src/extensions.ts': `export const load = () => import('@weft/protocols/bolt');`,
    }),
  );
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ files: 9, references: 13 });
});

test('lets a bundle be made of development dependencies, and rules be checked by the code that judges', () => {
  const manifest = { name: '@weft/console', devDependencies: { react: '1' }, exports: SOURCE_EXPORTS };
  const checker = {
    name: '@weft/app-control',
    dependencies: { '@weft/governance': '0.1.0' },
    exports: SOURCE_EXPORTS,
  };
  const governance = { name: '@weft/governance', exports: SOURCE_EXPORTS };
  const workspaces = [
    { name: manifest.name, folder: 'packages/console', manifest },
    { name: checker.name, folder: 'apps/control', manifest: checker },
    { name: governance.name, folder: 'packages/governance', manifest: governance },
  ];
  const sources = {
    'packages/console/src/app/main.tsx': `import 'react'; import './styles.css';`,
    'apps/control/src/kinds.ts': `import '@weft/governance/rate-limit';`,
    'packages/governance/src/rate-limit/index.ts': `export const rule = 1;`,
  };
  expect(checkBoundaries(tree(sources, { workspaces })).violations).toEqual([]);
  const undeclared = { ...sources, 'packages/console/src/app/main.tsx': `import 'vue';` };
  expect(checkBoundaries(tree(undeclared, { workspaces })).violations).toHaveLength(1);
});

describe('catches', () => {
  test.each<[string, string, Record<string, string>]>([
    ['an undeclared package', 'declared-dependency', { 'packages/kit/src/a.ts': `import 'left-pad';` }],
    [
      'a development dependency in shipped code',
      'declared-dependency',
      { 'packages/kit/src/a.ts': `import 'vitest';` },
    ],
    ['an undeclared package behind require', 'declared-dependency', { 'packages/kit/src/a.ts': `require('koffi');` }],
    [
      'an undeclared package in a type',
      'declared-dependency',
      { 'packages/kit/src/a.ts': `export type A = import('x').A;` },
    ],
    ['an undeclared package re-exported', 'declared-dependency', { 'packages/kit/src/a.ts': `export * from 'x';` }],
    ['an undeclared package loaded late', 'declared-dependency', { 'packages/kit/src/a.ts': `await import('x');` }],
    [
      'a package that imports itself by name',
      'declared-dependency',
      { 'packages/kit/src/a.ts': `import '@weft/kit';` },
    ],
    [
      'a path out of the package',
      'path-out-of-package',
      { 'packages/sdk/src/a.ts': `import '../../kit/src/b.ts';`, 'packages/kit/src/b.ts': '' },
    ],
    [
      'a worker outside the package',
      'path-out-of-package',
      { 'packages/sdk/src/a.ts': `new URL('../../kit/src/b.ts', import.meta.url);` },
    ],
    ['a relative import without its file', 'missing-file', { 'packages/kit/src/a.ts': `import './b.js';` }],
    [
      'an import against the layers',
      'layer',
      { 'packages/kit/src/a.ts': `import type { T } from '@weft/sdk'; export type { T };` },
    ],
    ['the data plane in the control plane', 'layer', { 'packages/control/src/a.ts': `import '@weft/proxy';` }],
    [
      'a sibling extension',
      'sibling-extension',
      { 'packages/protocols/src/bolt/a.ts': `import '../http1/b.ts';`, 'packages/protocols/src/http1/b.ts': '' },
    ],
    [
      'a sibling filter of the same group',
      'sibling-extension',
      { 'packages/filters/src/stream/a/x.ts': `import '../b/x.ts';`, 'packages/filters/src/stream/b/x.ts': '' },
    ],
    [
      'a common folder that knows an extension',
      'sibling-extension',
      { 'packages/protocols/src/common/a.ts': `import '../http1/b.ts';`, 'packages/protocols/src/http1/b.ts': '' },
    ],
    [
      'a second list of extensions',
      'sibling-extension',
      { 'packages/protocols/src/index.ts': `export * from './http1/b.ts';`, 'packages/protocols/src/http1/b.ts': '' },
    ],
    [
      'a concrete extension outside the list',
      'concrete-extension',
      { 'apps/proxy/src/main.ts': `export const p = import('@weft/protocols/bolt');` },
    ],
    [
      'a concrete extension in the engine',
      'concrete-extension',
      { 'packages/proxy/src/net/a.ts': `import '@weft/protocols/bolt';` },
    ],
    [
      'a lower folder of the engine that imports a higher one',
      'proxy-folder',
      { 'packages/proxy/src/net/a.ts': `import '../route/b.ts';`, 'packages/proxy/src/route/b.ts': '' },
    ],
    ['an unknown folder of the engine', 'proxy-folder', { 'packages/proxy/src/misc/a.ts': `import 'node:net';` }],
    ['sockets in the kit', 'no-io', { 'packages/kit/src/a.ts': `import 'node:net';` }],
    ['files in the kit', 'no-io', { 'packages/kit/src/a.ts': `import 'node:fs/promises';` }],
    ['sockets in a codec', 'no-io', { 'packages/protocols/src/bolt/a.ts': `import 'node:tls';` }],
    ['timers in a codec', 'no-io', { 'packages/protocols/src/bolt/a.ts': `import 'node:timers';` }],
    [
      'the process in a codec',
      'no-io',
      { 'packages/protocols/src/bolt/a.ts': `import 'node:net'; export const e = process.env;` },
    ],
    ['a global timer in a codec', 'no-io', { 'packages/protocols/src/bolt/a.ts': `setTimeout(() => {}, 1);` }],
    ['a clock in a codec', 'no-io', { 'packages/protocols/src/bolt/a.ts': `export const t = Date.now();` }],
    [
      'a compliance suite in shipped code',
      'test-code',
      { 'packages/protocols/src/bolt/a.ts': `import '@weft/sdk/testing';`, 'packages/sdk/src/testing/index.ts': '' },
    ],
    ['broken syntax', 'syntax', { 'packages/kit/src/a.ts': `import from;` }],
  ])('%s', (_title, rule, sources) => {
    expect(rules(sources)).toContain(rule);
  });

  test('a protocol that the request path knows by name', () => {
    const list = {
      'apps/proxy/src/extensions.ts': `export const list = [{ kind: 'protocol', name: 'bolt' }, { kind: 'protocol', name: 'tcp' }];`,
    };
    const named = `export const busy = (head: { protocol: string }) => head.protocol === 'bolt' || head.protocol === 'tcp';`;
    const found = violations({ ...list, 'packages/proxy/src/exchange/a.ts': named });
    expect(found.map(({ rule, line }) => [rule, line])).toContainEqual(['protocol-name', 1]);
    expect(found.filter(({ rule }) => rule === 'protocol-name')).toHaveLength(1);
    for (const file of ['exchange/a.test.ts', 'discovery/a.ts'])
      expect(rules({ ...list, [`packages/proxy/src/${file}`]: named })).not.toContain('protocol-name');
  });

  test.each([
    ['a template', `export const id = (host: string) => \`\${host}@Http1\`;`, 'names the protocol "Http1" in "@Http1"'],
    ['an ending', `export const ending = '@grpc';`, 'names the protocol "grpc" in "@grpc"'],
    ['a field', `export const field = 'grpc-status';`, 'names the protocol "grpc" in "grpc-status"'],
    ['another case', `export const text = 'not a BOLT frame';`, 'names the protocol "BOLT" in "not a BOLT frame"'],
    [
      'the longer of two',
      `export const text = 'dubbo-thrift 1';`,
      'names the protocol "dubbo-thrift" in "dubbo-thrift 1"',
    ],
    ['a name of a variable', `export const name = 'Http1_cookie_';`, null],
    ['a word that holds one', `export const text = 'thunderbolts and country';`, null],
    ['a word for something else', `export const text = 'tcp keepalive';`, null],
    ['a comment', `/** As bolt does. */ export const a = 1;`, null],
  ])('a protocol that the request path knows by a part of a text: %s', (_title, source, message) => {
    const protocols = ['Http1', 'bolt', 'dubbo', 'dubbo-thrift', 'tcp', 'tri'];
    const list = protocols.map((name) => `{ kind: 'protocol', name: '${name}' }`).join(', ');
    const found = violations({
      'apps/proxy/src/extensions.ts': `export const list = [${list}];`,
      'packages/proxy/src/exchange/a.ts': source,
    }).filter(({ rule }) => rule === 'protocol-name');
    expect(found.map((violation) => violation.message.split(';')[0])).toEqual(message === null ? [] : [message]);
  });

  test('a cycle of three files, named in order', () => {
    const found = violations({
      'packages/kit/src/a.ts': `import './b.ts';`,
      'packages/kit/src/b.ts': `import './c.ts';`,
      'packages/kit/src/c.ts': `export * from './a.ts';`,
    });
    expect(found.map(({ rule }) => rule)).toEqual(['cycle']);
    expect(found[0]!.message).toContain(
      'kit/src/a.ts -> packages/kit/src/b.ts -> packages/kit/src/c.ts -> packages/kit/src/a.ts',
    );
  });

  test('a cycle of types between folders, but not within one', () => {
    const pair = (other: string) => `import type { A } from '${other}'; export type B = A;`;
    expect(rules({ 'packages/kit/src/a.ts': pair('./b.ts'), 'packages/kit/src/b.ts': pair('./a.ts') })).toEqual([]);
    expect(
      rules({ 'packages/kit/src/x/a.ts': pair('../y/b.ts'), 'packages/kit/src/y/b.ts': pair('../x/a.ts') }),
    ).toEqual(['cycle']);
  });

  test('a package that the layer table does not know', () => {
    const stranger: Workspace = { name: '@weft/new', folder: 'packages/new', manifest: { name: '@weft/new' } };
    expect(rules({ 'packages/new/src/a.ts': `import 'node:fs';` }, { workspaces: [stranger] })).toEqual(['layer']);
  });

  test('references that differ from the declared dependencies, both ways', () => {
    const found = violations(
      { 'packages/kit/src/a.ts': `import 'node:buffer';` },
      { projectReferences: new Map([['packages/sdk', ['packages/kit', 'packages/telemetry']]]) },
    );
    expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'project-references: @weft/schema is declared in package.json and missing among the references',
      'project-references: packages/telemetry is referred to and not declared in package.json',
    ]);
  });

  test('a tree in which there was nothing to look at', () => {
    expect(rules({})).toEqual(['nothing-checked']);
    expect(rules({ 'packages/kit/src/a.ts': 'export const a = 1;' })).toEqual(['nothing-checked']);
  });
});

test('a message says what is allowed', () => {
  const [found] = violations({ 'packages/schema/src/a.ts': `import '@weft/sdk';` }).filter(
    ({ rule }) => rule === 'layer',
  );
  expect(found).toMatchObject({ file: 'packages/schema/src/a.ts', line: 1, message: 'schema may import kit, not sdk' });
});

test('reads this repository: its own sources and their references are there', () => {
  const read = readTree(REPOSITORY_ROOT);
  expect(read.sources.has('tools/src/check-boundaries/check.ts')).toBe(true);
  expect(read.workspaces.map(({ name }) => name)).toContain('@weft/kit');
  expect(read.projectReferences.get('packages/sdk')).toEqual(['packages/kit', 'packages/schema']);
});
