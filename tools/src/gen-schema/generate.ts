import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaNode } from '@weft/schema';
import { schemaProblems } from './judge-schema.ts';
import { type Part, type SharedParts, shareParts } from './shared-parts.ts';

/** One schema: where it is written, and the plain data that a running process imports. */
export interface SchemaTarget {
  readonly source: string;
  readonly target: string;
  readonly name: string;
  /** What the source exports it as; `schema` unless said otherwise. */
  readonly exportName?: string;
  /** Module that the type of the constant comes from. */
  readonly typeFrom: string;
  readonly typeText: string;
}

/** A schema as it is generated. */
export interface ReadSchema {
  readonly target: SchemaTarget;
  readonly node: SchemaNode;
}

/** A file that is made by a program. */
export interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Bodies and documents of governance rules. */
const RULE_SCHEMAS = [
  'limit-rule-body',
  'flow-control-document',
  'fuse-rule-body',
  'fuse-document',
  'fault-rule-body',
  'fault-document',
  'auth-rule-body',
  'rbac-document',
  'downgrade-rule-body',
  'downgrade-document',
  'hijack-rule-body',
  'hijack-document',
  'route-rule-body',
  'route-document',
  'isolate-rule-body',
  'isolate-document',
  'mirror-rule-body',
  'mirror-document',
  'mapping-rule-body',
  'mapping-document',
];

const EXTENSION_PACKAGES = ['protocols', 'transcoders', 'filters', 'load-balancers', 'health-checkers'];

/** Every schema of the tree, relative to `root`. */
export function findTargets(root: string): SchemaTarget[] {
  const targets: SchemaTarget[] = [
    {
      source: 'packages/schema/src/mosn/config.ts',
      target: 'packages/schema/src/gen/mosn-config.gen.ts',
      name: 'mosnConfigSchema',
      typeFrom:
        "import type { JsonSchema } from '../json-schema.ts';\nimport type { MosnConfig } from '../mosn/config.ts';",
      typeText: 'JsonSchema<MosnConfig>',
    },
    ...RULE_SCHEMAS.map((file): SchemaTarget => {
      const type = file.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return {
        source: `packages/schema/src/rules/${file}.ts`,
        target: `packages/schema/src/gen/${file}.gen.ts`,
        exportName: type,
        name: `${type[0]?.toLowerCase()}${type.slice(1)}Schema`,
        typeFrom: `import type { JsonSchema } from '../json-schema.ts';\nimport type { ${type} } from '../rules/${file}.ts';`,
        typeText: `JsonSchema<${type}>`,
      };
    }),
  ];
  for (const name of EXTENSION_PACKAGES) {
    const folder = path.posix.join('packages', name, 'src');
    if (!existsSync(path.join(root, folder))) continue;
    for (const entry of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (path.basename(entry) !== 'schema.ts') continue;
      const source = path.posix.join(folder, entry.replaceAll(path.sep, '/'));
      targets.push({
        source,
        target: source.replace(/schema\.ts$/, 'schema.gen.ts'),
        name: 'schema',
        typeFrom: "import type { JsonSchema } from '@weft/sdk';",
        typeText: 'JsonSchema',
      });
    }
  }
  return targets.sort((a, b) => (a.source < b.source ? -1 : 1));
}

/**
 * Imports a `schema.ts` and judges it.
 *
 * @throws Error with every place that is not described or not understood
 */
export async function readSchema(root: string, target: SchemaTarget): Promise<ReadSchema> {
  const module = (await import(pathToFileURL(path.join(root, target.source)).href)) as Readonly<
    Record<string, unknown>
  >;
  const { exportName = 'schema' } = target;
  const written = module[exportName];
  if (written === undefined) throw new Error(`${target.source} exports no \`${exportName}\``);
  const node = relaxRequired(JSON.parse(JSON.stringify(written))) as SchemaNode;
  const problems = schemaProblems(node);
  if (problems.length > 0) throw new Error(problems.map((problem) => `${target.source}: ${problem}`).join('\n'));
  return { target, node };
}

/** Where the schemas of `packages/schema` have their common parts, and what others have in common with them. */
const COMMON_PARTS = 'packages/schema/src/gen/schema-parts.gen.ts';
const COMMON_PACKAGE = '@weft/schema/gen';

