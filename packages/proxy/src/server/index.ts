export { checkListens } from './check-listens.ts';
export { portHolder } from './listen-socket.ts';
export type { LoadedConfiguration, ProxyOptions } from './options.ts';
export { ProxyServer } from './proxy.ts';
export { isClaimOf, type RunClaim, readClaim } from './run-claim.ts';
export { defaultRunDir, type RunFiles, runFiles } from './run-files.ts';
