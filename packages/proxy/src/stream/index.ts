export { HostPool, PoolFailure, type PoolSettings, type PoolWaiter } from './host-pool.ts';
export { type CircuitLimits, Resource, ResourceCounters, releaseThread, resourceBytes } from './limits.ts';
export { UpstreamConnection } from './upstream-connection.ts';
