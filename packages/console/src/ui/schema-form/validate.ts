import { isWithin, regexProblem, type ValueRange } from '@weft/api/rules';
import { joinSentences, type Translate } from '../../i18n/index.ts';
import { exampleOf, examplePair, SYSTEM_EXAMPLES } from './example.ts';
import {
  exactlyOneOf,
  type FieldSchema,
  type FormObject,
  isShown,
  type Path,
  pointerOf,
  recordOf,
  suffixOf,
} from './schema.ts';

/** What is wrong, by JSON pointer of the field. */
export type Problems = ReadonlyMap<string, string>;

/** Bounds of numbers, by JSON pointer of the field. */
export type Ranges = ReadonlyMap<string, ValueRange>;

interface Check {
  readonly t: Translate;
  readonly ranges: Ranges;
  readonly problems: Map<string, string>;
}

/**
 * Checks a value as the server will: the server stays the judge, this saves the way there. `ranges` are the bounds of fields
 * of which the schema has wider ones.
 */
export function validate(schema: FieldSchema, value: unknown, t: Translate, ranges: Ranges = new Map()): Problems {
  const problems = new Map<string, string>();
  walk(schema, value, [], true, { t, ranges, problems });
  return problems;
}

function walk(schema: FieldSchema, value: unknown, path: Path, required: boolean, check: Check): void {
  const { t, problems } = check;
  const range = rangeOf(schema, path, check.ranges);
  const problem = problemOf(schema, value, required, range, t);
  if (problem !== null) {
    problems.set(pointerOf(path), withExample(schema, problem, range, isMissing(schema, value), t));
    return;
  }
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      if (schema.items !== undefined) walk(schema.items, item, [...path, at], true, check);
    }
    return;
  }
  const record = recordOf(schema);
  if (record?.properties !== undefined && typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) walk(record, item, [...path, name], true, check);
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
    walk(child, object[key], [...path, key], needed, check);
  }
  // What is added and left as it is: of other kinds an empty value fits what has no such entry.
  if (object['type'] === 'SYSTEM' && Array.isArray(object['value']) && object['value'][0] === '')
    problems.set(pointerOf([...path, 'value']), requiredLike(SYSTEM_EXAMPLES[String(object['field'])], t));
  else if (object['operation'] === 'REGEX' && Array.isArray(object['value'])) {
    const bad = regexProblem(String(object['value'][0] ?? ''));
    if (bad !== null) problems.set(pointerOf([...path, 'value']), t('form.bad-regex', { problem: bad.message }));
  }
}

/** The bounds of a number: those of the schema where nobody knows better. */
function rangeOf(schema: FieldSchema, path: Path, ranges: Ranges): ValueRange {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  return ranges.get(pointerOf(path)) ?? { from: minimum, above: false, to: maximum };
}

function problemOf(
  schema: FieldSchema,
  value: unknown,
  required: boolean,
  range: ValueRange,
  t: Translate,
): string | null {
  if (isMissing(schema, value)) return required ? t('form.required') : null;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return numberProblem(schema, value, range, t);
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

function numberProblem(schema: FieldSchema, value: unknown, range: ValueRange, t: Translate): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return t('form.not-number');
  if (schema.type === 'integer' && !Number.isInteger(value)) return t('form.not-integer');
  if (isWithin(range, value)) return null;
  const unit = suffixOf(range.unit ?? schema['x-weft-unit']);
  const said = { minimum: range.from, maximum: unit === undefined ? range.to : `${range.to}\u00a0${unit}` };
  if (range.above) return t('form.above-at-most', said);
  return t(range.orZero === true ? 'form.zero-or-range' : 'form.out-of-range', said);
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

/** An example where it can be one: not beside that of a control with known values, which is one of those, nor out of bounds. */
function withExample(schema: FieldSchema, problem: string, range: ValueRange, missing: boolean, t: Translate): string {
  if (schema['x-weft-form']?.widget?.startsWith('select-') === true) return problem;
  const [first] = schema.examples ?? [];
  // Of lists and pairs what is wrong is mostly how many there are: an example helps who has none.
  const example = typeof first !== 'object' ? first : missing ? exampleOfSeveral(schema) : undefined;
  if (example === undefined) return problem;
  if (typeof example === 'number' && !isWithin(range, example)) return problem;
  return joinSentences([problem, t('form.example', { example: String(example) })]);
}

function exampleOfSeveral(schema: FieldSchema): string | undefined {
  const pair = Array.isArray(schema.examples?.[0]) ? undefined : examplePair(schema);
  if (pair === undefined) return exampleOf(schema, 'en');
  return typeof pair[1] === 'object' ? undefined : pair.join('=');
}

const requiredLike = (example: string | undefined, t: Translate): string =>
  example === undefined ? t('form.required') : joinSentences([t('form.required'), t('form.example', { example })]);
