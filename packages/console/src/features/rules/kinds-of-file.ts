import type { RuleFile } from '../../services/rules.ts';
import { KINDS, type RuleKind } from '../../ui/rule-kinds/index.ts';

/** The types of rules that a file says it holds, in the order of the menu: of the whole or of single rules; none when it says nothing. */
export function kindsOfFile(file: unknown): readonly RuleKind[] {
  if (typeof file !== 'object' || file === null) return [];
  const { type, rules } = file as { readonly type?: unknown; readonly rules?: unknown };
  const named = new Set<unknown>([type]);
  if (Array.isArray(rules)) for (const rule of rules) named.add((rule as { readonly type?: unknown } | null)?.type);
  return KINDS.filter((kind) => named.has(kind.type));
}

/** The part of a file that a type's page takes: rules of the type, and those that name none in a file that is of it or of none. */
export function partOfKind(file: RuleFile, type: string): RuleFile {
  if (!Array.isArray(file.rules)) return file;
  const typeOf = (rule: unknown): unknown => (rule as { readonly type?: unknown } | null)?.type ?? file.type ?? type;
  const rules = file.rules
    .filter((rule) => typeOf(rule) === type)
    .map((rule) => {
      const { type: _, ...body } = rule as typeof rule & { readonly type?: unknown };
      return body as typeof rule;
    });
  return { ...file, rules };
}
