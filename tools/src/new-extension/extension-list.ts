import { parseSync, Visitor } from 'oxc-parser';

/**
 * Puts `entry` into the source of the list of extensions: behind the last one of the same kind, or at the end.
 *
 * @param entry an object literal without a comma behind it
 * @throws when the source has no array of objects with `kind` and `load`, or already has the name for this kind
 */
export function insertEntry(source: string, kind: string, name: string, entry: string): string {
  const entries = findEntries(source);
  if (entries.some((other) => other.kind === kind && other.name === name)) {
    throw new Error(`the list of extensions already has the ${kind} ${name}`);
  }
  const last = entries.findLast((other) => other.kind === kind) ?? entries.at(-1);
  if (last === undefined) {
    const open = /(=\s*\[)\s*\]/.exec(source);
    if (open === null) throw new Error('no list of extensions found: an array of objects with kind, name and load');
    const at = open.index + (open[1] ?? '').length;
    return `${source.slice(0, at)}\n  ${entry},\n${source.slice(at).trimStart()}`;
  }
  return `${source.slice(0, last.end)},\n  ${entry}${source.slice(last.end)}`;
}

function findEntries(source: string): { kind: string; name: string; end: number }[] {
  const { program } = parseSync('extensions.ts', source, { lang: 'ts' });
  const entries: { kind: string; name: string; end: number }[] = [];
  new Visitor({
    ObjectExpression(node) {
      const fields = new Map<string, unknown>();
      for (const property of node.properties) {
        if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
        fields.set(property.key.name, property.value.type === 'Literal' ? property.value.value : true);
      }
      const [kind, name] = [fields.get('kind'), fields.get('name')];
      if (typeof kind === 'string' && typeof name === 'string' && fields.has('load')) {
        entries.push({ kind, name, end: node.end });
      }
    },
  }).visit(program);
  return entries.sort((a, b) => a.end - b.end);
}
