export { type ChainEntry, FilterChain, type StreamFilters } from './chain.ts';
