import { createHash } from 'node:crypto';
import type { Clock } from '@weft/kit';
import { ApiFailure, type Place } from '../../http/index.ts';
import type { Storage, Transaction } from '../../storage/index.ts';
import type { MeshserverTables } from '../tables.ts';

/** Switches that are kept of a workspace. */
const MAX_SWITCHES = 10_000;

/** A list of rules of one type, such as the whitelist of a service; `*` is that of the whole app. */
export interface ListPlace {
  readonly app: string;
  readonly service: string;
  readonly list: string;
}

export interface ListSwitch extends ListPlace {
  readonly enabled: boolean;
  readonly modifiedBy: string;
  readonly modifiedAt: number;
}

type Workspace = Pick<Place, 'tenantId' | 'workspaceId'>;

/** Switches of the lists that rules of one type are in. A rule acts when it is on and its list is; one that nobody switched is on. */
export class ListSwitches {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #type: string;
  /** By workspace, then by place. */
  readonly #switches = new Map<string, Map<string, ListSwitch>>();

  constructor(storage: Storage, clock: Clock, type: string) {
    this.#storage = storage;
    this.#clock = clock;
    this.#type = type;
  }

  async load(): Promise<void> {
    const rows = await this.#storage
      .tables<MeshserverTables>()
      .selectFrom('t_rule_list')
      .selectAll()
      .where('type', '=', this.#type)
      .execute();
    for (const row of rows) this.#hold({ tenantId: row.tenant_id, workspaceId: row.workspace_id }, toSwitch(row));
  }

  #hold(workspace: Workspace, item: ListSwitch): void {
    const key = keyOf(workspace);
    const own = this.#switches.get(key) ?? new Map<string, ListSwitch>();
    this.#switches.set(key, own);
    own.set(placeKey(item), item);
  }

  list(workspace: Workspace): ListSwitch[] {
    return [...(this.#switches.get(keyOf(workspace))?.values() ?? [])];
  }

  get(workspace: Workspace, place: ListPlace): ListSwitch | null {
    return this.#switches.get(keyOf(workspace))?.get(placeKey(place)) ?? null;
  }

  /** From memory. */
  isOn(workspace: Workspace, place: ListPlace): boolean {
    return this.get(workspace, place)?.enabled ?? true;
  }

  /** Those of an app that are off, inside a transaction: memory may be behind. */
  async readOff(tx: Transaction, workspace: Workspace, app: string): Promise<ListPlace[]> {
    const rows = await tx
      .tables<MeshserverTables>()
      .selectFrom('t_rule_list')
      .selectAll()
      .where('tenant_id', '=', workspace.tenantId)
      .where('workspace_id', '=', workspace.workspaceId)
      .where('type', '=', this.#type)
      .where('app', '=', app)
      .where('enabled', '=', 0)
      .execute();
    return rows.map(toSwitch);
  }

  async set(tx: Transaction, workspace: Workspace, place: ListPlace, enabled: boolean, by: string): Promise<void> {
    if (this.get(workspace, place) === null && this.list(workspace).length >= MAX_SWITCHES)
      throw new ApiFailure('LIMIT_REACHED', `a workspace has at most ${MAX_SWITCHES} switches of lists`);
    const item: ListSwitch = { ...place, enabled, modifiedBy: by, modifiedAt: this.#clock.wallNow() };
    const key = await this.#remove(tx, workspace, place);
    await tx
      .tables<MeshserverTables>()
      .insertInto('t_rule_list')
      .values({
        ...key,
        service: place.service,
        enabled: enabled ? 1 : 0,
        modified_by: by,
        gmt_modified: item.modifiedAt,
      })
      .execute();
    tx.afterCommit(() => this.#hold(workspace, item));
  }

  /** As though nobody had switched it. */
  async forget(tx: Transaction, workspace: Workspace, place: ListPlace): Promise<void> {
    await this.#remove(tx, workspace, place);
    tx.afterCommit(() => this.#switches.get(keyOf(workspace))?.delete(placeKey(place)));
  }

  async #remove(tx: Transaction, workspace: Workspace, place: ListPlace) {
    const key = {
      tenant_id: workspace.tenantId,
      workspace_id: workspace.workspaceId,
      type: this.#type,
      app: place.app,
      service_hash: createHash('sha256').update(place.service).digest('hex'),
      list: place.list,
    };
    await tx
      .tables<MeshserverTables>()
      .deleteFrom('t_rule_list')
      .where((eb) => eb.and(key))
      .execute();
    return key;
  }
}

const keyOf = ({ tenantId, workspaceId }: Workspace): string => `${tenantId}\n${workspaceId}`;
export const placeKey = ({ app, service, list }: ListPlace): string => `${app}\n${service}\n${list}`;

const toSwitch = (row: MeshserverTables['t_rule_list']): ListSwitch => ({
  app: row.app,
  service: row.service,
  list: row.list,
  enabled: row.enabled === 1,
  modifiedBy: row.modified_by,
  modifiedAt: row.gmt_modified,
});
