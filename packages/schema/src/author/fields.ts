/**
 * How the `schema.ts` of an extension is written: TypeBox plus the fields that configuration files need. Development
 * time only: the generator turns `schema.ts` into `schema.gen.ts`, and that is what a running process imports.
 *
 * A field with a default is declared without `Type.Optional`: it is always there in the parsed form, and the generator
 * takes it out of `required`.
 */
import { type Static, type TSchema, Type } from 'typebox';
import type { DeepReadonly, FieldFormat, FormHints, JsonObject, JsonValue } from '../json-schema.ts';
import { parseBytes, parseDuration } from '../parse/scalars.ts';

/** The parsed form of what `S` describes: defaults filled, durations in ms, read-only. */
export type Parsed<S extends TSchema> = DeepReadonly<Static<S>>;

export interface FieldOptions<Default> {
  /** One sentence: what it does, and its unit where the name has none. */
  readonly description: string;
  readonly default?: Default;
  readonly examples?: readonly unknown[];
  /** Zero means "not given", as in MOSN. */
  readonly zeroIsDefault?: boolean;
  /** Deprecated names of the key. */
  readonly alias?: readonly string[];
  /** Label of the field in forms. */
  readonly title?: string;
  /** How forms show it. */
  readonly form?: FormHints;
}

interface RangeOptions<Bound> {
  readonly minimum?: Bound;
  readonly maximum?: Bound;
}

type DurationText = string | 0;
type BytesText = string | number;

const annotate = (options: FieldOptions<unknown>): Record<string, unknown> => ({
  ...(options.title === undefined ? {} : { title: options.title }),
  description: options.description,
  ...(options.default === undefined ? {} : { default: options.default }),
  ...(options.examples === undefined ? {} : { examples: options.examples }),
  ...(options.zeroIsDefault === true ? { 'x-weft-zero-is-default': true } : {}),
  ...(options.alias === undefined ? {} : { 'x-weft-alias': options.alias }),
  ...(options.form === undefined ? {} : { 'x-weft-form': options.form }),
});

const scalar = (
  format: FieldFormat,
  unit: string,
  options: FieldOptions<unknown> & RangeOptions<string | number>,
  toNumber: (bound: string | number) => number | undefined,
): Record<string, unknown> => {
  const bound = (value: string | number): number => {
    const number = toNumber(value);
    if (number === undefined) throw new TypeError(`${format} bound ${JSON.stringify(value)} cannot be read`);
    return number;
  };
  return {
    'x-weft-format': format,
    'x-weft-unit': unit,
    minimum: options.minimum === undefined ? 0 : bound(options.minimum),
    ...(options.maximum === undefined ? {} : { maximum: bound(options.maximum) }),
    ...annotate(options),
  };
};

const durationBound = (value: string | number): number | undefined => (value === 0 ? 0 : parseDuration(value));

/** A duration: Go text such as `"1s"`, `"1h2m"`, or a bare 0; milliseconds when parsed, fractions allowed. Negative ones are refused. */
export const Duration = (options: FieldOptions<DurationText> & RangeOptions<DurationText>) =>
  Type.Unsafe<number>(scalar('duration', 'ms', options, durationBound));

/** A duration that may also be a whole number of nanoseconds, as MOSN's TCP proxy has it; milliseconds when parsed. */
export const DurationNs = (options: FieldOptions<DurationText> & RangeOptions<DurationText>) =>
  Type.Unsafe<number>(scalar('duration-ns', 'ms', options, durationBound));

/** A size: `"64KiB"`, `"10MB"` (K, KB and KiB are all 1024) or a whole number of bytes; bytes when parsed. */
export const Bytes = (options: FieldOptions<BytesText> & RangeOptions<BytesText>) =>
  Type.Unsafe<number>(scalar('bytes', 'bytes', options, parseBytes));

/** A whole number, also as text, or `"auto"`; 0 when parsed from `"auto"`. */
export const AutoCount = (options: FieldOptions<string | number> & RangeOptions<number>) =>
  Type.Unsafe<number>(scalar('auto-count', '0 = auto', options, Number));

/** A whole number, from 0 to 2^32-1 unless told otherwise. */
export const Count = (
  options: FieldOptions<number> & RangeOptions<number> & { readonly unit?: string; readonly clamp?: boolean },
) =>
  Type.Unsafe<number>({
    type: 'integer',
    minimum: options.minimum ?? 0,
    maximum: options.maximum ?? 4_294_967_295,
    ...(options.unit === undefined ? {} : { 'x-weft-unit': options.unit }),
    ...(options.clamp === true ? { 'x-weft-clamp': true } : {}),
    ...annotate(options),
  });

export const Flag = (options: FieldOptions<boolean>) => Type.Unsafe<boolean>({ type: 'boolean', ...annotate(options) });

