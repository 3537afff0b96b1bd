import { regexProblem } from '@weft/api/rules';
import type { Translate } from '../../i18n/index.ts';
import { exactlyOneOf, type FieldSchema, type FormObject, isShown, type Path, pointerOf, recordOf } from './schema.ts';

/** What is wrong, by JSON pointer of the field. */
export type Problems = ReadonlyMap<string, string>;

/** Checks a value as the server will: the server stays the judge, this saves the way there. */
export function validate(schema: FieldSchema, value: unknown, t: Translate): Problems {
  const problems = new Map<string, string>();
  walk(schema, value, [], true, t, problems);
  return problems;
}

function walk(
  schema: FieldSchema,
  value: unknown,
  path: Path,
  required: boolean,
  t: Translate,
  problems: Map<string, string>,
): void {
  const problem = problemOf(schema, value, required, t);
  if (problem !== null) {
    problems.set(pointerOf(path), withExample(schema, problem, t));
    return;
  }
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      if (schema.items !== undefined) walk(schema.items, item, [...path, at], true, t, problems);
    }
    return;
  }
  const record = recordOf(schema);
  if (record?.properties !== undefined && typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) walk(record, item, [...path, name], true, t, problems);
  if (schema.properties === undefined || typeof value !== 'object' || value === null) return;
  const object = value as FormObject;
  const { keys, filled } = exactlyOneOf(schema, object);
  if (keys.length > 0 && filled.length !== 1) {
    const at = pointerOf([...path, filled[1] ?? (keys[0] as string)]);
    problems.set(at, t(filled.length === 0 ? 'form.one-of-fields' : 'form.one-only'));
  }
  for (const [key, child] of Object.entries(schema.properties)) {
    if (!isShown(child, object)) continue;
    const needed = schema.required?.includes(key) === true && child.default === undefined;
    walk(child, object[key], [...path, key], needed, t, problems);
  }
  // What is added and left as it is: of other kinds an empty value fits what has no such entry.
  if (object['type'] === 'SYSTEM' && Array.isArray(object['value']) && object['value'][0] === '')
    problems.set(pointerOf([...path, 'value']), t('form.required'));
  else if (object['operation'] === 'REGEX' && Array.isArray(object['value'])) {
    const bad = regexProblem(String(object['value'][0] ?? ''));
    if (bad !== null) problems.set(pointerOf([...path, 'value']), t('form.bad-regex', { problem: bad.message }));
  }
}

function problemOf(schema: FieldSchema, value: unknown, required: boolean, t: Translate): string | null {
  if (isMissing(schema, value)) return required ? t('form.required') : null;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return numberProblem(schema, value, t);
    case 'string':
      return stringProblem(schema, value, t);
    case 'array':
      return listProblem(schema, value, t);
    case 'boolean':
      return typeof value === 'boolean' ? null : t('form.not-boolean');
    case 'object':
      return typeof value === 'object' && !Array.isArray(value) ? null : t('form.not-object');
    default:
      return null;
  }
}

/** Nothing was entered: an empty text or list counts where it cannot be meant. */
function isMissing(schema: FieldSchema, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0 && (schema.minItems ?? 0) > 0;
  if (value !== '') return false;
  return (schema.minLength ?? 0) > 0 || (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(''));
}

function numberProblem(schema: FieldSchema, value: unknown, t: Translate): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return t('form.not-number');
  if (schema.type === 'integer' && !Number.isInteger(value)) return t('form.not-integer');
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  return value < minimum || value > maximum ? t('form.out-of-range', { minimum, maximum }) : null;
}

function stringProblem(schema: FieldSchema, value: unknown, t: Translate): string | null {
  if (typeof value !== 'string') return t('form.not-text');
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return t('form.not-one-of', { values: schema.enum.join(', ') });
  }
  if (schema.maxLength !== undefined && [...value].length > schema.maxLength) {
    return t('form.too-long', { maximum: schema.maxLength });
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    return t('form.bad-pattern', { expected: schema['x-weft-expected'] ?? schema.pattern });
  }
  return null;
}

function listProblem(schema: FieldSchema, value: unknown, t: Translate): string | null {
  if (!Array.isArray(value)) return t('form.not-list');
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minItems) return t('form.too-few', { minimum: minItems });
  return value.length > maxItems ? t('form.too-many', { maximum: maxItems }) : null;
}

function withExample(schema: FieldSchema, problem: string, t: Translate): string {
  const example = schema.examples?.[0];
  if (example === undefined || typeof example === 'object') return problem;
  return `${problem} ${t('form.example', { example: String(example) })}`;
}
