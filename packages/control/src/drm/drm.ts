import type { DrmClientState, DrmStatus } from '@weft/api';
import { drm as contract } from '@weft/api';
import {
  DYNAMIC_VALUE_TYPE,
  dynamicValueType,
  type NodeIdentity,
  type Receiver,
  type ResourceValue,
} from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import type { DistributionHub } from '../distribution/index.ts';
import { ApiFailure, type Mount, mount } from '../http/index.ts';
import type { Storage, Transaction } from '../storage/index.ts';
import {
  type AckEvent,
  DEFAULT_ZONE,
  type Drm,
  type PutOptions,
  type ReceiversKey,
  type StoredValue,
  type ValueKey,
} from './contract.ts';
import { Freezes } from './freezes.ts';
import { GrayValues } from './gray-values.ts';
import { drmHandlers } from './handlers.ts';
import { hashOf } from './hash.ts';
import { type DrmTables, drmMigrations } from './tables.ts';
import { parseDataId, Validators, type ValueValidator } from './validators.ts';
import { VersionsAhead, type ZonedKey } from './versions-ahead.ts';

/** Bytes of a value, UTF-8. */
export const MAX_VALUE_BYTES = 1024 * 1024;
/** Versions kept of each value. */
const MAX_HISTORY = 200;

export interface DrmOptions {
  readonly storage: Storage;
  readonly hub: DistributionHub;
  readonly clock: Clock;
  readonly log: Logger;
  /** dataIds of a tenant; 10 000 when not given. */
  readonly maxValues?: number;
  /** Writes of values by hand, of a tenant in a minute; 100 when not given. */
  readonly writesPerMinute?: number;
}

interface Held extends StoredValue {
  /** Encoded once, when it is first pushed. */
  resource: ResourceValue | null;
}

export async function createDrm(options: DrmOptions): Promise<Drm> {
  await options.storage.migrate(drmMigrations);
  const drm = new DrmStore(options);
  await drm.load();
  return drm;
}

class DrmStore implements Drm {
  readonly #storage: Storage;
  readonly #hub: DistributionHub;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #maxValues: number;
  /** By instance, then by dataId, then by zone. */
  readonly #values = new Map<string, Map<string, Map<string, Held>>>();
  readonly #ackListeners: ((event: AckEvent) => void)[] = [];
  readonly #changeListeners: ((value: StoredValue) => void)[] = [];
  readonly validators = new Validators();
  readonly gray: GrayValues;
  readonly #ahead: VersionsAhead;
  readonly mount: Mount;
  readonly freezes: Freezes;

