import type { FieldChange } from '@weft/api';
import { isObject } from './rule-file.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly default?: unknown;
}

/** What `after` differs in from `before`, by the fields of the schema; what is missing counts as its default. */
export function compareBySchema(schema: Node, before: unknown, after: unknown, path = ''): FieldChange[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const [one, other] = [before, after].map((value) => (isObject(value) ? value[name] : undefined) ?? node.default);
    const here = `${path}/${name}`;
    if (node.properties !== undefined) return compareBySchema(node, one, other, here);
    if (canonical(filled(node, one)) === canonical(filled(node, other))) return [];
    return [{ path: here, before: one, after: other }];
  });
}

/** A list with the defaults of the fields of its items. */
function filled({ items }: Node, value: unknown): unknown {
  if (items?.properties === undefined || !Array.isArray(value)) return value;
  const defaults = Object.entries(items.properties).flatMap(([name, node]) =>
    node.default === undefined ? [] : [[name, node.default]],
  );
  return value.map((item: unknown) => (isObject(item) ? { ...Object.fromEntries(defaults), ...item } : item));
}

/** JSON with keys in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}
