import { createHmac } from 'node:crypto';
import { osp as contract } from '@weft/api';
import type { Mount } from '../http/index.ts';
import { mount } from '../http/index.ts';
import type { Storage } from '../storage/index.ts';
import { AccessChanges } from './access-changes.ts';
import { AccessKeys } from './access-keys.ts';
import { AuditLog } from './audit.ts';
import { type Seeded, seed } from './bootstrap.ts';
import { Credentials } from './credentials.ts';
import { accountHandlers } from './handlers/account.ts';
import { administrationHandlers } from './handlers/administration.ts';
import { productHandlers } from './handlers/products.ts';
import { userHandlers } from './handlers/users.ts';
import { Login } from './login.ts';
import type { OspParts } from './parts.ts';
import { Products } from './products.ts';
import { createVault } from './secrets.ts';
import { ospMigrations } from './tables.ts';
import { Tenants } from './tenants.ts';
import { Users } from './users.ts';

export interface OspOptions {
  readonly storage: Storage;
  /** 32 bytes that are not in the database; see `readVaultKey`. */
  readonly vaultKey: Buffer;
  /** Milliseconds since the Unix epoch; `Date.now` when not given. */
  readonly wallNow?: () => number;
  /** How the components are, for the banner of the console. */
  readonly components?: OspParts['components'];
}

/** Who may do what: users, sessions, tokens, tenants, access keys of proxies, audit. */
export interface Osp {
  readonly credentials: Credentials;
  readonly accessChanges: AccessChanges;
  readonly audit: AuditLog;
  readonly tenants: Tenants;
  readonly accessKeys: AccessKeys;
  readonly products: Products;
  readonly mount: Mount;
  /** Fills an empty installation; null when it is none. Called when all ports are open: what it gives is shown once. */
  seed(): Promise<Seeded | null>;
  /** An unguessable text that is the same after every start, for signatures of this installation. */
  derivedKey(purpose: string): Buffer;
}

export async function createOsp(options: OspOptions): Promise<Osp> {
  const { storage } = options;
  const wallNow = options.wallNow ?? Date.now;
  await storage.migrate(ospMigrations);
  const accessChanges = new AccessChanges();
  const users = new Users(storage, accessChanges, wallNow);
  const tenants = new Tenants(storage, wallNow);
  const accessKeys = new AccessKeys(storage, createVault(options.vaultKey), tenants, wallNow);
  const products = new Products(storage, wallNow);
  const credentials = new Credentials(storage, users, tenants, accessChanges, wallNow);
  const audit = new AuditLog(storage, wallNow);
  const login = new Login(users, wallNow);
  const components = options.components ?? (async () => ({ version: '', items: [], notices: [] }));
  const parts: OspParts = {
    storage,
    users,
    tenants,
    products,
    credentials,
    accessKeys,
    audit,
    login,
    wallNow,
    components,
  };
  return {
    credentials,
    accessChanges,
    audit,
    tenants,
    accessKeys,
    products,
    seed: () => seed(storage, { users, tenants, products, keys: accessKeys }),
    mount: mount(contract, {
      ...accountHandlers(parts),
      ...userHandlers(parts),
      ...administrationHandlers(parts),
      ...productHandlers(parts),
    }),
    derivedKey: (purpose) => createHmac('sha256', options.vaultKey).update(purpose).digest(),
  };
}
