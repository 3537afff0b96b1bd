import type { ComponentState, Message } from '@weft/api';
import type { Caller } from '../http/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AccessKeys } from './access-keys.ts';
import type { AuditLog } from './audit.ts';
import type { Credentials } from './credentials.ts';
import type { Login } from './login.ts';
import type { Products } from './products.ts';
import type { Tenants } from './tenants.ts';
import type { Users } from './users.ts';

/** What the handlers of osp share. */
export interface OspParts {
  readonly storage: Storage;
  readonly users: Users;
  readonly tenants: Tenants;
  readonly products: Products;
  readonly credentials: Credentials;
  readonly accessKeys: AccessKeys;
  readonly audit: AuditLog;
  readonly login: Login;
  readonly wallNow: () => number;
  /** How the components are, for the banner of the console. */
  readonly components: (caller: Caller) => Promise<{
    readonly version: string;
    readonly items: readonly ComponentState[];
    readonly notices: readonly Message[];
  }>;
}
