/** A place in a text: `{0}`, `{0.user.id}`, `{attachments.k}`. */
export interface Place {
  /** Number of the argument; -1 for an attachment. */
  readonly argument: number;
  /** Fields within the argument, outermost first; or the one name of the attachment. */
  readonly names: readonly string[];
}

/** A text with places, cut into literals and places; two places never touch. */
export interface Template {
  readonly text: string;
  readonly parts: readonly (string | Place)[];
}

const PLACE = /\{([^{}]*)\}/g;
const ARGUMENT = /^(\d{1,2})((?:\.[\w$]+)*)$/;
const ATTACHMENT = /^attachments\.([\w.$-]+)$/;

/**
 * @param names what `{interface}` and `{method}` stand for
 * @throws RangeError for a place that is none
 */
export function parseTemplate(text: string, names: Readonly<Record<string, string>>): Template {
  const attachment = ATTACHMENT.exec(text);
  if (attachment !== null) return { text, parts: [{ argument: -1, names: [attachment[1] as string] }] };
  const parts: (string | Place)[] = [];
  let literal = '';
  let from = 0;
  for (const found of text.matchAll(PLACE)) {
    literal += text.slice(from, found.index);
    from = found.index + found[0].length;
    const inner = found[1] as string;
    const known = names[inner];
    if (known !== undefined) {
      literal += known;
      continue;
    }
    if (literal !== '') parts.push(literal);
    else if (parts.length > 0) throw new RangeError(`two places touch at ${found[0]}`);
    literal = '';
    parts.push(parsePlace(inner));
  }
  literal += text.slice(from);
  if (/[{}]/.test(literal)) throw new RangeError('a brace without its other one');
  if (literal !== '') parts.push(literal);
  return { text, parts };
}

function parsePlace(inner: string): Place {
  const attachment = ATTACHMENT.exec(inner);
  if (attachment !== null) return { argument: -1, names: [attachment[1] as string] };
  const argument = ARGUMENT.exec(inner);
  if (argument === null)
    throw new RangeError(
      `{${inner}} is no place: {0}, {0.field}, {attachments.name}, {interface} or {method} expected`,
    );
  return { argument: Number(argument[1]), names: (argument[2] as string).split('.').slice(1) };
}

/** Whether it has nothing but one place. */
export function isOnePlace({ parts }: Template): boolean {
  return parts.length === 1 && typeof parts[0] !== 'string';
}

/**
 * The values of the places of a text that was made of the template; null when it was not. Literals are compared as they
 * are, a place takes what there is up to the next literal, at least one character and no `/`.
 */
export function matchTemplate({ parts }: Template, text: string): string[] | null {
  const values: string[] = [];
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string | Place;
    if (typeof part === 'string') {
      if (!text.startsWith(part, at)) return null;
      at += part.length;
      continue;
    }
    const next = parts[i + 1];
    let end = text.length;
    if (typeof next === 'string') {
      end = text.indexOf(next, at + 1);
      // The last literal is the end of the text, not its first look-alike.
      if (i + 2 === parts.length) end = text.endsWith(next) ? text.length - next.length : -1;
    }
    if (end <= at) return null;
    const value = text.slice(at, end);
    if (value.includes('/')) return null;
    values.push(value);
    at = end;
  }
  return at === text.length ? values : null;
}

/** Characters of the literals: the longer of two that match is the closer one. */
export function literalLength({ parts }: Template): number {
  return parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
}

/** The text with its places filled in. */
export function fillTemplate({ parts }: Template, textOf: (place: Place) => string): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : textOf(part);
  return text;
}
