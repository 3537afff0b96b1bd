import { ERROR_CODES, type ErrorCode } from '@weft/kit';
import { flagNames } from './flags.ts';

/**
 * Why the proxy itself answers, for whoever reads the answer: the reason and the response flags, such as
 * `no healthy host (NoHealthyUpstream)`. Neither addresses nor names of the configuration are in it.
 */
export function localText(code: ErrorCode, flags: number): string {
  const names = flagNames(flags);
  const { message } = ERROR_CODES[code];
  return names === undefined ? message : `${message} (${names})`;
}
