import { createHash } from 'node:crypto';
import { RULE_KINDS, type RuleKindContract } from '@weft/api';
import type { Clock } from '@weft/kit';
import { RULE_DOCUMENTS, ruleDataId } from '@weft/schema/data-id';
import type { RuleType } from '@weft/schema/rules';
import { type Drm, MAX_VALUE_BYTES, type StoredValue } from '../../drm/index.ts';
import { ApiFailure, lacks, notFound, type Place } from '../../http/index.ts';
import { type Storage, StorageError, type Transaction } from '../../storage/index.ts';
import type { MeshserverTables } from '../tables.ts';
import { ListSwitches, placeKey } from './list-switches.ts';
import type { AnyRuleBody, KeyedRule, RuleKind } from './rule-kind.ts';
import { insertVersion, type RuleAction, readVersions, type StoredVersion } from './rule-versions.ts';

/** Rules of an installation's tenant, of one type. */
export const MAX_RULES = 10_000;

export interface StoredRule extends Place {
  readonly ruleDbId: number;
  readonly type: RuleType;
  readonly body: AnyRuleBody;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly modifiedBy: string;
  readonly modifiedAt: number;
  readonly changeId: string;
  readonly deleted: boolean;
  /** When it is switched off by itself, Unix milliseconds; 0 for never. */
  readonly expiresAt: number;
}

/** Rules of one type in the database, with a copy in memory for lists; and their documents in drm. */
export class RuleStore {
  readonly #storage: Storage;
  readonly #drm: Drm;
  readonly #clock: Clock;
  readonly kind: RuleKind;
  /** Of the lists that rules of this type are in. */
  readonly lists: ListSwitches;
  /** How the interface calls the type. */
  readonly contract: RuleKindContract;
  readonly #rules = new Map<number, StoredRule>();
  /** Throws for a rule that must not be changed now. */
  #refuse: (rule: StoredRule) => void = () => {};

  constructor(options: { storage: Storage; drm: Drm; clock: Clock; kind: RuleKind }) {
    this.#storage = options.storage;
    this.#drm = options.drm;
    this.#clock = options.clock;
    this.kind = options.kind;
    this.lists = new ListSwitches(options.storage, options.clock, options.kind.type);
    const contract = RULE_KINDS.find(({ type }) => type === options.kind.type);
    if (contract === undefined) throw new Error(`the interface has no rules of type ${options.kind.type}`);
    this.contract = contract;
  }

  async load(): Promise<void> {
    const rows = await this.#storage
      .tables<MeshserverTables>()
      .selectFrom('t_rule')
      .selectAll()
      .where('type', '=', this.kind.type)
      .where('deleted', '=', 0)
      .execute();
    for (const row of rows) {
      const rule = toRule(row);
      // A release that did not write it down counts from the last change.
      const expiresAt = rule.expiresAt || this.#expiryOf(null, rule.body, rule.modifiedAt);
      this.#rules.set(row.rule_db_id, { ...rule, expiresAt });
    }
    await this.lists.load();
  }

  /** Changes of rules are refused where `refuse` throws; a rollout's own are not asked for. */
  refuseWhere(refuse: (rule: StoredRule) => void): void {
    this.#refuse = refuse;
  }

  /** Rules whose time is over; from memory. */
  expired(nowMs: number): StoredRule[] {
    if (this.kind.ttlSecondsOf === undefined) return [];
    return [...this.#rules.values()].filter(({ expiresAt }) => expiresAt !== 0 && expiresAt <= nowMs);
  }

  /** The time runs from the switch, or from the change of the time itself; other changes leave it as it is. */
  #expiryOf(before: Pick<StoredRule, 'body' | 'expiresAt'> | null, body: AnyRuleBody, nowMs: number): number {
    const { ttlSecondsOf } = this.kind;
    if (ttlSecondsOf === undefined || !body.enabled || ttlSecondsOf(body) === 0) return 0;
    if (before !== null && before.expiresAt !== 0 && ttlSecondsOf(before.body) === ttlSecondsOf(body))
      return before.expiresAt;
    return nowMs + ttlSecondsOf(body) * 1000;
  }

