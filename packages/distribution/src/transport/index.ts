export { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from './memory.ts';
export * from './stream.ts';
