import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaNode } from '@weft/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import { linkProblems } from '../check-docs/links.ts';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { EDITOR_SCHEMA } from './editor-schema.ts';
import {
  findTargets,
  type GeneratedFile,
  readSchema,
  renderModules,
  type SchemaTarget,
  staleFiles,
} from './generate.ts';
import { schemaProblems } from './judge-schema.ts';
import { readSchemas, renderReference, settleFiles } from './outputs.ts';
import { REFERENCE_PAGE, referencePage } from './reference-page.ts';

/** Everything that is generated from the schemas of this repository. */
async function renderAll(): Promise<GeneratedFile[]> {
  const schemas = await readSchemas(REPOSITORY_ROOT);
  return [...renderModules(schemas), ...(await renderReference(REPOSITORY_ROOT, schemas))];
}

function temporaryRoot(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'weft-gen-schema-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('a schema', () => {
  const described = { description: 'A thing.' };

  test('that is described and understood can be generated', () => {
    expect(
      schemaProblems({
        type: 'object',
        ...described,
        properties: {
          size: { 'x-weft-format': 'bytes', minimum: 1, default: '1KiB', ...described },
          either: { anyOf: [{ type: 'string' }, { type: 'integer' }], ...described },
          later: { type: 'object', 'x-weft-class': 'unsupported', 'x-weft-hint': 'use size', ...described },
        },
      }),
    ).toEqual([]);
  });

  test.each<[string, SchemaNode, string]>([
    ['without a description', { type: 'object' }, 'the schema itself: no description'],
    [
      'with a field without a description',
      { type: 'object', ...described, properties: { a: { type: 'array', ...described, items: { type: 'string' } } } },
      'a[]: no description',
    ],
    [
      'with an empty description deep in a map',
      { type: 'object', ...described, additionalProperties: { type: 'string', description: ' ' } },
      '.*: no description',
    ],
    [
      'with a keyword that nobody interprets',
      { type: 'object', ...described, patternProperties: {} } as SchemaNode,
      'the schema itself: "patternProperties" is not interpreted',
    ],
    [
      'with a keyword of Weft that is misspelt, in a union',
      { ...described, anyOf: [{ type: 'string', 'x-weft-secert': true } as SchemaNode] },
      '|0: "x-weft-secert" is not interpreted',
    ],
    [
      'with a key that is refused without saying what to do',
      { type: 'string', ...described, 'x-weft-class': 'unsupported' },
      'the schema itself: unsupported, but no hint says why or what to do instead',
    ],
    [
      'with a default out of its range',
      { type: 'integer', ...described, minimum: 5, default: 4 },
      'the schema itself: default value: out of range (found 4, expected a whole number of at least 5)',
    ],
    [
      'with an example that is refused',
      { 'x-weft-format': 'duration', ...described, examples: ['soon'] },
      'the schema itself: example value: not a duration (found "soon", expected a duration such as "1s" or 0)',
    ],
  ])('%s is refused', (_name, node, problem) => {
    expect(schemaProblems(node)).toEqual([problem]);
  });
});

describe('a module', () => {
  const source = (text: string) => ({ 'packages/filters/src/stream/one/schema.ts': text });
  const one = async (text: string) => {
    const root = temporaryRoot(source(text));
    const target = findTargets(root).find(({ name }) => name === 'schema')!;
    return { root, file: renderModules([await readSchema(root, target)])[0]! };
  };

  test('is plain data; what has a default is not required', async () => {
    const { file } = await one(`export const schema = {
      type: 'object', description: 'One.', required: ['a', 'b'],
      properties: { a: { type: 'string', description: 'A.' }, b: { type: 'string', description: 'B.', default: '' } },
    };`);
    expect(file.path).toBe('packages/filters/src/stream/one/schema.gen.ts');
    expect(file.text).toMatch(/^\/\/ Generated from schema\.ts by `npm run docs`; do not edit\.\n/);
    expect(file.text).toContain('"required": [\n    "a"\n  ]');
  });

  test('is not made of a schema without a description, or of no schema', async () => {
    await expect(one(`export const schema = { type: 'object' };`)).rejects.toThrow(
      'packages/filters/src/stream/one/schema.ts: the schema itself: no description',
    );
    await expect(one('export const other = 1;')).rejects.toThrow('exports no `schema`');
  });

  test('is stale when it is missing or was edited', async () => {
    const { root, file } = await one(`export const schema = { type: 'object', description: 'One.' };`);
    expect(staleFiles(root, [file])).toEqual([file.path]);
    writeFileSync(join(root, file.path), file.text);
    expect(staleFiles(root, [file])).toEqual([]);
    appendFileSync(join(root, file.path), ' ');
    expect(staleFiles(root, [file])).toEqual([file.path]);
  });
});

