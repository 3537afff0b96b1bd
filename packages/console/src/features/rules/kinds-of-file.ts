import { KINDS, type RuleKind } from '../../ui/rule-kinds/index.ts';

/** The types of rules that a file says it holds, in the order of the menu: of the whole or of single rules; none when it says nothing. */
export function kindsOfFile(file: unknown): readonly RuleKind[] {
  if (typeof file !== 'object' || file === null) return [];
  const { type, rules } = file as { readonly type?: unknown; readonly rules?: unknown };
  const named = new Set<unknown>([type]);
  if (Array.isArray(rules)) for (const rule of rules) named.add((rule as { readonly type?: unknown } | null)?.type);
  return KINDS.filter((kind) => named.has(kind.type));
}
