import type { Language } from '../../i18n/index.ts';
import { type FieldSchema, isAdvanced, isShown, suffixOf, textsOf, valueLabel } from '../schema-form/index.ts';

/** Fields named at most; the rest is in the form. */
const MAX_FIELDS = 3;

/** What is special to a rule, made of its fields: "Fault type Delay · Delay 500 ms · Ratio 10 %". */
export function specInWords(schema: FieldSchema, spec: Readonly<Record<string, unknown>>, language: Language): string {
  const said: string[] = [];
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const value = spec[key] ?? field.default;
    const plain = typeof value === 'number' || (typeof value === 'string' && value !== '');
    if (!plain || isAdvanced(field) || !isShown(field, spec)) continue;
    const { title } = textsOf(field, language, 'SERVER');
    const shown =
      field.enum === undefined ? `${value}${unitOf(field, language)}` : valueLabel(field, String(value), language);
    said.push(`${title} ${shown}`);
    if (said.length === MAX_FIELDS) break;
  }
  return said.join(' · ');
}

/** Units that read well behind a number. */
function unitOf(field: FieldSchema, language: Language): string {
  const unit = suffixOf(field['x-weft-unit']);
  if (unit === undefined) return '';
  return language === 'zh' && unit === '%' ? unit : `\u00a0${unit}`;
}
