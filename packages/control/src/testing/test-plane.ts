import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, type ClientOptions, createApiClient, type RoleName, type Session } from '@weft/api';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../control-plane.ts';

const ANY_PORT = { host: '127.0.0.1', port: 0 };
export const ADMIN_PASSWORD = 'correct horse battery staple';

export interface LoggedIn {
  readonly client: ApiClient;
  readonly cookie: string;
  readonly session: Session;
  readonly fetch: typeof fetch;
}

/** A real control plane on free ports and an empty directory, with an administrator whose password is changed. */
export interface TestPlane {
  readonly plane: ControlPlane;
  /** Without the slash at the end. */
  readonly baseUrl: string;
  readonly directory: string;
  readonly admin: LoggedIn;
  logIn(loginName: string, password: string): Promise<LoggedIn>;
  /** A user with a role in the workspace of `as`, and an API token of that user. */
  createUser(
    role: RoleName,
    loginName: string,
    place?: { tenantId: string; workspaceId: string },
  ): Promise<{ readonly client: ApiClient; readonly token: string; readonly loggedIn: LoggedIn }>;
  stop(): Promise<void>;
}

export async function startTestPlane(options: Partial<ControlPlaneOptions> = {}): Promise<TestPlane> {
  const directory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'weft-control-'));
  const plane = await startControlPlane({
    http: ANY_PORT,
    grpc: ANY_PORT,
    drmQuery: ANY_PORT,
    version: { version: '0.0.0', revision: '' },
    rateLimits: { readsPerSecond: 1e6, writesPerSecond: 1e6 },
    drmWritesPerMinute: 1e6,
    ...options,
    dataDirectory: directory,
  });
  const baseUrl = plane.url.slice(0, -1);

  const logIn = async (loginName: string, password: string): Promise<LoggedIn> => {
    const response = await fetch(`${baseUrl}/openapi/v1/osp/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ loginName, password }),
    });
    if (!response.ok) throw new Error(`login of ${loginName}: ${response.status} ${await response.text()}`);
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const session = (await response.json()) as Session;
    const withCookie: typeof fetch = (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('cookie', cookie);
      return fetch(input, { ...init, headers });
    };
    return {
      client: clientOf({ fetch: withCookie, csrfToken: () => session.csrfToken }),
      cookie,
      session,
      fetch: withCookie,
    };
  };
  const clientOf = (rest: Omit<ClientOptions, 'baseUrl'>): ApiClient => createApiClient({ baseUrl, ...rest });
  const firstLogin = async (loginName: string, oneTimePassword: string, password: string): Promise<LoggedIn> => {
    const before = await logIn(loginName, oneTimePassword);
    await before.client.osp.changeOwnPassword({ body: { currentPassword: oneTimePassword, newPassword: password } });
    return before;
  };

  const seeded = plane.seeded;
  const admin =
    seeded === null
      ? await logIn('admin', ADMIN_PASSWORD)
      : await firstLogin(seeded.loginName, seeded.oneTimePassword, ADMIN_PASSWORD);
  return {
    plane,
    baseUrl,
    directory,
    admin,
    logIn,
    async createUser(role, loginName, place) {
      const as =
        place === undefined
          ? admin.client
          : clientOf({ fetch: admin.fetch, csrfToken: () => admin.session.csrfToken, ...place });
      const { user, oneTimePassword } = await as.osp.createUser({ body: { loginName, role } });
      const loggedIn = await firstLogin(user.loginName, oneTimePassword, `${loginName} has a long password`);
      const { secret } = await loggedIn.client.osp.createToken({ body: { name: 'test' } });
      return { client: clientOf({ token: secret }), token: secret, loggedIn };
    },
    async stop() {
      await plane.stop();
      if (options.dataDirectory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
