/**
 * What an expression costs, and its counted repetitions written out.
 *
 * V8 compiles expressions for an engine that backtracks. It takes exponential time on some of them, to match or even to
 * compile; its other engine takes linear time, but is slower by far for simple expressions, refuses those where counted
 * repetitions make more than 16 copies of a part, and steps through every part for every character. So simple expressions are
 * left to the first engine, which hands over to the other one when it has backtracked too often; others are written out
 * here, up to a bound, and given to the second engine at once.
 */

/** Parts that an expression may have once its repetitions are written out. */
export const MAX_PARTS = 600;
/** What V8 writes out itself. */
const V8_COPIES = 16;
/** Quantifiers and alternatives; compiling for backtracking doubles its time with some of them. */
const MAX_CHOICES = 10;
/** Groups in groups; the parsers of V8 and of this file are recursive. */
const MAX_DEPTH = 50;

const COUNT = /^\{(\d{1,10})(,(\d{0,10}))?\}/;

export type LinearSource =
  | { readonly kind: 'simple' }
  /** For the linear engine; it matches the same texts, its groups have no numbers. */
  | { readonly kind: 'linear'; readonly source: string }
  | { readonly kind: 'too-large' };

const SIMPLE: LinearSource = { kind: 'simple' };
const TOO_LARGE: LinearSource = { kind: 'too-large' };

/** A part of an expression. */
interface Part {
  /** Everything written out, without capturing. */
  readonly text: string;
  readonly parts: number;
  /** How often V8 would write out what stands innermost. */
  readonly copies: number;
  readonly choices: number;
}

class TooLarge extends Error {}

/** @param source an expression that V8 accepts without flags, without look-around, back-references and modifiers */
export function linearSource(source: string): LinearSource {
  try {
    const { text, parts, copies, choices } = new Writer(source).alternatives(0);
    // However long: of what is written once, little is alive at a time.
    if (copies <= V8_COPIES && choices <= MAX_CHOICES) return SIMPLE;
    return parts > MAX_PARTS ? TOO_LARGE : { kind: 'linear', source: text };
  } catch (error) {
    if (error instanceof TooLarge) return TOO_LARGE;
    throw error;
  }
}

/** Reads an expression in the grammar of ECMA-262 annex B.1.2, which is that of expressions without flags. */
class Writer {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  alternatives(depth: number): Part {
    if (depth > MAX_DEPTH) throw new TooLarge();
    let text = '';
    let parts = 1;
    let copies = 1;
    let choices = 0;
    let several = false;
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      if (this.#source[this.#at] === '|') {
        this.#at++;
        text += '|';
        several = true;
        continue;
      }
      const part = this.#repeated(this.#atom(depth));
      text += part.text;
      parts += part.parts;
      copies = Math.max(copies, part.copies);
      choices += part.choices;
    }
    return { text, parts, copies, choices: choices + (several ? 1 : 0) };
  }

  #atom(depth: number): Part {
    const source = this.#source;
    const start = this.#at;
    if (source[start] !== '(') {
      this.#at += source[start] === '[' ? classLength(source, start) : escapeLength(source, start);
      return { text: source.slice(start, this.#at), parts: 1, copies: 1, choices: 0 };
    }
    this.#at += 1 + (/^\?(?::|<[^>]*>)/.exec(source.slice(start + 1, start + 1 + 256))?.[0].length ?? 0);
    const body = this.alternatives(depth + 1);
    this.#at++;
    return { ...body, text: `(?:${body.text})` };
  }

  #repeated(part: Part): Part {
    const source = this.#source;
    const sign = source[this.#at] ?? '';
    if (sign !== '' && '*+?'.includes(sign)) {
      this.#at++;
      return writeOut(part, sign === '+' ? 1 : 0, sign === '?' ? 1 : Number.POSITIVE_INFINITY, this.#lazy());
    }
    // A brace that counts nothing stands for itself.
    const found = sign === '{' ? COUNT.exec(source.slice(this.#at, this.#at + 24)) : null;
    if (found === null) return part;
    this.#at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    return writeOut(part, least, most, this.#lazy());
  }

  #lazy(): string {
    if (this.#source[this.#at] !== '?') return '';
    this.#at++;
    return '?';
  }
}

/** `x+` as well: where x may be empty, V8 takes it for `xx*`. */
function writeOut(part: Part, least: number, most: number, lazy: string): Part {
  const endless = most === Number.POSITIVE_INFINITY;
  const times = Math.max(1, endless ? least + 1 : most);
  if (times > 1 && times * part.parts > MAX_PARTS) throw new TooLarge();
  const { text } = part;
  const rest = endless ? `${text}*${lazy}` : `${text}?${lazy}`.repeat(most - least);
  return {
    text: most === 0 ? '(?:)' : text.repeat(least) + rest,
    parts: times * part.parts,
    copies: times * part.copies,
    choices: part.choices + 1,
  };
}

/** Of a class in brackets; inside them only a backslash and the closing bracket mean something. */
function classLength(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at + 1 - start;
}

/** Of a character, written as itself or escaped. */
function escapeLength(source: string, start: number): number {
  if (source[start] !== '\\') return 1;
  const rest = source.slice(start + 1, start + 6);
  return 1 + (/^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]|[0-3][0-7]{0,2}|.)/s.exec(rest)?.[0].length ?? 0);
}
