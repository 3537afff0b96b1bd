import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiFailure, type Caller, notFound } from '../http/index.ts';
import type { Storage, Transaction } from '../storage/index.ts';
import type { AccessChanges } from './access-changes.ts';
import { createCaller } from './caller.ts';
import { randomKey, sha256Hex } from './secrets.ts';
import type { OspTables } from './tables.ts';
import type { Tenants } from './tenants.ts';
import { type Binding, covers, permissionsIn, type UserRow, type Users } from './users.ts';

export const SESSION_IDLE_MS = 8 * 3_600_000;
export const SESSION_MAX_MS = 24 * 3_600_000;
/** The last use of a session or token is written down at most that often. */
const USE_INTERVAL_MS = 60_000;
/** Sessions of one user; the oldest ends when another one begins. */
const MAX_SESSIONS = 50;
export const TOKEN_PREFIX = 'weft_';

/** What a request brings along. */
export interface Presented {
  /** Value of the session cookie. */
  readonly cookie?: string | undefined;
  /** Value of `Authorization`. */
  readonly authorization?: string | undefined;
  /** Values of `X-Weft-Tenant` and `X-Weft-Ws`. */
  readonly tenantId?: string | undefined;
  readonly workspaceId?: string | undefined;
}

export interface Authenticated {
  readonly caller: Caller;
  readonly mustChangePassword: boolean;
  /** Value that `X-Weft-Csrf` must have; null for tokens, which no browser sends by itself. */
  readonly csrfToken: string | null;
  /** End of the session or token, milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** When the caller may be allowed less by itself: end of the session or token, or of a role. */
  readonly changesAt: number;
  readonly sessionHash: string | null;
}

interface Credential {
  readonly kind: Caller['kind'];
  readonly id: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly expiresAt: number;
  readonly csrfToken: string | null;
  readonly sessionHash: string | null;
}

/** Sessions of the console and tokens of programs. Both are random, and only their hashes are stored. */
export class Credentials {
  readonly #storage: Storage;
  readonly #users: Users;
  readonly #tenants: Tenants;
  readonly #access: AccessChanges;
  readonly #wallNow: () => number;

  constructor(storage: Storage, users: Users, tenants: Tenants, access: AccessChanges, wallNow: () => number) {
    this.#storage = storage;
    this.#users = users;
    this.#tenants = tenants;
    this.#access = access;
    this.#wallNow = wallNow;
  }

  /** Who presents this. @throws ApiFailure 401, or 404 for a tenant or workspace where the caller has no role. */
  async authenticate(presented: Presented): Promise<Authenticated> {
    const credential = await this.#find(presented);
    const user = await this.#users.byId(credential.userId);
    if (user === undefined || user.status !== 'ACTIVE') throw new ApiFailure('SESSION_ENDED', 'the user was disabled');
    const tenantId = presented.tenantId ?? credential.tenantId;
    const workspaceId = presented.workspaceId ?? credential.workspaceId;
    const bindings = await this.#users.bindings(user.user_id);
    const ends = bindings.flatMap((binding) =>
      binding.expiresAt !== null && covers(binding, tenantId, workspaceId, this.#wallNow()) ? [binding.expiresAt] : [],
    );
    return {
      caller: await this.#callerIn(user, bindings, credential, tenantId, workspaceId),
      changesAt: Math.min(credential.expiresAt, ...ends),
      mustChangePassword: user.must_change === 1,
      csrfToken: credential.csrfToken,
      expiresAt: credential.expiresAt,
      sessionHash: credential.sessionHash,
    };
  }

  #find(presented: Presented): Promise<Credential> {
    if (presented.authorization !== undefined) {
      const match = /^Bearer +(\S{1,256})$/i.exec(presented.authorization);
      if (match?.[1] === undefined)
        throw new ApiFailure('UNAUTHENTICATED', 'Authorization: expected `Bearer` and an API token');
      return this.#findToken(match[1]);
    }
    if (presented.cookie !== undefined && presented.cookie !== '') return this.#findSession(presented.cookie);
    throw new ApiFailure('UNAUTHENTICATED', 'log in, or send `Authorization: Bearer` and an API token');
  }

