import type { Freeze } from '@weft/api';
import { DYNAMIC_VALUE_TYPE, type NodeIdentity } from '@weft/distribution';
import type { Clock } from '@weft/kit';
import type { DistributionHub } from '../distribution/index.ts';
import type { Storage, Transaction } from '../storage/index.ts';
import type { DrmTables } from './tables.ts';

/** What a freeze is of: a workspace, or everything. */
export type FreezeScope = { readonly tenantId: string; readonly workspaceId: string } | 'platform';

interface FreezeFields {
  readonly until: number;
  readonly reason: string;
  readonly operator: string;
  readonly since: number;
}

const PLATFORM_ROW = 1;
/** A timer takes 24 days at most: look again then. */
const LONGEST_TIMER_MS = 86_400_000;
const NONE: Freeze = { frozen: false, scope: null, since: null, until: null, reason: '', operator: '' };

/** Pushing of values that is stopped until a time: for everybody, or for the proxies of one workspace. */
export class Freezes {
  readonly #storage: Storage;
  readonly #hub: DistributionHub;
  readonly #clock: Clock;
  readonly #byScope = new Map<string, FreezeFields>();
  readonly #timers = new Map<string, () => void>();

  constructor(storage: Storage, hub: DistributionHub, clock: Clock) {
    this.#storage = storage;
    this.#hub = hub;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    const db = this.#storage.tables<DrmTables>();
    const platform = await db.selectFrom('t_drm_freeze').selectAll().executeTakeFirst();
    if (platform !== undefined) this.#apply('platform', platform);
    for (const row of await db.selectFrom('t_drm_workspace_freeze').selectAll().execute())
      this.#apply({ tenantId: row.tenant_id, workspaceId: row.workspace_id }, row);
  }

  /** What holds pushes to a workspace up: the freeze of everything before its own. Of `platform` only that of everything. */
  state(scope: FreezeScope): Freeze {
    const platform = this.#byScope.get(keyOf('platform'));
    if (platform !== undefined) return toFreeze(platform, 'platform');
    const own = scope === 'platform' ? undefined : this.#byScope.get(keyOf(scope));
    return own === undefined ? NONE : toFreeze(own, 'workspace');
  }

  async freeze(tx: Transaction, scope: FreezeScope, untilMs: number, reason: string, operator: string): Promise<void> {
    const freeze = { since: this.#clock.wallNow(), until: untilMs, reason, operator };
    await this.#delete(tx, scope);
    const db = tx.tables<DrmTables>();
    if (scope === 'platform')
      await db
        .insertInto('t_drm_freeze')
        .values({ id: PLATFORM_ROW, ...freeze })
        .execute();
    else
      await db
        .insertInto('t_drm_workspace_freeze')
        .values({ tenant_id: scope.tenantId, workspace_id: scope.workspaceId, ...freeze })
        .execute();
    tx.afterCommit(() => this.#apply(scope, freeze));
  }

  async thaw(tx: Transaction, scope: FreezeScope): Promise<void> {
    await this.#delete(tx, scope);
    tx.afterCommit(() => this.#apply(scope, null));
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  async #delete(tx: Transaction, scope: FreezeScope): Promise<void> {
    const db = tx.tables<DrmTables>();
    if (scope === 'platform') await db.deleteFrom('t_drm_freeze').execute();
    else
      await db
        .deleteFrom('t_drm_workspace_freeze')
        .where('tenant_id', '=', scope.tenantId)
        .where('workspace_id', '=', scope.workspaceId)
        .execute();
  }

  #apply(scope: FreezeScope, freeze: FreezeFields | null): void {
    const key = keyOf(scope);
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    const leftMs = freeze === null ? 0 : freeze.until - this.#clock.wallNow();
    if (freeze === null || leftMs <= 0) this.#byScope.delete(key);
    else {
      this.#byScope.set(key, freeze);
      const again = (): void => this.#apply(scope, freeze);
      this.#timers.set(key, this.#clock.schedule(Math.min(leftMs, LONGEST_TIMER_MS), again));
    }
    this.#tellServer();
  }

  #tellServer(): void {
    const { server } = this.#hub;
    server.freezeNodes(
      DYNAMIC_VALUE_TYPE,
      this.#byScope.size === 0 ? null : ({ tenant, workspace }) => this.#holdsUp(tenant, workspace),
    );
  }

  #holdsUp(tenantId: NodeIdentity['tenant'], workspaceId: NodeIdentity['workspace']): boolean {
    return this.#byScope.has(keyOf('platform')) || this.#byScope.has(keyOf({ tenantId, workspaceId }));
  }
}

/** Neither name has a blank. */
const keyOf = (scope: FreezeScope): string =>
  scope === 'platform' ? 'platform' : `${scope.tenantId} ${scope.workspaceId}`;

function toFreeze({ since, until, reason, operator }: FreezeFields, scope: 'platform' | 'workspace'): Freeze {
  return {
    frozen: true,
    scope,
    since: since === 0 ? null : new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    reason,
    operator,
  };
}
