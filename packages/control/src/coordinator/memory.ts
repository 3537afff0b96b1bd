import type { Clock } from '@weft/kit';
import type { Campaign, Coordinator, Entry, Leadership, Lease, WatchEvent } from './coordinator.ts';

interface MemoryLease extends Lease {
  readonly keys: Set<string>;
  readonly onEnd: Set<() => void>;
  live: boolean;
}

const MAX_VALUE = 1024 * 1024;

/** The coordinator of a single process. Listeners are called synchronously, in the order of the changes. */
export function createMemoryCoordinator(clock: Clock): Coordinator {
  return new MemoryCoordinator(clock);
}

class MemoryCoordinator implements Coordinator {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #leases = new Map<string, MemoryLease>();
  readonly #watchers = new Set<{ readonly prefix: string; readonly listener: (event: WatchEvent) => void }>();
  readonly #topics = new Map<string, Set<(message: string) => void>>();
  /** First of the list leads. */
  readonly #offices = new Map<string, Campaign[]>();
  #revision = 0;
  #leaseCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async grantLease(ttlMs: number): Promise<Lease> {
    if (!(ttlMs >= 100 && ttlMs <= 3_600_000)) throw new RangeError(`lease of ${ttlMs} ms: expected 100 to 3600000`);
    let cancel = (): void => {};
    const arm = (): void => {
      cancel();
      cancel = this.#clock.schedule(ttlMs, () => this.#end(lease));
    };
    const lease: MemoryLease = {
      id: String(++this.#leaseCount),
      ttlMs,
      keys: new Set(),
      onEnd: new Set([() => cancel()]),
      live: true,
      keepAlive: async () => {
        if (lease.live) arm();
        return lease.live;
      },
      revoke: async () => this.#end(lease),
    };
    this.#leases.set(lease.id, lease);
    arm();
    return lease;
  }

  #end(lease: MemoryLease): void {
    if (!lease.live) return;
    lease.live = false;
    this.#leases.delete(lease.id);
    for (const key of lease.keys) this.#remove(key);
    for (const callback of lease.onEnd) callback();
  }

  #own(lease: Lease | undefined): MemoryLease | undefined {
    if (lease === undefined) return undefined;
    const own = this.#leases.get(lease.id);
    if (own === undefined) throw new Error(`lease ${lease.id} has ended`);
    return own;
  }

  async put(key: string, value: string, lease?: Lease): Promise<number> {
    const own = this.#own(lease);
    if (key === '' || key.length > 1024) throw new RangeError(`key of ${key.length} characters: expected 1 to 1024`);
    if (value.length > MAX_VALUE)
      throw new RangeError(`value of ${value.length} characters: expected at most ${MAX_VALUE}`);
    const before = this.#entries.get(key);
    if (before?.leaseId != null) this.#leases.get(before.leaseId)?.keys.delete(key);
    own?.keys.add(key);
    const entry: Entry = { key, value, revision: ++this.#revision, leaseId: own?.id ?? null };
    this.#entries.set(key, entry);
    this.#tell({ kind: 'put', entry }, key);
    return entry.revision;
  }

  async putIf(key: string, value: string, revision: number, lease?: Lease): Promise<number | null> {
    if ((this.#entries.get(key)?.revision ?? 0) !== revision) return null;
    return this.put(key, value, lease);
  }

  async get(key: string): Promise<Entry | null> {
    return this.#entries.get(key) ?? null;
  }

  async list(prefix: string): Promise<readonly Entry[]> {
    const found = [...this.#entries.values()].filter((entry) => entry.key.startsWith(prefix));
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(key: string): Promise<boolean> {
    return this.#remove(key);
  }

  #remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    if (entry.leaseId !== null) this.#leases.get(entry.leaseId)?.keys.delete(key);
    this.#tell({ kind: 'delete', key, revision: ++this.#revision }, key);
    return true;
  }

  #tell(event: WatchEvent, key: string): void {
    for (const { prefix, listener } of [...this.#watchers]) if (key.startsWith(prefix)) listener(event);
  }

  watch(prefix: string, listener: (event: WatchEvent) => void): () => void {
    const watcher = { prefix, listener };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  async campaign(campaign: Campaign): Promise<Leadership> {
    const lease = this.#own(campaign.lease);
    const candidates = this.#offices.get(campaign.office) ?? [];
    this.#offices.set(campaign.office, candidates);
    candidates.push(campaign);
    const leave = (): void => {
      const place = candidates.indexOf(campaign);
      if (place < 0) return;
      candidates.splice(place, 1);
      if (place > 0) return;
      campaign.onChange(false);
      candidates[0]?.onChange(true);
    };
    lease?.onEnd.add(leave);
    if (candidates[0] === campaign) campaign.onChange(true);
    return {
      get leading() {
        return candidates[0] === campaign;
      },
      resign: async () => {
        lease?.onEnd.delete(leave);
        leave();
      },
    };
  }

  async notify(topic: string, message: string): Promise<void> {
    for (const listener of [...(this.#topics.get(topic) ?? [])]) listener(message);
  }

  subscribe(topic: string, listener: (message: string) => void): () => void {
    let listeners = this.#topics.get(topic);
    if (listeners === undefined) {
      listeners = new Set();
      this.#topics.set(topic, listeners);
    }
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#watchers.clear();
    this.#topics.clear();
    for (const lease of [...this.#leases.values()]) this.#end(lease);
    this.#offices.clear();
  }
}
