import { randomUUID } from 'node:crypto';
import type { ApiToken, osp, Session } from '@weft/api';
import { ApiFailure, type CallContext, type Handlers, notFound, pageOfRows } from '../../http/index.ts';
import { type Authenticated, csrfTokenOf, SESSION_MAX_MS, TOKEN_PREFIX } from '../credentials.ts';
import type { OspParts } from '../parts.ts';
import { hashPassword } from '../passwords.ts';
import { randomKey, sha256Hex } from '../secrets.ts';
import { sessionCookieName } from '../session-cookie.ts';
import type { OspTables } from '../tables.ts';
import { type Binding, permissionsIn, type UserRow } from '../users.ts';

type OspRoutes = (typeof osp)['routes'];
type AccountHandlers = Pick<
  Handlers<OspRoutes>,
  | 'login'
  | 'logout'
  | 'getSession'
  | 'selectWorkspace'
  | 'changeOwnPassword'
  | 'listTokens'
  | 'createToken'
  | 'deleteToken'
>;

const DEFAULT_TOKEN_DAYS = 90;
const DAY_MS = 86_400_000;
const MAX_TOKENS = 100;

/** What the gateway adds to the context of a call: how the caller proved who it is. */
export interface WithAuthentication {
  readonly authenticated: Authenticated | null;
}

const authenticatedOf = (call: CallContext): Authenticated => {
  const { authenticated } = call as CallContext & WithAuthentication;
  if (authenticated === null) throw new ApiFailure('UNAUTHENTICATED', 'log in first');
  return authenticated;
};

