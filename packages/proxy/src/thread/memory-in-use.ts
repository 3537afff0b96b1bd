import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';

export interface MemoryInUse {
  readonly usedHeapBytes: number;
  readonly externalBytes: number;
  /** Compiled code, with what V8 knows of it: a part of the heap. */
  readonly usedCodeBytes: number;
  /** Resident pages of it, whether or not they are full. */
  readonly codePagesBytes: number;
}

/** Memory of this thread: behind a full collection where the process was started with one. */
export function memoryInUse(): MemoryInUse {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const { used_heap_size, external_memory } = getHeapStatistics();
  let usedCodeBytes = 0;
  let codePagesBytes = 0;
  for (const space of getHeapSpaceStatistics()) {
    if (!/^(?:code|trusted)_/.test(space.space_name)) continue;
    usedCodeBytes += space.space_used_size;
    codePagesBytes += space.physical_space_size;
  }
  return { usedHeapBytes: used_heap_size, externalBytes: external_memory, usedCodeBytes, codePagesBytes };
}
