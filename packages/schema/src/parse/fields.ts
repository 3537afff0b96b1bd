import type { SchemaNode } from '../json-schema.ts';

export interface Field {
  readonly name: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

/** What the reader of an object needs, computed once per schema object. */
export interface ObjectFields {
  readonly list: readonly Field[];
  readonly names: readonly string[];
  /** By lower-case key; `deprecated` when the key is an alias. */
  readonly byKey: ReadonlyMap<string, { readonly field: Field; readonly deprecated: boolean }>;
}

const cache = new WeakMap<SchemaNode, ObjectFields>();

export function fieldsOf(node: SchemaNode): ObjectFields {
  const known = cache.get(node);
  if (known !== undefined) return known;
  const required = new Set(node.required);
  const list = Object.entries(node.properties ?? {}).map(([name, child]) => ({
    name,
    node: child,
    required: required.has(name),
  }));
  const byKey = new Map<string, { field: Field; deprecated: boolean }>();
  for (const field of list) {
    for (const alias of field.node['x-weft-alias'] ?? []) byKey.set(alias.toLowerCase(), { field, deprecated: true });
  }
  for (const field of list) byKey.set(field.name.toLowerCase(), { field, deprecated: false });
  const fields = { list, names: list.map((field) => field.name), byKey };
  cache.set(node, fields);
  return fields;
}