describe('what stands in several places', () => {
  const long = (first: string): SchemaNode => ({
    type: 'object',
    description: 'Long enough for a name.',
    properties: Object.fromEntries(
      [first, 'b', 'c'].map((name) => [name, { type: 'string', description: `${name}.` } satisfies SchemaNode]),
    ),
  });
  const target = (source: string): SchemaTarget => ({
    source: `packages/filters/src/stream/${source}/schema.ts`,
    target: `packages/filters/src/stream/${source}/schema.gen.ts`,
    name: 'schema',
    typeFrom: "import type { JsonSchema } from '@weft/sdk';",
    typeText: 'JsonSchema',
  });
  const nodes: SchemaNode[] = [
    { description: 'One.', properties: { here: long('a'), 'and-there': long('a'), twice: { items: long('x') } } },
    { description: 'Two.', properties: { other: long('x'), alone: long('y') } },
  ];
  const files = renderModules(nodes.map((node, index) => ({ target: target(`s${index}`), node })));

  test('is written once: in its own module, or in one of the package', () => {
    expect(files.map(({ path, text }) => [path, [...text.matchAll(/const (\w+)/g)].map(([, name]) => name)])).toEqual([
      ['packages/filters/src/stream/s0/schema.gen.ts', ['herePart', 'schema']],
      ['packages/filters/src/stream/s1/schema.gen.ts', ['schema']],
      ['packages/filters/src/common/schema-parts.gen.ts', ['twiceItemPart']],
    ]);
    expect(files[1]?.text).toContain("import {\n  twiceItemPart,\n} from '../../common/schema-parts.gen.ts';");
  });

  test('means what the schema means', async () => {
    const root = temporaryRoot(Object.fromEntries(files.map(({ path, text }) => [path, text])));
    for (const [index, node] of nodes.entries()) {
      const file = join(root, `packages/filters/src/stream/s${index}/schema.gen.ts`);
      expect(((await import(pathToFileURL(file).href)) as { schema: unknown }).schema).toEqual(node);
    }
  });
});

test('what schemas of extensions have in common with those of the schema package is written there alone', () => {
  const fields = (names: readonly string[]): SchemaNode => ({
    type: 'object',
    description: names.join(),
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string', description: `${name}.` }])),
  });
  const target = (folder: string): SchemaTarget => ({
    source: `packages/${folder}/schema.ts`,
    target: `packages/${folder}/schema.gen.ts`,
    name: 'schema',
    typeFrom: '',
    typeText: 'unknown',
  });
  const inner = fields(['a', 'b', 'c']);
  const outer: SchemaNode = { type: 'object', description: 'O.', properties: { inner, own: fields(['x', 'y', 'z']) } };
  const files = renderModules([
    { target: target('schema/src/rules'), node: { description: 'Body.', properties: { outer } } },
    { target: target('filters/src/one'), node: { description: 'One.', properties: { mine: inner } } },
    { target: target('filters/src/two'), node: { description: 'Two.', properties: { outer } } },
  ]);
  const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';
  expect(files.map(({ path }) => path)).toEqual([
    'packages/schema/src/rules/schema.gen.ts',
    'packages/schema/src/gen/schema-parts.gen.ts',
    'packages/filters/src/one/schema.gen.ts',
    'packages/filters/src/two/schema.gen.ts',
  ]);
  const parts = textOf('packages/schema/src/gen/schema-parts.gen.ts');
  expect([...parts.matchAll(/const (\w+)/g)].map(([, name]) => name)).toEqual(['innerPart', 'outerPart']);
  expect(textOf('packages/filters/src/one/schema.gen.ts')).toContain(
    "import {\n  innerPart,\n} from '@weft/schema/gen';",
  );
  expect(textOf('packages/filters/src/two/schema.gen.ts')).toMatch(
    /\{\n {2}outerPart,\n\} from[\s\S]*"outer": outerPart/,
  );
});