  /** From memory, in the order of their ids. */
  list(place: Place): StoredRule[] {
    return [...this.#rules.values()].filter((rule) => isIn(rule, place));
  }

  /** Rules of all workspaces whose proxies share the documents. */
  ofInstance(instanceId: string): StoredRule[] {
    return [...this.#rules.values()].filter((rule) => rule.instanceId === instanceId);
  }

  /** From memory; null when there is none. */
  find(instanceId: string, id: number): StoredRule | null {
    const rule = this.#rules.get(id);
    return rule?.instanceId === instanceId ? rule : null;
  }

  get(place: Place, id: number): StoredRule {
    const rule = this.#rules.get(id);
    if (rule === undefined || !isIn(rule, place)) throw notFound(`rule ${id}`);
    return rule;
  }

  /** The list of rules in a document of this type. */
  get documentList(): string {
    return RULE_DOCUMENTS[this.kind.type].list;
  }

  get size(): number {
    return this.#rules.size;
  }

  /** Inside a transaction: memory may be behind. @throws ApiFailure NOT_FOUND, also for a deleted one */
  async read(tx: Transaction, place: Place, id: number): Promise<StoredRule> {
    const rule = await this.readAny(tx, place, id);
    if (rule.deleted) throw notFound(`rule ${id}`);
    return rule;
  }

  /** Also a deleted one. */
  async readAny(tx: Transaction, place: Place, id: number): Promise<StoredRule> {
    const row = await tx
      .tables<MeshserverTables>()
      .selectFrom('t_rule')
      .selectAll()
      .where('rule_db_id', '=', id)
      .executeTakeFirst();
    const rule = row === undefined ? undefined : toRule(row);
    if (rule === undefined || !isIn(rule, place)) throw notFound(`rule ${id}`);
    return rule;
  }

  async readByName(tx: Transaction, place: Place, app: string, name: string): Promise<StoredRule | null> {
    const row = await tx
      .tables<MeshserverTables>()
      .selectFrom('t_rule')
      .selectAll()
      .where('tenant_id', '=', place.tenantId)
      .where('workspace_id', '=', place.workspaceId)
      .where('type', '=', this.kind.type)
      .where('name_key', '=', nameKey(app, name))
      .executeTakeFirst();
    return row === undefined ? null : toRule(row);
  }

  async create(tx: Transaction, place: Place, body: AnyRuleBody, action: RuleAction): Promise<StoredRule> {
    if (this.ofInstance(place.instanceId).length >= MAX_RULES)
      throw new ApiFailure('LIMIT_REACHED', `a tenant has at most ${MAX_RULES} rules of a type`);
    const at = this.#clock.wallNow();
    const fields = {
      tenant_id: place.tenantId,
      workspace_id: place.workspaceId,
      instance_id: place.instanceId,
      type: this.kind.type,
      app: body.app,
      name: body.name,
      name_key: nameKey(body.app, body.name),
      enabled: body.enabled ? 1 : 0,
      body: JSON.stringify(body),
      version: 1,
      created_by: action.operator,
      gmt_create: at,
      modified_by: action.operator,
      gmt_modified: at,
      change_id: action.changeId,
      deleted: 0,
      gmt_expire: this.#expiryOf(null, body, at),
    };
    const { insertId } = await this.#named(body, () =>
      tx.tables<MeshserverTables>().insertInto('t_rule').values(fields).executeTakeFirstOrThrow(),
    );
    const rule = toRule({ ...fields, rule_db_id: Number(insertId) });
    await insertVersion(tx, rule, action);
    this.#hold(tx, rule);
    return rule;
  }

  /** A deleted rule comes back with what it becomes. */
  async replace(tx: Transaction, before: StoredRule, body: AnyRuleBody, action: RuleAction): Promise<StoredRule> {
    if (action.operation !== 'rollout') this.#refuse(before);
    const at = this.#clock.wallNow();
    const rule: StoredRule = {
      ...before,
      body,
      deleted: false,
      version: before.version + 1,
      modifiedBy: action.operator,
      modifiedAt: at,
      changeId: action.changeId,
      expiresAt: this.#expiryOf(before, body, at),
    };
    await this.#named(body, () => this.#update(tx, rule));
    await insertVersion(tx, rule, action);
    this.#hold(tx, rule);
    return rule;
  }

  async remove(tx: Transaction, before: StoredRule, action: RuleAction): Promise<StoredRule> {
    this.#refuse(before);
    if (this.contract.deletedWhenOff === true && before.body.enabled)
      throw new ApiFailure(
        'CONFLICT',
        `rule ${before.ruleDbId} "${before.body.name}" is on: switch it off first, then delete it`,
      );
    const rule: StoredRule = {
      ...before,
      version: before.version + 1,
      modifiedBy: action.operator,
      modifiedAt: this.#clock.wallNow(),
      changeId: action.changeId,
      deleted: true,
    };
    await this.#update(tx, rule);
    await insertVersion(tx, rule, action);
    this.#hold(tx, rule);
    return rule;
  }

  async #update(tx: Transaction, rule: StoredRule): Promise<unknown> {
    return tx
      .tables<MeshserverTables>()
      .updateTable('t_rule')
      .set({
        app: rule.body.app,
        name: rule.body.name,
        name_key: rule.deleted ? `#${rule.ruleDbId}` : nameKey(rule.body.app, rule.body.name),
        enabled: rule.body.enabled ? 1 : 0,
        body: JSON.stringify(rule.body),
        version: rule.version,
        modified_by: rule.modifiedBy,
        gmt_modified: rule.modifiedAt,
        change_id: rule.changeId,
        deleted: rule.deleted ? 1 : 0,
        gmt_expire: rule.expiresAt,
      })
      .where('rule_db_id', '=', rule.ruleDbId)
      .execute();
  }

