import { expect, test } from 'vitest';
import { mosnConfigSchema } from '../gen/mosn-config.gen.ts';
import type { SchemaNode } from '../json-schema.ts';
import { parseConfig } from '../parse/parse-config.ts';

/** Every node below `node`, with its place. */
function* nodesOf(node: SchemaNode, path: string): Generator<readonly [path: string, node: SchemaNode]> {
  yield [path, node];
  for (const [name, child] of Object.entries(node.properties ?? {})) yield* nodesOf(child, `${path}.${name}`);
  if (node.items !== undefined) yield* nodesOf(node.items, `${path}[]`);
  if (typeof node.additionalProperties === 'object') yield* nodesOf(node.additionalProperties, `${path}.*`);
  for (const [index, child] of (node.anyOf ?? []).entries()) yield* nodesOf(child, `${path}|${index}`);
}

const nodes = [...nodesOf(mosnConfigSchema as SchemaNode, '')];
const placesWhere = (wrong: (node: SchemaNode) => boolean): string[] =>
  nodes.filter(([, node]) => wrong(node)).map(([path]) => path);

test('every key has a sentence that describes it', () => {
  expect(nodes.length).toBeGreaterThan(200);
  expect(placesWhere(({ description }) => !/^\S.*\.$/s.test(description ?? ''))).toEqual([]);
});

test('whoever writes a key without effect, or one that is refused, is told why', () => {
  const classed = nodes.filter(([, node]) => node['x-weft-class'] !== undefined);
  expect(classed.length).toBeGreaterThan(40);
  expect(placesWhere((node) => node['x-weft-class'] !== undefined && (node['x-weft-hint'] ?? '') === '')).toEqual([]);
});

test('texts and lists are bounded', () => {
  const unclassed = ([, node]: (typeof nodes)[number]) => node['x-weft-class'] === undefined;
  const lists = nodes.filter(unclassed).filter(([, { type, maxItems }]) => type === 'array' && maxItems === undefined);
  expect(lists.map(([path]) => path)).toEqual([]);
});

test('examples and defaults are accepted', () => {
  for (const [path, node] of nodes) {
    if (node['x-weft-class'] !== undefined) continue;
    for (const example of [...(node.examples ?? []), ...(node.default === undefined ? [] : [node.default])]) {
      const { warnings } = parseConfig({ key: example }, { type: 'object', properties: { key: node } });
      expect([path, warnings]).toEqual([path, []]);
    }
  }
});
