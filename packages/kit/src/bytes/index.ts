export { BufferPool, LARGE_SLAB_BYTES, MEDIUM_SLAB_BYTES, SMALL_SLAB_BYTES } from './buffer-pool.ts';
export { OutputBuffer } from './output-buffer.ts';