  async #findSession(cookie: string): Promise<Credential> {
    const hash = sha256Hex(cookie);
    const db = this.#storage.tables<OspTables>();
    const now = this.#wallNow();
    const row = await db.selectFrom('t_session').selectAll().where('session_hash', '=', hash).executeTakeFirst();
    if (row === undefined || row.expires_at <= now || row.last_seen + SESSION_IDLE_MS <= now)
      throw new ApiFailure('SESSION_ENDED', 'the session has ended: log in again');
    if (row.last_seen + USE_INTERVAL_MS < now)
      await db
        .updateTable('t_session')
        .set({ last_seen: now })
        .where('session_hash', '=', hash)
        .execute()
        .catch(ignoreStorage);
    return {
      kind: 'USER',
      id: hash,
      userId: row.user_id,
      tenantId: row.tenant_id,
      workspaceId: row.workspace_id,
      expiresAt: row.expires_at,
      csrfToken: csrfTokenOf(cookie),
      sessionHash: hash,
    };
  }

  async #findToken(token: string): Promise<Credential> {
    const hash = sha256Hex(token);
    const db = this.#storage.tables<OspTables>();
    const now = this.#wallNow();
    const row = await db.selectFrom('t_api_token').selectAll().where('token_hash', '=', hash).executeTakeFirst();
    if (row === undefined || (row.expires_at !== null && row.expires_at <= now))
      throw new ApiFailure('TOKEN_REVOKED', 'the API token was revoked, has expired or never existed');
    if ((row.last_used ?? 0) + USE_INTERVAL_MS < now)
      await db
        .updateTable('t_api_token')
        .set({ last_used: now })
        .where('token_hash', '=', hash)
        .execute()
        .catch(ignoreStorage);
    return {
      kind: 'API_TOKEN',
      id: row.token_id,
      userId: row.user_id,
      tenantId: row.tenant_id,
      workspaceId: row.workspace_id,
      expiresAt: row.expires_at ?? Number.MAX_SAFE_INTEGER,
      csrfToken: null,
      sessionHash: null,
    };
  }

  async #callerIn(
    user: UserRow,
    bindings: readonly Binding[],
    credential: Credential,
    tenantId: string,
    workspaceId: string,
  ): Promise<Caller> {
    const now = this.#wallNow();
    const tenant = await this.#tenants.find(tenantId);
    // Not 403: that would tell which tenants there are.
    if (
      !bindings.some((binding) => covers(binding, tenantId, workspaceId, now)) ||
      tenant === null ||
      !(await this.#tenants.hasWorkspace(tenantId, workspaceId))
    )
      throw notFound(`workspace ${tenantId}/${workspaceId}`);
    return createCaller({
      kind: credential.kind,
      credentialId: credential.id,
      userId: user.user_id,
      loginName: user.login_name,
      tenantId,
      workspaceId,
      instanceId: tenant.instanceId,
      permissions: permissionsIn(bindings, tenantId, workspaceId, now),
    });
  }

  /** Workspaces where any of the bindings holds. */
  async placesOf(bindings: readonly Binding[]): Promise<{ tenantId: string; workspaceId: string }[]> {
    const now = this.#wallNow();
    const all = await this.#tenants.workspaces();
    return all
      .filter(({ tenantId, workspaceId }) => bindings.some((binding) => covers(binding, tenantId, workspaceId, now)))
      .map(({ tenantId, workspaceId }) => ({ tenantId, workspaceId }));
  }

  /** Begins a session and gives the value of its cookie. */
  async beginSession(
    tx: Transaction,
    userId: string,
    place: { tenantId: string; workspaceId: string },
  ): Promise<string> {
    const cookie = randomKey();
    const now = this.#wallNow();
    const db = tx.tables<OspTables>();
    await db.deleteFrom('t_session').where('expires_at', '<=', now).execute();
    const mine = await db
      .selectFrom('t_session')
      .select('session_hash')
      .where('user_id', '=', userId)
      .orderBy('gmt_create', 'desc')
      .execute();
    const tooMany = mine.slice(MAX_SESSIONS - 1).map((row) => row.session_hash);
    if (tooMany.length > 0) {
      await db.deleteFrom('t_session').where('session_hash', 'in', tooMany).execute();
      this.#access.changed(tx, userId);
    }
    await db
      .insertInto('t_session')
      .values({
        session_hash: sha256Hex(cookie),
        user_id: userId,
        tenant_id: place.tenantId,
        workspace_id: place.workspaceId,
        last_seen: now,
        expires_at: now + SESSION_MAX_MS,
        gmt_create: now,
      })
      .execute();
    return cookie;
  }

  async endSession(tx: Transaction, userId: string, sessionHash: string): Promise<void> {
    await tx.tables<OspTables>().deleteFrom('t_session').where('session_hash', '=', sessionHash).execute();
    this.#access.changed(tx, userId);
  }

  /** Whether the user had such a token. */
  async revokeToken(tx: Transaction, userId: string, tokenId: string): Promise<boolean> {
    const { numDeletedRows } = await tx
      .tables<OspTables>()
      .deleteFrom('t_api_token')
      .where('token_id', '=', tokenId)
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    this.#access.changed(tx, userId);
    return numDeletedRows > 0n;
  }

  async moveSession(
    tx: Transaction,
    sessionHash: string,
    place: { tenantId: string; workspaceId: string },
  ): Promise<void> {
    await tx
      .tables<OspTables>()
      .updateTable('t_session')
      .set({ tenant_id: place.tenantId, workspace_id: place.workspaceId })
      .where('session_hash', '=', sessionHash)
      .execute();
  }
}

/** A full disk must not log anybody out. */
const ignoreStorage = (): void => {};

/** Derived from the cookie, which no script can read: who knows the one got it from a page of ours. */
export function csrfTokenOf(cookie: string): string {
  return createHash('sha256').update(`weft-csrf\0${cookie}`).digest('base64url');
}

export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
