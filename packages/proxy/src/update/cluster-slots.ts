import { HealthFlag } from '../cluster/program.ts';
import { releaseThread, resourceBytes } from '../stream/index.ts';

const MIN_SLOTS = 16;

/** The shared memory of one cluster, kept over reloads: health flags by slot, use of limited resources. */
export interface ClusterMemory {
  readonly health: SharedArrayBuffer;
  readonly resources: SharedArrayBuffer;
  /** Slot of a host; the same for an address as long as it stays in the cluster. */
  slot(address: string): number;
}

/** Memory of a cluster as it was placed; only to be compared. */
export type PlacedMemory = object;

interface Memory {
  readonly health: SharedArrayBuffer;
  readonly resources: SharedArrayBuffer;
  readonly slots: ReadonlyMap<string, number>;
}

/**
 * Gives hosts their slots, so that health outlives a reload. What is placed counts from `commit` on: a configuration that
 * is refused changes nothing for the one in force.
 */
export class ClusterSlots {
  readonly #clusters = new Map<string, Memory>();
  readonly #placed = new Map<string, Memory>();
  readonly #threads: number;

  constructor(threads = 1) {
    this.#threads = threads;
  }

  /** Forgets what was placed and never committed. */
  begin(): void {
    this.#placed.clear();
  }

  /** What was placed is in force. */
  commit(): void {
    for (const [cluster, memory] of this.#placed) this.#clusters.set(cluster, memory);
    this.#placed.clear();
  }

  /** What `place` prepared last and nobody has committed yet. */
  placed(cluster: string): PlacedMemory | undefined {
    return this.#placed.get(cluster);
  }

  /** What is in force. */
  committed(cluster: string): PlacedMemory | undefined {
    return this.#clusters.get(cluster);
  }

  /** Prepares a cluster with these hosts; slots of hosts that are gone are free behind the next `commit`. */
  place(cluster: string, addresses: readonly string[]): ClusterMemory {
    const memory = this.#clusters.get(cluster) ?? {
      health: new SharedArrayBuffer(MIN_SLOTS),
      resources: new SharedArrayBuffer(resourceBytes(this.#threads)),
      slots: new Map<string, number>(),
    };
    const kept = new Map<string, number>();
    for (const address of addresses) {
      const slot = memory.slots.get(address);
      if (slot !== undefined) kept.set(address, slot);
    }
    // Also those of hosts that go: until the swap requests still look at them.
    const used = new Set(memory.slots.values());
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
    const { resources } = memory;
    let { health } = memory;
    if (needed > health.byteLength) {
      health = new SharedArrayBuffer(Math.max(needed, health.byteLength * 2));
      // Who is left out for a while gets another chance: threads take hosts back in the old column only.
      new Uint8Array(health).set(
        new Uint8Array(memory.health).map((flags) => flags & ~HealthFlag.FAILED_OUTLIER_CHECK),
      );
    }
    const flags = new Uint8Array(health);
    for (const slot of fresh) flags[slot] = 0;
    this.#placed.set(cluster, { health, resources, slots: kept });
    return { health, resources, slot: (address) => kept.get(address) as number };
  }

  /** A data thread died: what it held of the limited resources is free again. */
  releaseThread(thread: number): void {
    for (const { resources, health } of this.#clusters.values()) {
      releaseThread(new Int32Array(resources), thread);
      // Hosts that it left out for a while have nobody any more who takes them back.
      const flags = new Uint8Array(health);
      for (let slot = 0; slot < flags.length; slot++) Atomics.and(flags, slot, ~HealthFlag.FAILED_OUTLIER_CHECK);
    }
  }

  forget(cluster: string): void {
    this.#clusters.delete(cluster);
  }
}
