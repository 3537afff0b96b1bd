/**
 * A JSON Schema 2020-12 document as plain data. `T` is the type of what `parseConfig` makes of a document that fits;
 * it exists for the compiler only.
 */
export type JsonSchema<T = unknown> = Readonly<Record<string, unknown>> & { readonly [parsed]?: T };

declare const parsed: unique symbol;

/** What becomes of a key: `ignored` is known and has no effect (a warning), `unsupported` is known and refused by name. */
export type FieldClass = 'implemented' | 'ignored' | 'unsupported';

/**
 * Text forms beyond JSON Schema, and what they become:
 * `duration` (`"1s"`, `"1h2m"`, or a bare 0) and `duration-ns` (the same, or a whole number of nanoseconds) → milliseconds;
 * `bytes` (`"64KiB"`, `"10MB"`, or a whole number) → bytes; `auto-count` (a whole number, also as text, or `"auto"`) → number, 0 for auto.
 */
export type FieldFormat = 'duration' | 'duration-ns' | 'bytes' | 'auto-count';

/**
 * The part of JSON Schema that `parseConfig` interprets, plus Weft's annotations. The generator refuses any other
 * keyword, so that none is written in vain. Objects take unknown keys with a warning, also where
 * `additionalProperties` is false; inside `x-weft-strict` they are errors.
 */
export interface SchemaNode {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly (string | number | boolean)[];
  readonly const?: string | number | boolean;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Of an object with keys of the user's choice. */
  readonly maxProperties?: number;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly 'x-weft-class'?: FieldClass;
  /** Why a key is ignored, or what to do instead of an unsupported one. */
  readonly 'x-weft-hint'?: string;
  /** Unknown keys are errors here and below. */
  readonly 'x-weft-strict'?: boolean;
  /** The value is never shown. */
  readonly 'x-weft-secret'?: boolean;
  readonly 'x-weft-format'?: FieldFormat;
  /** Any JSON, copied as it is; keys keep their spelling. */
  readonly 'x-weft-json'?: boolean;
  /** A zero (0, "", "0s") means "not given", as everywhere in Go's configuration files. */
  readonly 'x-weft-zero-is-default'?: boolean;
  /** A number above `maximum` becomes `maximum`, with a warning. */
  readonly 'x-weft-clamp'?: boolean;
  /** An unsupported object counts as absent unless this key of it is true. */
  readonly 'x-weft-switch'?: string;
  /** Known values that are refused by name, each with what to do instead. */
  readonly 'x-weft-unsupported-values'?: Readonly<Record<string, string>>;
  /** The values of `enum` are compared without case and become the spelling of `enum`. */
  readonly 'x-weft-ignore-case'?: boolean;
  /** Deprecated names of this key. */
  readonly 'x-weft-alias'?: readonly string[];
  /** `ms`, `bytes`, `percent` … of the parsed value, for the reference. */
  readonly 'x-weft-unit'?: string;
  /** What a message expects here, in place of the generated wording. */
  readonly 'x-weft-expected'?: string;
  /** Other spellings of values of `enum`, in lower case, and the value that each stands for. */
  readonly 'x-weft-enum-alias'?: Readonly<Record<string, string>>;
  /** How a form shows the field. Nothing here changes what is accepted. */
  readonly 'x-weft-form'?: FormHints;
}

/** Texts of a form in one language. */
export interface FormTexts {
  readonly title?: string;
  readonly description?: string;
}

/** What a form needs beyond JSON Schema. English texts are `title` and `description` of the schema itself. */
export interface FormHints {
  readonly zh?: FormTexts;
  /** Control to use where the type alone does not tell: `select-app`, `select-service`, `select-method`, `conditions`, `switch`, `radio` … */
  readonly widget?: string;
  /** Labels that depend on the direction of the rule. */
  readonly byDirection?: Readonly<Record<'SERVER' | 'CLIENT', { readonly en: FormTexts; readonly zh: FormTexts }>>;
  /** Label of each value of `enum`. */
  readonly values?: Readonly<Record<string, { readonly en: string; readonly zh: string }>>;
  /** Shown only while the sibling field `key` has the value `is`, or one of them. */
  readonly when?: { readonly key: string; readonly is: string | readonly string[] };
  /** Behind "more". */
  readonly advanced?: boolean;
  /** Has one value, that of its default: forms do not ask for it. */
  readonly fixed?: boolean;
  /** Of an object: exactly one of these fields is filled. */
  readonly exactlyOne?: readonly string[];
}

/** Any value that JSON can carry, frozen. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** `T` with every property, at any depth, read-only. */
export type DeepReadonly<T> = T extends JsonValue
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
      : T;