  async #named<T>({ name, app }: AnyRuleBody, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StorageError && error.fault === 'duplicate')
        throw new ApiFailure('CONFLICT', `app ${app} has a rule "${name}" already`, {
          fields: [{ path: '/name', message: `found "${name}", expected a name that no other rule of this app has` }],
        });
      throw error;
    }
  }

  #hold(tx: Transaction, rule: StoredRule): void {
    tx.afterCommit(() => {
      if (rule.deleted) this.#rules.delete(rule.ruleDbId);
      else this.#rules.set(rule.ruleDbId, rule);
    });
  }

  /** Newest first; also of a deleted rule. */
  async versions(place: Place, id: number): Promise<StoredVersion[]> {
    const rule = await this.#storage
      .tables<MeshserverTables>()
      .selectFrom('t_rule')
      .selectAll()
      .where('rule_db_id', '=', id)
      .executeTakeFirst();
    if (rule === undefined || !isIn(toRule(rule), place)) throw notFound(`rule ${id}`);
    return readVersions(this.#storage, id);
  }

  async version(place: Place, id: number, version: number): Promise<StoredVersion> {
    const all = await this.versions(place, id);
    const found = all.find((item) => item.version === version);
    if (found !== undefined) return found;
    const { version: newest, body } = all[0] as StoredVersion;
    const there = all.length === 1 ? `version ${newest} alone` : `versions ${all.at(-1)?.version} to ${newest}`;
    throw lacks(`${body.name} has no version ${version}: it has ${there}`);
  }

  /** dataIds that carry a rule. */
  dataIdsOf(body: Pick<AnyRuleBody, 'app' | 'services'>): string[] {
    return this.ownersOf(body).map((owner) => ruleDataId(this.kind.type, owner));
  }

  /** Services at which the list that a rule is in is switched off; from memory. */
  offAt({ tenantId, workspaceId, body }: Pick<StoredRule, 'tenantId' | 'workspaceId' | 'body'>): readonly string[] {
    if (this.kind.listOf === undefined) return [];
    const { list, services } = this.kind.listOf(body);
    return services.filter((service) => !this.lists.isOn({ tenantId, workspaceId }, { app: body.app, service, list }));
  }

  /** Whose documents carry a rule. */
  ownersOf(body: Pick<AnyRuleBody, 'app' | 'services'>): readonly string[] {
    return this.kind.ownedBy === 'app' ? [body.app] : body.services;
  }

  /**
   * The document of an owner as it would be with `draft` in the place of the rule that it is a content of.
   * @throws ApiFailure INVALID when it is too large, CONFLICT when it is another workspace's
   */
  async draft(tx: Transaction, place: Place, owner: string, draft: KeyedRule, action: RuleAction): Promise<string> {
    const rules = (await this.#acting(tx, place, owner, draft)) ?? [];
    return this.#documentOf(tx, owner, rules, action);
  }

  /** Writes the documents of these owners anew. Only rules that are on are in them. `evenEmpty`: also where none is. */
  async publish(
    tx: Transaction,
    place: Place,
    owners: Iterable<string>,
    action: RuleAction,
    { evenEmpty = false } = {},
  ): Promise<readonly StoredValue[]> {
    const { instanceId, workspaceId } = place;
    const written: StoredValue[] = [];
    for (const owner of new Set(owners)) {
      const rules = await this.#acting(tx, place, owner);
      if (rules === null) continue;
      const dataId = ruleDataId(this.kind.type, owner);
      // A rule that was never on needs no document that says so.
      if (!evenEmpty && rules.length === 0 && this.#drm.get({ instanceId, dataId }) === null) continue;
      const value = await this.#documentOf(tx, owner, rules, action);
      const before = this.#drm.get({ instanceId, dataId });
      const stored = await this.#drm.put(tx, {
        instanceId,
        dataId,
        workspaceId,
        value,
        owner: this.kind.type,
        operator: action.operator,
        comment: action.comment,
      });
      if (stored.version !== before?.version) written.push(stored);
    }
    return written;
  }

  async #documentOf(tx: Transaction, owner: string, rules: readonly KeyedRule[], action: RuleAction): Promise<string> {
    const value = JSON.stringify(this.kind.toDocument(owner, rules));
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES) throw await this.#tooLarge(tx, owner, rules, value, action);
    return value;
  }

  /** Says what shares a document that has grown too large, and which of the changed rules put it over. */
  async #tooLarge(
    tx: Transaction,
    owner: string,
    rules: readonly KeyedRule[],
    value: string,
    { changeId }: RuleAction,
  ): Promise<ApiFailure> {
    const rows = await tx
      .tables<MeshserverTables>()
      .selectFrom('t_rule')
      .select('rule_db_id')
      .where('change_id', '=', changeId)
      .execute();
    const changed = new Set(rows.map((row) => row.rule_db_id));
    const sized = rules
      .map(({ ruleDbId, body }) => ({ ruleDbId, name: body.name, bytes: Buffer.byteLength(JSON.stringify(body)) }))
      .sort((a, b) => b.bytes - a.bytes);
    const shown = (rule: (typeof sized)[number] | undefined): string =>
      rule === undefined ? 'this change' : `rule ${rule.ruleDbId} "${rule.name}" (${rule.bytes} bytes)`;
    const cause = shown(sized.find(({ ruleDbId }) => changed.has(ruleDbId)));
    const message =
      `found ${Buffer.byteLength(value)} bytes, expected at most ${MAX_VALUE_BYTES}: the ${rules.length} rules of this type ` +
      `for ${this.kind.ownedBy} ${owner} that are on share one document, and ${cause} puts it over; ` +
      `shorten it, or switch others off; the largest is ${shown(sized[0])}`;
    return new ApiFailure('INVALID', `the rules of ${owner} are too large together: ${message}`, {
      fields: [{ path: '', message }],
    });
  }

  /** Rules that are on and in the document of an owner; null: the document is another workspace's, and stays as it is. */
  async #acting(tx: Transaction, place: Place, owner: string, draft?: KeyedRule): Promise<KeyedRule[] | null> {
    const { instanceId, workspaceId } = place;
    let query = tx
      .tables<MeshserverTables>()
      .selectFrom('t_rule')
      .select(['rule_db_id', 'workspace_id', 'name', 'version', 'body'])
      .where('instance_id', '=', instanceId)
      .where('type', '=', this.kind.type)
      .where('deleted', '=', 0)
      .where('enabled', '=', 1);
    if (this.kind.ownedBy === 'app') query = query.where('app', '=', owner);
    const rows = (await query.orderBy('rule_db_id').execute())
      .map((row) => ({ ...row, body: JSON.parse(row.body) as AnyRuleBody }))
      .filter(({ body }) => this.ownersOf(body).includes(owner));
    const foreign = rows.find((row) => row.workspace_id !== workspaceId);
    const own = rows
      .filter((row) => row.workspace_id === workspaceId && row.rule_db_id !== draft?.ruleDbId)
      .map((row): KeyedRule => ({ ruleDbId: row.rule_db_id, version: row.version, body: row.body }));
    if (draft?.body.enabled === true && this.ownersOf(draft.body).includes(owner)) own.push(draft);
    if (foreign !== undefined && own.length > 0) {
      const what = this.kind.ownedBy === 'app' ? `app ${owner}` : `service ${owner}`;
      throw new ApiFailure(
        'CONFLICT',
        `workspace ${foreign.workspace_id} of this tenant has ${this.contract.title}s of ${what} switched on (such as ${foreign.name}); workspaces share the names of documents, so that only one of them can have rules of one ${this.kind.ownedBy} at a time: switch those off, or use another name for the ${this.kind.ownedBy}`,
      );
    }
    if (foreign !== undefined) return null;
    own.sort((one, other) => one.ruleDbId - other.ruleDbId);
    const { listOf } = this.kind;
    if (listOf === undefined) return own;
    const off = new Set((await this.lists.readOff(tx, place, owner)).map(placeKey));
    return own.map((rule) => {
      const { list, services } = listOf(rule.body);
      return { ...rule, offAt: services.filter((service) => off.has(placeKey({ app: owner, service, list }))) };
    });
  }
}

type RuleRow = Omit<MeshserverTables['t_rule'], 'rule_db_id' | 'gmt_expire' | 'drafts'> & {
  readonly rule_db_id: number;
  readonly gmt_expire: number;
};

function toRule(row: RuleRow): StoredRule {
  return {
    ruleDbId: row.rule_db_id,
    type: row.type as RuleType,
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    instanceId: row.instance_id,
    body: JSON.parse(row.body) as AnyRuleBody,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.gmt_create,
    modifiedBy: row.modified_by,
    modifiedAt: row.gmt_modified,
    changeId: row.change_id,
    deleted: row.deleted === 1,
    expiresAt: row.gmt_expire,
  };
}

const isIn = (rule: StoredRule, place: Place): boolean =>
  rule.tenantId === place.tenantId && rule.workspaceId === place.workspaceId;

const nameKey = (app: string, name: string): string => createHash('sha256').update(`${app}\n${name}`).digest('hex');