  constructor(options: DrmOptions) {
    this.#storage = options.storage;
    this.#hub = options.hub;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#maxValues = options.maxValues ?? 10_000;
    this.gray = new GrayValues(options.storage, options.clock, {
      get: (key) => this.get(key),
      write: (tx, stored, urgent) => this.#replace(tx, stored, urgent),
      record: (tx, stored) => this.#record(tx, stored),
      nextVersion: (tx, key) => this.#nextVersion(tx, key),
      notify: (dataId) => this.#hub.server.notify(DYNAMIC_VALUE_TYPE, [dataId]),
    });
    this.freezes = new Freezes(options.storage, options.hub, options.clock);
    this.#ahead = new VersionsAhead({
      storage: options.storage,
      clock: options.clock,
      log: options.log,
      raise: (tx, key, above) => this.#raise(tx, key, above),
    });
    this.mount = mount(
      contract,
      drmHandlers({
        drm: this,
        storage: options.storage,
        clock: options.clock,
        writesPerMinute: options.writesPerMinute ?? 100,
      }),
    );
  }

  async load(): Promise<void> {
    const db = this.#storage.tables<DrmTables>();
    for (const row of await db.selectFrom('t_drm_data').selectAll().execute()) this.#hold(toStored(row));
    await this.gray.load();
    this.#hub.server.defineType(DYNAMIC_VALUE_TYPE, {
      names: (node) => this.#namesFor(node),
      get: (name, node) => this.#resourceFor(name, node),
    });
    this.#hub.onEvents({
      acked: (node, typeUrl, name, version, elapsedMs) => {
        if (typeUrl === DYNAMIC_VALUE_TYPE) this.#tellAck({ dataId: name, version, node, reason: '', elapsedMs });
      },
      ahead: (node, typeUrl, name, had) => {
        if (typeUrl !== DYNAMIC_VALUE_TYPE) return;
        const held = this.resolve({ instanceId: node.instanceId, dataId: name, zone: node.zone });
        if (held !== null) this.#ahead.see({ instanceId: held.instanceId, dataId: name, zone: held.zone }, had);
      },
      rejected: (node, typeUrl, name, version, reason) => {
        if (typeUrl !== DYNAMIC_VALUE_TYPE) return;
        this.#log.warn({ proxyId: node.id, app: node.app, dataId: name, version, reason }, 'value rejected by a proxy');
        this.#tellAck({ dataId: name, version, node, reason, elapsedMs: null });
      },
    });
    await this.freezes.load();
  }

  #tellAck(event: AckEvent): void {
    for (const listener of this.#ackListeners) listener(event);
  }

  #hold(stored: StoredValue): void {
    const byDataId = this.#values.get(stored.instanceId) ?? new Map<string, Map<string, Held>>();
    this.#values.set(stored.instanceId, byDataId);
    const byZone = byDataId.get(stored.dataId) ?? new Map<string, Held>();
    byDataId.set(stored.dataId, byZone);
    byZone.set(stored.zone, { ...stored, resource: null });
  }

  *#namesFor(node: NodeIdentity): Generator<string> {
    // A proxy that wants everything gets what is for its app or for no app in particular.
    for (const [dataId, byZone] of this.#values.get(node.instanceId) ?? []) {
      const [value] = byZone.values();
      if (value !== undefined && (value.app === '' || value.app === '__all__' || value.app === node.app)) yield dataId;
    }
  }

  #resourceFor(name: string, node: NodeIdentity): ResourceValue | undefined {
    const byZone = this.#values.get(node.instanceId)?.get(name);
    const held = byZone?.get(node.zone) ?? byZone?.get(DEFAULT_ZONE);
    if (held === undefined || !isFor(held, node)) return undefined;
    const gray = this.gray.resourceFor(held, node);
    if (gray !== undefined) return gray;
    held.resource ??= {
      version: held.version,
      body: dynamicValueType.encode({
        dataId: held.dataId,
        version: held.version,
        value: Buffer.from(held.value),
        sha256: held.sha256,
        gray: false,
      }),
    };
    return held.resource;
  }

  #find(instanceId: string, dataId: string, zone: string): Held | undefined {
    return this.#values.get(instanceId)?.get(dataId)?.get(zone);
  }

  get(key: ValueKey): StoredValue | null {
    return this.#find(key.instanceId, key.dataId, key.zone ?? DEFAULT_ZONE) ?? null;
  }

  resolve(key: ValueKey): StoredValue | null {
    return this.get(key) ?? this.get({ ...key, zone: DEFAULT_ZONE });
  }

  list(instanceId: string): readonly StoredValue[] {
    return [...(this.#values.get(instanceId)?.values() ?? [])].flatMap((byZone) => [...byZone.values()]);
  }

  async put(tx: Transaction, options: PutOptions): Promise<StoredValue> {
    const { instanceId, dataId, value } = options;
    const zone = options.zone ?? DEFAULT_ZONE;
    const id = parseDataId(dataId, '/dataId');
    const bytes = Buffer.byteLength(value);
    if (bytes > MAX_VALUE_BYTES)
      throw new ApiFailure('INVALID', 'the value is too large', {
        fields: [{ path: '/value', message: `found ${bytes} bytes, expected at most ${MAX_VALUE_BYTES}` }],
      });
    const owner = this.validators.find(id)?.owner ?? '';
    if (owner !== (options.owner ?? owner))
      throw new ApiFailure(
        'FORBIDDEN',
        `${dataId} belongs to ${owner === '' ? 'nobody' : owner}, not to ${options.owner}`,
      );
    this.validators.check(value, id);

    const db = tx.tables<DrmTables>();
    const key = { instance_id: instanceId, zone, data_id_hash: hashOf(dataId) };
    const current = await db
      .selectFrom('t_drm_data')
      .selectAll()
      .where('instance_id', '=', instanceId)
      .where('zone', '=', zone)
      .where('data_id_hash', '=', key.data_id_hash)
      .executeTakeFirst();
    if (options.baseVersion !== undefined && options.baseVersion !== (current?.version ?? 0)) {
      throw new ApiFailure(
        'VERSION_CONFLICT',
        `the current version is ${current?.version ?? 0}, the change builds on ${options.baseVersion}: read it again`,
      );
    }
    const sha256 = hashOf(value);
    const workspaceId = options.workspaceId ?? '';
    if (current !== undefined && current.sha256 === sha256 && current.workspace_id === workspaceId)
      return toStored(current);
    this.gray.refuseWhileGray({ instanceId, zone, dataId });
    if (current === undefined && (this.#values.get(instanceId)?.size ?? 0) >= this.#maxValues)
      throw new ApiFailure('LIMIT_REACHED', `a tenant has at most ${this.#maxValues} dataIds`);
    const version = await this.#nextVersion(tx, { instanceId, zone, dataId });
    const now = this.#clock.wallNow();
    const stored: StoredValue = {
      instanceId,
      zone,
      dataId,
      version,
      value,
      sha256,
      owner,
      operator: options.operator,
      comment: options.comment ?? '',
      modifiedAt: now,
      workspaceId,
      app: id.app,
    };
    await this.#record(tx, stored);
    if (current === undefined)
      await db
        .insertInto('t_drm_data')
        .values({
          ...key,
          data_id: dataId,
          ...contentOf(stored),
          workspace_id: workspaceId,
          gmt_create: now,
          gmt_modified: now,
        })
        .execute();
    await this.#replace(tx, stored, options.urgent === true);
    return stored;
  }

  /** Above everything that was ever sent, also when the row was deleted by hand meanwhile. */
  async #nextVersion(tx: Transaction, { instanceId, zone = DEFAULT_ZONE, dataId }: ValueKey): Promise<number> {
    const newest = await tx
      .tables<DrmTables>()
      .selectFrom('t_drm_history')
      .select((eb) => eb.fn.max('version').as('version'))
      .where('instance_id', '=', instanceId)
      .where('zone', '=', zone)
      .where('data_id_hash', '=', hashOf(dataId))
      .executeTakeFirst();
    return Math.max(this.get({ instanceId, zone, dataId })?.version ?? 0, Number(newest?.version ?? 0)) + 1;
  }

  /** Stores what is in force once more, above a version that proxies hold. */
  async #raise(tx: Transaction, key: ZonedKey, above: number): Promise<void> {
    const current = this.get(key);
    // While a part of the proxies has another value, its end is what gives both a number above all.
    if (current === null || current.version > above || this.gray.get(key) !== null) return;
    const version = Math.max(above + 1, await this.#nextVersion(tx, key));
    const stored: StoredValue = {
      ...current,
      version,
      operator: 'weft',
      comment: `proxies held version ${above} with content that is not stored here`,
      modifiedAt: this.#clock.wallNow(),
    };
    await this.#record(tx, stored);
    await this.#replace(tx, stored);
  }

  /** A version of the history; the oldest make room. */
  async #record(tx: Transaction, stored: StoredValue): Promise<void> {
    const db = tx.tables<DrmTables>();
    const key = { instance_id: stored.instanceId, zone: stored.zone, data_id_hash: hashOf(stored.dataId) };
    await db
      .insertInto('t_drm_history')
      .values({ ...key, ...contentOf(stored), gmt_create: stored.modifiedAt })
      .execute();
    await db
      .deleteFrom('t_drm_history')
      .where('instance_id', '=', key.instance_id)
      .where('zone', '=', key.zone)
      .where('data_id_hash', '=', key.data_id_hash)
      .where('version', '<=', stored.version - MAX_HISTORY)
      .execute();
  }

  /** Puts a version in force; the push follows when it is durable. */
  async #replace(tx: Transaction, stored: StoredValue, urgent = false): Promise<void> {
    await tx
      .tables<DrmTables>()
      .updateTable('t_drm_data')
      .set({ ...contentOf(stored), workspace_id: stored.workspaceId, gmt_modified: stored.modifiedAt })
      .where('instance_id', '=', stored.instanceId)
      .where('zone', '=', stored.zone)
      .where('data_id_hash', '=', hashOf(stored.dataId))
      .execute();
    tx.afterCommit(() => {
      this.#hold(stored);
      this.#hub.server.notify(DYNAMIC_VALUE_TYPE, [stored.dataId], { urgent });
      for (const listener of this.#changeListeners) listener(stored);
    });
  }

  async history(key: ValueKey): Promise<readonly StoredValue[]> {
    const rows = await this.#historyQuery(key).selectAll().orderBy('version', 'desc').execute();
    return rows.map((row) => toStored({ ...row, data_id: key.dataId, workspace_id: '', gmt_modified: row.gmt_create }));
  }

  async historyValue(key: ValueKey, version: number): Promise<StoredValue | null> {
    const row = await this.#historyQuery(key).selectAll().where('version', '=', version).executeTakeFirst();
    return row === undefined
      ? null
      : toStored({ ...row, data_id: key.dataId, workspace_id: '', gmt_modified: row.gmt_create });
  }

  #historyQuery(key: ValueKey) {
    return this.#storage
      .tables<DrmTables>()
      .selectFrom('t_drm_history')
      .where('instance_id', '=', key.instanceId)
      .where('zone', '=', key.zone ?? DEFAULT_ZONE)
      .where('data_id_hash', '=', hashOf(key.dataId));
  }

  status(key: ReceiversKey): DrmStatus {
    const formal = this.get(key)?.version ?? 0;
    const clients = this.#receivers(key).map((receiver) => toClientState(receiver, this.#expected(key, receiver.node)));
    const count = (result: DrmClientState['result']): number =>
      clients.filter((client) => client.result === result).length;
    return {
      dataId: key.dataId,
      formal,
      gray: this.gray.get(key)?.version ?? null,
      subscribers: clients.length,
      applied: count('APPLIED'),
      rejected: count('REJECTED'),
      stale: count('PENDING'),
      clients,
    };
  }

  connected(key: ReceiversKey): readonly NodeIdentity[] {
    return this.#receivers(key).map(({ node }) => node);
  }

  #receivers(key: ReceiversKey): Receiver[] {
    const workspaceId = key.workspaceId || this.get(key)?.workspaceId || '';
    return this.#hub.server
      .receivers(DYNAMIC_VALUE_TYPE, key.dataId)
      .filter(
        ({ node }) =>
          node.instanceId === key.instanceId &&
          (workspaceId === '' || node.workspace === workspaceId) &&
          (key.zone === undefined || key.zone === DEFAULT_ZONE || node.zone === key.zone),
      );
  }

  #expected(key: ValueKey, node: NodeIdentity): number {
    const formal = this.resolve({ ...key, zone: node.zone });
    if (formal === null) return 0;
    return this.gray.resourceFor(formal, node)?.version ?? formal.version;
  }

  pushAgain({ instanceId, dataId }: ValueKey): number {
    return this.#hub.server.resend(DYNAMIC_VALUE_TYPE, dataId, (node) => node.instanceId === instanceId);
  }

  onAck(listener: (event: AckEvent) => void): void {
    this.#ackListeners.push(listener);
  }

  onChange(listener: (value: StoredValue) => void): void {
    this.#changeListeners.push(listener);
  }

  addValidator(validator: ValueValidator): void {
    this.validators.add(validator);
  }

  stop(): void {
    this.freezes.stop();
    this.#ahead.stop();
  }
}

