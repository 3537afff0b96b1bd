import { quote } from '../parse/path.ts';

const MAX_SHOWN = 120;

/** An id that does not follow its grammar: where, and what was expected there. */
export class DataIdError extends Error {
  /** Offset of the first character that does not fit, in UTF-16 units; the length of the text when something is missing at its end. */
  readonly position: number;
  readonly expected: string;

  constructor(text: string, position: number, expected: string) {
    super(`${quote(text, MAX_SHOWN)}, position ${position}: expected ${expected}`);
    this.name = 'DataIdError';
    this.position = position;
    this.expected = expected;
  }
}

/**
 * Refuses `text` at the first character from `start` to `end` that `allowed` does not match, or when there is none.
 * @throws DataIdError
 */
export function checkPart(text: string, start: number, end: number, allowed: RegExp, expected: string): void {
  if (start >= end) throw new DataIdError(text, start, expected);
  for (let i = start; i < end; i++) if (!allowed.test(text[i] as string)) throw new DataIdError(text, i, expected);
}

/** @throws DataIdError when `text` takes more than `maxBytes` as UTF-8 */
export function checkLength(text: string, maxBytes: number): void {
  if (new TextEncoder().encode(text).length > maxBytes)
    throw new DataIdError(text, maxBytes, `at most ${maxBytes} bytes of UTF-8`);
}
