import type { AccessKey } from '@weft/api';
import type { Place } from '../http/index.ts';
import type { Storage, Transaction } from '../storage/index.ts';
import { randomKey, randomText, type Vault } from './secrets.ts';
import type { OspTables } from './tables.ts';
import type { Tenants } from './tenants.ts';

/** What a key opens. */
export interface KeyScope extends Place {
  readonly accessKeyId: string;
  readonly secret: string;
}

/** A key as it stands, whether it opens anything or not. */
export interface KnownKey extends Omit<Place, 'instanceId'> {
  readonly status: AccessKey['status'];
}

/** A use is written down at most that often. */
const USE_INTERVAL_MS = 60_000;

/** Keys that proxies prove themselves with. Secrets are encrypted in the database and shown once. */
export class AccessKeys {
  readonly #storage: Storage;
  readonly #vault: Vault;
  readonly #tenants: Tenants;
  readonly #wallNow: () => number;
  readonly #onDisabled = new Set<(accessKeyId: string) => void>();

  constructor(storage: Storage, vault: Vault, tenants: Tenants, wallNow: () => number) {
    this.#storage = storage;
    this.#vault = vault;
    this.#tenants = tenants;
    this.#wallNow = wallNow;
  }

  /** Called when a key no longer opens anything, so that streams of it are ended. */
  onDisabled(listener: (accessKeyId: string) => void): void {
    this.#onDisabled.add(listener);
  }

  async create(tx: Transaction, place: Place): Promise<{ accessKeyId: string; secret: string }> {
    const accessKeyId = `WEFT${randomText(16)}`;
    const secret = randomKey();
    const now = this.#wallNow();
    await tx
      .tables<OspTables>()
      .insertInto('t_access_key')
      .values({
        access_key_id: accessKeyId,
        secret_cipher: this.#vault.seal(accessKeyId, secret),
        tenant_id: place.tenantId,
        workspace_id: place.workspaceId,
        status: 'ACTIVE',
        gmt_create: now,
        gmt_modified: now,
      })
      .execute();
    return { accessKeyId, secret };
  }

  /** Scope and secret of an active key; null for one that is unknown or disabled. */
  async open(accessKeyId: string): Promise<KeyScope | null> {
    const db = this.#storage.tables<OspTables>();
    const row = await db
      .selectFrom('t_access_key')
      .selectAll()
      .where('access_key_id', '=', accessKeyId)
      .executeTakeFirst();
    if (row === undefined || row.status !== 'ACTIVE') return null;
    const tenant = await this.#tenants.find(row.tenant_id);
    if (tenant === null || tenant.status !== 'ACTIVE') return null;
    return {
      accessKeyId,
      secret: this.#vault.open(accessKeyId, row.secret_cipher),
      tenantId: row.tenant_id,
      workspaceId: row.workspace_id,
      instanceId: tenant.instanceId,
    };
  }

  /** Where a key belongs, also one that is disabled; null for one that nobody has. */
  async find(accessKeyId: string): Promise<KnownKey | null> {
    const row = await this.#storage
      .tables<OspTables>()
      .selectFrom('t_access_key')
      .select(['tenant_id', 'workspace_id', 'status'])
      .where('access_key_id', '=', accessKeyId)
      .executeTakeFirst();
    if (row === undefined) return null;
    const status = row.status === 'ACTIVE' ? 'ACTIVE' : 'DISABLED';
    return { tenantId: row.tenant_id, workspaceId: row.workspace_id, status };
  }

  /** After a proof with this key was right. */
  async used(accessKeyId: string): Promise<void> {
    const now = this.#wallNow();
    await this.#storage
      .tables<OspTables>()
      .updateTable('t_access_key')
      .set({ last_used: now })
      .where('access_key_id', '=', accessKeyId)
      .where((eb) => eb.or([eb('last_used', 'is', null), eb('last_used', '<', now - USE_INTERVAL_MS)]))
      .execute();
  }

  async list(place: Place): Promise<AccessKey[]> {
    const rows = await this.#storage
      .tables<OspTables>()
      .selectFrom('t_access_key')
      .selectAll()
      .where('tenant_id', '=', place.tenantId)
      .where('workspace_id', '=', place.workspaceId)
      .execute();
    return rows.map((row) => ({
      accessKeyId: row.access_key_id,
      tenantId: row.tenant_id,
      workspaceId: row.workspace_id,
      instanceId: place.instanceId,
      status: row.status === 'ACTIVE' ? 'ACTIVE' : 'DISABLED',
      createdAt: new Date(row.gmt_create).toISOString(),
      lastUsedAt: row.last_used === null ? null : new Date(row.last_used).toISOString(),
    }));
  }

  /** Whether there is such a key in this place. */
  async setStatus(tx: Transaction, place: Place, accessKeyId: string, status: AccessKey['status']): Promise<boolean> {
    const result = await tx
      .tables<OspTables>()
      .updateTable('t_access_key')
      .set({ status, gmt_modified: this.#wallNow() })
      .where('access_key_id', '=', accessKeyId)
      .where('tenant_id', '=', place.tenantId)
      .where('workspace_id', '=', place.workspaceId)
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) return false;
    if (status === 'DISABLED') tx.afterCommit(() => this.#onDisabled.forEach((listener) => listener(accessKeyId)));
    return true;
  }
}
