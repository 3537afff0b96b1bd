import { ApiError } from '../services/client.ts';

/** What an error shows: message, code, request id. */
export function errorParts(error: unknown): { message: string; code: string; requestId: string } {
  if (error instanceof ApiError) return { message: error.message, code: error.code, requestId: error.requestId };
  return { message: error instanceof Error ? error.message : String(error), code: '', requestId: '' };
}
