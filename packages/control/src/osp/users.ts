import { randomUUID } from 'node:crypto';
import { ROLES, type RoleName, type User } from '@weft/api';
import type { Storage, Transaction } from '../storage/index.ts';
import type { AccessChanges } from './access-changes.ts';
import type { OspTables } from './tables.ts';

export type UserRow = OspTables['t_user'];
export interface Binding {
  readonly bindingId: string;
  readonly userId: string;
  readonly role: string;
  readonly tenantId: string | null;
  readonly workspaceId: string | null;
  readonly expiresAt: number | null;
}

/** Users and their roles. */
export class Users {
  readonly #storage: Storage;
  readonly #access: AccessChanges;
  readonly #wallNow: () => number;

  constructor(storage: Storage, access: AccessChanges, wallNow: () => number) {
    this.#storage = storage;
    this.#access = access;
    this.#wallNow = wallNow;
  }

  byLogin(loginName: string): Promise<UserRow | undefined> {
    return this.#storage
      .tables<OspTables>()
      .selectFrom('t_user')
      .selectAll()
      .where('login_name', '=', loginName)
      .executeTakeFirst();
  }

  byId(userId: string): Promise<UserRow | undefined> {
    return this.#storage
      .tables<OspTables>()
      .selectFrom('t_user')
      .selectAll()
      .where('user_id', '=', userId)
      .executeTakeFirst();
  }

  all(): Promise<UserRow[]> {
    return this.#storage.tables<OspTables>().selectFrom('t_user').selectAll().orderBy('login_name').execute();
  }

  /** All bindings, or those of one user; expired ones included. */
  async bindings(userId?: string): Promise<Binding[]> {
    let query = this.#storage.tables<OspTables>().selectFrom('t_role_binding').selectAll();
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    return (await query.execute()).map((row) => ({
      bindingId: row.binding_id,
      userId: row.user_id,
      role: row.role,
      tenantId: row.tenant_id,
      workspaceId: row.workspace_id,
      expiresAt: row.expires_at,
    }));
  }

  /** @throws StorageError `duplicate`. */
  async create(
    tx: Transaction,
    user: { loginName: string; displayName: string; email: string; passwordHash: string },
  ): Promise<string> {
    const userId = randomUUID();
    const now = this.#wallNow();
    await tx
      .tables<OspTables>()
      .insertInto('t_user')
      .values({
        user_id: userId,
        login_name: user.loginName,
        display_name: user.displayName,
        email: user.email,
        password_hash: user.passwordHash,
        must_change: 1,
        status: 'ACTIVE',
        failures: 0,
        locked_until: 0,
        last_login: null,
        gmt_create: now,
        gmt_modified: now,
      })
      .execute();
    return userId;
  }

  async update(
    tx: Transaction,
    userId: string,
    set: Partial<Omit<UserRow, 'user_id' | 'login_name' | 'gmt_create'>>,
  ): Promise<void> {
    await tx
      .tables<OspTables>()
      .updateTable('t_user')
      .set({ ...set, gmt_modified: this.#wallNow() })
      .where('user_id', '=', userId)
      .execute();
    if (set.status !== undefined || set.must_change !== undefined) this.#access.changed(tx, userId);
  }

  async remove(tx: Transaction, userId: string): Promise<void> {
    const db = tx.tables<OspTables>();
    await this.endCredentials(tx, userId);
    await db.deleteFrom('t_role_binding').where('user_id', '=', userId).execute();
    await db.deleteFrom('t_user').where('user_id', '=', userId).execute();
  }

  /** Ends all sessions, except one if given, and with `tokens` all API tokens. */
  async endCredentials(tx: Transaction, userId: string, keep = { sessionHash: '', tokens: false }): Promise<void> {
    const db = tx.tables<OspTables>();
    await db
      .deleteFrom('t_session')
      .where('user_id', '=', userId)
      .where('session_hash', '!=', keep.sessionHash)
      .execute();
    if (!keep.tokens) await db.deleteFrom('t_api_token').where('user_id', '=', userId).execute();
    this.#access.changed(tx, userId);
  }

  async bind(tx: Transaction, binding: Omit<Binding, 'bindingId'>): Promise<void> {
    await tx
      .tables<OspTables>()
      .insertInto('t_role_binding')
      .values({
        binding_id: randomUUID(),
        user_id: binding.userId,
        role: binding.role,
        tenant_id: binding.tenantId,
        workspace_id: binding.workspaceId,
        expires_at: binding.expiresAt,
        gmt_create: this.#wallNow(),
      })
      .execute();
  }

  async unbind(tx: Transaction, { bindingId, userId }: Pick<Binding, 'bindingId' | 'userId'>): Promise<void> {
    await tx.tables<OspTables>().deleteFrom('t_role_binding').where('binding_id', '=', bindingId).execute();
    this.#access.changed(tx, userId);
  }
}

export const isRole = (name: string): name is RoleName => Object.hasOwn(ROLES, name);

/** Permission patterns that bindings grant in a workspace now. */
export function permissionsIn(
  bindings: readonly Binding[],
  tenantId: string,
  workspaceId: string,
  nowMs: number,
): string[] {
  const granted = new Set<string>();
  for (const binding of bindings) {
    if (!covers(binding, tenantId, workspaceId, nowMs) || !isRole(binding.role)) continue;
    for (const permission of ROLES[binding.role].permissions) granted.add(permission);
  }
  return [...granted];
}

export function covers(binding: Binding, tenantId: string, workspaceId: string, nowMs: number): boolean {
  if (binding.expiresAt !== null && binding.expiresAt <= nowMs) return false;
  if (binding.tenantId !== null && binding.tenantId !== tenantId) return false;
  return binding.workspaceId === null || binding.workspaceId === workspaceId;
}

export function toUser(row: UserRow, bindings: readonly Binding[]): User {
  return {
    userId: row.user_id,
    loginName: row.login_name,
    displayName: row.display_name,
    email: row.email,
    status: row.status === 'ACTIVE' ? 'ACTIVE' : 'DISABLED',
    mustChangePassword: row.must_change === 1,
    lastLogin: row.last_login === null ? null : new Date(row.last_login).toISOString(),
    createdAt: new Date(row.gmt_create).toISOString(),
    bindings: bindings.map((binding) => ({
      bindingId: binding.bindingId,
      role: binding.role,
      tenantId: binding.tenantId,
      workspaceId: binding.workspaceId,
      expiresAt: binding.expiresAt === null ? null : new Date(binding.expiresAt).toISOString(),
    })),
  };
}