/** The own session, password and tokens. */
export function accountHandlers(parts: OspParts): AccountHandlers {
  const { storage, users, credentials, tenants, login, wallNow } = parts;

  const describe = async (
    user: UserRow,
    bindings: readonly Binding[],
    place: { tenantId: string; workspaceId: string },
    csrfToken: string,
    expiresAt: number,
  ): Promise<Session> => ({
    user: { userId: user.user_id, loginName: user.login_name, displayName: user.display_name },
    csrfToken,
    mustChangePassword: user.must_change === 1,
    ...place,
    instanceId: (await tenants.find(place.tenantId))?.instanceId ?? '',
    permissions: permissionsIn(bindings, place.tenantId, place.workspaceId, wallNow()),
    workspaces: await credentials.placesOf(bindings),
    expiresAt: new Date(Math.min(expiresAt, MAX_INSTANT_MS)).toISOString(),
  });

  const describeCall = async (
    call: CallContext,
    place: { tenantId: string; workspaceId: string } = call.caller,
  ): Promise<Session> => {
    const { csrfToken, expiresAt } = authenticatedOf(call);
    const user = await users.byId(call.caller.userId);
    if (user === undefined) throw new ApiFailure('SESSION_ENDED', 'the user was deleted');
    return describe(
      user,
      await users.bindings(user.user_id),
      { tenantId: place.tenantId, workspaceId: place.workspaceId },
      csrfToken ?? '',
      expiresAt,
    );
  };

  return {
    async login(call) {
      const { loginName, password } = call.body;
      const user = await login.check(loginName, password, call.ip);
      const bindings = await users.bindings(user.user_id);
      const [place] = await credentials.placesOf(bindings);
      if (place === undefined) throw new ApiFailure('BAD_LOGIN', 'this user has no role in any workspace');
      const cookie = await storage.write(async (tx) => {
        await users.update(tx, user.user_id, { failures: 0, locked_until: 0, last_login: wallNow() });
        await parts.audit.append(tx, {
          actor: loginName,
          actorType: 'USER',
          ...place,
          action: 'osp.login',
          object: `user ${loginName}`,
          result: 'OK',
          ip: call.ip,
          requestId: call.requestId,
          changeId: call.changeId,
        });
        return credentials.beginSession(tx, user.user_id, place);
      });
      setSessionCookie(call, cookie, SESSION_MAX_MS / 1000);
      return describe(user, bindings, place, csrfTokenOf(cookie), wallNow() + SESSION_MAX_MS);
    },
    async logout(call) {
      const { sessionHash } = authenticatedOf(call);
      if (sessionHash === null)
        throw new ApiFailure('CONFLICT', 'an API token has no session: delete the token instead');
      await storage.write(async (tx) => {
        await credentials.endSession(tx, call.caller.userId, sessionHash);
        await call.audit(tx, { object: `user ${call.caller.loginName}` });
      });
      setSessionCookie(call, '', 0);
      return undefined;
    },
    getSession: (call) => describeCall(call),
    async selectWorkspace(call) {
      const { sessionHash } = authenticatedOf(call);
      if (sessionHash === null)
        throw new ApiFailure(
          'CONFLICT',
          'an API token belongs to one workspace: send X-Weft-Tenant and X-Weft-Ws instead',
        );
      const { tenantId, workspaceId } = call.body;
      const places = await credentials.placesOf(await users.bindings(call.caller.userId));
      if (!places.some((place) => place.tenantId === tenantId && place.workspaceId === workspaceId))
        throw notFound(`workspace ${tenantId}/${workspaceId}`);
      await storage.write(async (tx) => {
        await credentials.moveSession(tx, sessionHash, { tenantId, workspaceId });
        await call.audit(tx, { object: `workspace ${tenantId}/${workspaceId}` });
      });
      return describeCall(call, { tenantId, workspaceId });
    },
    async changeOwnPassword(call) {
      const { sessionHash } = authenticatedOf(call);
      const { currentPassword, newPassword } = call.body;
      // The same brakes as for a login: a stolen session must not be a way to try passwords.
      const user = await login.check(call.caller.loginName, currentPassword, call.ip);
      if (newPassword === currentPassword)
        throw new ApiFailure('INVALID', 'the new password is the old one', {
          fields: [{ path: '/newPassword', message: 'expected another password than the current one' }],
        });
      const passwordHash = await hashPassword(newPassword);
      await storage.write(async (tx) => {
        await users.update(tx, user.user_id, { password_hash: passwordHash, must_change: 0, failures: 0 });
        await users.endCredentials(tx, user.user_id, { sessionHash: sessionHash ?? '', tokens: true });
        await call.audit(tx, { object: `user ${user.login_name}`, diff: { password: 'changed' } });
      });
      return describeCall(call);
    },
    async listTokens(call) {
      const rows = await storage
        .tables<OspTables>()
        .selectFrom('t_api_token')
        .selectAll()
        .where('user_id', '=', call.caller.userId)
        .execute();
      return pageOfRows(rows.map(toToken), call.query, ['name', 'createdAt', 'lastUsedAt', 'expiresAt'], '-createdAt');
    },
    async createToken(call) {
      const { name, expiresInDays } = call.body;
      const { caller } = call;
      const secret = `${TOKEN_PREFIX}${randomKey()}`;
      const now = wallNow();
      const row: OspTables['t_api_token'] = {
        token_id: randomUUID(),
        token_hash: sha256Hex(secret),
        prefix: secret.slice(0, 12),
        name,
        user_id: caller.userId,
        tenant_id: caller.tenantId,
        workspace_id: caller.workspaceId,
        expires_at: now + (expiresInDays ?? DEFAULT_TOKEN_DAYS) * DAY_MS,
        last_used: null,
        gmt_create: now,
      };
      await storage.write(async (tx) => {
        const db = tx.tables<OspTables>();
        const { count } = await db
          .selectFrom('t_api_token')
          .select((eb) => eb.fn.countAll().as('count'))
          .where('user_id', '=', caller.userId)
          .executeTakeFirstOrThrow();
        if (Number(count) >= MAX_TOKENS)
          throw new ApiFailure('LIMIT_REACHED', `a user has at most ${MAX_TOKENS} API tokens: revoke one first`);
        await db.insertInto('t_api_token').values(row).execute();
        await call.audit(tx, { object: `token ${row.prefix} ${name}` });
      });
      return { token: toToken(row), secret };
    },
    async deleteToken(call) {
      await storage.write(async (tx) => {
        if (!(await credentials.revokeToken(tx, call.caller.userId, call.params.tokenId)))
          throw notFound(`token ${call.params.tokenId}`);
        await call.audit(tx, { object: `token ${call.params.tokenId}` });
      });
      return undefined;
    },
  };
}

const MAX_INSTANT_MS = Date.UTC(9999, 11, 31);

function setSessionCookie(call: CallContext, value: string, maxAgeSeconds: number): void {
  call.setHeader(
    'set-cookie',
    `${sessionCookieName(call.requestHeader('host'))}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${call.secure ? '; Secure' : ''}`,
  );
}

function toToken(row: OspTables['t_api_token']): ApiToken {
  return {
    tokenId: row.token_id,
    name: row.name,
    prefix: row.prefix,
    createdAt: new Date(row.gmt_create).toISOString(),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at).toISOString(),
    lastUsedAt: row.last_used === null ? null : new Date(row.last_used).toISOString(),
  };
}
