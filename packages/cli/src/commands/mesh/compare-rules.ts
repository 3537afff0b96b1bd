import type { FieldChange } from '@weft/api';
import { isObject } from './rule-file.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly default?: unknown;
}

/** What `after` differs in from `before`, by the fields of the schema; what is missing counts as its default. */
export function compareBySchema(schema: Node, before: unknown, after: unknown, path = ''): FieldChange[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const [one, other] = [before, after].map((value) => (isObject(value) ? value[name] : undefined) ?? node.default);
    const here = `${path}/${name}`;
    if (node.properties !== undefined) return compareBySchema(node, one, other, here);
    return canonical(one) === canonical(other) ? [] : [{ path: here, before: one, after: other }];
  });
}

/** JSON with keys in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}
