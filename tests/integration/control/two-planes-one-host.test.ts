/** Two control planes on one machine, and one browser, which keeps cookies by host and not by port. */
import { ApiError, createApiClient, type Session } from '@weft/api';
import { ADMIN_PASSWORD, startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let first: TestPlane;
let second: TestPlane;
beforeAll(async () => {
  [first, second] = [await startTestPlane(), await startTestPlane()];
});
afterAll(async () => {
  await first?.stop();
  await second?.stop();
});

/** Cookies of the host that both planes are at, by name. */
const cookies = new Map<string, string>();
const browse: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
  const response = await fetch(input, { ...init, headers });
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/; Max-Age=0(?:;|$)/.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }
  return response;
};

/** A page of the console of `plane`. */
function openPage(plane: TestPlane) {
  let csrfToken = '';
  const client = createApiClient({ baseUrl: plane.baseUrl, fetch: browse, csrfToken: () => csrfToken });
  return {
    client,
    async logIn(): Promise<Session> {
      const session = await client.osp.login({ body: { loginName: 'admin', password: ADMIN_PASSWORD } });
      csrfToken = session.csrfToken;
      return session;
    },
    showsToken: (token: string) => {
      csrfToken = token;
    },
  };
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
  );

test('a login at one ends no session at the other, nor does a logout', async () => {
  const [one, other] = [openPage(first), openPage(second)];
  const mine = await one.logIn();
  const theirs = await other.logIn();
  expect([...cookies.keys()].sort()).toEqual(
    [first, second].map(({ baseUrl }) => `WEFT_SESSION_${new URL(baseUrl).port}`).sort(),
  );
  expect((await one.client.osp.getSession()).csrfToken).toBe(mine.csrfToken);
  expect((await other.client.osp.getSession()).csrfToken).toBe(theirs.csrfToken);
  expect(await codeOf(one.client.osp.createToken({ body: { name: 'here' } }))).toBe('ok');

  // Each asks for the token of its own session.
  one.showsToken(theirs.csrfToken);
  expect(await codeOf(one.client.osp.createToken({ body: { name: 'there' } }))).toBe('CSRF');
  one.showsToken(mine.csrfToken);

  await other.client.osp.logout();
  expect(cookies.size).toBe(1);
  expect(await codeOf(other.client.osp.getSession())).toBe('UNAUTHENTICATED');
  expect(await codeOf(one.client.osp.getSession())).toBe('ok');
});

test('what sends the cookie without a port is let in, and a session of another plane is not', async () => {
  const value = (plane: TestPlane): string => plane.admin.cookie.split('=')[1] ?? '';
  const ask = async (plane: TestPlane, of: TestPlane): Promise<number> =>
    (await fetch(`${plane.baseUrl}/openapi/v1/osp/session`, { headers: { cookie: `WEFT_SESSION=${value(of)}` } }))
      .status;
  expect(await ask(first, first)).toBe(200);
  expect(await ask(second, first)).toBe(401);
});
