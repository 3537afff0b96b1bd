import { getHeapStatistics } from 'node:v8';

export interface MemoryInUse {
  readonly usedHeapBytes: number;
  /** Resident pages of the heap, whether or not they are full. */
  readonly heapPagesBytes: number;
  /** What V8 has from `malloc`, for compiling among other things. */
  readonly mallocedBytes: number;
  readonly externalBytes: number;
}

/** Memory of this thread: behind a full collection where the process was started with one. */
export function memoryInUse(): MemoryInUse {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const { used_heap_size, total_physical_size, malloced_memory, external_memory } = getHeapStatistics();
  return {
    usedHeapBytes: used_heap_size,
    heapPagesBytes: total_physical_size,
    mallocedBytes: malloced_memory,
    externalBytes: external_memory,
  };
}
