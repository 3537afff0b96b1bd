import { TranscodeError } from '@weft/sdk';
import { percentEncode } from '../common/carry/index.ts';

/**
 * Path templates of `google.api.http`:
 *
 *     /v1/{name=shelves/*}:lend
 *         │    │         └ verb
 *         │    └ what the variable stands for: `*` is one segment, `**` all that follow; without it, one segment
 *         └ a field of the request, `author.given_name` for one of a message within
 */
export interface PathTemplate {
  /** In the order in which they stand in the path. */
  readonly variables: readonly PathVariable[];
  /** Characters that have to be as they are, those within variables included: of two templates that fit the one with more counts. */
  readonly literalLength: number;
  /** It ends with a verb: paths that end with it are for this one before all that have none. */
  readonly hasVerb: boolean;
  /** Raw values of the variables in a path without query; null when it does not fit. */
  match(path: string): readonly string[] | null;
  /**
   * The path with these values; null when one does not fit its variable.
   * @throws TranscodeError for a segment `.` or `..`: hosts and proxies on the way would call another path
   */
  expand(values: readonly string[]): string | null;
}

export interface PathVariable {
  /** `author.given_name` */
  readonly field: string;
  /** More than one segment: slashes are its own. */
  readonly severalSegments: boolean;
}

interface Part {
  /** What is written as it stands; '' where something else stands there. */
  readonly literal: string;
  readonly literalLength: number;
  readonly pattern: string;
  readonly variable: PathVariable | null;
}

/** @throws RangeError for a text that is no template */
export function parseTemplate(text: string): PathTemplate {
  const parts = new TemplateParser(text).parts();
  const variables = parts.flatMap(({ variable }) => variable ?? []);
  const source = parts.map(({ pattern, variable }) => (variable === null ? pattern : `(${pattern})`)).join('');
  const whole = new RegExp(`^${source}$`);
  return {
    variables,
    literalLength: parts.reduce((sum, part) => sum + part.literalLength, 0),
    hasVerb: /:[^/:{}*]+$/.test(text),
    match: (path) => whole.exec(path)?.slice(1) ?? null,
    expand(values) {
      let path = '';
      let at = 0;
      for (const { literal, variable } of parts) {
        if (variable === null) path += literal;
        else {
          const value = encodeValue(values[at++] as string, variable);
          if (value === null) return null;
          path += value;
        }
      }
      return whole.test(path) ? path : null;
    },
  };
}

/** The value of a variable as it was meant; in one of several segments an escaped slash stays escaped. */
export function decodeValue(raw: string, { severalSegments }: PathVariable): string {
  try {
    if (!severalSegments) return decodeURIComponent(raw);
    return raw
      .split(/(%2f)/i)
      .map((piece, index) => (index % 2 === 1 ? piece : decodeURIComponent(piece)))
      .join('');
  } catch {
    throw new TranscodeError('a path with escapes that are none');
  }
}

/** Null for an empty segment among several: one slash more is another path, or the same one as without. */
function encodeValue(value: string, { field, severalSegments }: PathVariable): string | null {
  const segments = severalSegments ? value.split('/') : [value];
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw new TranscodeError(`${field}: . and .. are no segments of a path`);
  if (segments.length > 1 && segments.includes('')) return null;
  return segments.map(percentEncode).join('/');
}

class TemplateParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parts(): Part[] {
    if (!this.#text.startsWith('/')) this.#fail();
    const parts: Part[] = [];
    while (this.#at < this.#text.length) {
      const literal = this.#literal();
      parts.push(
        literal === ''
          ? this.#variable()
          : { literal, literalLength: literal.length, pattern: escaped(literal), variable: null },
      );
    }
    return parts;
  }

  /** Everything up to the next variable. */
  #literal(): string {
    const next = this.#text.slice(this.#at).search(/[{*]/);
    const end = next < 0 ? this.#text.length : this.#at + next;
    const literal = this.#text.slice(this.#at, end);
    if (literal.includes('}')) this.#fail();
    this.#at = end;
    return literal;
  }

  #variable(): Part {
    const found = /^(?:\{([A-Za-z_][\w.]*)(?:=([^{}]+))?\}|\*\*?)/.exec(this.#text.slice(this.#at));
    if (found === null) this.#fail();
    const [text, field, segments = '*'] = found;
    this.#at += text.length;
    // What has no name is matched, and cannot be written: its place stays empty, which does not match.
    if (field === undefined) return { literal: '', literalLength: 0, pattern: segmentPattern(text), variable: null };
    const pattern = segments.split('/').map(segmentPattern).join('/');
    const severalSegments = segments.includes('/') || segments === '**';
    const literalLength = segments.replaceAll('*', '').length;
    return { literal: '', literalLength, pattern, variable: { field, severalSegments } };
  }

  #fail(): never {
    throw new RangeError(`google.api.http: ${JSON.stringify(this.#text)} is no template of a path`);
  }
}

function segmentPattern(segment: string): string {
  if (segment === '**') return '.*';
  return segment === '*' ? '[^/]+' : escaped(segment);
}

function escaped(literal: string): string {
  return literal.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
