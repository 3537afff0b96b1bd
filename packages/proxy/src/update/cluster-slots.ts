import { releaseThread, resourceBytes } from '../stream/index.ts';

const MIN_SLOTS = 16;

/** The shared memory of one cluster, kept over reloads: health flags by slot, use of limited resources. */
export interface ClusterMemory {
  readonly health: SharedArrayBuffer;
  readonly resources: SharedArrayBuffer;
  /** Slot of a host; the same for an address as long as it stays in the cluster. */
  slot(address: string): number;
}

interface Memory {
  health: SharedArrayBuffer;
  readonly resources: SharedArrayBuffer;
  slots: Map<string, number>;
}

/** Gives hosts their slots, so that health outlives a reload. */
export class ClusterSlots {
  readonly #clusters = new Map<string, Memory>();
  readonly #threads: number;

  constructor(threads = 1) {
    this.#threads = threads;
  }

  /** Prepares a cluster with these hosts; slots of hosts that are gone become free. */
  place(cluster: string, addresses: readonly string[]): ClusterMemory {
    let memory = this.#clusters.get(cluster);
    if (memory === undefined) {
      memory = {
        health: new SharedArrayBuffer(MIN_SLOTS),
        resources: new SharedArrayBuffer(resourceBytes(this.#threads)),
        slots: new Map(),
      };
      this.#clusters.set(cluster, memory);
    }
    const kept = new Map<string, number>();
    for (const address of addresses) {
      const slot = memory.slots.get(address);
      if (slot !== undefined) kept.set(address, slot);
    }
    const used = new Set(kept.values());
    let next = 0;
    const fresh: number[] = [];
    for (const address of addresses) {
      if (kept.has(address)) continue;
      while (used.has(next)) next++;
      kept.set(address, next);
      used.add(next);
      fresh.push(next);
    }
    const needed = Math.max(0, ...used) + 1;
    if (needed > memory.health.byteLength) {
      const larger = new SharedArrayBuffer(Math.max(needed, memory.health.byteLength * 2));
      new Uint8Array(larger).set(new Uint8Array(memory.health));
      memory.health = larger;
    }
    const flags = new Uint8Array(memory.health);
    for (const slot of fresh) flags[slot] = 0;
    memory.slots = kept;
    const { health, resources } = memory;
    return { health, resources, slot: (address) => kept.get(address) as number };
  }

  /** A data thread died: what it held of the limited resources is free again. */
  releaseThread(thread: number): void {
    for (const { resources } of this.#clusters.values()) releaseThread(new Int32Array(resources), thread);
  }

  forget(cluster: string): void {
    this.#clusters.delete(cluster);
  }
}
