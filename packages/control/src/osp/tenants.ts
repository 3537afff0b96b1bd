import type { Storage, Transaction } from '../storage/index.ts';
import type { OspTables } from './tables.ts';

export interface TenantRecord {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly regionId: string;
  readonly regionName: string;
  readonly instanceId: string;
  readonly status: 'ACTIVE' | 'DISABLED';
  readonly createdAt: string;
}

export interface WorkspaceRecord {
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly createdAt: string;
}

/** Tenants and workspaces. Rows may be inserted by hand, with the columns of the classic product only. */
export class Tenants {
  readonly #storage: Storage;
  readonly #wallNow: () => number;

  constructor(storage: Storage, wallNow: () => number) {
    this.#storage = storage;
    this.#wallNow = wallNow;
  }

  async find(tenantId: string): Promise<TenantRecord | null> {
    const row = await this.#storage
      .tables<OspTables>()
      .selectFrom('t_tenant')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst();
    if (row === undefined) return null;
    return toTenant(row, row.instance_id ?? (await this.#allocateInstance(tenantId)));
  }

  async list(): Promise<TenantRecord[]> {
    const rows = await this.#storage
      .tables<OspTables>()
      .selectFrom('t_tenant')
      .selectAll()
      .orderBy('tenant_id')
      .execute();
    const tenants: TenantRecord[] = [];
    for (const row of rows)
      tenants.push(toTenant(row, row.instance_id ?? (await this.#allocateInstance(row.tenant_id))));
    return tenants;
  }

  async hasWorkspace(tenantId: string, workspaceId: string): Promise<boolean> {
    const row = await this.#storage
      .tables<OspTables>()
      .selectFrom('t_workspace')
      .select('workspace_id')
      .where('tenant_id', '=', tenantId)
      .where('workspace_id', '=', workspaceId)
      .executeTakeFirst();
    return row !== undefined;
  }

  async workspaces(tenantId?: string): Promise<WorkspaceRecord[]> {
    let query = this.#storage
      .tables<OspTables>()
      .selectFrom('t_workspace')
      .selectAll()
      .orderBy('tenant_id')
      .orderBy('workspace_id');
    if (tenantId !== undefined) query = query.where('tenant_id', '=', tenantId);
    return (await query.execute()).map((row) => ({
      tenantId: row.tenant_id,
      workspaceId: row.workspace_id,
      workspaceName: row.workspace_name ?? '',
      createdAt: instantOf(row.gmt_create),
    }));
  }

  /** @throws StorageError `duplicate`. */
  async create(tx: Transaction, tenantId: string, tenantName: string, instanceId?: string): Promise<void> {
    const now = new Date(this.#wallNow()).toISOString();
    await tx
      .tables<OspTables>()
      .insertInto('t_tenant')
      .values({
        tenant_id: tenantId,
        tenant_name: tenantName,
        region_id: '',
        region_name: '',
        instance_id: instanceId ?? (await nextInstance(tx)),
        gmt_create: now,
        gmt_modified: now,
      })
      .execute();
  }

  /** @throws StorageError `duplicate`. */
  async createWorkspace(
    tx: Transaction,
    tenantId: string,
    workspaceId: string,
    workspaceName: string,
    operator: string,
  ): Promise<void> {
    const now = new Date(this.#wallNow()).toISOString();
    await tx
      .tables<OspTables>()
      .insertInto('t_workspace')
      .values({
        tenant_id: tenantId,
        workspace_id: workspaceId,
        workspace_name: workspaceName,
        operator,
        gmt_create: now,
        gmt_modified: now,
      })
      .execute();
  }

  #allocateInstance(tenantId: string): Promise<string> {
    return this.#storage.write(async (tx) => {
      const db = tx.tables<OspTables>();
      await db
        .updateTable('t_tenant')
        .set({ instance_id: await nextInstance(tx) })
        .where('tenant_id', '=', tenantId)
        .where('instance_id', 'is', null)
        .execute();
      const row = await db
        .selectFrom('t_tenant')
        .select('instance_id')
        .where('tenant_id', '=', tenantId)
        .executeTakeFirstOrThrow();
      return row.instance_id ?? '';
    });
  }
}

/** Six digits, one above the highest that is taken. */
async function nextInstance(tx: Transaction): Promise<string> {
  const rows = await tx
    .tables<OspTables>()
    .selectFrom('t_tenant')
    .select('instance_id')
    .where('instance_id', 'is not', null)
    .execute();
  const taken = rows.map((row) => Number(row.instance_id)).filter((value) => Number.isSafeInteger(value));
  return String(Math.max(0, ...taken) + 1).padStart(6, '0');
}

function toTenant(
  row: {
    tenant_id: string;
    tenant_name: string | null;
    region_id: string | null;
    region_name: string | null;
    status: string;
    gmt_create: string | null;
  },
  instanceId: string,
): TenantRecord {
  return {
    tenantId: row.tenant_id,
    tenantName: row.tenant_name ?? '',
    regionId: row.region_id ?? '',
    regionName: row.region_name ?? '',
    instanceId,
    status: row.status === 'DISABLED' ? 'DISABLED' : 'ACTIVE',
    createdAt: instantOf(row.gmt_create),
  };
}

/** Rows written by hand have `2017-06-14 13:41:35`, in UTC, or nothing. */
function instantOf(text: string | null): string {
  const ms = Date.parse(text === null ? '' : /[TZ]/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString();
}
