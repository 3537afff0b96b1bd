import { isPermitted, type Message, message, type osp } from '@weft/api';
import { ApiFailure, type Caller, type Handlers, notFound, pageOfRows } from '../../http/index.ts';
import { StorageError } from '../../storage/index.ts';
import type { OspParts } from '../parts.ts';
import type { Products } from '../products.ts';
import type { TenantRecord } from '../tenants.ts';
import { permissionsIn } from '../users.ts';

type AdministrationHandlers = Pick<
  Handlers<(typeof osp)['routes']>,
  | 'listTenants'
  | 'createTenant'
  | 'getTenant'
  | 'listWorkspaces'
  | 'createWorkspace'
  | 'listAccessKeys'
  | 'createAccessKey'
  | 'updateAccessKey'
  | 'authorize'
  | 'listAudit'
  | 'verifyAudit'
  | 'listComponents'
>;

/** Tenants, workspaces, access keys and the audit log. */
export function administrationHandlers({
  storage,
  tenants,
  products,
  users,
  accessKeys,
  audit,
  wallNow,
  components,
}: OspParts): AdministrationHandlers {
  const visible = async (caller: Caller, tenantId: string): Promise<TenantRecord> => {
    const tenant = caller.can('osp:tenant:write') || caller.tenantId === tenantId ? await tenants.find(tenantId) : null;
    if (tenant === null) throw notFound(`tenant ${tenantId}`);
    return tenant;
  };
  const orConflict = (what: string) => (error: unknown) => {
    if (error instanceof StorageError && error.fault === 'duplicate')
      throw new ApiFailure('CONFLICT', `there is a ${what} already`);
    throw error;
  };

  return {
    async listTenants(call) {
      const all = await tenants.list();
      const rows = all.filter(
        (tenant) => call.caller.can('osp:tenant:write') || tenant.tenantId === call.caller.tenantId,
      );
      return pageOfRows(rows, call.query, ['tenantId', 'tenantName', 'instanceId', 'createdAt'], 'tenantId');
    },
    async createTenant(call) {
      const { tenantId, tenantName } = call.body;
      await storage
        .write(async (tx) => {
          await tenants.create(tx, tenantId, tenantName ?? tenantId);
          await products.open(tx, tenantId, 'MESH', call.caller.loginName);
          await call.audit(tx, { object: `tenant ${tenantId}` });
        })
        .catch(orConflict(`tenant ${tenantId}`));
      return visible(call.caller, tenantId);
    },
    getTenant: (call) => visible(call.caller, call.params.tenantId),
    async listWorkspaces(call) {
      const tenant = await visible(call.caller, call.params.tenantId);
      return pageOfRows(
        await tenants.workspaces(tenant.tenantId),
        call.query,
        ['workspaceId', 'workspaceName', 'createdAt'],
        'workspaceId',
      );
    },
    async createWorkspace(call) {
      const { tenantId } = await visible(call.caller, call.params.tenantId);
      const { workspaceId, workspaceName } = call.body;
      await storage
        .write(async (tx) => {
          await tenants.createWorkspace(tx, tenantId, workspaceId, workspaceName ?? workspaceId, call.caller.loginName);
          await products.start(tx, tenantId, workspaceId, 'MESH', call.caller.loginName);
          await call.audit(tx, { object: `workspace ${tenantId}/${workspaceId}` });
        })
        .catch(orConflict(`workspace ${tenantId}/${workspaceId}`));
      const made = (await tenants.workspaces(tenantId)).find((workspace) => workspace.workspaceId === workspaceId);
      if (made === undefined) throw notFound(`workspace ${tenantId}/${workspaceId}`);
      return made;
    },
    async listAccessKeys(call) {
      return pageOfRows(
        await accessKeys.list(call.caller),
        call.query,
        ['accessKeyId', 'status', 'createdAt', 'lastUsedAt'],
        '-createdAt',
      );
    },
    async createAccessKey(call) {
      const { accessKeyId, secret } = await storage.write(async (tx) => {
        const made = await accessKeys.create(tx, call.caller);
        await call.audit(tx, { object: `access key ${made.accessKeyId}` });
        return made;
      });
      const key = (await accessKeys.list(call.caller)).find((row) => row.accessKeyId === accessKeyId);
      if (key === undefined) throw notFound(`access key ${accessKeyId}`);
      return { key, secret };
    },
    async updateAccessKey(call) {
      const { accessKeyId } = call.params;
      await storage.write(async (tx) => {
        if (!(await accessKeys.setStatus(tx, call.caller, accessKeyId, call.body.status)))
          throw notFound(`access key ${accessKeyId}`);
        await call.audit(tx, { object: `access key ${accessKeyId}`, diff: call.body });
      });
      const key = (await accessKeys.list(call.caller)).find((row) => row.accessKeyId === accessKeyId);
      if (key === undefined) throw notFound(`access key ${accessKeyId}`);
      return key;
    },
    async authorize(call) {
      const { subject, action, resource } = call.body;
      const [tenantId = '', workspaceId = ''] = (
        resource ?? `${call.caller.tenantId}/${call.caller.workspaceId}`
      ).split('/');
      if (tenantId !== call.caller.tenantId && !call.caller.can('osp:tenant:write'))
        throw notFound(`tenant ${tenantId}`);
      const user = await users.byLogin(subject);
      const bindings = user === undefined ? [] : await users.bindings(user.user_id);
      // Somebody who has nothing to do with the tenant of the caller is answered for like somebody who does not exist.
      const visible =
        subject === call.caller.loginName ||
        call.caller.can('osp:tenant:write') ||
        bindings.some((binding) => binding.tenantId === call.caller.tenantId);
      const granted =
        visible && user?.status === 'ACTIVE' ? permissionsIn(bindings, tenantId, workspaceId, wallNow()) : [];
      const allow = isPermitted(granted, action);
      return {
        allow,
        reason: allow ? `${subject} has ${action}` : `${subject} does not have ${action} in ${tenantId}/${workspaceId}`,
        ttlMs: 30_000,
      };
    },
    listAudit: (call) =>
      audit.list(call.caller.tenantId, call.caller.workspaceId, call.caller.can('osp:tenant:write'), call.query),
    verifyAudit: () => audit.verify(),
    async listComponents({ caller }) {
      const { version, items, notices } = await components(caller);
      return { version, items: [...items], notices: [...(await productNotice(products, caller)), ...notices] };
    },
  };
}

/** What is missing before proxies of the workspace may connect. */
async function productNotice(products: Products, { tenantId, workspaceId }: Caller): Promise<Message[]> {
  const gap = await products.gap(tenantId, workspaceId, 'MESH').catch((error: unknown) => {
    // The components are what says that the database is away.
    if (error instanceof StorageError) return null;
    throw error;
  });
  return gap === null ? [] : [message(`notice.product-${gap}`, { tenant: tenantId, workspace: workspaceId })];
}
