import { type ApiClient, ApiError, createApiClient } from '@weft/api';

export interface LoggedIn {
  readonly token: string;
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly loginName: string;
  readonly expiresAt: string | null;
}

export interface LoginRequest {
  readonly endpoint: string;
  readonly loginName: string;
  readonly password: string;
  /** Asked for when the password is a one-time one. */
  readonly newPassword: () => Promise<string>;
  /** What the token is for, at most 64 characters. */
  readonly tokenName: string;
}

/** Its name carries the port that the control plane is asked at. */
const SESSION_COOKIE = /^WEFT_SESSION(?:_\d+)?=/;

/** Logs in, changes a one-time password, and takes an API token; the session ends again. @throws ApiError */
export async function takeToken(request: LoginRequest): Promise<LoggedIn> {
  let cookie = '';
  let csrf = '';
  const client = createApiClient({
    baseUrl: request.endpoint,
    csrfToken: () => csrf,
    fetch: async (url, init) => {
      const headers = new Headers(init?.headers);
      if (cookie !== '') headers.set('cookie', cookie);
      const response = await fetch(url, { ...init, headers });
      const fresh = response.headers.getSetCookie().find((line) => SESSION_COOKIE.test(line));
      if (fresh !== undefined) cookie = fresh.split(';')[0] as string;
      return response;
    },
  });
  let session = await client.osp.login({ body: { loginName: request.loginName, password: request.password } });
  csrf = session.csrfToken;
  if (session.mustChangePassword) {
    const newPassword = await request.newPassword();
    session = await client.osp.changeOwnPassword({ body: { currentPassword: request.password, newPassword } });
    csrf = session.csrfToken;
  }
  const { token, secret } = await client.osp.createToken({ body: { name: request.tokenName } });
  await endSession(client);
  return {
    token: secret,
    tenantId: session.tenantId,
    workspaceId: session.workspaceId,
    loginName: session.user.loginName,
    expiresAt: token.expiresAt,
  };
}

async function endSession(client: ApiClient): Promise<void> {
  try {
    await client.osp.logout();
  } catch (error) {
    // The token is there; a session that cannot be ended ends by itself.
    if (!(error instanceof ApiError)) throw error;
  }
}
