import { type osp, PRODUCT_CODES, PRODUCTS, type Product, type SwitchedProduct } from '@weft/api';
import { ApiFailure, type Caller, type Handlers, notFound } from '../../http/index.ts';
import type { OspParts } from '../parts.ts';

type ProductHandlers = Pick<
  Handlers<(typeof osp)['routes']>,
  'listProducts' | 'openProduct' | 'closeProduct' | 'startProduct' | 'stopProduct'
>;

/** Opening a product for a tenant, and starting it in a workspace. */
export function productHandlers({ storage, tenants, products }: OspParts): ProductHandlers {
  const workspacesOf = async (caller: Caller, tenantId: string): Promise<string[]> => {
    const visible = caller.can('osp:tenant:write') || caller.tenantId === tenantId;
    if (!visible || (await tenants.find(tenantId)) === null) throw notFound(`tenant ${tenantId}`);
    return (await tenants.workspaces(tenantId)).map(({ workspaceId }) => workspaceId);
  };
  /** Permissions are those of the workspace of the call; in another one of the tenant they may not be the same. */
  const checkWorkspace = async (caller: Caller, tenantId: string, workspaceId: string): Promise<void> => {
    const known = await workspacesOf(caller, tenantId);
    const visible = caller.can('osp:tenant:write') || caller.workspaceId === workspaceId;
    if (!visible || !known.includes(workspaceId)) throw notFound(`workspace ${tenantId}/${workspaceId}`);
  };
  const answer = async (tenantId: string, product: SwitchedProduct): Promise<Product> => {
    const names = (await tenants.workspaces(tenantId)).map(({ workspaceId }) => workspaceId);
    const found = (await products.list(tenantId, names)).find(({ productCode }) => productCode === product);
    if (found === undefined) throw notFound(`product ${product}`);
    return found;
  };

  return {
    async listProducts({ caller, params: { tenantId } }) {
      const all = await workspacesOf(caller, tenantId);
      return { items: await products.list(tenantId, all) };
    },
    async openProduct(call) {
      const { tenantId } = call.params;
      await workspacesOf(call.caller, tenantId);
      const product = switched(call.params.productCode);
      await storage.write(async (tx) => {
        await products.open(tx, tenantId, product, call.caller.loginName);
        await call.audit(tx, { object: `product ${product} of tenant ${tenantId}` });
      });
      return answer(tenantId, product);
    },
    async closeProduct(call) {
      const { tenantId } = call.params;
      await workspacesOf(call.caller, tenantId);
      const product = switched(call.params.productCode);
      await storage.write(async (tx) => {
        await products.close(tx, tenantId, product, call.caller.loginName);
        await call.audit(tx, { object: `product ${product} of tenant ${tenantId}` });
      });
      return answer(tenantId, product);
    },
    async startProduct(call) {
      const { tenantId, workspaceId } = call.params;
      await checkWorkspace(call.caller, tenantId, workspaceId);
      const product = switched(call.params.productCode);
      if ((await products.gap(tenantId, workspaceId, product)) === 'not-opened')
        throw new ApiFailure(
          'CONFLICT',
          `the product ${product} is not opened for tenant ${tenantId}: whoever administers the platform opens it`,
        );
      await storage.write(async (tx) => {
        await products.start(tx, tenantId, workspaceId, product, call.caller.loginName);
        await call.audit(tx, { object: `product ${product} of workspace ${tenantId}/${workspaceId}` });
      });
      return answer(tenantId, product);
    },
    async stopProduct(call) {
      const { tenantId, workspaceId } = call.params;
      await checkWorkspace(call.caller, tenantId, workspaceId);
      const product = switched(call.params.productCode);
      await storage.write(async (tx) => {
        await products.stop(tx, tenantId, workspaceId, product, call.caller.loginName);
        await call.audit(tx, { object: `product ${product} of workspace ${tenantId}/${workspaceId}` });
      });
      return answer(tenantId, product);
    },
  };
}

/** @throws ApiFailure for a product that is unknown, not here, or has no switch of its own */
function switched(code: string): SwitchedProduct {
  const known = PRODUCT_CODES.find((candidate) => candidate === code);
  if (known === undefined)
    throw new ApiFailure('NOT_FOUND', `there is no product ${code}: expected ${PRODUCT_CODES.join(', ')}`);
  if (known === 'MESH') return known;
  const { with: comesWith, here } = PRODUCTS[known];
  throw new ApiFailure(
    'CONFLICT',
    here && comesWith !== null
      ? `${known} comes with ${comesWith}: open or start that`
      : `${known} is not part of this release yet`,
  );
}
