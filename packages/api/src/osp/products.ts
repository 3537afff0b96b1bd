import { type Static, Type } from 'typebox';
import { Instant, Nullable, OneOf } from '../contract/index.ts';

/**
 * What can be opened for a tenant and started in a workspace, by the codes of the classic product. `with`: it has no switch
 * of its own and comes with that product. `here`: part of this release.
 */
export const PRODUCTS = {
  MESH: { name: 'service mesh: proxies of the workspace may connect', with: null, here: true },
  MS: { name: 'services, governance rules, topology', with: 'MESH', here: true },
  REGISTRY: { name: 'publish and subscribe of services', with: 'MESH', here: true },
  DRM: { name: 'dynamic configuration', with: 'MESH', here: true },
  SECURITY: { name: 'certificates and encryption', with: null, here: false },
  GATEWAY: { name: 'gateway for traffic from outside', with: null, here: false },
  TRACE: { name: 'traces', with: null, here: false },
  MONITOR: { name: 'dashboards and alerts', with: null, here: false },
} as const satisfies Readonly<
  Record<string, { readonly name: string; readonly with: string | null; readonly here: boolean }>
>;

export type ProductCode = keyof typeof PRODUCTS;
/** Products that have a switch. */
export type SwitchedProduct = 'MESH';

export const PRODUCT_CODES = Object.keys(PRODUCTS) as ProductCode[];

export const Product = Type.Object({
  productCode: OneOf(PRODUCT_CODES, 'code'),
  name: Type.String({ description: 'what it is' }),
  with: Nullable(Type.String({ description: 'product that it comes with; null when it has a state of its own' })),
  state: OneOf(
    ['OPENED', 'CLOSED', 'ABSENT'],
    'whether workspaces of the tenant may start it; ABSENT: not part of this release yet',
  ),
  operator: Type.String({ description: 'who opened or closed it last; empty for the first start' }),
  changedAt: Nullable(Instant('last change; null when there was none')),
  workspaces: Type.Array(
    Type.Object({
      workspaceId: Type.String(),
      state: OneOf(['STARTED', 'STOPPED'], 'STARTED acts while the product is opened'),
    }),
  ),
});
export type Product = Static<typeof Product>;
