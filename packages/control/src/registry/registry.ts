import { createHash } from 'node:crypto';
import { registry as contract, type RegistryEntry, type RegistryPush } from '@weft/api';
import { type NodeIdentity, SERVICE_ENDPOINTS_TYPE } from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import type { Coordinator } from '../coordinator/index.ts';
import type { DistributionHub } from '../distribution/index.ts';
import { type Mount, mount } from '../http/index.ts';
import type { Storage, Transaction } from '../storage/index.ts';
import { addressOf } from './check-publication.ts';
import { registryHandlers } from './handlers.ts';
import {
  DEFAULT_PROTECT_THRESHOLD,
  type IsolationState,
  type ManualState,
  type RegistryRecord,
} from './service-list.ts';
import { RegistrySessions } from './sessions.ts';
import { type ArrivalListener, DEFAULT_REGISTRY_LIMITS, type RegistryLimits, RegistryStore } from './store.ts';
import { type RegistryTables, registryMigrations } from './tables.ts';
import { Versions } from './versions.ts';

const PUSH_ROW = 1;

/** A provider of a service, as the catalogue shows it. */
export interface Provider {
  readonly record: RegistryRecord;
  /** `ip:port`. */
  readonly address: string;
  readonly group: string;
  readonly manual: ManualState | undefined;
  readonly isolation: IsolationState | undefined;
}

export interface ProviderChange {
  /** `ip:port`. */
  readonly address: string;
  readonly enabled?: boolean;
  /** 0 to 1000. */
  readonly weight?: number;
}

/** Who provides what; the proxies that subscribed hear of every change. */
export interface Registry {
  /** Services of an instance, those without provider included when somebody asks for them. */
  dataIds(instanceId: string): Iterable<string>;
  providers(instanceId: string, dataId: string): readonly Provider[];
  /** Connected proxies that subscribed to a service, in any group. */
  consumers(instanceId: string, dataId: string): readonly NodeIdentity[];
  entries(instanceId: string): readonly RegistryEntry[];
  /** What a node publishes. */
  publicationsOf(instanceId: string, nodeId: string): readonly RegistryRecord[];
  /** Least port that each node publishes, by node id: where its proxy takes what comes in. */
  portsOf(instanceId: string): ReadonlyMap<string, number>;
  /** dataIds that a node subscribed, and how many endpoints each has. */
  subscriptionsOf(
    instanceId: string,
    nodeId: string,
  ): readonly { readonly dataId: string; readonly endpoints: number }[];
  /** Enables, disables or weighs providers inside a transaction; pushed when it is durable. */
  changeProviders(
    tx: Transaction,
    instanceId: string,
    dataId: string,
    changes: readonly ProviderChange[],
    operator: string,
  ): Promise<void>;
  /** Whether publishers had time to come back after a start: before that a short list proves nothing. */
  readonly confirmed: boolean;
  /** Lets callers leave a provider out, or take it back by degrees; null: neither. Pushed at once, and not stored. */
  isolate(instanceId: string, dataId: string, address: string, state: IsolationState | null): void;
  /** Percent of healthy providers below which callers ignore health; 0 = never. */
  protectThreshold(instanceId: string, dataId: string): number;
  /** Sets it inside a transaction; pushed when it is durable. */
  setProtectThreshold(
    tx: Transaction,
    instanceId: string,
    dataId: string,
    percent: number,
    operator: string,
  ): Promise<void>;
  /** Called after changes, merged; must not throw. */
  onChange(listener: (instanceId: string, dataId: string) => void): void;
  /** Called at once, before anybody is told of what a proxy publishes; must not throw. */
  onArrival(listener: ArrivalListener): void;
  push(): RegistryPush;
  setPush(tx: Transaction, closed: boolean, grayIps: readonly string[], operator: string): Promise<void>;
  stats(): { readonly publications: number; readonly services: number; readonly sessions: number };
  readonly mount: Mount;
  stop(): Promise<void>;
}

export interface RegistryOptions {
  readonly storage: Storage;
  readonly coordinator: Coordinator;
  readonly hub: DistributionHub;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<RegistryLimits>;
}

export async function createRegistry(options: RegistryOptions): Promise<Registry> {
  await options.storage.migrate(registryMigrations);
  const versions = new Versions(options.storage, options.clock, options.log);
  await versions.load();
  const registry = new RegistryComponent(options, versions);
  await registry.load();
  return registry;
}

class RegistryComponent implements Registry {
  readonly #storage: Storage;
  readonly #hub: DistributionHub;
  readonly #clock: Clock;
  readonly #store: RegistryStore;
  readonly #sessions: RegistrySessions;
  readonly mount: Mount;
  #push = { closed: false, grayIps: [] as readonly string[], operator: '', at: 0 };

