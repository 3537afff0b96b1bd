import { HessianDouble, HessianObject, TypedList, TypedMap } from '@weft/hessian';
import { ValuePath } from '@weft/json-values';
import { readJavaObject } from './java-objects.ts';
import { DEFAULT_VALUE_LIMITS, type ValueLimits } from './limits.ts';

export interface ToJsonOptions {
  /** A whole number beyond ±2^53, a BigDecimal or BigInteger: its digits as a number (default), or as a string. */
  readonly bigNumbers?: 'raw' | 'string';
  /** A Date, Instant or one of `java.sql`: milliseconds since 1970 (default), or ISO 8601 in UTC. */
  readonly dates?: 'epoch' | 'iso';
  /** Writes the class of an object or of a typed map as its first field, `@type`. Default false: classes are dropped. */
  readonly keepTypes?: boolean;
  /**
   * Classes known to be enums (true) or known to be none (false). Hessian writes an enum as an object with the one field
   * `name`; of a class that is not named here that makes an enum when its value looks like a constant: `RED`, `IN_STOCK`.
   */
  readonly enums?: ReadonlyMap<string, boolean>;
  readonly limits?: ValueLimits;
}

const CONSTANT = /^[A-Z][A-Z0-9_$]*$/;
/** The grammar of numbers in JSON; digits of a BigDecimal such as `1E+3` are of it. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The JSON of a Java value, as `@weft/hessian` reads it. What is shared is written as often as it is referred to.
 * @throws ValueError `cyclic` for a value that contains itself, `limit`, `type` for the key of a map that has no text
 */
export function toJson(value: unknown, options: ToJsonOptions = {}): string {
  return new JsonWriter(options).write(value);
}

class JsonWriter {
  readonly #options: ToJsonOptions;
  readonly #limits: ValueLimits;
  readonly #path: ValuePath = new ValuePath();
  /** The lists, maps and objects that the value at hand is within. */
  readonly #around = new Set<object>();
  #values = 0;
  #text = '';

  constructor(options: ToJsonOptions) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_VALUE_LIMITS;
  }

  write(value: unknown): string {
    this.#value(value);
    return this.#text;
  }

  #value(value: unknown): void {
    if (++this.#values > this.#limits.maxValues)
      this.#path.fail('limit', `more than ${this.#limits.maxValues} values (${this.#limits.maxValuesOption})`);
    switch (typeof value) {
      case 'string':
        this.#put(JSON.stringify(value));
        return;
      case 'number':
        this.#put((value | 0) === value && !Object.is(value, -0) ? String(value) : doubleText(value));
        return;
      case 'bigint':
        this.#put(this.#wholeText(value));
        return;
      case 'boolean':
        this.#put(value ? 'true' : 'false');
        return;
    }
    if (value === null || value === undefined) this.#put('null');
    else if (value instanceof HessianDouble) this.#put(doubleText(value.value));
    else if (value instanceof Date) this.#put(this.#instantText(value.getTime(), 0));
    else if (value instanceof Uint8Array) this.#put(`"${Buffer.from(value).toString('base64')}"`);
    else this.#container(value as object);
  }

  #container(value: object): void {
    if (value instanceof HessianObject && this.#scalarObject(value)) return;
    if (this.#around.has(value)) this.#path.fail('cyclic', 'the value contains itself');
    if (this.#around.size >= this.#limits.maxDepth)
      this.#path.fail('limit', `more than ${this.#limits.maxDepth} values deep`);
    this.#around.add(value);
    if (Array.isArray(value)) this.#list(value);
    else if (value instanceof TypedList) this.#list(value.items);
    else if (value instanceof Map) this.#entries(value, '');
    else if (value instanceof TypedMap) this.#entries(value.entries, value.type);
    else if (value instanceof HessianObject) this.#entries(value.fields, value.className);
    else this.#path.fail('type', 'not a value of Java');
    this.#around.delete(value);
  }

  #list(items: readonly unknown[]): void {
    this.#put('[');
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.#put(',');
      this.#path.enter(i);
      this.#value(items[i]);
      this.#path.leave();
    }
    this.#put(']');
  }

  #entries(entries: ReadonlyMap<unknown, unknown>, type: string): void {
    let first = true;
    this.#put('{');
    if (this.#options.keepTypes === true && type !== '') {
      this.#put(`"@type":${JSON.stringify(type)}`);
      first = false;
    }
    for (const [key, value] of entries) {
      const name = this.#keyText(key);
      this.#put(`${first ? '' : ','}${JSON.stringify(name)}:`);
      first = false;
      this.#path.enter(name);
      this.#value(value);
      this.#path.leave();
    }
    this.#put('}');
  }

  /** Writes what is an object for Hessian and one text or number for everybody else; false when it is none. */
  #scalarObject(object: HessianObject): boolean {
    const text = this.#scalarText(object);
    if (text !== null) this.#put(text);
    return text !== null;
  }

  #scalarText(object: HessianObject): string | null {
    const enumName = this.#enumName(object);
    if (enumName !== null) return JSON.stringify(enumName);
    const known = readJavaObject(object);
    switch (known?.kind) {
      case 'number':
        return this.#options.bigNumbers === 'string' || !JSON_NUMBER.test(known.digits)
          ? JSON.stringify(known.digits)
          : known.digits;
      case 'instant':
        return this.#instantText(known.epochMs, known.nanos);
      case 'text':
        return JSON.stringify(known.text);
      default:
        return null;
    }
  }

  #enumName({ className, fields }: HessianObject): string | null {
    if (fields.size !== 1) return null;
    const name = fields.get('name');
    if (typeof name !== 'string' || className.startsWith('java.')) return null;
    return (this.#options.enums?.get(className) ?? CONSTANT.test(name)) ? name : null;
  }

  #keyText(key: unknown): string {
    switch (typeof key) {
      case 'string':
        return key;
      case 'number':
      case 'bigint':
      case 'boolean':
        return String(key);
    }
    if (key instanceof HessianDouble) return String(key.value);
    if (key instanceof Date) return unquoted(this.#instantText(key.getTime(), 0));
    const text = key instanceof HessianObject ? this.#scalarText(key) : null;
    if (text === null) this.#path.fail('type', 'the key of a map has no text');
    return unquoted(text);
  }

  #wholeText(value: bigint): string {
    const safe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
    return this.#options.bigNumbers === 'string' && !safe ? `"${value}"` : String(value);
  }

  #instantText(epochMs: number, nanos: number): string {
    if (this.#options.dates !== 'iso') return String(epochMs);
    const date = new Date(epochMs);
    if (Number.isNaN(date.getTime())) return String(epochMs);
    const below = nanos % 1_000_000;
    const text = date.toISOString();
    return below === 0 ? `"${text}"` : `"${text.slice(0, -1)}${String(below).padStart(6, '0')}Z"`;
  }

  #put(text: string): void {
    this.#text += text;
    if (this.#text.length > this.#limits.maxLength)
      this.#path.fail('limit', `more than ${this.#limits.maxLength} characters of JSON (max_body_bytes)`);
  }
}

/** A double keeps its point, so that nobody takes it for an int; what JSON has no number for is a string, as Jackson has it. */
function doubleText(value: number): string {
  if (Number.isNaN(value) || !Number.isFinite(value)) return `"${value}"`;
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}

function unquoted(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
