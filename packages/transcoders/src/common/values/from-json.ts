import { HessianDouble, HessianObject, TypedList, TypedMap } from '@weft/hessian';
import { cut, JsonDecimal, type JsonValue, ValuePath } from '@weft/json-values';
import { bigDecimal, bigInteger, type Dialect, javaInstant, localTime, sqlDate, uuid } from './java-objects.ts';
import { ANY, type JavaType, type ScalarName, type SpecialName } from './java-types.ts';

/** Types of the fields of classes, by class: what JSON alone does not tell, such as which number is a Date. */
export type ClassTypes = ReadonlyMap<string, ReadonlyMap<string, JavaType>>;

export interface FromJsonOptions {
  /** Whose Hessian will be written. */
  readonly dialect: Dialect;
  readonly classes?: ClassTypes;
  /**
   * Takes the class of an object from its field `@type`, within what was declared as a class or not at all. Default false:
   * who lets callers choose classes lets them make any object that the provider can read.
   */
  readonly keepTypes?: boolean;
}

const TYPE_FIELD = '@type';
const INT_MIN = -0x8000_0000n;
const INT_MAX = 0x7fff_ffffn;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const RANGES: Readonly<Partial<Record<ScalarName, readonly [bigint, bigint]>>> = {
  byte: [-0x80n, 0x7fn],
  short: [-0x8000n, 0x7fffn],
  int: [INT_MIN, INT_MAX],
  long: [LONG_MIN, LONG_MAX],
};
const WHOLE = /^-?\d{1,40}$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** The beginning of ISO 8601, which `Date` would otherwise guess at. */
const ISO_DATE = /^[+-]?\d{4,6}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const EPOCH = /^-?\d{1,16}$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Values of a double that JSON has as texts only. */
const NO_NUMBERS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);

/**
 * The Java value of `json`, as `@weft/hessian` writes it. Numbers, booleans and dates may come as strings: a path or a
 * query has nothing else. What no type is known of becomes an int, long, BigInteger, double, String, boolean, ArrayList or
 * HashMap, whichever holds it.
 * @throws ValueError `type` where `json` is not what was declared
 */
export function fromJson(json: JsonValue, type: JavaType, options: FromJsonOptions): unknown {
  return new JavaBuilder(options).value(json, type);
}

class JavaBuilder {
  readonly #options: FromJsonOptions;
  readonly #path: ValuePath = new ValuePath();

  constructor(options: FromJsonOptions) {
    this.#options = options;
  }

  value(json: JsonValue, type: JavaType): unknown {
    if (json === null) {
      if (type.kind === 'scalar' && type.primitive && type.name !== 'void') this.#expected(type.name, json);
      return null;
    }
    switch (type.kind) {
      case 'any':
        return this.#untyped(json);
      case 'scalar':
        return this.#scalar(json, type.name);
      case 'special':
        return this.#special(json, type.name);
      case 'array':
        return new TypedList(type.type, this.#items(json, type.of, 'an array'));
      case 'collection': {
        const items = this.#items(json, type.of, 'an array');
        return type.type === '' ? items : new TypedList(type.type, items);
      }
      case 'map': {
        const entries = this.#entries(json, type.key, type.value);
        return type.type === '' ? entries : new TypedMap(type.type, entries);
      }
      case 'class':
        return this.#object(json, type.name);
    }
  }

  #untyped(json: Exclude<JsonValue, null>): unknown {
    if (typeof json === 'string' || typeof json === 'boolean') return json;
    if (typeof json === 'number' || typeof json === 'bigint') return wholeNumber(BigInt(json));
    if (json instanceof JsonDecimal) return double(Number(json.text));
    if (Array.isArray(json)) return this.#items(json, ANY, 'an array');
    return this.#typeField(json) === undefined ? this.#entries(json, ANY, ANY) : this.#object(json, '');
  }

  #scalar(json: Exclude<JsonValue, null>, name: ScalarName): unknown {
    switch (name) {
      case 'boolean':
        if (typeof json === 'boolean') return json;
        if (json === 'true' || json === 'false') return json === 'true';
        return this.#expected(name, json);
      case 'float':
      case 'double':
        return double(this.#number(json, name));
      case 'char':
        if (typeof json === 'string' && json.length === 1) return json;
        return this.#expected('one character', json);
      case 'string':
        if (typeof json === 'string') return json;
        if (json instanceof JsonDecimal) return json.text;
        if (typeof json === 'object') return this.#expected('a string', json);
        return String(json);
      case 'void':
        return this.#expected('null', json);
      default:
        return this.#whole(json, name);
    }
  }