/** The modules that running processes import: one for each schema, and one for each package with what they share. */
export function renderModules(schemas: readonly ReadSchema[]): GeneratedFile[] {
  const files: GeneratedFile[] = [];
  const groups = Map.groupBy(schemas, ({ target }) => partsFileOf(target));
  const nodesOf = (group: readonly ReadSchema[] = []): SchemaNode[] => group.map(({ node }) => node);
  const takers = [...groups].flatMap(([partsFile, group]) => (partsFile === COMMON_PARTS ? [] : nodesOf(group)));
  const first = shareParts(nodesOf(groups.get(COMMON_PARTS)), { takers });
  const given = first.parts.filter((part) => part.common);
  for (const [partsFile, group] of groups) {
    const borrowed = partsFile === COMMON_PARTS ? [] : given;
    const shared = partsFile === COMMON_PARTS ? first : shareParts(nodesOf(group), { given });
    for (const schema of group) files.push(renderModule(schema, shared, partsFile, borrowed));
    const common = shared.parts.filter((part) => part.common);
    if (common.length > 0) files.push(renderParts(partsFile, common, shared, borrowed));
  }
  return files;
}

function renderModule(
  { target, node }: ReadSchema,
  { parts, render }: SharedParts,
  partsFile: string,
  borrowed: readonly Part[],
): GeneratedFile {
  const schema = render(node);
  const needed = new Set(schema.names);
  const own: string[] = [];
  for (const part of parts.toReversed()) {
    if (part.common || !needed.has(part.name)) continue;
    const { text, names } = render(part.node);
    own.unshift(`const ${part.name} = ${text} as const;`);
    for (const name of names) needed.add(name);
  }
  const imported = parts.filter(({ common, name }) => common && needed.has(name)).map(({ name }) => name);
  const head = [`// Generated from ${path.basename(target.source)} by \`npm run docs\`; do not edit.`, target.typeFrom];
  head.push(...importsOf(borrowed, needed));
  if (imported.length > 0) head.push(importOf(imported, path.posix.relative(path.dirname(target.target), partsFile)));
  const blocks = [head.join('\n'), ...own, `export const ${target.name}: ${target.typeText} = ${schema.text};`];
  return { path: target.target, text: `${blocks.join('\n\n')}\n` };
}

function renderParts(
  file: string,
  parts: readonly Part[],
  { render }: SharedParts,
  borrowed: readonly Part[],
): GeneratedFile {
  const head = ['// Generated by `npm run docs` from what several schemas have in common; do not edit.'];
  const rendered = parts.map(({ name, node }) => ({ name, ...render(node) }));
  head.push(...importsOf(borrowed, new Set(rendered.flatMap(({ names }) => [...names]))));
  const constants = rendered.map(({ name, text }) => `export const ${name} = ${text} as const;`);
  return { path: file, text: `${[head.join('\n'), ...constants].join('\n\n')}\n` };
}

/** What is needed of the parts of the common package. */
function importsOf(borrowed: readonly Part[], needed: ReadonlySet<string>): string[] {
  const names = borrowed.filter(({ name }) => needed.has(name)).map(({ name }) => name);
  return names.length === 0 ? [] : [importOf(names, COMMON_PACKAGE)];
}

function importOf(names: readonly string[], file: string): string {
  const from = /^[.@]/.test(file) ? file : `./${file}`;
  return `import {\n${names.map((name) => `  ${name},\n`).join('')}} from '${from}';`;
}

/** Where the schemas of a package have their common parts. */
function partsFileOf({ target }: SchemaTarget): string {
  const [packages = '', name = ''] = target.split('/');
  return path.posix.join(packages, name, 'src', name === 'schema' ? 'gen' : 'common', 'schema-parts.gen.ts');
}

/** Paths of files that are not there or not what they should be. */
export function staleFiles(root: string, files: readonly GeneratedFile[]): string[] {
  return files
    .filter(({ path: file, text }) => {
      const absolute = path.join(root, file);
      return !existsSync(absolute) || readFileSync(absolute, 'utf8') !== text;
    })
    .map((file) => file.path);
}

/** Writes what is stale and returns its paths. */
export function writeFiles(root: string, files: readonly GeneratedFile[]): string[] {
  const stale = new Set(staleFiles(root, files));
  for (const { path: file, text } of files) {
    if (!stale.has(file)) continue;
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return [...stale];
}

/** A field with a default is always there in the parsed form, but nobody has to write it. */
function relaxRequired(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relaxRequired);
  if (typeof node !== 'object' || node === null) return node;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node))
    result[key] = key === 'default' || key === 'examples' ? value : relaxRequired(value);
  const { properties, required } = result as {
    properties?: Record<string, { default?: unknown }>;
    required?: string[];
  };
  if (properties !== undefined && Array.isArray(required)) {
    const kept = required.filter((name) => properties[name]?.default === undefined);
    if (kept.length === 0) delete result['required'];
    else result['required'] = kept;
  }
  return result;
}
