import type { FormHints, FormTexts, ValueRange } from '@weft/api/rules';
import type { Language } from '../../i18n/index.ts';

/** The part of JSON Schema that forms read. */
export interface FieldSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly items?: FieldSchema;
  /** Of an object with names of the user's choice: what stands under each of them. */
  readonly additionalProperties?: boolean | FieldSchema;
  readonly enum?: readonly (string | number | boolean)[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly 'x-weft-unit'?: string;
  readonly 'x-weft-expected'?: string;
  readonly 'x-weft-form'?: FormHints;
}

/** Units that stand behind a number. */
const SUFFIXES: Readonly<Record<string, string>> = { ms: 'ms', s: 's', percent: '%' };

export function suffixOf(unit: string | undefined): string | undefined {
  return SUFFIXES[unit ?? ''];
}

/** By how much the arrows of a number change it: tenths of what is at most 1 alone, as others would read "10.0" with them. */
export function stepOf({ type, maximum = 0 }: FieldSchema, range?: ValueRange): number {
  return type === 'integer' || (range?.to ?? maximum) > 1 ? 1 : 0.1;
}

export type Direction = 'SERVER' | 'CLIENT';
export type FormObject = Readonly<Record<string, unknown>>;
export type Path = readonly (string | number)[];

/** Label and help of a field in a language; some differ by the direction of the rule. */
export function textsOf(schema: FieldSchema, language: Language, direction: Direction): Required<FormTexts> {
  const hints = schema['x-weft-form'];
  const directed = hints?.byDirection?.[direction][language];
  const plain = language === 'zh' ? hints?.zh : { title: schema.title, description: schema.description };
  return {
    title: directed?.title ?? plain?.title ?? schema.title ?? '',
    description: directed?.description ?? plain?.description ?? schema.description ?? '',
  };
}

/** Label of a value of an enum. */
export function valueLabel(schema: FieldSchema, value: string, language: Language): string {
  return schema['x-weft-form']?.values?.[value]?.[language] ?? value;
}

/** Whether a field is shown beside its siblings as they are. */
export function isShown(schema: FieldSchema, siblings: FormObject): boolean {
  if (schema['x-weft-form']?.fixed === true) return false;
  const when = schema['x-weft-form']?.when;
  const value = siblings[when?.key ?? ''];
  return when === undefined || value === undefined || [when.is].flat().some((one) => one === value);
}

export function isAdvanced(schema: FieldSchema): boolean {
  return schema['x-weft-form']?.advanced === true;
}

const isFilled = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';

/** The fields of which exactly one is filled, and those of them that are. */
export function exactlyOneOf(
  schema: FieldSchema,
  value: FormObject,
): { readonly keys: readonly string[]; readonly filled: readonly string[] } {
  const keys = schema['x-weft-form']?.exactlyOne ?? [];
  return { keys, filled: keys.filter((key) => isFilled(value[key])) };
}

/** Whether a field has to be filled; one-of-these: it, or one of its neighbours. */
export type Needed = 'yes' | 'no' | 'one-of-these';

/** Of fields of which exactly one is filled, none is needed more than the others until one is. */
export function neededOf(key: string, schema: FieldSchema, value: FormObject): Needed {
  const { keys, filled } = exactlyOneOf(schema, value);
  if (keys.includes(key)) return filled.length === 0 ? 'one-of-these' : key === filled[0] ? 'yes' : 'no';
  return schema.required?.includes(key) === true && schema.properties?.[key]?.default === undefined ? 'yes' : 'no';
}

export function getAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

/** A copy with another value at a path; what is beside it stays the same object. `undefined` takes a key out. */
export function setAt(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (Array.isArray(value)) return value.map((item, at) => (at === key ? setAt(item, rest, next) : item));
  const copy: Record<string | number, unknown> = { ...(typeof value === 'object' && value !== null ? value : {}) };
  const child = setAt(copy[key], rest, next);
  if (child === undefined) delete copy[key];
  else copy[key] = child;
  return copy;
}

/** A value with the defaults of the schema where it has none. Keys that the schema does not know are kept. */
export function withDefaults(schema: FieldSchema, value: unknown): unknown {
  const given = value === undefined ? schema.default : value;
  if (schema.properties === undefined) {
    if (given === undefined && schema.type === 'array') return [];
    if (Array.isArray(given) && schema.items !== undefined) {
      const items = schema.items;
      return given.map((item) => withDefaults(items, item));
    }
    return given;
  }
  const filled: Record<string, unknown> = { ...(typeof given === 'object' && given !== null ? given : {}) };
  for (const [key, child] of Object.entries(schema.properties)) {
    const next = withDefaults(child, filled[key]);
    if (next !== undefined) filled[key] = next;
  }
  return filled;
}

/** What stands under each name of an object whose names the user chooses; undefined for other objects. */
export function recordOf({ additionalProperties: record }: FieldSchema): FieldSchema | undefined {
  return typeof record === 'object' ? record : undefined;
}

/** A path as JSON pointer (RFC 6901), as the server names fields. */
export function pointerOf(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