  #whole(json: JsonValue, name: ScalarName): unknown {
    let value: bigint | null = null;
    if (typeof json === 'number' || typeof json === 'bigint') value = BigInt(json);
    else if (typeof json === 'string' && WHOLE.test(json)) value = BigInt(json);
    else if (json instanceof JsonDecimal && Number.isSafeInteger(Number(json.text))) value = BigInt(Number(json.text));
    const [least, most] = RANGES[name] as readonly [bigint, bigint];
    if (value === null || value < least || value > most) this.#expected(name, json);
    return name === 'long' ? value : Number(value);
  }

  #number(json: JsonValue, name: string): number {
    let value = Number.NaN;
    if (typeof json === 'number' || typeof json === 'bigint') value = Number(json);
    else if (json instanceof JsonDecimal) value = Number(json.text);
    else if (typeof json === 'string') {
      if (NO_NUMBERS.has(json)) return Number(json);
      if (DECIMAL.test(json)) value = Number(json);
    }
    // Also what is too large: it would arrive as infinity.
    if (!Number.isFinite(value)) this.#expected(name, json);
    return value;
  }

  #special(json: Exclude<JsonValue, null>, name: SpecialName): unknown {
    switch (name) {
      case 'byte[]':
        if (typeof json !== 'string' || !BASE64.test(json)) this.#expected('bytes in base64', json);
        return Buffer.from(json, 'base64');
      case 'java.math.BigDecimal': {
        const digits = json instanceof JsonDecimal ? json.text : typeof json === 'object' ? '' : String(json);
        if (!/^-?\d{1,1000}(?:\.\d{1,1000})?(?:[eE][+-]?\d{1,9})?$/.test(digits)) this.#expected(name, json);
        return bigDecimal(digits);
      }
      case 'java.math.BigInteger':
        if (typeof json === 'number' || typeof json === 'bigint') return bigInteger(BigInt(json));
        if (typeof json !== 'string' || !/^-?\d{1,1000}$/.test(json)) this.#expected(name, json);
        return bigInteger(BigInt(json));
      case 'java.util.Date':
        return new Date(this.#epochMs(json, name));
      case 'java.util.UUID':
        if (typeof json !== 'string' || !UUID.test(json)) this.#expected(name, json);
        return uuid(this.#options.dialect, json);
      case 'java.sql.Timestamp':
      case 'java.sql.Date':
      case 'java.sql.Time':
        return sqlDate(name, this.#epochMs(json, name));
      case 'java.time.Instant':
        return javaInstant(this.#options.dialect, this.#epochMs(json, name));
      default: {
        const local = typeof json === 'string' ? localTime(this.#options.dialect, name, json) : null;
        return local ?? this.#expected(name, json);
      }
    }
  }

  /** Milliseconds since 1970, or ISO 8601; without a zone it is UTC. */
  #epochMs(json: JsonValue, name: string): number {
    let value = Number.NaN;
    if (typeof json === 'number') value = json;
    else if (typeof json === 'string' && EPOCH.test(json)) value = Number(json);
    else if (typeof json === 'string' && ISO_DATE.test(json) && isDayOfMonth(json))
      value = Date.parse(/T.*(?:Z|[+-]\d\d:?\d\d)$/.test(json) || !json.includes('T') ? json : `${json}Z`);
    if (Number.isNaN(new Date(value).getTime())) this.#expected(`${name} (milliseconds or ISO 8601)`, json);
    return value;
  }

  #items(json: JsonValue, of: JavaType, what: string): unknown[] {
    if (!Array.isArray(json)) this.#expected(what, json);
    return json.map((item, index) => {
      this.#path.enter(index);
      const value = this.value(item, of);
      this.#path.leave();
      return value;
    });
  }

  #entries(json: JsonValue, key: JavaType, of: JavaType): Map<unknown, unknown> {
    if (!(json instanceof Map)) this.#expected('an object', json);
    const entries = new Map<unknown, unknown>();
    for (const [name, value] of json) {
      this.#path.enter(name);
      entries.set(key.kind === 'any' ? name : this.value(name, key), this.value(value, of));
      this.#path.leave();
    }
    return entries;
  }

  /** A class is an object with fields, or an enum when a string stands for it. */
  #object(json: Exclude<JsonValue, null>, declared: string): unknown {
    if (typeof json === 'string') return new HessianObject(declared, [['name', json]]);
    if (!(json instanceof Map)) this.#expected(declared, json);
    const named = this.#typeField(json);
    const className = named ?? declared;
    const types = this.#options.classes?.get(className);
    const object = new HessianObject(className);
    for (const [name, value] of json) {
      if (named !== undefined && name === TYPE_FIELD) continue;
      this.#path.enter(name);
      object.fields.set(name, this.value(value, types?.get(name) ?? ANY));
      this.#path.leave();
    }
    return object;
  }

  #typeField(json: ReadonlyMap<string, JsonValue>): string | undefined {
    const type = this.#options.keepTypes === true ? json.get(TYPE_FIELD) : undefined;
    return typeof type === 'string' && type !== '' ? type : undefined;
  }

  #expected(what: string, found: JsonValue): never {
    this.#path.fail('type', `${what} expected, ${shown(found)} found`);
  }
}

function double(value: number): number | HessianDouble {
  return (value | 0) === value && !Object.is(value, -0) ? new HessianDouble(value) : value;
}

/** The smallest Java type that holds it. */
function wholeNumber(value: bigint): unknown {
  if (value >= INT_MIN && value <= INT_MAX) return Number(value);
  return value >= LONG_MIN && value <= LONG_MAX ? value : bigInteger(value);
}

function shown(json: JsonValue): string {
  if (json instanceof Map) return 'an object';
  if (Array.isArray(json)) return 'an array';
  if (json instanceof JsonDecimal) return json.text;
  return typeof json === 'string' ? cut(JSON.stringify(json)) : String(json);
}

/** JavaScript takes the 30th of February for the 1st of March. */
function isDayOfMonth(text: string): boolean {
  const found = /^([+-]?\d{4,6})-(\d\d)-(\d\d)/.exec(text);
  return found !== null && Number(found[3]) <= new Date(Date.UTC(Number(found[1]), Number(found[2]), 0)).getUTCDate();
}
