import type { Clock, Logger } from '@weft/kit';

/** One value of a snapshot. Never a secret: snapshots lie on disks. */
export interface SnapshotEntry {
  /** Type URL of the resource, or another word of the caller's such as `osp`. */
  readonly kind: string;
  readonly name: string;
  readonly version: number;
  readonly body: Uint8Array;
  /** Unix milliseconds when the value was accepted. */
  readonly savedAtMs: number;
}

export interface Snapshot {
  /** 0: there is none. */
  readonly generation: number;
  /** Unix milliseconds; 0: there is none. */
  readonly savedAtMs: number;
  readonly entries: readonly SnapshotEntry[];
  /** Why newer generations were not used. */
  readonly rejected: readonly { readonly generation: number; readonly reason: string }[];
}

export interface SnapshotStore {
  /** The newest generation that is whole; synchronous, for the start. Read once, then from memory. */
  load(): Snapshot;
  /** Writes a new generation and removes all but three. One at a time; a call during another waits for it. */
  save(entries: readonly SnapshotEntry[]): Promise<void>;
}

export interface SnapshotStoreOptions {
  /** Made with mode 0700 when missing. */
  readonly directory: string;
  /** Keys the HMAC of the manifest; without it a plain SHA-256 finds damage but not forgery. */
  readonly secret?: string;
  readonly clock?: Clock;
  /** Told of every generation that is not used, with the reason. */
  readonly log?: Logger;
}
