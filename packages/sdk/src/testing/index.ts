export { CodecFeeder, MemoryLink } from './memory-link.ts';
