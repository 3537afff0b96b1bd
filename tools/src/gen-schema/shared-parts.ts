import type { SchemaNode } from '@weft/schema';

/** Shorter parts are written where they stand: a name would be longer to read. In lines of indented JSON. */
const MIN_LINES = 12;

/** A schema that stands in more than one place, written once under a name. */
export interface Part {
  readonly name: string;
  readonly node: SchemaNode;
  /** Whether it stands in more than one schema, maybe of another package; otherwise in several places of one. */
  readonly common: boolean;
}

/** A schema as an expression, and the names of the parts in it. */
export interface RenderedNode {
  readonly text: string;
  readonly names: ReadonlySet<string>;
}

/** Parts that stand in several places of some schemas, and how a schema is written with their names. */
export interface SharedParts {
  /** Each part before those that use it. */
  readonly parts: readonly Part[];
  /** The name of a node that is a part. */
  readonly nameOf: (node: SchemaNode) => string | undefined;
  /** `node` with the names of parts in it; one that is itself a part is written out. */
  readonly render: (node: SchemaNode) => RenderedNode;
}

interface Elsewhere {
  /** Schemas of other packages, which take what they have in common with these from here. */
  readonly takers?: readonly SchemaNode[];
  /** Parts of another package: they are none here. */
  readonly given?: readonly Part[];
}

/** Finds what the schemas of one package have in common, with each other and within themselves. */
export function shareParts(schemas: readonly SchemaNode[], { takers = [], given = [] }: Elsewhere = {}): SharedParts {
  const names = new Map(given.map(({ name, node }) => [JSON.stringify(node), name]));
  const uses = new Map<string, { readonly key: string; readonly node: SchemaNode; times: number }>();
  const visit = (node: SchemaNode, key: string): void => {
    const text = JSON.stringify(node);
    if (names.has(text)) return;
    const known = uses.get(text);
    if (known !== undefined) {
      known.times += 1;
      return;
    }
    for (const [child, childKey] of children(node, key)) visit(child, childKey);
    // Entered after its children, so that a part follows the parts that it uses.
    if (JSON.stringify(node, null, 2).split('\n').length >= MIN_LINES) uses.set(text, { key, node, times: 1 });
  };
  for (const schema of schemas) for (const [child, key] of children(schema, 'schema')) visit(child, key);
  const takenElsewhere = new Set<string>();
  const take = (node: SchemaNode): void => {
    for (const [child] of children(node, '')) {
      const text = JSON.stringify(child);
      if (uses.has(text)) takenElsewhere.add(text);
      else take(child);
    }
  };
  for (const taker of takers) take(taker);

  const textsOfEach = schemas.map((schema) => textsBelow(schema));
  const taken = new Set(names.values());
  const parts: Part[] = [];
  for (const [text, { key, node, times }] of uses) {
    const elsewhere = takenElsewhere.has(text);
    if (times < 2 && !elsewhere) continue;
    const name = freeName(key, taken);
    names.set(text, name);
    parts.push({ name, node, common: elsewhere || textsOfEach.filter((texts) => texts.has(text)).length > 1 });
  }
  return { parts, nameOf: (node) => names.get(JSON.stringify(node)), render: (node) => renderNode(node, names) };
}

function textsBelow(node: SchemaNode, texts = new Set<string>()): ReadonlySet<string> {
  for (const [child] of children(node, '')) {
    texts.add(JSON.stringify(child));
    textsBelow(child, texts);
  }
  return texts;
}

function renderNode(node: SchemaNode, names: ReadonlyMap<string, string>): RenderedNode {
  const used = new Set<string>();
  const places = new Map<string, string>();
  const replace = (child: SchemaNode): unknown => {
    const name = names.get(JSON.stringify(child));
    if (name === undefined) return mapChildren(child, replace);
    used.add(name);
    const mark = `\u0000${name}`;
    places.set(JSON.stringify(mark), name);
    return mark;
  };
  let text = JSON.stringify(mapChildren(node, replace), null, 2);
  for (const [mark, name] of places) text = text.replaceAll(mark, name);
  return { text, names: used };
}

/** The schemas right below `node`, each with the key that names it best. */
function children(node: SchemaNode, key: string): [SchemaNode, string][] {
  const found: [SchemaNode, string][] = Object.entries(node.properties ?? {}).map(([name, child]) => [child, name]);
  if (node.items !== undefined) found.push([node.items, `${key}Item`]);
  if (typeof node.additionalProperties === 'object') found.push([node.additionalProperties, `${key}Value`]);
  for (const child of node.anyOf ?? []) found.push([child, `${key}Variant`]);
  return found;
}

/** `node` with everything that `children` finds replaced; the order of keys stays. */
function mapChildren(node: SchemaNode, replace: (child: SchemaNode) => unknown): Record<string, unknown> {
  const result: Record<string, unknown> = { ...node };
  if (node.properties !== undefined)
    result['properties'] = Object.fromEntries(
      Object.entries(node.properties).map(([name, child]) => [name, replace(child)]),
    );
  if (node.items !== undefined) result['items'] = replace(node.items);
  if (typeof node.additionalProperties === 'object')
    result['additionalProperties'] = replace(node.additionalProperties);
  if (node.anyOf !== undefined) result['anyOf'] = node.anyOf.map(replace);
  return result;
}

/** `max_burst-ratio` → `maxBurstRatioPart`, with a number where several parts have the key. */
function freeName(key: string, taken: Set<string>): string {
  const words = key.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const base = words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word))).join('');
  let name = `${base}Part`;
  for (let number = 2; taken.has(name); number++) name = `${base}Part${number}`;
  taken.add(name);
  return name;
}

function lowerFirst(word: string): string {
  return `${word[0]?.toLowerCase()}${word.slice(1)}`;
}

function upperFirst(word: string): string {
  return `${word[0]?.toUpperCase()}${word.slice(1)}`;
}
