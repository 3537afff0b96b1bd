import type { GraySelector } from '@weft/api';
import { dynamicValueType, type NodeIdentity, type ResourceValue } from '@weft/distribution';
import type { Clock } from '@weft/kit';
import { ApiFailure, notFound } from '../http/index.ts';
import type { Storage, Transaction } from '../storage/index.ts';
import { DEFAULT_ZONE, type GrayValue, type StoredValue, type ValueKey } from './contract.ts';
import { isSelected } from './gray-selector.ts';
import { hashOf } from './hash.ts';
import type { DrmTables } from './tables.ts';

interface Held {
  readonly value: GrayValue;
  resource: ResourceValue | null;
}

/** What gray values need of the formal ones. */
export interface FormalValues {
  get(key: ValueKey): StoredValue | null;
  /** The next version, in force for everybody. */
  write(tx: Transaction, stored: StoredValue, urgent?: boolean): Promise<void>;
  /** A version of the history: numbers are given once, also to what never becomes formal. */
  record(tx: Transaction, stored: StoredValue): Promise<void>;
  /** Above everything that was ever sent. */
  nextVersion(tx: Transaction, key: ValueKey): Promise<number>;
  /** Receivers look again at what is meant for them. */
  notify(dataId: string): void;
}

/** Values that some of the proxies have and the others do not yet: at most one for each dataId and zone. */
export class GrayValues {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #formal: FormalValues;
  readonly #held = new Map<string, Held>();

  constructor(storage: Storage, clock: Clock, formal: FormalValues) {
    this.#storage = storage;
    this.#clock = clock;
    this.#formal = formal;
  }

