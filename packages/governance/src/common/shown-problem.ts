import type { ConfigProblem } from '@weft/kit';

const MAX_VALUE = 120;
const MAX_MESSAGE = 400;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text that somebody wrote, as messages show it: shortened, and nothing in it that nobody sees. */
function shown(text: string, maxLength: number): string {
  const closing = text.startsWith('"') ? '"' : '';
  const short = text.length <= maxLength ? text : `${text.slice(0, maxLength)}…${closing}`;
  return short.replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A value as `shownProblem` shows it. */
export const shownValue = (found: string): string => shown(found, MAX_VALUE);

/** A problem with a text of a rule, whatever stands in that text. */
export function shownProblem(
  file: string,
  path: string,
  found: string | undefined,
  message: string,
  expected: string,
): ConfigProblem {
  const value = found === undefined ? {} : { value: shownValue(found) };
  return { file, path, message: shown(message, MAX_MESSAGE), expected, ...value };
}
