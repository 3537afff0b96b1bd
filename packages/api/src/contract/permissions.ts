import { RULE_KINDS, RULE_SEGMENTS, type RuleSegment } from '../rules/rule-kinds.ts';

const ruleActions = (title: string) => ({
  read: `see ${title}s`,
  write: `create, edit and delete ${title}s`,
  publish: `switch ${title}s on and off, push again, roll back`,
});
type RuleAction = keyof ReturnType<typeof ruleActions>;

const RULE_PERMISSIONS = Object.fromEntries(
  RULE_KINDS.flatMap(({ segment, title }) =>
    Object.entries(ruleActions(title)).map(([action, text]) => [`mesh:rule-${segment}:${action}`, text]),
  ),
) as Readonly<Record<`mesh:rule-${RuleSegment}:${RuleAction}`, string>>;

/** Every permission point, `<product>:<resource>:<action>`, and what it allows. */
export const PERMISSIONS = {
  'mesh:service:read': 'see services, providers, consumers and their figures',
  'mesh:service:operate': 'enable and disable providers, change weights',
  ...RULE_PERMISSIONS,
  'mesh:sidecar:read': 'see proxies and what they answer about themselves',
  'mesh:sidecar:operate': 'restart, drain and change proxies',
  'mesh:monitor:read': 'see topology and figures',
  'mesh:registry:read': 'see the content of the registry',
  'drm:resource:read': 'see dynamic configuration',
  'drm:resource:write': 'change dynamic configuration',
  'drm:push:operate': 'stop and resume pushing to the proxies of a workspace',
  // Not under `drm` or `mesh`: who administers one tenant must not stop the others.
  'osp:push:operate': 'stop and resume pushing, for every tenant',
  'osp:user:read': 'see users, roles and bindings',
  'osp:user:write': 'create, change and delete users and bindings',
  'osp:tenant:read': 'see tenants and workspaces',
  'osp:tenant:write': 'create tenants and workspaces',
  'osp:product:open': 'open and close products for tenants',
  'osp:product:start': 'start and stop opened products in workspaces',
  'osp:key:read': 'see access keys of proxies, without secrets',
  'osp:key:write': 'create and disable access keys of proxies',
  'osp:audit:read': 'see the audit log',
} as const;

export type PermissionPoint = keyof typeof PERMISSIONS;

const ALL_READ: readonly string[] = ['mesh:*:read', 'drm:*:read', 'osp:tenant:read'];

/** The built-in roles; `*` stands for one part of a permission point. */
export const ROLES = {
  platform_admin: { description: 'everything, in every tenant', permissions: ['*:*:*'] },
  tenant_admin: {
    description: 'everything in one tenant, except creating tenants',
    permissions: [
      'mesh:*:*',
      'drm:*:*',
      'osp:user:*',
      'osp:key:*',
      'osp:tenant:read',
      'osp:product:start',
      'osp:audit:read',
    ],
  },
  workspace_admin: {
    description: 'everything in one workspace',
    permissions: ['mesh:*:*', 'drm:*:*', 'osp:tenant:read', 'osp:product:start'],
  },
  developer: {
    description: 'sees everything of the mesh and writes rules, which somebody else publishes',
    permissions: [...ALL_READ, ...RULE_SEGMENTS.map((segment) => `mesh:rule-${segment}:write`)],
  },
  viewer: { description: 'sees everything of the mesh', permissions: ALL_READ },
  auditor: {
    description: 'sees everything of the mesh and the audit log',
    permissions: [...ALL_READ, 'osp:audit:read'],
  },
} as const satisfies Readonly<Record<string, { description: string; permissions: readonly string[] }>>;

export type RoleName = keyof typeof ROLES;

/** Whether a granted pattern such as `mesh:*:read` covers a permission point. */
export function permissionCovers(pattern: string, point: string): boolean {
  const granted = pattern.split(':');
  const asked = point.split(':');
  return granted.length === 3 && asked.length === 3 && granted.every((part, i) => part === '*' || part === asked[i]);
}

/** Whether any of the granted patterns covers a permission point. */
export function isPermitted(granted: readonly string[], point: string): boolean {
  return granted.some((pattern) => permissionCovers(pattern, point));
}
