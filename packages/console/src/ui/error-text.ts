import { isMessageKey, type Translate } from '../i18n/index.ts';
import { ApiError } from '../services/client.ts';

/** What an error shows: message, code, request id. */
export function errorParts(error: unknown): { message: string; code: string; requestId: string } {
  if (error instanceof ApiError) return { message: error.message, code: error.code, requestId: error.requestId };
  return { message: error instanceof Error ? error.message : String(error), code: '', requestId: '' };
}

/** Codes that mean one thing only: what the server says says nothing more. */
export const PLAIN_CODES: ReadonlySet<string> = new Set(['BAD_LOGIN']);

/** What went wrong in the language of the reader, by its code; else what the server said. */
export function errorTitle(error: unknown, t: Translate): string {
  const { message, code } = errorParts(error);
  // Of a call that only reads nothing can be left undone.
  const ofRead = `error.${code}-read`;
  if (error instanceof ApiError && error.isOfRead && isMessageKey(ofRead)) return t(ofRead);
  const key = `error.${code}`;
  return (isMessageKey(key) ? t(key) : '') || message;
}
