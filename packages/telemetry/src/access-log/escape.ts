/**
 * Values come from callers, so they must not end a line, close a quoted field or, where the format puts no quotes around
 * them, begin a further field. What could is written `\xHH`; the backslash too, so that the text stays unambiguous.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSAFE_QUOTED = /[\x00-\x1f"\\\x7f-\x9f\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSAFE_BARE = /[\x00-\x1f"\\\x7f-\x9f\s]/g;

/** A value between quotes: spaces stay. */
export function escapeQuoted(value: string): string {
  return isPlain(value) ? value : value.replace(UNSAFE_QUOTED, hex);
}

/** A value that is a field of its own: white space of every kind is escaped as well; an empty value is `-`. */
export function escapeBare(value: string): string {
  if (value === '') return '-';
  return isPlain(value) ? value : value.replace(UNSAFE_BARE, hex);
}

/** Most values are short and plain; for them a loop is cheaper than entering the regular expression engine. */
function isPlain(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === 0x22 || code === 0x5c) return false;
  }
  return true;
}

function hex(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, '0')}`;
}