  constructor({ storage, coordinator, hub, clock, log, limits }: RegistryOptions, versions: Versions) {
    this.#storage = storage;
    this.#hub = hub;
    this.#clock = clock;
    this.#store = new RegistryStore({ hub, clock, log, versions, limits: { ...DEFAULT_REGISTRY_LIMITS, ...limits } });
    this.#sessions = new RegistrySessions(this.#store, coordinator, clock, log);
    hub.serveRegistry((peer) => this.#sessions.serve(peer));
    hub.onEvents({
      subscribed: (node, typeUrl, names) => {
        if (typeUrl === SERVICE_ENDPOINTS_TYPE) this.#store.subscribed(node, names);
      },
    });
    this.mount = mount(contract, registryHandlers({ registry: this, storage }));
  }

  async load(): Promise<void> {
    const db = this.#storage.tables<RegistryTables>();
    for (const row of await db.selectFrom('t_registry_provider').selectAll().execute())
      this.#store.setManual(row.instance_id, row.data_id, row.address, {
        enabled: row.enabled === 1,
        weight: row.weight,
        operator: row.operator,
        at: row.gmt_modified,
      });
    for (const row of await db.selectFrom('t_registry_service').selectAll().execute())
      this.#store.setProtectThreshold(row.instance_id, row.data_id, row.protect_threshold);
    const push = await db.selectFrom('t_registry_push').selectAll().executeTakeFirst();
    if (push !== undefined)
      this.#applyPush({
        closed: push.state === 'closed',
        grayIps: JSON.parse(push.gray_ips) as string[],
        operator: push.operator,
        at: push.gmt_modified,
      });
  }

  dataIds(instanceId: string): Iterable<string> {
    return this.#store.dataIds(instanceId);
  }

  providers(instanceId: string, dataId: string): readonly Provider[] {
    return this.#store.groups(instanceId, dataId).flatMap((list) =>
      [...list.records.values()].map((record) => {
        const address = addressOf(record.publication);
        return {
          record,
          address,
          group: list.group,
          manual: this.#store.manualOf(instanceId, dataId, address),
          isolation: this.#store.isolationOf(instanceId, dataId, address),
        };
      }),
    );
  }

  consumers(instanceId: string, dataId: string): readonly NodeIdentity[] {
    const found = new Map<string, NodeIdentity>();
    for (const list of this.#store.groups(instanceId, dataId))
      for (const { node } of this.#hub.server.receivers(SERVICE_ENDPOINTS_TYPE, list.dataInfoId))
        if (node.instanceId === instanceId) found.set(node.id, node);
    return [...found.values()];
  }

  entries(instanceId: string): readonly RegistryEntry[] {
    const entries: RegistryEntry[] = [];
    for (const list of this.#store.lists(instanceId)) {
      for (const [key, record] of list.records) {
        const { publication, node } = record;
        const session = this.#sessions.find(key.slice(0, key.indexOf(' ')));
        const address = addressOf(publication);
        const manual = this.#store.manualOf(instanceId, list.dataId, address);
        const isolated = this.#store.isolationOf(instanceId, list.dataId, address)?.share === 0;
        entries.push({
          registId: publication.registId,
          dataInfoId: list.dataInfoId,
          dataId: list.dataId,
          instanceId,
          group: list.group,
          protocol: publication.protocol,
          address: publication.address,
          port: publication.port,
          weight: manual?.weight ?? publication.weight,
          enabled: (manual?.enabled ?? true) && !isolated,
          app: node.app,
          zone: node.zone,
          dataCenter: node.dataCenter,
          proxyId: node.id,
          sessionId: record.sessionId,
          metadata: publication.metadata,
          version: record.version,
          registeredAt: new Date(record.registeredAt).toISOString(),
          leaseEndsAt: session === undefined ? null : new Date(session.leaseEndsAt).toISOString(),
        });
      }
    }
    return entries;
  }

  publicationsOf(instanceId: string, nodeId: string): readonly RegistryRecord[] {
    const found: RegistryRecord[] = [];
    for (const list of this.#store.lists(instanceId))
      for (const record of list.records.values()) if (record.node.id === nodeId) found.push(record);
    return found;
  }

  portsOf(instanceId: string): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const list of this.#store.lists(instanceId))
      for (const { node, publication } of list.records.values())
        found.set(node.id, Math.min(found.get(node.id) ?? publication.port, publication.port));
    return found;
  }

  subscriptionsOf(instanceId: string, nodeId: string): readonly { dataId: string; endpoints: number }[] {
    const found: { dataId: string; endpoints: number }[] = [];
    for (const list of this.#store.lists(instanceId)) {
      const receivers = this.#hub.server.receivers(SERVICE_ENDPOINTS_TYPE, list.dataInfoId);
      if (receivers.some(({ node }) => node.id === nodeId))
        found.push({ dataId: list.dataId, endpoints: list.records.size });
    }
    return found;
  }

  async changeProviders(
    tx: Transaction,
    instanceId: string,
    dataId: string,
    changes: readonly ProviderChange[],
    operator: string,
  ): Promise<void> {
    const db = tx.tables<RegistryTables>();
    const at = this.#clock.wallNow();
    for (const { address, enabled, weight } of changes) {
      const known = this.#store.manualOf(instanceId, dataId, address);
      const state: ManualState = {
        enabled: enabled ?? known?.enabled ?? true,
        weight: weight ?? known?.weight ?? null,
        operator,
        at,
      };
      const provider_hash = createHash('sha256').update(`${dataId}\n${address}`).digest('hex');
      await db
        .deleteFrom('t_registry_provider')
        .where('instance_id', '=', instanceId)
        .where('provider_hash', '=', provider_hash)
        .execute();
      const plain = state.enabled && state.weight === null;
      if (!plain)
        await db
          .insertInto('t_registry_provider')
          .values({
            instance_id: instanceId,
            provider_hash,
            data_id: dataId,
            address,
            enabled: state.enabled ? 1 : 0,
            weight: state.weight,
            operator,
            gmt_modified: at,
          })
          .execute();
      tx.afterCommit(() => this.#store.setManual(instanceId, dataId, address, plain ? null : state));
    }
  }

  get confirmed(): boolean {
    return this.#store.confirmed;
  }

  isolate(instanceId: string, dataId: string, address: string, state: IsolationState | null): void {
    this.#store.setIsolation(instanceId, dataId, address, state);
  }

  protectThreshold(instanceId: string, dataId: string): number {
    return this.#store.protectThresholdOf(instanceId, dataId);
  }

  async setProtectThreshold(
    tx: Transaction,
    instanceId: string,
    dataId: string,
    percent: number,
    operator: string,
  ): Promise<void> {
    const db = tx.tables<RegistryTables>();
    const data_id_hash = createHash('sha256').update(dataId).digest('hex');
    await db
      .deleteFrom('t_registry_service')
      .where('instance_id', '=', instanceId)
      .where('data_id_hash', '=', data_id_hash)
      .execute();
    if (percent !== DEFAULT_PROTECT_THRESHOLD)
      await db
        .insertInto('t_registry_service')
        .values({
          instance_id: instanceId,
          data_id_hash,
          data_id: dataId,
          protect_threshold: percent,
          operator,
          gmt_modified: this.#clock.wallNow(),
        })
        .execute();
    tx.afterCommit(() => this.#store.setProtectThreshold(instanceId, dataId, percent));
  }

  onChange(listener: (instanceId: string, dataId: string) => void): void {
    this.#store.onChange(listener);
  }

  onArrival(listener: ArrivalListener): void {
    this.#store.onArrival(listener);
  }

  push(): RegistryPush {
    const { closed, grayIps, operator, at } = this.#push;
    return {
      state: closed ? 'closed' : 'open',
      grayIps: [...grayIps],
      since: at === 0 ? null : new Date(at).toISOString(),
      operator,
      pending: this.#store.held,
    };
  }

  async setPush(tx: Transaction, closed: boolean, grayIps: readonly string[], operator: string): Promise<void> {
    const db = tx.tables<RegistryTables>();
    const at = this.#clock.wallNow();
    await db.deleteFrom('t_registry_push').execute();
    await db
      .insertInto('t_registry_push')
      .values({
        id: PUSH_ROW,
        state: closed ? 'closed' : 'open',
        gray_ips: JSON.stringify(grayIps),
        operator,
        gmt_modified: at,
      })
      .execute();
    tx.afterCommit(() => this.#applyPush({ closed, grayIps, operator, at }));
  }

  #applyPush(push: { closed: boolean; grayIps: readonly string[]; operator: string; at: number }): void {
    this.#push = push;
    this.#store.setGate({ closed: push.closed, grayIps: new Set(push.grayIps) });
  }

  stats(): { publications: number; services: number; sessions: number } {
    return {
      publications: this.#store.publications,
      services: this.#store.services,
      sessions: this.#sessions.size,
    };
  }

  async stop(): Promise<void> {
    this.#sessions.stop();
    this.#store.stop();
  }
}
