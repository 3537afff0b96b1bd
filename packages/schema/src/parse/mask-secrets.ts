import type { JsonSchema, SchemaNode } from '../json-schema.ts';
import { fieldsOf } from './fields.ts';

export const MASK = '***';

/** A copy of a parsed configuration for dumps: secrets that are not empty read `***`. What has none is not copied. */
export function maskSecrets(value: unknown, schema: JsonSchema): unknown {
  return maskNode(value, schema as SchemaNode);
}

function maskNode(value: unknown, node: SchemaNode): unknown {
  if (node['x-weft-secret'] === true) return value === '' || value === undefined || value === null ? value : MASK;
  if (node.anyOf !== undefined) return node.anyOf.reduce(maskNode, value);
  if (Array.isArray(value)) {
    const { items } = node;
    if (items === undefined) return value;
    const masked = value.map((item) => maskNode(item, items));
    return masked.every((item, index) => item === value[index]) ? value : masked;
  }
  if (typeof value !== 'object' || value === null || node['x-weft-json'] === true) return value;
  const fields = fieldsOf(node);
  const masked: Record<string, unknown> = Object.create(Object.getPrototypeOf(value));
  let changed = false;
  for (const [key, child] of Object.entries(value)) {
    const other = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
    // Without case, as the parser reads keys: a document that was not parsed yet may be dumped too.
    const childNode = fields.byKey.get(key.toLowerCase())?.field.node ?? other;
    masked[key] = childNode === undefined ? child : maskNode(child, childNode);
    if (masked[key] !== child) changed = true;
  }
  return changed ? masked : value;
}
