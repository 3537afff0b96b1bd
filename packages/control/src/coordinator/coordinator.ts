/** A key with the lease that it lives by. */
export interface Entry {
  readonly key: string;
  readonly value: string;
  /** Revision of the last change; grows over all keys. */
  readonly revision: number;
  readonly leaseId: string | null;
}

export type WatchEvent =
  | { readonly kind: 'put'; readonly entry: Entry }
  | { readonly kind: 'delete'; readonly key: string; readonly revision: number };

export interface Lease {
  readonly id: string;
  readonly ttlMs: number;
  /** Prolongs it by `ttlMs` from now; false when it has ended. */
  keepAlive(): Promise<boolean>;
  /** Ends it now; its keys are deleted. */
  revoke(): Promise<void>;
}

export interface Leadership {
  /** Whether this candidate leads now. */
  readonly leading: boolean;
  /** Gives up; the next candidate leads. */
  resign(): Promise<void>;
}

export interface Campaign {
  /** Name of the office, such as `registry-sweeper`. */
  readonly office: string;
  /** Name of this candidate. */
  readonly candidate: string;
  readonly lease: Lease;
  onChange(leading: boolean): void;
}

/**
 * What instances of the control plane agree on: keys that live as long as a lease, who leads, and notices to each
 * other. Embedded it is in memory; several instances share an etcd. Keys are at most 1024 bytes, values 1 MiB.
 */
export interface Coordinator {
  /** @param ttlMs 100 to 3 600 000. */
  grantLease(ttlMs: number): Promise<Lease>;
  /** Gives the new revision. @throws when the lease has ended. */
  put(key: string, value: string, lease?: Lease): Promise<number>;
  /** Writes only when the key has this revision; 0 means that it is not there. Gives the new revision, or null. */
  putIf(key: string, value: string, revision: number, lease?: Lease): Promise<number | null>;
  get(key: string): Promise<Entry | null>;
  /** Sorted by key. */
  list(prefix: string): Promise<readonly Entry[]>;
  /** Whether there was one. */
  delete(key: string): Promise<boolean>;
  /** Changes below a prefix, in order, from now on; returns a function that ends it. */
  watch(prefix: string, listener: (event: WatchEvent) => void): () => void;
  /** Candidates lead in the order of their coming, until they resign or their lease ends. */
  campaign(campaign: Campaign): Promise<Leadership>;
  /** To every subscriber of every instance, this one included; at most once. */
  notify(topic: string, message: string): Promise<void>;
  subscribe(topic: string, listener: (message: string) => void): () => void;
  close(): Promise<void>;
}
