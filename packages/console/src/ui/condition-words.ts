import { Condition, SYSTEM_FIELD_LABELS } from '@weft/api/rules';
import { type Language, type MessageKey, translator } from '../i18n/index.ts';
import { type FieldSchema, valueLabel } from './schema-form/index.ts';

/** A condition as proxies and the control plane write it: `HEADER user EQUAL [ann]`. */
const FORM = /^([A-Z]+) (\S+) ([A-Z_]+) \[(.*)\]$/s;
const SAYS: Readonly<Record<string, MessageKey>> = {
  EQUAL: 'condition.says-EQUAL',
  NOT_EQUAL: 'condition.says-NOT_EQUAL',
  IN: 'condition.says-IN',
  NOT_IN: 'condition.says-NOT_IN',
  REGEX: 'condition.says-REGEX',
};
const LABELS: Readonly<Partial<Record<string, Readonly<Record<Language, string>>>>> = SYSTEM_FIELD_LABELS;
const { type: KINDS = {}, operation: OPERATIONS = {} } = (Condition as FieldSchema).properties ?? {};

/** A condition of a rule in the words of its form: "Header user is ann". What has another form stays as it is. */
export function conditionInWords(text: string, language: Language): string {
  const t = translator(language);
  const [, kind = '', field = '', operation = '', value = ''] = FORM.exec(text) ?? [];
  const key = SAYS[operation];
  if (key === undefined) return text;
  const system = kind === 'SYSTEM' ? LABELS[field] : undefined;
  const what = system === undefined ? `${valueLabel(KINDS, kind, language)} ${field}` : system[language];
  return t(key, { what, value: value === '' ? t('explain.nothing') : value });
}

/** What forms call a way of comparing: `NOT_IN` reads "does not belong to". */
export const operationInWords = (operation: string, language: Language): string =>
  valueLabel(OPERATIONS, operation, language);
