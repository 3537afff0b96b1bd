import { ValueError } from './value-error.ts';

/** Bounds of a text. Whoever reaches one gets an error, never a part of the value. */
export interface JsonLimits {
  /** Values within values; default 100. */
  readonly maxDepth: number;
  /** Values altogether; default 200 000. */
  readonly maxValues: number;
  /** The option of a configuration that `maxValues` follows, to be told with it; none by default. */
  readonly maxValuesOption?: string;
}
const DEFAULT_JSON_LIMITS: JsonLimits = { maxDepth: 100, maxValues: 200_000 };

/** A number with a fraction or an exponent, as it was written: whether it becomes a double or a BigDecimal is decided later. */
export class JsonDecimal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * JSON without loss: whole numbers are a `number` within ±2^53 and a `bigint` beyond, others keep their digits. Objects are
 * maps, so that no name means anything to JavaScript; of equal names the last one counts, unless they are refused.
 */
export type JsonValue = null | boolean | string | number | bigint | JsonDecimal | JsonValue[] | Map<string, JsonValue>;

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** What a string may hold without an escape. */
const PLAIN = /[^"\\\p{Cc}]*/uy;
const SPACE = /[ \t\r\n]*/y;
/** `BigInt` of a longer text takes time that grows with its square. */
const MAX_DIGITS = 1000;

/**
 * @param repeatedNames what becomes of a name that an object has twice
 * @throws ValueError `syntax` with the offset, or `limit`
 */
export function parseJson(
  text: string,
  limits: JsonLimits = DEFAULT_JSON_LIMITS,
  repeatedNames: 'last' | 'refuse' = 'last',
): JsonValue {
  return new JsonParser(text, limits, repeatedNames === 'refuse').document();
}

class JsonParser {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #refuseRepeated: boolean;
  #at = 0;
  #depth = 0;
  #values = 0;

  constructor(text: string, limits: JsonLimits, refuseRepeated: boolean) {
    this.#text = text;
    this.#limits = limits;
    this.#refuseRepeated = refuseRepeated;
  }

  document(): JsonValue {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#fail('nothing more expected');
    return value;
  }

  #value(): JsonValue {
    if (++this.#values > this.#limits.maxValues) {
      const { maxValues, maxValuesOption } = this.#limits;
      this.#limit(`more than ${maxValues} values${maxValuesOption === undefined ? '' : ` (${maxValuesOption})`}`);
    }
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(): Map<string, JsonValue> {
    const entries = new Map<string, JsonValue>();
    this.#open();
    if (!this.#closes('}'))
      do {
        this.#space();
        if (this.#text[this.#at] !== '"') this.#fail('a name in quotes expected');
        const from = this.#at;
        const name = this.#string();
        if (this.#refuseRepeated && entries.has(name)) this.#fail('a name that was there before', from);
        this.#space();
        if (this.#text[this.#at++] !== ':') this.#fail(': expected', this.#at - 1);
        entries.set(name, this.#value());
      } while (this.#more('}'));
    this.#depth--;
    return entries;
  }

  #array(): JsonValue[] {
    const items: JsonValue[] = [];
    this.#open();
    if (!this.#closes(']'))
      do items.push(this.#value());
      while (this.#more(']'));
    this.#depth--;
    return items;
  }

  #open(): void {
    this.#at++;
    if (++this.#depth > this.#limits.maxDepth) this.#limit(`more than ${this.#limits.maxDepth} values deep`);
  }

  #closes(end: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== end) return false;
    this.#at++;
    return true;
  }

  /** Whether a comma follows; otherwise the end must. */
  #more(end: string): boolean {
    this.#space();
    const next = this.#text[this.#at++];
    if (next === ',') return true;
    if (next !== end) this.#fail(`, or ${end} expected`, this.#at - 1);
    return false;
  }

  #string(): string {
    const start = ++this.#at;
    for (;;) {
      PLAIN.lastIndex = this.#at;
      PLAIN.test(this.#text);
      this.#at = PLAIN.lastIndex;
      const next = this.#text[this.#at];
      if (next === '"') break;
      if (next === '\\') this.#at += 2;
      // U+007F to U+009F need no escape.
      else if (next !== undefined && next >= ' ') this.#at++;
      else this.#fail(next === undefined ? 'the text ends within a string' : 'a control character in a string');
    }
    const raw = this.#text.slice(start, this.#at++);
    if (!raw.includes('\\')) return raw;
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      return this.#fail('a string with an unknown escape', start);
    }
  }

  #number(): number | bigint | JsonDecimal {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text);
    if (found === null) this.#fail('a value expected');
    this.#at = NUMBER.lastIndex;
    const [digits, fraction, exponent] = found;
    if (digits.length > MAX_DIGITS) this.#limit(`a number of more than ${MAX_DIGITS} digits`);
    if (fraction !== undefined || exponent !== undefined || digits === '-0') return new JsonDecimal(digits);
    const value = Number(digits);
    return Number.isSafeInteger(value) ? value : BigInt(digits);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('a value expected');
    this.#at += word.length;
    return value;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #fail(text: string, at = this.#at): never {
    throw new ValueError('syntax', '$', `not JSON: ${text} at character ${at}`);
  }

  #limit(text: string): never {
    throw new ValueError('limit', '$', text);
  }
}
