import { type ApiClient, ApiError, createApiClient } from '@weft/api/client';

let csrfToken = '';

/** Every call of the console goes through this client; the session is in the cookie. */
export const api: ApiClient = createApiClient({ baseUrl: '', csrfToken: () => csrfToken });

/** From the session; sent with each call that changes something. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

const LOGGED_OUT: readonly string[] = ['UNAUTHENTICATED', 'SESSION_ENDED', 'TOKEN_REVOKED'];

export function isLoggedOut(error: unknown): boolean {
  return error instanceof ApiError && LOGGED_OUT.includes(error.code);
}

export { ApiError };
