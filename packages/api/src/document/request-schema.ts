import type { SchemaNode } from '@weft/schema';

/**
 * A TypeBox schema as what a caller may send: a field with a default may be missing. Plain data, without the marks
 * that TypeBox keeps on its objects.
 */
export function requestSchema(schema: object): SchemaNode {
  return relax(JSON.parse(JSON.stringify(schema))) as SchemaNode;
}

function relax(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relax);
  if (typeof value !== 'object' || value === null) return value;
  const node: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    // What stands in these is data, not schema.
    node[key] =
      key === 'default' || key === 'examples' || key === 'enum' || key.startsWith('x-') ? child : relax(child);
  }
  const properties = node['properties'] as Record<string, { default?: unknown }> | undefined;
  if (properties !== undefined && Array.isArray(node['required'])) {
    const required = (node['required'] as string[]).filter((name) => properties[name]?.default === undefined);
    if (required.length === 0) delete node['required'];
    else node['required'] = required;
  }
  return node;
}
