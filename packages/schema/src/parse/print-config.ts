import type { JsonSchema, SchemaNode } from '../json-schema.ts';
import { fieldsOf } from './fields.ts';
import { formatDuration } from './scalars.ts';

/**
 * A parsed configuration as a document that can be read again: durations, which are milliseconds in the parsed form,
 * become texts such as `"1m30s"`. Sizes stay whole numbers of bytes, which a document may hold. What has no duration is
 * not copied.
 */
export function printConfig(value: unknown, schema: JsonSchema): unknown {
  return printNode(value, schema as SchemaNode);
}

function printNode(value: unknown, node: SchemaNode): unknown {
  const format = node['x-weft-format'];
  if (format === 'duration' || format === 'duration-ns')
    return typeof value === 'number' ? formatDuration(value) : value;
  if (node.anyOf !== undefined) return node.anyOf.reduce(printNode, value);
  if (Array.isArray(value)) {
    const { items } = node;
    if (items === undefined) return value;
    const printed = value.map((item) => printNode(item, items));
    return printed.every((item, index) => item === value[index]) ? value : printed;
  }
  if (typeof value !== 'object' || value === null || node['x-weft-json'] === true) return value;
  const fields = fieldsOf(node);
  const other = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  const printed: Record<string, unknown> = Object.create(Object.getPrototypeOf(value));
  let changed = false;
  for (const [key, child] of Object.entries(value)) {
    const childNode = fields.byKey.get(key.toLowerCase())?.field.node ?? other;
    printed[key] = childNode === undefined ? child : printNode(child, childNode);
    if (printed[key] !== child) changed = true;
  }
  return changed ? printed : value;
}
