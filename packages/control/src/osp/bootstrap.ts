import type { Place } from '../http/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AccessKeys } from './access-keys.ts';
import { hashPassword } from './passwords.ts';
import type { Products } from './products.ts';
import { randomText } from './secrets.ts';
import type { OspTables } from './tables.ts';
import type { Tenants } from './tenants.ts';
import type { Users } from './users.ts';

export const FIRST_TENANT = 'ANTCLOUD';
export const FIRST_WORKSPACE = 'sit';
export const FIRST_INSTANCE = '000001';
export const FIRST_USER = 'admin';

/** What is there after the first start, shown once and nowhere else. */
export interface Seeded extends Place {
  readonly loginName: string;
  readonly oneTimePassword: string;
  readonly accessKeyId: string;
  readonly secret: string;
}

/** Fills an empty database; null when there are users already. */
export async function seed(
  storage: Storage,
  parts: {
    readonly users: Users;
    readonly tenants: Tenants;
    readonly products: Products;
    readonly keys: AccessKeys;
  },
): Promise<Seeded | null> {
  const { users, tenants, products, keys } = parts;
  const some = await storage.tables<OspTables>().selectFrom('t_user').select('user_id').limit(1).executeTakeFirst();
  if (some !== undefined) return null;
  const oneTimePassword = randomText(16);
  const passwordHash = await hashPassword(oneTimePassword);
  return storage.write(async (tx) => {
    await tenants.create(tx, FIRST_TENANT, FIRST_TENANT, FIRST_INSTANCE);
    await tenants.createWorkspace(tx, FIRST_TENANT, FIRST_WORKSPACE, FIRST_WORKSPACE, FIRST_USER);
    await products.open(tx, FIRST_TENANT, 'MESH', FIRST_USER);
    await products.start(tx, FIRST_TENANT, FIRST_WORKSPACE, 'MESH', FIRST_USER);
    const userId = await users.create(tx, {
      loginName: FIRST_USER,
      displayName: 'Administrator',
      email: '',
      passwordHash,
    });
    await users.bind(tx, { userId, role: 'platform_admin', tenantId: null, workspaceId: null, expiresAt: null });
    const place: Place = { tenantId: FIRST_TENANT, workspaceId: FIRST_WORKSPACE, instanceId: FIRST_INSTANCE };
    const key = await keys.create(tx, place);
    return { loginName: FIRST_USER, oneTimePassword, ...place, ...key };
  });
}