  async load(): Promise<void> {
    const rows = await this.#storage.tables<DrmTables>().selectFrom('t_drm_gray').selectAll().execute();
    for (const row of rows)
      this.#hold({
        instanceId: row.instance_id,
        zone: row.zone,
        dataId: row.data_id,
        version: row.version,
        value: row.value,
        sha256: row.sha256,
        selector: JSON.parse(row.selector) as GraySelector,
        operator: row.operator,
        comment: row.comment,
        modifiedAt: row.gmt_modified,
      });
  }

  get(key: ValueKey): GrayValue | null {
    return this.#held.get(idOf(key))?.value ?? null;
  }

  /** What a proxy gets in place of the formal value; undefined: that one. */
  resourceFor(key: ValueKey, node: NodeIdentity): ResourceValue | undefined {
    if (this.#held.size === 0) return undefined;
    const held = this.#held.get(idOf(key));
    if (held === undefined || !isSelected(held.value.selector, node)) return undefined;
    const { dataId, version, value, sha256 } = held.value;
    held.resource ??= {
      version,
      body: dynamicValueType.encode({ dataId, version, value: Buffer.from(value), sha256, gray: true }),
    };
    return held.resource;
  }

  /** @throws ApiFailure NOT_FOUND, VERSION_CONFLICT, CONFLICT when one is on its way already */
  async start(
    tx: Transaction,
    key: ValueKey,
    options: {
      readonly value: string;
      readonly selector: GraySelector;
      readonly operator: string;
      readonly comment: string;
      readonly baseVersion?: number | undefined;
    },
  ): Promise<GrayValue> {
    const formal = this.#formal.get(key);
    if (formal === null) throw notFound(`value ${key.dataId}`);
    this.refuseWhileGray(key);
    if (options.baseVersion !== undefined && options.baseVersion !== formal.version)
      throw new ApiFailure(
        'VERSION_CONFLICT',
        `the current version is ${formal.version}, the change builds on ${options.baseVersion}: read it again`,
      );
    const { value, selector, operator, comment } = options;
    const gray: GrayValue = {
      instanceId: formal.instanceId,
      zone: formal.zone,
      dataId: formal.dataId,
      version: await this.#formal.nextVersion(tx, key),
      value,
      sha256: hashOf(value),
      selector,
      operator,
      comment,
      modifiedAt: this.#clock.wallNow(),
    };
    await this.#formal.record(tx, storedOf(gray, formal, `gray: ${comment}`));
    await this.#write(tx, gray, true);
    return gray;
  }

  /** Changes who is selected; the share may only grow, so that nobody goes back and forth. */
  async expand(tx: Transaction, key: ValueKey, selector: GraySelector, operator: string): Promise<GrayValue> {
    const gray = this.#need(key);
    const before = gray.selector.percent ?? 100;
    const after = selector.percent ?? 100;
    if (after < before)
      throw new ApiFailure('INVALID', `the share grows: found ${after} %, expected at least ${before} %`, {
        fields: [{ path: '/selector/percent', message: `found ${after}, expected ${before} to 100` }],
      });
    const next = { ...gray, selector, operator, modifiedAt: this.#clock.wallNow() };
    await this.#write(tx, next, false);
    return next;
  }

  /** The gray value is the formal one from now on, under the number that it has: who has it does nothing. */
  async promote(tx: Transaction, key: ValueKey, operator: string): Promise<StoredValue> {
    const gray = this.#need(key);
    const formal = this.#formal.get(key);
    if (formal === null) throw notFound(`value ${key.dataId}`);
    const stored = { ...storedOf(gray, formal, gray.comment), operator, modifiedAt: this.#clock.wallNow() };
    await this.#remove(tx, gray);
    await this.#formal.write(tx, stored);
    return stored;
  }

  /** Everybody has the formal value again, under a new number above the gray one; also while pushing is frozen. */
  async abort(tx: Transaction, key: ValueKey, operator: string): Promise<StoredValue> {
    const gray = this.#need(key);
    const formal = this.#formal.get(key);
    if (formal === null) throw notFound(`value ${key.dataId}`);
    const stored: StoredValue = {
      ...formal,
      version: await this.#formal.nextVersion(tx, key),
      operator,
      comment: `version ${gray.version} was given up`,
      modifiedAt: this.#clock.wallNow(),
    };
    await this.#remove(tx, gray);
    await this.#formal.record(tx, stored);
    await this.#formal.write(tx, stored, true);
    return stored;
  }

  /** @throws ApiFailure CONFLICT while a part of the proxies has another value */
  refuseWhileGray(key: ValueKey): void {
    const gray = this.get(key);
    if (gray !== null)
      throw new ApiFailure(
        'CONFLICT',
        `version ${gray.version} of ${key.dataId} is with a part of the proxies${gray.comment === '' ? '' : ` (${gray.comment})`}: promote or abort it first`,
      );
  }

  #need(key: ValueKey): GrayValue {
    const gray = this.get(key);
    if (gray === null) throw notFound(`gray value of ${key.dataId}`);
    return gray;
  }

  async #write(tx: Transaction, gray: GrayValue, fresh: boolean): Promise<void> {
    const db = tx.tables<DrmTables>();
    const selector = JSON.stringify(gray.selector);
    const place = { instance_id: gray.instanceId, zone: gray.zone, data_id_hash: hashOf(gray.dataId) };
    if (fresh)
      await db
        .insertInto('t_drm_gray')
        .values({
          ...place,
          data_id: gray.dataId,
          version: gray.version,
          value: gray.value,
          sha256: gray.sha256,
          selector,
          operator: gray.operator,
          comment: gray.comment,
          gmt_modified: gray.modifiedAt,
        })
        .execute();
    else
      await db
        .updateTable('t_drm_gray')
        .set({ selector, operator: gray.operator, gmt_modified: gray.modifiedAt })
        .where('instance_id', '=', place.instance_id)
        .where('zone', '=', place.zone)
        .where('data_id_hash', '=', place.data_id_hash)
        .execute();
    tx.afterCommit(() => {
      this.#hold(gray);
      this.#formal.notify(gray.dataId);
    });
  }

  async #remove(tx: Transaction, gray: GrayValue): Promise<void> {
    await tx
      .tables<DrmTables>()
      .deleteFrom('t_drm_gray')
      .where('instance_id', '=', gray.instanceId)
      .where('zone', '=', gray.zone)
      .where('data_id_hash', '=', hashOf(gray.dataId))
      .execute();
    tx.afterCommit(() => this.#held.delete(idOf(gray)));
  }

  #hold(value: GrayValue): void {
    this.#held.set(idOf(value), { value, resource: null });
  }
}

const idOf = ({ instanceId, zone = DEFAULT_ZONE, dataId }: ValueKey): string => `${instanceId}\n${zone}\n${dataId}`;

const storedOf = (gray: GrayValue, formal: StoredValue, comment: string): StoredValue => ({
  ...formal,
  version: gray.version,
  value: gray.value,
  sha256: gray.sha256,
  operator: gray.operator,
  comment,
  modifiedAt: gray.modifiedAt,
});
