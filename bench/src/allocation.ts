/** Bytes that a Node process allocates on its heaps, read from the lines that V8 prints with `--trace-gc`. */

/** `[pid:isolate] time ms: Scavenge 5.3 (6.4) -> 4.9 (7.4) MB, …`: used size before and after each collection. */
const GC_LINE = /^\[\d+:(0x[0-9a-f]+)[^\]]*\]\s+(\d+) ms: [^\d]*?([\d.]+) \([\d.]+\) -> ([\d.]+) \([\d.]+\) MB/;

/** Allocation counts as what a heap has grown between the end of one collection and the beginning of the next. */
export interface GcTrace {
  /** Bytes allocated on all heaps between the first and the last collection of each. */
  readonly allocatedBytes: number;
  readonly collections: number;
  /** Time covered by the first and last collection of the busiest heap. */
  readonly coveredMs: number;
}

/** Sums the collections between two times since the process start; null when there were fewer than two. */
export function parseGcTrace(log: string, fromMs = 0, toMs = Number.POSITIVE_INFINITY): GcTrace | null {
  interface Heap {
    firstMs: number;
    lastMs: number;
    usedMib: number;
    allocatedMib: number;
    collections: number;
  }
  const heaps = new Map<string, Heap>();
  for (const line of log.split('\n')) {
    const match = GC_LINE.exec(line);
    if (match === null) continue;
    const atMs = Number(match[2]);
    if (atMs < fromMs || atMs > toMs) continue;
    const isolate = match[1] as string;
    const before = Number(match[3]);
    const after = Number(match[4]);
    const heap = heaps.get(isolate);
    if (heap === undefined) {
      heaps.set(isolate, { firstMs: atMs, lastMs: atMs, usedMib: after, allocatedMib: 0, collections: 1 });
      continue;
    }
    heap.allocatedMib += Math.max(0, before - heap.usedMib);
    heap.usedMib = after;
    heap.lastMs = atMs;
    heap.collections++;
  }
  let allocatedMib = 0;
  let collections = 0;
  let coveredMs = 0;
  for (const heap of heaps.values()) {
    allocatedMib += heap.allocatedMib;
    collections += heap.collections;
    coveredMs = Math.max(coveredMs, heap.lastMs - heap.firstMs);
  }
  return coveredMs === 0 ? null : { allocatedBytes: allocatedMib * 1024 * 1024, collections, coveredMs };
}
