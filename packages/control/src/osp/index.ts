export type { AccessKeys, KeyScope, KnownKey } from './access-keys.ts';
export type { AuditLog, AuditRecord } from './audit.ts';
export { FIRST_INSTANCE, FIRST_TENANT, FIRST_USER, FIRST_WORKSPACE, type Seeded } from './bootstrap.ts';
export { type Authenticated, type Credentials, type Presented, sameText } from './credentials.ts';
export { SESSION_COOKIE, type WithAuthentication } from './handlers/account.ts';
export { createOsp, type Osp, type OspOptions } from './osp.ts';
export type { ProductGap, Products } from './products.ts';
export { readVaultKey } from './secrets.ts';
export type { Tenants } from './tenants.ts';