/** A value of a workspace is for its proxies only. */
const isFor = ({ workspaceId }: StoredValue, node: NodeIdentity): boolean =>
  workspaceId === '' || workspaceId === node.workspace;

function toClientState(
  { node, sentVersion, ackedVersion, rejected, atMs, elapsedMs }: Receiver,
  expected: number,
): DrmClientState {
  const refused = rejected !== undefined && rejected.version === expected;
  return {
    proxyId: node.id,
    app: node.app,
    ip: node.ip,
    version: ackedVersion,
    sentVersion,
    expected,
    result: refused ? 'REJECTED' : ackedVersion === expected ? 'APPLIED' : 'PENDING',
    reason: refused ? rejected.reason : ackedVersion > expected ? aheadText(ackedVersion, expected) : '',
    at: atMs === 0 ? null : new Date(atMs).toISOString(),
    elapsedMs: atMs === 0 ? null : elapsedMs,
  };
}

const contentOf = ({ value, sha256, owner, operator, comment, version }: StoredValue) => ({
  value,
  sha256,
  owner,
  operator,
  comment,
  version,
});

const aheadText = (held: number, stored: number): string =>
  `holds version ${held}, above version ${stored} that is stored here, as after a backup was restored: what is stored is pushed under a higher number; if this stays, push again`;

function toStored(row: Omit<DrmTables['t_drm_data'], 'gmt_create'>): StoredValue {
  return {
    instanceId: row.instance_id,
    zone: row.zone,
    dataId: row.data_id,
    version: row.version,
    value: row.value,
    sha256: row.sha256,
    owner: row.owner,
    operator: row.operator,
    comment: row.comment,
    modifiedAt: row.gmt_modified,
    workspaceId: row.workspace_id,
    app: appOf(row.data_id),
  };
}

function appOf(dataId: string): string {
  try {
    return parseDataId(dataId, '').app;
  } catch {
    // Written by a release with another grammar.
    return '';
  }
}
