export type { Campaign, Coordinator, Entry, Leadership, Lease, WatchEvent } from './coordinator.ts';
export { createMemoryCoordinator } from './memory.ts';
