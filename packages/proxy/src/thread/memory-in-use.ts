/** Bytes in use on this thread: behind a full collection where the process was started with one. */
export function memoryInUse(): { readonly usedHeapBytes: number; readonly externalBytes: number } {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const { heapUsed, external } = process.memoryUsage();
  return { usedHeapBytes: heapUsed, externalBytes: external };
}