export const Text = (
  options: FieldOptions<string> & {
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly pattern?: string;
    /** How a message words the pattern. */
    readonly expected?: string;
    /** Known values that are refused by name, each with what to do instead. */
    readonly unsupported?: Readonly<Record<string, string>>;
  },
) =>
  Type.Unsafe<string>({
    type: 'string',
    ...(options.minLength === undefined ? {} : { minLength: options.minLength }),
    ...(options.maxLength === undefined ? {} : { maxLength: options.maxLength }),
    ...(options.pattern === undefined ? {} : { pattern: options.pattern }),
    ...(options.expected === undefined ? {} : { 'x-weft-expected': options.expected }),
    ...(options.unsupported === undefined ? {} : { 'x-weft-unsupported-values': options.unsupported }),
    ...annotate(options),
  });

/** A text of 1 to 256 characters without control characters: the name of something that others refer to. */
export const Name = (options: FieldOptions<string>) =>
  Text({
    maxLength: 256,
    pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    expected: 'a name of 1 to 256 characters without control characters',
    ...options,
  });

/** A text that messages, dumps and logs show as `***`. */
export const Secret = (options: FieldOptions<string>) =>
  Type.Unsafe<string>({ type: 'string', 'x-weft-secret': true, ...annotate(options) });

/** One of `values`. */
export const Enum = <const Value extends string | number>(
  values: readonly Value[],
  options: FieldOptions<NoInfer<Value>> & {
    readonly ignoreCase?: boolean;
    /** Other spellings that are accepted, in lower case. */
    readonly spellings?: Readonly<Record<string, NoInfer<Value>>>;
    readonly unsupported?: Readonly<Record<string, string>>;
  },
) =>
  Type.Unsafe<Value>({
    type: typeof values[0] === 'number' ? 'integer' : 'string',
    enum: values,
    ...(options.spellings === undefined ? {} : { 'x-weft-enum-alias': options.spellings }),
    ...(options.ignoreCase === true ? { 'x-weft-ignore-case': true } : {}),
    ...(options.unsupported === undefined ? {} : { 'x-weft-unsupported-values': options.unsupported }),
    ...annotate(options),
  });

/** A number, fractions allowed. */
export const Decimal = (options: FieldOptions<number> & RangeOptions<number> & { readonly unit?: string }) =>
  Type.Unsafe<number>({
    type: 'number',
    ...(options.minimum === undefined ? {} : { minimum: options.minimum }),
    ...(options.maximum === undefined ? {} : { maximum: options.maximum }),
    ...(options.unit === undefined ? {} : { 'x-weft-unit': options.unit }),
    ...annotate(options),
  });

/** Any JSON, handed on as it is (frozen). */
export const Json = (options: FieldOptions<unknown>) =>
  Type.Unsafe<JsonValue>({ 'x-weft-json': true, ...annotate(options) });

/** Any JSON object, handed on as it is (frozen). */
export const JsonMap = (options: FieldOptions<JsonObject>) =>
  Type.Unsafe<JsonObject>({ type: 'object', 'x-weft-json': true, ...annotate(options) });

/** An object of texts under keys of the user's choice. */
export const TextMap = (options: FieldOptions<Readonly<Record<string, string>>>) =>
  Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    additionalProperties: { type: 'string', description: 'The value of this key.' },
    ...annotate(options),
  });

/** A list, empty when not given; up to 65536 entries unless told otherwise. */
export const List = <Item extends TSchema>(
  items: Item,
  options: FieldOptions<readonly unknown[]> & { readonly minItems?: number; readonly maxItems?: number },
) =>
  Type.Unsafe<Static<Item>[]>({
    type: 'array',
    items,
    ...((options.minItems ?? 0) > 0 ? { minItems: options.minItems } : { default: [] }),
    maxItems: options.maxItems ?? 65_536,
    ...annotate(options),
  });

const classed = (schema: TSchema, fieldClass: string, hint: string, switchKey?: string) =>
  Type.Optional(
    Type.Unsafe<never>({
      ...(JSON.parse(JSON.stringify(schema)) as object),
      'x-weft-class': fieldClass,
      'x-weft-hint': hint,
      ...(switchKey === undefined ? {} : { 'x-weft-switch': switchKey }),
    }),
  );

/** Known, and refused by name unless its value means "off" (null, false, 0, "", [], {}, or `switchKey` of it not true). */
export const Unsupported = (schema: TSchema, hint: string, switchKey?: string) =>
  classed(schema, 'unsupported', hint, switchKey);

/** Known and without effect: dropped, with a warning that says why unless its value means "off". */
export const Ignored = (schema: TSchema, why: string) => classed(schema, 'ignored', why);
