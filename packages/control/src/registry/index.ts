export { addressOf, MAX_WEIGHT } from './check-publication.ts';
export { createRegistry, type Provider, type ProviderChange, type Registry, type RegistryOptions } from './registry.ts';
export type { IsolationState, ManualState, RegistryRecord } from './service-list.ts';
export { REBUILD_MS } from './sessions.ts';
export { DEFAULT_REGISTRY_LIMITS, type RegistryLimits } from './store.ts';
