import { API_ERRORS, type ApiErrorCode } from '@weft/api';
import { message, messageText } from '@weft/api/messages';
import { ApiFailure } from '../http/index.ts';
import { REFUSED, StorageError } from '../storage/index.ts';

const BY_STATUS: Readonly<Record<number, ApiErrorCode>> = {
  400: 'UNREADABLE',
  404: 'NOT_FOUND',
  413: 'TOO_LARGE',
  414: 'UNREADABLE',
  415: 'MEDIA_TYPE',
  431: 'UNREADABLE',
};

/** The answer to a call that threw. `readsOnly`: the call is one that changes nothing, so that nothing can be left undone. */
export function failureOf(
  error: Error & { readonly code?: string; readonly statusCode?: number },
  readsOnly: boolean,
): ApiFailure {
  if (error instanceof ApiFailure) return error;
  // A taken key is an answer of its own, and other faults are defects.
  if (error instanceof StorageError && REFUSED.has(error.fault))
    return new ApiFailure(
      'STORAGE',
      messageText(message(readsOnly ? 'refusal.not-read' : 'refusal.not-stored', { fault: error.fault })),
      { headers: { 'retry-after': '5' } },
    );
  // A path such as `/%2e%2e/x`, which leads out of the folder of the console.
  if (error.code === 'FST_STATIC_FORBIDDEN_PATH') return new ApiFailure('NOT_FOUND', 'there is no such file');
  const code = BY_STATUS[error.statusCode ?? 500];
  return code === undefined ? new ApiFailure('INTERNAL', API_ERRORS.INTERNAL.doc) : new ApiFailure(code, error.message);
}
