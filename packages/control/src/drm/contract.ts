import type { DrmStatus, GraySelector } from '@weft/api';
import type { NodeIdentity } from '@weft/distribution';
import type { Mount } from '../http/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { Freezes } from './freezes.ts';
import type { GrayValues } from './gray-values.ts';
import type { Validators, ValueValidator } from './validators.ts';

export const DEFAULT_ZONE = 'DEFAULT_ZONE';

export interface ValueKey {
  readonly instanceId: string;
  readonly dataId: string;
  /** DEFAULT_ZONE when not given. */
  readonly zone?: string | undefined;
}

/** Whose state is asked for. */
export interface ReceiversKey extends ValueKey {
  /** Only receivers of this workspace; those that the value is for when not given. */
  readonly workspaceId?: string | undefined;
}

export interface StoredValue {
  readonly instanceId: string;
  readonly zone: string;
  readonly dataId: string;
  readonly version: number;
  readonly value: string;
  readonly sha256: string;
  readonly owner: string;
  readonly operator: string;
  readonly comment: string;
  readonly modifiedAt: number;
  /** Only proxies of this workspace get it; '' = all of the instance. */
  readonly workspaceId: string;
  /** App in the dataId, '' when it names none. */
  readonly app: string;
}

export interface PutOptions extends ValueKey {
  /** Only proxies of this workspace get it; all of the instance when not given. */
  readonly workspaceId?: string;
  readonly value: string;
  readonly operator: string;
  readonly comment?: string;
  /** Version that the change builds on, 0 for a new dataId; not checked when not given. */
  readonly baseVersion?: number;
  /** Feature that writes; needed where a validator has an owner. */
  readonly owner?: string;
  /** Pushed although pushing is frozen. */
  readonly urgent?: boolean;
}

/** A value that only some of the proxies have. */
export interface GrayValue extends Required<ValueKey> {
  readonly zone: string;
  readonly version: number;
  readonly value: string;
  readonly sha256: string;
  readonly selector: GraySelector;
  readonly operator: string;
  readonly comment: string;
  readonly modifiedAt: number;
}

/** What drm tells others about receivers. */
export interface AckEvent {
  readonly dataId: string;
  readonly version: number;
  readonly node: NodeIdentity;
  /** '' when it was applied. */
  readonly reason: string;
  readonly elapsedMs: number | null;
}

/** Dynamic configuration: versioned values, in memory and in the database, pushed to the proxies that subscribe. */
export interface Drm {
  /**
   * Stores the next version inside a transaction; the push follows when it is durable. An equal value makes no version.
   * @throws ApiFailure INVALID, VERSION_CONFLICT, FORBIDDEN, LIMIT_REACHED.
   */
  put(tx: Transaction, options: PutOptions): Promise<StoredValue>;
  /** From memory. Exact zone only. */
  get(key: ValueKey): StoredValue | null;
  /** What a receiver in this zone gets: its zone, then DEFAULT_ZONE. */
  resolve(key: ValueKey): StoredValue | null;
  list(instanceId: string): readonly StoredValue[];
  history(key: ValueKey): Promise<readonly StoredValue[]>;
  historyValue(key: ValueKey, version: number): Promise<StoredValue | null>;
  /** Connected receivers and how far each is. */
  status(key: ReceiversKey): DrmStatus;
  /** Receivers that are connected. */
  connected(key: ReceiversKey): readonly NodeIdentity[];
  /** Sends the newest version again to those who have not acknowledged it, also to who rejected it. Returns how many. */
  pushAgain(key: ValueKey): number;
  /** Called on every acknowledgement and rejection; must not throw. */
  onAck(listener: (event: AckEvent) => void): void;
  /** Called after each stored version; must not throw. */
  onChange(listener: (value: StoredValue) => void): void;
  addValidator(validator: ValueValidator): void;
  readonly validators: Validators;
  readonly gray: GrayValues;
  readonly freezes: Freezes;
  readonly mount: Mount;
  stop(): void;
}
