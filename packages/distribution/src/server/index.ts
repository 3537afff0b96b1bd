export { createKeyAuthenticator, type KeyAuthenticatorOptions } from './authentication.ts';
export type * from './contract.ts';
export { createDistributionServer } from './server.ts';
