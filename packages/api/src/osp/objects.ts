import { type Static, Type } from 'typebox';
import { Body, Instant, Name, Nullable, OneOf } from '../contract/index.ts';

export const WorkspaceRef = Type.Object({ tenantId: Type.String(), workspaceId: Type.String() });
export type WorkspaceRef = Static<typeof WorkspaceRef>;

export const LoginBody = Body({
  loginName: Type.String({ minLength: 1, maxLength: 64, title: 'User name', description: 'login name' }),
  password: Type.String({
    minLength: 1,
    maxLength: 256,
    'x-weft-secret': true,
    title: 'Password',
    description: 'password',
  }),
});

export const Session = Type.Object({
  user: Type.Object({ userId: Type.String(), loginName: Type.String(), displayName: Type.String() }),
  csrfToken: Type.String({
    description: 'value of the header X-Weft-Csrf of every call that changes something; empty for API tokens',
  }),
  mustChangePassword: Type.Boolean({ description: 'only the password can be changed before anything else' }),
  tenantId: Type.String({ description: 'tenant of this session' }),
  workspaceId: Type.String({ description: 'workspace of this session' }),
  instanceId: Type.String({ description: 'middleware instance of the tenant' }),
  permissions: Type.Array(Type.String(), { description: 'patterns granted in this workspace, such as mesh:*:read' }),
  workspaces: Type.Array(WorkspaceRef, { description: 'where this user may go' }),
  expiresAt: Instant('end of the session whatever happens'),
});
export type Session = Static<typeof Session>;

export const SelectWorkspaceBody = Body({ tenantId: Name('tenant'), workspaceId: Name('workspace') });

export const ChangePasswordBody = Body({
  currentPassword: Type.String({
    minLength: 1,
    maxLength: 256,
    'x-weft-secret': true,
    description: 'password in force',
  }),
  newPassword: Type.String({
    minLength: 12,
    maxLength: 256,
    'x-weft-secret': true,
    description: 'new password, 12 characters or more',
  }),
});

export const UserStatus = OneOf(['ACTIVE', 'DISABLED'], 'a disabled user cannot log in');
const USER_FIELDS = {
  displayName: Type.String({ maxLength: 128, description: 'name shown' }),
  email: Type.String({ maxLength: 254, description: 'mail address, may be empty' }),
};

export const CreateUserBody = Body({
  loginName: Type.String({
    pattern: '^[A-Za-z0-9._@-]{1,64}$',
    description: 'login name',
    'x-weft-expected': '1 to 64 letters, digits, `.`, `_`, `@` and `-`',
  }),
  displayName: Type.Optional(USER_FIELDS.displayName),
  email: Type.Optional(USER_FIELDS.email),
  role: Type.Optional(Type.String({ maxLength: 64, description: 'role in the workspace of the call' })),
});
export const UpdateUserBody = Body({
  displayName: Type.Optional(USER_FIELDS.displayName),
  email: Type.Optional(USER_FIELDS.email),
  status: Type.Optional(UserStatus),
});

export const RoleBinding = Type.Object({
  bindingId: Type.String(),
  role: Type.String(),
  tenantId: Nullable(Type.String({ description: 'null: every tenant' })),
  workspaceId: Nullable(Type.String({ description: 'null: every workspace of the tenant' })),
  expiresAt: Nullable(Instant('end of the binding')),
});
export const CreateBindingBody = Body({
  role: Type.String({ minLength: 1, maxLength: 64, description: 'name of a role' }),
  workspaceId: Type.Optional(Name('workspace; all of the tenant when not given')),
  expiresAt: Type.Optional(Instant('end of the binding; never when not given')),
});

export const User = Type.Object({
  userId: Type.String(),
  loginName: Type.String(),
  ...USER_FIELDS,
  status: UserStatus,
  mustChangePassword: Type.Boolean(),
  lastLogin: Nullable(Instant('last login')),
  createdAt: Instant('creation'),
  bindings: Type.Array(RoleBinding),
});
export type User = Static<typeof User>;
/** The password is in this answer and nowhere else. */
export const UserWithPassword = Type.Object({ user: User, oneTimePassword: Type.String() });

