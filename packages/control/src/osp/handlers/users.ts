import { isPermitted, type osp, ROLES, type RoleName, type User } from '@weft/api';
import { ApiFailure, type Caller, type Handlers, invalid, notFound, pageOfRows } from '../../http/index.ts';
import { StorageError } from '../../storage/index.ts';
import { SELF } from '../audit.ts';
import type { OspParts } from '../parts.ts';
import { hashPassword } from '../passwords.ts';
import { randomText } from '../secrets.ts';
import { type Binding, isRole, toUser, type UserRow } from '../users.ts';

type UserHandlers = Pick<
  Handlers<(typeof osp)['routes']>,
  | 'listUsers'
  | 'createUser'
  | 'getUser'
  | 'updateUser'
  | 'deleteUser'
  | 'resetPassword'
  | 'createBinding'
  | 'deleteBinding'
  | 'listRoles'
>;

/** Users of the tenant of the call; who administers the platform sees all. */
export function userHandlers({ storage, users, login, wallNow }: OspParts): UserHandlers {
  /** Somebody of another tenant is not there; somebody who also belongs to another tenant can be seen and not changed. */
  const isVisible = (caller: Caller, bindings: readonly Binding[]): boolean =>
    isPlatform(caller) || bindings.some((binding) => binding.tenantId === caller.tenantId);

  const find = async (caller: Caller, userId: string): Promise<{ row: UserRow; bindings: Binding[] }> => {
    const row = await users.byId(userId);
    const bindings = row === undefined ? [] : await users.bindings(userId);
    if (row === undefined || !isVisible(caller, bindings)) throw notFound(`user ${userId}`);
    return { row, bindings };
  };

  const findToChange = async (caller: Caller, userId: string): Promise<{ row: UserRow; bindings: Binding[] }> => {
    const found = await find(caller, userId);
    if (!isPlatform(caller) && found.bindings.some((binding) => binding.tenantId !== caller.tenantId))
      throw new ApiFailure(
        'FORBIDDEN',
        `${found.row.login_name} belongs to other tenants as well: only platform administrators change this user`,
      );
    return found;
  };

  const described = async (userId: string): Promise<User> => {
    const row = await users.byId(userId);
    if (row === undefined) throw notFound(`user ${userId}`);
    return toUser(row, await users.bindings(userId));
  };

  /** Nobody gives away more than they have. */
  const roleToGive = (caller: Caller, role: string): RoleName => {
    if (!isRole(role)) throw invalid('/role', `found "${role}", expected one of ${Object.keys(ROLES).join(', ')}`);
    const missing = ROLES[role].permissions.find((permission) => !isPermitted(caller.permissions, permission));
    if (missing !== undefined)
      throw new ApiFailure('FORBIDDEN', `role ${role} has ${missing}, which you do not have yourself`);
    return role;
  };

  /** Somebody must be left who can let others in. */
  const keepAnAdministrator = async (userId: string): Promise<void> => {
    const all = await users.bindings();
    const active = new Set((await users.all()).filter((user) => user.status === 'ACTIVE').map((user) => user.user_id));
    const isAdministrator = (binding: Binding): boolean =>
      binding.role === 'platform_admin' && binding.tenantId === null && active.has(binding.userId);
    if (
      all.some((binding) => binding.userId === userId && isAdministrator(binding)) &&
      !all.some((binding) => binding.userId !== userId && isAdministrator(binding))
    )
      throw new ApiFailure('GUARD', 'this is the last platform administrator: give somebody else that role first');
  };

  return {
    async listUsers(call) {
      const { caller, query } = call;
      const bindings = Map.groupBy(await users.bindings(), (binding) => binding.userId);
      const keyword = query.keyword?.toLowerCase() ?? '';
      const rows = (await users.all())
        .filter((row) => isVisible(caller, bindings.get(row.user_id) ?? []))
        .map((row) => toUser(row, bindings.get(row.user_id) ?? []))
        .filter((user) => `${user.loginName} ${user.displayName} ${user.email}`.toLowerCase().includes(keyword));
      return pageOfRows(
        rows,
        query,
        ['loginName', 'displayName', 'email', 'status', 'lastLogin', 'createdAt'],
        'loginName',
      );
    },
    async createUser(call) {
      const { body, caller } = call;
      if (body.loginName.toLowerCase() === SELF)
        throw invalid(
          '/loginName',
          `found "${body.loginName}", expected another: what the control plane does by itself has this name`,
        );
      const role = roleToGive(caller, body.role ?? 'viewer');
      const oneTimePassword = randomText(16);
      const passwordHash = await hashPassword(oneTimePassword);
      const userId = await storage
        .write(async (tx) => {
          const id = await users.create(tx, {
            loginName: body.loginName,
            displayName: body.displayName ?? body.loginName,
            email: body.email ?? '',
            passwordHash,
          });
          await users.bind(tx, {
            userId: id,
            role,
            tenantId: caller.tenantId,
            workspaceId: caller.workspaceId,
            expiresAt: null,
          });
          await call.audit(tx, { object: `user ${body.loginName}`, diff: { role } });
          return id;
        })
        .catch((error: unknown) => {
          if (error instanceof StorageError && error.fault === 'duplicate')
            throw new ApiFailure('CONFLICT', `there is a user ${body.loginName} already`);
          throw error;
        });
      return { user: await described(userId), oneTimePassword };
    },
    async getUser(call) {
      const { row, bindings } = await find(call.caller, call.params.userId);
      return toUser(row, bindings);
    },
    async updateUser(call) {
      const { row } = await findToChange(call.caller, call.params.userId);
      const { displayName, email, status } = call.body;
      if (status === 'DISABLED') await keepAnAdministrator(row.user_id);
      await storage.write(async (tx) => {
        await users.update(tx, row.user_id, {
          ...(displayName === undefined ? {} : { display_name: displayName }),
          ...(email === undefined ? {} : { email }),
          ...(status === undefined ? {} : { status }),
        });
        if (status === 'DISABLED') await users.endCredentials(tx, row.user_id);
        await call.audit(tx, { object: `user ${row.login_name}`, diff: call.body });
      });
      return described(row.user_id);
    },
    async deleteUser(call) {
      const { row } = await findToChange(call.caller, call.params.userId);
      if (row.user_id === call.caller.userId) throw new ApiFailure('CONFLICT', 'nobody deletes themselves');
      await keepAnAdministrator(row.user_id);
      await storage.write(async (tx) => {
        await users.remove(tx, row.user_id);
        await call.audit(tx, { object: `user ${row.login_name}` });
      });
      return undefined;
    },
    async resetPassword(call) {
      const { row } = await findToChange(call.caller, call.params.userId);
      const oneTimePassword = randomText(16);
      const passwordHash = await hashPassword(oneTimePassword);
      await storage.write(async (tx) => {
        await users.update(tx, row.user_id, {
          password_hash: passwordHash,
          must_change: 1,
          failures: 0,
          locked_until: 0,
        });
        await users.endCredentials(tx, row.user_id);
        await call.audit(tx, { object: `user ${row.login_name}`, diff: { password: 'reset' } });
      });
      login.forget(row.login_name);
      return { user: await described(row.user_id), oneTimePassword };
    },
    async createBinding(call) {
      const { caller, body } = call;
      const { row } = await find(caller, call.params.userId);
      const role = roleToGive(caller, body.role);
      const expiresAt = body.expiresAt === undefined ? null : Date.parse(body.expiresAt);
      if (expiresAt !== null && !(expiresAt > wallNow()))
        throw invalid('/expiresAt', `found "${body.expiresAt}", expected an instant in the future`);
      await storage.write(async (tx) => {
        await users.bind(tx, {
          userId: row.user_id,
          role,
          tenantId: caller.tenantId,
          workspaceId: body.workspaceId ?? null,
          expiresAt,
        });
        await call.audit(tx, {
          object: `user ${row.login_name}`,
          diff: { given: role, workspaceId: body.workspaceId ?? null },
        });
      });
      return described(row.user_id);
    },
    async deleteBinding(call) {
      const { row, bindings } = await find(call.caller, call.params.userId);
      const binding = bindings.find(({ bindingId }) => bindingId === call.params.bindingId);
      if (binding === undefined || (!isPlatform(call.caller) && binding.tenantId !== call.caller.tenantId))
        throw notFound(`binding ${call.params.bindingId}`);
      roleToGive(call.caller, binding.role);
      if (binding.role === 'platform_admin') await keepAnAdministrator(row.user_id);
      await storage.write(async (tx) => {
        await users.unbind(tx, binding);
        await call.audit(tx, { object: `user ${row.login_name}`, diff: { taken: binding.role } });
      });
      return undefined;
    },
    listRoles(call) {
      const rows = Object.entries(ROLES).map(([name, role]) => ({
        name,
        description: role.description,
        builtIn: true,
        permissions: [...role.permissions] as string[],
      }));
      return pageOfRows(rows, call.query, ['name'], 'name');
    },
  };
}

const isPlatform = (caller: Caller): boolean => isPermitted(caller.permissions, 'osp:tenant:write');
