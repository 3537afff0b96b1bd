/** One step of a JSON path: a key, or an index into a list. */
export type PathSegment = string | number;

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;
const MAX_KEY_LENGTH = 64;

/** Writes `servers[0].listeners[1].address`; keys that are not plain names are quoted: `metadata["mosn.lb"]`. */
export function formatPath(segments: readonly PathSegment[]): string {
  let path = '';
  for (const segment of segments) path = joinPath(path, segment);
  return path;
}

/** `path` with one more step. */
export function joinPath(path: string, segment: PathSegment): string {
  if (typeof segment === 'number') return `${path}[${segment}]`;
  if (!PLAIN_KEY.test(segment)) return `${path}[${quote(segment, MAX_KEY_LENGTH)}]`;
  return path === '' ? shorten(segment, MAX_KEY_LENGTH) : `${path}.${shorten(segment, MAX_KEY_LENGTH)}`;
}

const MAX_VALUE_LENGTH = 80;

/** A value for a message: texts quoted and shortened, never what an object or a list holds. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return quote(value, MAX_VALUE_LENGTH);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  return `a ${typeof value}`;
}

/** Quotes a text of unknown origin: control, formatting and other invisible characters are written as escapes. */
export function quote(text: string, maxLength: number): string {
  return JSON.stringify(shorten(text, maxLength)).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

const shorten = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