export const Role = Type.Object({
  name: Type.String(),
  description: Type.String(),
  builtIn: Type.Boolean(),
  permissions: Type.Array(Type.String()),
});
export type Role = Static<typeof Role>;

export const ApiToken = Type.Object({
  tokenId: Type.String(),
  name: Type.String(),
  prefix: Type.String({ description: 'first characters, to recognise it by' }),
  createdAt: Instant('creation'),
  expiresAt: Nullable(Instant('end')),
  lastUsedAt: Nullable(Instant('last use, to the minute')),
});
export type ApiToken = Static<typeof ApiToken>;
export const CreateTokenBody = Body({
  name: Type.String({ minLength: 1, maxLength: 64, description: 'what the token is for' }),
  expiresInDays: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 3650, description: 'days until it ends; 90 when not given' }),
  ),
});
/** The token is in this answer and nowhere else. */
export const ApiTokenWithSecret = Type.Object({ token: ApiToken, secret: Type.String() });

export const Tenant = Type.Object({
  tenantId: Type.String(),
  tenantName: Type.String(),
  regionId: Type.String(),
  regionName: Type.String(),
  instanceId: Type.String(),
  status: OneOf(['ACTIVE', 'DISABLED'], 'state'),
  createdAt: Instant('creation'),
});
export const CreateTenantBody = Body({
  tenantId: Name('id of the tenant'),
  tenantName: Type.Optional(Type.String({ maxLength: 128, description: 'name shown' })),
});
export const Workspace = Type.Object({
  tenantId: Type.String(),
  workspaceId: Type.String(),
  workspaceName: Type.String(),
  createdAt: Instant('creation'),
});
export const CreateWorkspaceBody = Body({
  workspaceId: Name('id of the workspace'),
  workspaceName: Type.Optional(Type.String({ maxLength: 128, description: 'name shown' })),
});

export const AccessKey = Type.Object({
  accessKeyId: Type.String(),
  tenantId: Type.String(),
  workspaceId: Type.String(),
  instanceId: Type.String(),
  status: OneOf(['ACTIVE', 'DISABLED'], 'a disabled key is refused within 10 s'),
  createdAt: Instant('creation'),
  lastUsedAt: Nullable(Instant('last use, to the minute')),
});
export type AccessKey = Static<typeof AccessKey>;
/** The secret is in this answer and nowhere else. */
export const AccessKeyWithSecret = Type.Object({ key: AccessKey, secret: Type.String() });
export const UpdateAccessKeyBody = Body({ status: OneOf(['ACTIVE', 'DISABLED'], 'new state') });

export const AuthorizeBody = Body({
  subject: Type.String({ minLength: 1, maxLength: 64, description: 'login name' }),
  action: Type.String({ minLength: 1, maxLength: 128, description: 'permission point' }),
  resource: Type.Optional(
    Type.String({ maxLength: 256, description: 'tenant/workspace; that of the call when not given' }),
  ),
});
export const Authorization = Type.Object({ allow: Type.Boolean(), reason: Type.String(), ttlMs: Type.Integer() });

export const AuditRow = Type.Object({
  id: Type.Integer(),
  at: Instant('when'),
  actor: Type.String(),
  actorType: OneOf(['USER', 'API_TOKEN', 'ACCESS_KEY', 'COMPONENT'], 'kind of actor'),
  tenantId: Type.String(),
  workspaceId: Type.String(),
  action: Type.String({ description: 'such as ms.createLimitRule' }),
  object: Type.String({ description: 'what was changed' }),
  result: OneOf(['OK', 'REFUSED', 'FAILED'], 'outcome'),
  diff: Type.Unknown({ description: 'what changed, without secrets' }),
  ip: Type.String(),
  requestId: Type.String(),
  changeId: Type.String(),
  hash: Type.String(),
});
export type AuditRow = Static<typeof AuditRow>;

export const ComponentState = Type.Object({
  name: Type.String(),
  state: OneOf(['running', 'starting', 'failed', 'stopped', 'absent'], 'absent: not part of this release yet'),
  ready: Type.Boolean(),
  message: Type.String(),
  since: Instant('begin of this state'),
});
export type ComponentState = Static<typeof ComponentState>;
