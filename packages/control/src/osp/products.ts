import { PRODUCT_CODES, PRODUCTS, type Product, type SwitchedProduct } from '@weft/api';
import type { Storage, Transaction } from '../storage/index.ts';
import type { OspTables } from './tables.ts';

/** What keeps a workspace from using a product. */
export type ProductGap = 'not-opened' | 'not-started';

/** The row of a tenant has no workspace. */
const TENANT_ROW = '';

/** Which products are opened for tenants and started in workspaces. */
export class Products {
  readonly #storage: Storage;
  readonly #wallNow: () => number;
  readonly #onClosed = new Set<(tenantId: string, workspaceId: string | null) => void>();

  constructor(storage: Storage, wallNow: () => number) {
    this.#storage = storage;
    this.#wallNow = wallNow;
  }

  /** Called when a product acts no longer in a workspace, or (null) in any of the tenant. */
  onClosed(listener: (tenantId: string, workspaceId: string | null) => void): void {
    this.#onClosed.add(listener);
  }

  /** Null: the product acts there. */
  async gap(tenantId: string, workspaceId: string, product: SwitchedProduct): Promise<ProductGap | null> {
    const rows = await this.#storage
      .tables<OspTables>()
      .selectFrom('t_product_enable')
      .select(['workspace_id', 'state'])
      .where('tenant_id', '=', tenantId)
      .where('product_code', '=', product)
      .where('workspace_id', 'in', [TENANT_ROW, workspaceId])
      .execute();
    const has = (workspace: string, state: string): boolean =>
      rows.some((row) => row.workspace_id === workspace && row.state === state);
    if (!has(TENANT_ROW, 'OPENED')) return 'not-opened';
    return has(workspaceId, 'STARTED') ? null : 'not-started';
  }

  /** All products, whether opened or not, with the given workspaces. */
  async list(tenantId: string, workspaceIds: readonly string[]): Promise<Product[]> {
    const rows = await this.#storage
      .tables<OspTables>()
      .selectFrom('t_product_enable')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .execute();
    return PRODUCT_CODES.map((productCode) => {
      const { name, with: comesWith, here } = PRODUCTS[productCode];
      const own = rows.filter((row) => row.product_code === (comesWith ?? productCode));
      const ofTenant = own.find((row) => row.workspace_id === TENANT_ROW);
      const started = new Set(own.filter((row) => row.state === 'STARTED').map((row) => row.workspace_id));
      return {
        productCode,
        name,
        with: comesWith,
        state: !here ? 'ABSENT' : ofTenant?.state === 'OPENED' ? 'OPENED' : 'CLOSED',
        operator: ofTenant?.operator ?? '',
        changedAt: ofTenant === undefined || ofTenant.gmt_modified === 0 ? null : iso(ofTenant.gmt_modified),
        workspaces: here
          ? workspaceIds.map((workspaceId) => ({
              workspaceId,
              state: started.has(workspaceId) ? ('STARTED' as const) : ('STOPPED' as const),
            }))
          : [],
      };
    });
  }

  /** For a whole tenant. */
  async open(tx: Transaction, tenantId: string, product: SwitchedProduct, operator: string): Promise<void> {
    await this.#set(tx, tenantId, product, TENANT_ROW, 'OPENED', operator);
  }

  async close(tx: Transaction, tenantId: string, product: SwitchedProduct, operator: string): Promise<void> {
    await this.#set(tx, tenantId, product, TENANT_ROW, 'CLOSED', operator);
    tx.afterCommit(() => this.#tellClosed(tenantId, null));
  }

  /** In one workspace. */
  async start(
    tx: Transaction,
    tenantId: string,
    workspaceId: string,
    product: SwitchedProduct,
    operator: string,
  ): Promise<void> {
    await this.#set(tx, tenantId, product, workspaceId, 'STARTED', operator);
  }

  async stop(
    tx: Transaction,
    tenantId: string,
    workspaceId: string,
    product: SwitchedProduct,
    operator: string,
  ): Promise<void> {
    await this.#set(tx, tenantId, product, workspaceId, 'CLOSED', operator);
    tx.afterCommit(() => this.#tellClosed(tenantId, workspaceId));
  }

  #tellClosed(tenantId: string, workspaceId: string | null): void {
    for (const listener of this.#onClosed) listener(tenantId, workspaceId);
  }

  async #set(
    tx: Transaction,
    tenantId: string,
    product: SwitchedProduct,
    workspaceId: string,
    state: 'OPENED' | 'STARTED' | 'CLOSED',
    operator: string,
  ): Promise<void> {
    const db = tx.tables<OspTables>();
    const now = this.#wallNow();
    const { numUpdatedRows } = await db
      .updateTable('t_product_enable')
      .set({ state, operator, gmt_modified: now })
      .where('tenant_id', '=', tenantId)
      .where('product_code', '=', product)
      .where('workspace_id', '=', workspaceId)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return;
    await db
      .insertInto('t_product_enable')
      .values({
        tenant_id: tenantId,
        product_code: product,
        workspace_id: workspaceId,
        state,
        operator,
        gmt_create: now,
        gmt_modified: now,
      })
      .execute();
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