test('what was edited makes the check fail, and is written again', async () => {
  const files = await renderAll();
  expect(staleFiles(REPOSITORY_ROOT, files)).toEqual([]);
  const root = temporaryRoot(Object.fromEntries(files.map(({ path, text }) => [path, text])));
  const lines: string[] = [];
  const out = { log: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
  expect(settleFiles(root, 'files', files, true, out), lines.join('\n')).toBe(0);
  appendFileSync(join(root, REFERENCE_PAGE), 'edited');
  rmSync(join(root, EDITOR_SCHEMA));
  expect(settleFiles(root, 'files', files, true, out)).toBe(1);
  expect(lines).toContain(`${REFERENCE_PAGE} is stale; run \`npm run docs\``);
  expect(lines).toContain(`${EDITOR_SCHEMA} is stale; run \`npm run docs\``);
  expect(settleFiles(root, 'files', files, false, out)).toBe(0);
  expect(lines).toContain(`wrote ${REFERENCE_PAGE}`);
  expect(settleFiles(root, 'files', files, true, out)).toBe(0);
});

describe('the reference', () => {
  const pageOf = async (): Promise<string> => (await renderAll()).find(({ path }) => path === REFERENCE_PAGE)!.text;

  test('tells a key with type, default, range, class and meaning', () => {
    const node: SchemaNode = {
      type: 'object',
      description: 'The file.',
      required: ['name'],
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 9, description: 'A name.', examples: ['a|b'] },
        wait: {
          'x-weft-format': 'duration',
          minimum: 10,
          maximum: 60_000,
          default: 0,
          'x-weft-zero-is-default': true,
          description: 'How long.',
        },
        size: { 'x-weft-format': 'bytes', default: 65_536, description: 'How large.' },
        level: { type: 'string', enum: ['A', 'B'], default: 'A', 'x-weft-ignore-case': true, description: 'How loud.' },
        gone: { type: 'string', 'x-weft-class': 'ignored', 'x-weft-hint': 'nobody reads it', description: 'Old.' },
        next: { type: 'object', 'x-weft-class': 'unsupported', 'x-weft-hint': 'use size', description: 'New.' },
        list: {
          type: 'array',
          maxItems: 3,
          default: [],
          description: 'Things.',
          items: {
            type: 'object',
            description: 'One thing.',
            properties: { on: { type: 'boolean', description: 'On.' } },
          },
        },
      },
    };
    const rows = referencePage(node, [])
      .split('\n')
      .filter((line) => line.startsWith('| <a id='));
    expect(rows.map((row) => row.replace(/<a id="([^"]+)"><\/a>/, '$1 '))).toEqual([
      '| key-name `name` | text | *needed* | 1 to 9 characters | implemented | A name. Example: `"a\\|b"`. |',
      '| key-wait `wait` | duration | `0s` | 10ms to 1m | implemented | How long. |',
      '| key-size `size` | size | `64KiB` |  | implemented | How large. |',
      '| key-level `level` | `"A"`, `"B"` | `"A"` |  | implemented | How loud. Case does not matter. |',
      '| key-gone `gone` | text |  |  | ignored | Old. *No effect:* nobody reads it. |',
      '| key-next `next` | object |  |  | unsupported | New. *Refused:* use size. |',
      '| key-list `list` | list of [object](#list) | `[]` | at most 3 entries | implemented | Things. |',
      '| key-list.on `on` | true or false | none |  | implemented | On. |',
    ]);
  });

  test('has a section for every extension, and links and anchors that hold', async () => {
    const page = await pageOf();
    for (const title of [
      'Network filter `proxy`',
      'Network filter `tcp_proxy`',
      'Stream filter `fault`',
      'Protocol `Http1`',
      'Protocol `bolt` and `boltv2`',
      'Load balancer `LB_LEAST_REQUEST`',
      'Health check `Http1`',
    ]) {
      expect(page).toContain(`\n### ${title}\n`);
    }
    const anchors = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, anchor]) => anchor);
    expect(anchors.length).toBeGreaterThan(200);
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
    const { links, problems } = linkProblems(REPOSITORY_ROOT, REFERENCE_PAGE);
    expect(problems).toEqual([]);
    expect(links).toBeGreaterThan(50);
  });
});

test('the schema for editors knows the extensions by name, and nothing of our own keywords', async () => {
  const files = await renderAll();
  const text = files.find(({ path }) => path === EDITOR_SCHEMA)!.text;
  expect(text).not.toContain('x-weft');
  const { $defs } = JSON.parse(text) as { $defs: Record<string, unknown> };
  for (const [, name] of text.matchAll(/"\$ref": "#\/\$defs\/([^"]+)"/g))
    expect($defs).toHaveProperty([name as string]);
  expect(Object.keys($defs)).toContain('stream-filter.fault');
});
