import type { SchemaNode } from '../json-schema.ts';
import { formatBytes, formatDuration } from './scalars.ts';

const MAX_VALUES_NAMED = 12;

/** What a message expects of a value: `a whole number from 1 to 65535`. */
export function describeExpected(node: SchemaNode): string {
  if (node['x-weft-expected'] !== undefined) return node['x-weft-expected'];
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return describeValues(node.enum);
  switch (node['x-weft-format']) {
    case 'duration':
      return `a duration such as "1s" or 0${range(node, formatDuration)}`;
    case 'duration-ns':
      return `a duration such as "1s" or a whole number of nanoseconds${range(node, formatDuration)}`;
    case 'bytes':
      return `a size such as "64KiB" or a whole number of bytes${range(node, formatBytes)}`;
    case 'auto-count':
      return `"auto" or a whole number${range(node, String)}`;
  }
  if (node.anyOf !== undefined) return node.anyOf.map(describeExpected).join(', or ');
  switch (node.type) {
    case 'object':
      return `an object${length(undefined, node.maxProperties, 'entry', 'entries')}`;
    case 'array':
      return `a list${length(node.minItems, node.maxItems, 'entry', 'entries')}`;
    case 'string':
      return `a text${length(node.minLength, node.maxLength, 'character', 'characters')}${node.pattern === undefined ? '' : ` that matches ${node.pattern}`}`;
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number${range(node, String)}`;
    case 'number':
      return `a number${range(node, String)}`;
    default:
      return 'any JSON value';
  }
}

export function describeValues(values: readonly (string | number | boolean)[]): string {
  const named = values.slice(0, MAX_VALUES_NAMED).map((value) => JSON.stringify(value));
  if (named.length === 1) return named[0] ?? '';
  return `one of ${named.join(', ')}${values.length > MAX_VALUES_NAMED ? ', …' : ''}`;
}

/** Bounds that only repeat "not negative" or the width of the machine's numbers say nothing to a reader. */
const UNSAID_MAXIMA: readonly unknown[] = [4_294_967_295, Number.MAX_SAFE_INTEGER];

function range(node: SchemaNode, format: (bound: number) => string): string {
  const above = node.exclusiveMinimum;
  const low = node.minimum;
  const below = node.exclusiveMaximum;
  const high = UNSAID_MAXIMA.includes(node.maximum) ? undefined : node.maximum;
  if (low !== undefined && high !== undefined) return ` from ${format(low)} to ${format(high)}`;
  const parts: string[] = [];
  if (above !== undefined) parts.push(` above ${format(above)}`);
  if (low !== undefined) parts.push(low === 0 ? ', not negative' : ` of at least ${format(low)}`);
  if (below !== undefined) parts.push(` below ${format(below)}`);
  if (high !== undefined) parts.push(` of at most ${format(high)}`);
  return parts.join('');
}

function length(low: number | undefined, high: number | undefined, one: string, many: string): string {
  if (low !== undefined && low === high) return ` of exactly ${low} ${low === 1 ? one : many}`;
  if (low !== undefined && high !== undefined) return ` of ${low} to ${high} ${many}`;
  if (low !== undefined) return ` of at least ${low} ${low === 1 ? one : many}`;
  if (high !== undefined) return ` of at most ${high} ${many}`;
  return '';
}
