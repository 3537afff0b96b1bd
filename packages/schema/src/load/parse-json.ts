/**
 * A strict JSON reader for configuration files. `JSON.parse` tells no line for some errors and takes the last of two
 * equal keys in silence; a person who edits a file needs the place, and two equal keys are always a mistake.
 */
import { BOUNDS } from '../parse/bounds.ts';
import { quote } from '../parse/path.ts';

/** Where a file is not JSON or YAML. Lines and columns count from 1. */
export class SyntaxProblem extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/** @throws SyntaxProblem with line and column. */
export function parseJson(text: string): unknown {
  return new JsonReader(text).read();
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    // A byte order mark is what some editors write first; it means nothing here.
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1;
  }

  read(): unknown {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#fail('more text after the end of the document');
    return value;
  }

  #value(): unknown {
    this.#space();
    const character = this.#text[this.#at];
    if (character === '{') return this.#nested(this.#object);
    if (character === '[') return this.#nested(this.#list);
    if (character === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text);
    if (number === null) return this.#fail('expected a value');
    this.#at = NUMBER.lastIndex;
    return Number(number[0]);
  }

  #nested(read: () => unknown): unknown {
    if (++this.#depth > BOUNDS.depth) this.#fail(`nested more than ${BOUNDS.depth} levels deep`);
    this.#at++;
    const value = read.call(this);
    this.#depth--;
    return value;
  }

  #object(): unknown {
    const object: Record<string, unknown> = {};
    if (this.#ends('}')) return object;
    for (;;) {
      this.#space();
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"')
        this.#fail(this.#text[keyAt] === '}' ? 'a comma before "}"' : 'expected a key in double quotes');
      const key = this.#string();
      if (Object.hasOwn(object, key)) {
        this.#at = keyAt;
        this.#fail(`the key ${quote(key, 64)} is there twice`);
      }
      this.#space();
      if (this.#text[this.#at] !== ':') this.#fail('expected ":" after a key');
      this.#at++;
      const value = this.#value();
      // Assigning `__proto__` would set the prototype; it must stay a key, to be refused like any other wrong one.
      if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true });
      else object[key] = value;
      if (this.#ends('}')) return object;
      this.#comma('}');
    }
  }

  #list(): unknown {
    const list: unknown[] = [];
    if (this.#ends(']')) return list;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] === ']') this.#fail('a comma before "]"');
      list.push(this.#value());
      if (this.#ends(']')) return list;
      this.#comma(']');
    }
  }

  #ends(bracket: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  #comma(bracket: string): void {
    if (this.#text[this.#at] !== ',') this.#fail(`expected "," or "${bracket}"`);
    this.#at++;
  }

  #string(): string {
    const { length } = this.#text;
    let parts = '';
    let from = ++this.#at;
    for (; this.#at < length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x22) {
        parts += this.#text.slice(from, this.#at++);
        return parts;
      }
      if (code === 0x5c) {
        parts += this.#text.slice(from, this.#at) + this.#escape();
        from = this.#at + 1;
      } else if (code < 0x20) {
        this.#fail(
          code === 0x0a || code === 0x0d ? 'a text that does not end on its line' : 'a control character in a text',
        );
      }
    }
    return this.#fail('a text without its closing quote');
  }

  /** Leaves the reader on the last character of the escape. */
  #escape(): string {
    const letter = this.#text[++this.#at] ?? '';
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 1, this.#at + 5);
      if (!/^[\da-fA-F]{4}$/.test(digits)) this.#fail('expected four hexadecimal digits after \\u');
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    return ESCAPES[letter] ?? this.#fail('an unknown escape');
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #fail(problem: string): never {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    const next = this.#text[this.#at];
    if (next === '/' || next === '#') throw new SyntaxProblem('JSON has no comments: use YAML for them', line, column);
    const found = next === undefined ? 'the end of the file' : quote(next, 1);
    throw new SyntaxProblem(`${problem} (found ${found})`, line, column);
  }
}
