import type { Language } from '../../i18n/index.ts';
import { type FieldSchema, valueLabel } from './schema.ts';

/** Values of choices with the labels that forms show for them. */
export type ValueLabels = ReadonlyMap<string, string>;

/** The labels of every choice of a schema, so that help texts can speak of what the form shows. */
export function labelsOf(schema: FieldSchema, language: Language): ValueLabels {
  const labels = new Map<string, string>();
  const walk = (of: FieldSchema): void => {
    for (const value of of.enum ?? []) {
      const label = valueLabel(of, String(value), language);
      if (label !== String(value) && !labels.has(String(value))) labels.set(String(value), label);
    }
    for (const child of Object.values(of.properties ?? {})) walk(child);
    if (of.items !== undefined) walk(of.items);
  };
  walk(schema);
  return labels;
}

/** A help text with the labels of choices in place of their values: `CONTROL` reads "Intercept". */
export function plainWords(text: string, labels: ValueLabels, language: Language): string {
  return text.replace(/`?\b([A-Za-z][A-Za-z0-9_]*)\b`?/g, (whole, word: string) => {
    const label = labels.get(word);
    if (label === undefined) return whole;
    return language === 'zh' ? `“${label}”` : `"${label}"`;
  });
}
