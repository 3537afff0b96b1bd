import {
  CONDITION_OPERATION_LABELS,
  CONDITION_TYPE_LABELS,
  type Label,
  type LabelLanguage,
  SYSTEM_FIELD_LABELS,
} from './condition-labels.ts';

/** What conditions ask for. */
interface ConditionParts {
  readonly type: string;
  readonly field: string;
  readonly operation: string;
  readonly value: readonly string[];
}

/** A condition in one line, as explanations carry it: `HEADER user EQUAL [ann]`, `HEADER user IN ["a,b", c]`. */
export function conditionText({ type, field, operation, value }: ConditionParts): string {
  const isList = value.length > 1 || operation === 'IN' || operation === 'NOT_IN';
  return `${type} ${field} ${operation} [${isList ? listInWords(value) : value.join()}]`;
}

/** Values of a list, with commas; in quotes where the end of one would not be seen. */
export const listInWords = (values: readonly string[]): string => values.map(quoted).join(', ');

const quoted = (value: string): string => (/^$|^\s|\s$|[,"]/.test(value) ? JSON.stringify(value) : value);

/** What `conditionText` writes. */
const FORM = /^([A-Z]+) (\S+) ([A-Z_]+) \[(.*)\]$/s;

type Labels = Readonly<Partial<Record<string, Label>>>;
const TYPES: Labels = CONDITION_TYPE_LABELS;
const FIELDS: Labels = SYSTEM_FIELD_LABELS;
const OPERATIONS: Labels = CONDITION_OPERATION_LABELS;

/** How it compares, inside of a sentence. */
const SAYS: Labels = {
  EQUAL: { en: 'is', zh: '等于' },
  NOT_EQUAL: { en: 'is not', zh: '不等于' },
  IN: { en: 'is one of', zh: '属于' },
  NOT_IN: { en: 'is none of', zh: '不属于' },
  REGEX: { en: 'matches', zh: '匹配正则' },
};
const NOTHING: Label = { en: 'nothing', zh: '空' };

/** A condition of a rule as people say it: `Header user is ann`. What has another form stays as it is. */
export function conditionInWords(text: string, language: LabelLanguage): string {
  const [, type = '', field = '', operation = '', value = ''] = FORM.exec(text) ?? [];
  const says = SAYS[operation];
  if (says === undefined) return text;
  const system = type === 'SYSTEM' ? FIELDS[field] : undefined;
  const what = system?.[language] ?? `${TYPES[type]?.[language] ?? type} ${field}`;
  return `${what} ${says[language]} ${value === '' ? NOTHING[language] : value}`;
}

/** What forms call a way of comparing: `NOT_IN` reads "does not belong to". */
export const operationInWords = (operation: string, language: LabelLanguage): string =>
  OPERATIONS[operation]?.[language] ?? operation;
